/* SPDX-License-Identifier: MIT */
/* Chance, and what it decides: waits and polls. */
#include <string.h>

#include "manners.h"

#define BASE_MS 1000u
#define CAP_MS  300000u

/* No wait is longer: two of them are an int. */
#define MOST_MS 1000000000u

/* FNV-1a: each byte moves all of the state. */
void lwurl_manners_seed(struct lwurl_manners *manners, const void *p, size_t n)
{
    const unsigned char *byte = p;

    if (!manners->seeded)
        manners->random = 2166136261u;
    for (size_t i = 0; i < n; i++)
        manners->random = (manners->random ^ byte[i]) * 16777619u;
    manners->seeded = true;
}

/* A counter whose bits are mixed (splitmix): every seed is as good as another,
   and neighbours, as serial numbers are, give streams that look unrelated. */
static uint32_t next_bits(struct lwurl_manners *m)
{
    uint32_t z = m->random += 0x9e3779b9u;

    z = (z ^ (z >> 16)) * 0x21f0aaadu;
    z = (z ^ (z >> 15)) * 0x735a2d97u;
    return z ^ (z >> 15);
}

uint32_t manners_random(struct lwurl_manners *m, uint32_t most)
{
    return (uint32_t)((next_bits(m) * ((uint64_t)most + 1)) >> 32);
}

uint32_t backoff_ceiling(const struct lwurl_retry_rules *rules,
                         unsigned retries)
{
    uint32_t cap = rule_or(rules->cap_ms, CAP_MS);
    uint32_t wait = rule_or(rules->base_ms, BASE_MS);

    if (cap > MOST_MS)
        cap = MOST_MS;
    for (; retries > 0 && wait < cap; retries--)
        wait = wait > cap / 2 ? cap : wait * 2;
    return wait < cap ? wait : cap;
}

uint32_t lwurl_poll_next(struct lwurl_poll *poll,
                         const struct lwurl_retry *last)
{
    uint32_t period = poll->period_ms, spread = period / 4, ms, rest = 0;

    if (!poll->begun) {
        poll->begun = true;
        return manners_random(poll->manners, rule_or(poll->first_ms, period));
    }
    ms = period - spread / 2 + manners_random(poll->manners, spread);
    if (last != NULL)
        rest = last->wait_s * 1000u;
    return ms > rest ? ms : rest;
}
