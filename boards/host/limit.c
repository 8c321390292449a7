/* SPDX-License-Identifier: MIT */
#include "limit.h"

#include "supply.h"

/* The least is worth a call of the port. */
static double most(const struct limit *l)
{
    double n = (double)l->rate / 4;

    return n < 1 ? 1 : n;
}

size_t limit_room(struct limit *l, size_t n)
{
    int64_t now_us = host_now_us();

    if (l->rate == 0)
        return n;
    if (l->now_us != 0)
        l->n += (double)l->rate * (double)(now_us - l->now_us) / 1e6;
    l->now_us = now_us;
    if (l->n > most(l))
        l->n = most(l);
    if (l->n < 1)
        return 0;
    return (double)n < l->n ? n : (size_t)l->n;
}

void limit_used(struct limit *l, size_t n)
{
    l->n -= (double)n;
}

uint32_t limit_wait_ms(const struct limit *l)
{
    if (l->rate == 0 || l->n >= 1)
        return 0;
    return 1 + (uint32_t)((1 - l->n) * 1000 / (double)l->rate);
}
