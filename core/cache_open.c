/* SPDX-License-Identifier: MIT */
/* A fetch through a cache, waited for. */
#include "http/conn.h"
#include "http/state.h"
#include "lwurl_cache.h"

int lwurl_cache_next(struct lwurl_cache *c)
{
    struct lwurl_wants wants;
    int r;

    while ((r = lwurl_cache_step(c)) == LWURL_TURN_WAIT) {
        lwurl_cache_wants(c, &wants);
        if (wants.ms > 0)
            conn_pause(c->u, &wants);
    }
    return r;
}

int lwurl_cache_open(struct lwurl_cache *c, struct lwurl *u,
                     const struct lwurl_opener *opener,
                     const struct lwurl_request *request, unsigned how)
{
    int r = lwurl_cache_begin(c, u, opener, request, how);

    while (r >= 0 && r != LWURL_TURN_RESPONSE && r != LWURL_TURN_SEND) {
        r = lwurl_cache_next(c);
        if (r == LWURL_TURN_CREDENTIALS)
            (void)lwurl_credentials(u, NULL, NULL);
    }
    if (r < 0)
        return r;
    return lwurl_cache_from(c) == LWURL_FROM_NETWORK ? u->err : LWURL_OK;
}

int lwurl_cache_read(struct lwurl_cache *c, void *dst, size_t n)
{
    for (;;) {
        int r = lwurl_cache_take(c, dst, n);
        if (r != 0 || n == 0)
            return r;
        do
            r = lwurl_cache_next(c);
        while (r == LWURL_TURN_FIELD);
        if (r == LWURL_TURN_DONE)
            return 0;
        if (r < 0)
            return r;
    }
}

int lwurl_cache_read_all(struct lwurl_cache *c, void *dst, size_t max,
                         size_t *n)
{
    char *to = dst, more;
    int r = 1;

    *n = 0;
    while (r > 0 && *n < max) {
        r = lwurl_cache_read(c, to + *n, max - *n);
        *n += r > 0 ? (size_t)r : 0;
    }
    if (r > 0)
        r = lwurl_cache_read(c, &more, 1);
    if (r > 0)
        r = LWURL_ERR_ROOM;
    if (r < 0)
        *n = 0;
    return r;
}
