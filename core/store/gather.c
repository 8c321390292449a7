/* SPDX-License-Identifier: MIT */
#include "store/gather.h"

#include <string.h>

static int write_units(struct lwurl_gather *g, const void *p, uint32_t n)
{
    const struct lwurl_storage *s = g->storage;

    if (s->write(s->ctx, g->at, p, n) != LWURL_OK)
        return LWURL_ERR_STORAGE;
    g->at += n;
    return LWURL_OK;
}

/* Bytes that wait, until they are a unit. Returns how many were taken. */
static size_t fill(struct lwurl_gather *g, const unsigned char *p, size_t n)
{
    size_t room = g->storage->write_unit - g->n;

    if (n > room)
        n = room;
    memcpy(g->unit + g->n, p, n);
    g->n += (uint32_t)n;
    return n;
}

int gather_put(struct lwurl_gather *g, const void *p, size_t n)
{
    const unsigned char *from = p;
    uint32_t unit = g->storage->write_unit;
    int err = LWURL_OK;

    while (n > 0 && err == LWURL_OK) {
        size_t step = n - n % unit;

        if (g->n == 0 && step > 0) {
            err = write_units(g, from, (uint32_t)step);
        } else {
            step = fill(g, from, n);
            if (g->n == unit) {
                g->n = 0;
                err = write_units(g, g->unit, unit);
            }
        }
        from += step;
        n -= step;
    }
    return err;
}

int gather_end(struct lwurl_gather *g)
{
    uint32_t unit = g->storage->write_unit;

    if (g->n == 0)
        return LWURL_OK;
    memset(g->unit + g->n, 0xFF, unit - g->n);
    g->n = 0;
    return write_units(g, g->unit, unit);
}
