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

/* Bytes that wait, until they are a unit: *n says how many were taken. */
static int fill(struct lwurl_gather *g, const unsigned char *p, size_t *n)
{
    uint32_t unit = g->storage->write_unit;

    if (*n > unit - g->n)
        *n = unit - g->n;
    memcpy(g->unit + g->n, p, *n);
    g->n += (uint32_t)*n;
    if (g->n < unit)
        return LWURL_OK;
    g->n = 0;
    return write_units(g, g->unit, unit);
}

int gather_put(struct lwurl_gather *g, const void *p, size_t n)
{
    const unsigned char *from = p;
    uint32_t unit = g->storage->write_unit;
    int err = LWURL_OK;

    while (n > 0 && err == LWURL_OK) {
        size_t step = n;

        if (g->n == 0 && n >= unit) {
            step -= n % unit;
            err = write_units(g, from, (uint32_t)step);
        } else {
            err = fill(g, from, &step);
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
