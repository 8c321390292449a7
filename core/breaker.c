/* SPDX-License-Identifier: MIT */
/*
 * Hosts that fail.
 *
 *   state       is                            next
 *   closed      fails < fails_max             open: a failure more
 *   open        fails == fails_max, and       half-open: until_ms is over
 *               until_ms is ahead
 *   half-open   the same, until_ms is over:   open: it is asked once (until_ms
 *               the next fetch goes through   is set anew, whatever becomes of
 *                                             it); closed: that went well
 *
 * until_ms is never more than twice open_ms ahead: a larger difference is a
 * time that is over.
 */
#include "manners.h"
#include "text/url.h"

#define OPEN_MS   60000u
#define FAILS_MAX 5u

/* A time that is over comes back when the clock is round: for so long, in 49
   days, a host that nobody asked meanwhile may seem to rest. */
#define OPEN_MOST_MS 3600000u

/* FNV-1a. Hosts that share a number share a breaker: not likely, and no harm.
 */
static uint32_t add(uint32_t hash, unsigned byte)
{
    return (hash ^ byte) * 16777619u;
}

uint32_t breaker_host(struct lwurl_str url)
{
    uint32_t hash = 2166136261u;
    struct url parts;
    int32_t at;
    unsigned port;

    if (url_split(url, &parts, &at) != LWURL_OK)
        return 0;
    port = url_port(&parts);
    for (size_t i = 0; i < parts.host.n; i++)
        hash = add(hash, to_lower((unsigned char)parts.host.p[i]));
    hash = add(add(hash, port >> 8), port & 0xff);
    return hash | 1; /* 0 is no host */
}

static uint32_t open_ms(const struct lwurl_manners *m)
{
    uint32_t ms = rule_or(m->rules->open_ms, OPEN_MS);

    return ms < OPEN_MOST_MS ? ms : OPEN_MOST_MS;
}

static bool is_closed(const struct lwurl_manners *m,
                      const struct lwurl_breaker *b)
{
    return b->fails < rule_or(m->rules->fails_max, FAILS_MAX);
}

static struct lwurl_breaker *find(const struct lwurl_manners *m, uint32_t host)
{
    for (size_t i = 0; i < m->breakers_n && host != 0; i++)
        if (m->breakers[i].host == host)
            return &m->breakers[i];
    return NULL;
}

/* One that is free, or else the closed one that was not used for longest. */
static struct lwurl_breaker *take(struct lwurl_manners *m, uint32_t now_ms)
{
    struct lwurl_breaker *best = NULL;

    for (size_t i = 0; i < m->breakers_n; i++) {
        struct lwurl_breaker *b = &m->breakers[i];
        if (b->host == 0)
            return b;
        if (is_closed(m, b) &&
            (best == NULL || now_ms - b->until_ms > now_ms - best->until_ms))
            best = b;
    }
    return best;
}

static void rest(struct lwurl_manners *m, struct lwurl_breaker *b,
                 uint32_t now_ms)
{
    b->until_ms = now_ms + open_ms(m) + manners_random(m, open_ms(m));
}

uint32_t breaker_left(const struct lwurl_manners *m, uint32_t host,
                      uint32_t now_ms)
{
    const struct lwurl_breaker *b = find(m, host);
    uint32_t left;

    if (b == NULL || is_closed(m, b))
        return 0;
    left = b->until_ms - now_ms;
    return left <= 2 * open_ms(m) ? left : 0;
}

uint32_t breaker_ask(struct lwurl_manners *m, uint32_t host, uint32_t now_ms)
{
    struct lwurl_breaker *b = find(m, host);
    uint32_t left = breaker_left(m, host, now_ms);

    if (left == 0 && b != NULL && !is_closed(m, b))
        rest(m, b, now_ms);
    return left;
}

void breaker_note(struct lwurl_manners *m, uint32_t host, bool good,
                  uint32_t now_ms)
{
    struct lwurl_breaker *b = find(m, host);

    if (b == NULL && !good && host != 0) {
        b = take(m, now_ms);
        if (b != NULL)
            *b = (struct lwurl_breaker){.host = host};
    }
    if (b == NULL)
        return;
    if (good)
        b->fails = 0;
    else if (is_closed(m, b))
        b->fails++;
    if (is_closed(m, b))
        b->until_ms = now_ms;
    else
        rest(m, b, now_ms);
}
