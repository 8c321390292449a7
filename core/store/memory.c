/* SPDX-License-Identifier: MIT */
/* The sink that is memory. */
#include <string.h>

#include "lwurl_retrieve.h"

int lwurl_memory_begin(void *ctx, uint64_t total, uint64_t kept)
{
    struct lwurl_memory *m = ctx;

    (void)kept;
    m->n = 0;
    return total != LWURL_LENGTH_UNKNOWN && total > m->max ? LWURL_ERR_ROOM
                                                           : LWURL_OK;
}

int lwurl_memory_write(void *ctx, uint64_t at, const void *p, size_t n)
{
    const struct lwurl_memory *m = ctx;

    if (at > m->max || n > m->max - (size_t)at)
        return LWURL_ERR_ROOM;
    memcpy((char *)m->p + at, p, n);
    return LWURL_OK;
}

int lwurl_memory_commit(void *ctx, uint64_t total)
{
    struct lwurl_memory *m = ctx;

    m->n = (size_t)total; /* as many were written */
    return LWURL_OK;
}

void lwurl_memory_abort(void *ctx, int keep)
{
    struct lwurl_memory *m = ctx;

    (void)keep;
    m->n = 0;
}
