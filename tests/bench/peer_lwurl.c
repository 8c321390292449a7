/* SPDX-License-Identifier: MIT */
/* The engine of core, fed as the others are. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "http/engine.h"
#include "lwurl.h"
#include "parser.h"

/* Puts the next piece where the window has room. */
static size_t put(struct lwurl *u, size_t at, size_t piece)
{
    size_t n = piece_at(at, piece), room = engine_room(u);

    if (n > room)
        n = room;
    memcpy(u->work + u->in_at + u->in_n, response + at, n);
    u->in_n += n;
    return n;
}

/* What the window holds of a head or trailer: fields pass by. False: more
   bytes, please. */
static bool eat_head(struct lwurl *u)
{
    int r = HEAD_FIELD;

    while (r == HEAD_FIELD)
        r = engine_head(u);
    if (r < 0)
        abort();
    return r == HEAD_END;
}

/* Body bytes go from the window to `body`. */
static bool eat_body(struct lwurl *u)
{
    int r = engine_body(u);
    size_t n = engine_may_take(u, u->in_n);

    if (r < 0)
        abort();
    if (n == 0)
        return r > 0 && u->in == IN_TRAILER;
    memcpy(body + body_n, u->work + u->in_at, n);
    body_n += n;
    u->in_at += n;
    u->in_n -= n;
    engine_took(u, n);
    return true;
}

static void eat(struct lwurl *u)
{
    bool more = true;

    while (more && u->in != IN_DONE)
        more =
            u->in == IN_HEAD || u->in == IN_TRAILER ? eat_head(u) : eat_body(u);
}

void run_lwurl(size_t piece)
{
    static const struct lwurl_request request = {.url = "http://h/"};
    static struct lwurl u;

    memset(&u, 0, sizeof u);
    u.request = &request;
    u.work = window;
    u.work_max = sizeof window;
    engine_begin(&u);
    u.out = OUT_DONE;
    for (size_t at = 0; at < response_n;) {
        at += put(&u, at, piece);
        eat(&u);
    }
    if (u.in != IN_DONE)
        abort();
}
