/* SPDX-License-Identifier: MIT */
/* Reading a body, waiting for it. */
#include "lwurl_handler.h"

int lwurl_read(struct lwurl *u, void *dst, size_t n)
{
    for (;;) {
        int r = lwurl_take(u, dst, n);
        if (r != 0 || n == 0)
            return r;
        do
            r = lwurl_next(u);
        while (r == LWURL_TURN_FIELD);
        if (r == LWURL_TURN_DONE)
            return 0;
        if (r < 0)
            return r;
    }
}

static int no_room(struct lwurl *u, uint64_t needed)
{
    int32_t detail = needed > INT32_MAX ? INT32_MAX : (int32_t)needed;

    return lwurl_fail(u, LWURL_ERR_ROOM, detail);
}

/* A length above the room. The answer to HEAD has one, but no body. */
static int too_long(struct lwurl *u, uint64_t length)
{
    int r = lwurl_next(u);

    if (r == LWURL_TURN_BODY)
        return no_room(u, length);
    return r == LWURL_TURN_DONE ? LWURL_OK : r;
}

int lwurl_read_all(struct lwurl *u, void *dst, size_t max, size_t *n)
{
    uint64_t length = lwurl_length(u);
    char *to = dst, more;
    int r = 1;

    *n = 0;
    if (length != UINT64_MAX && length > max)
        return too_long(u, length);
    while (r > 0 && *n < max) {
        r = lwurl_read(u, to + *n, max - *n);
        *n += r > 0 ? (size_t)r : 0;
    }
    if (r > 0)
        r = lwurl_read(u, &more, 1);
    if (r > 0)
        r = no_room(u, 0);
    if (r < 0)
        *n = 0;
    return r;
}
