/* SPDX-License-Identifier: MIT */
/*
 * Shows the heads of requests and responses as they pass, for people who look
 * for a mistake: on a console, in a log. Credentials are masked: the values of
 * Authorization, Proxy-Authorization, Cookie, Set-Cookie and of fields whose
 * name ends in -key or -token, and the userinfo of URLs.
 *
 *     static char room[256];
 *     static struct lwurl_trace trace = {.line = print, .room = room,
 *                                        .room_n = sizeof room};
 *     ... {..., LWURL_HTTPS(&tls), LWURL_TRACE(&trace)}, the last of the table
 *
 * It sees what is in the clear, so https as well as http. A request is shown
 * when it is about to be sent, and again when a dead connection is replaced.
 */
#ifndef LWURL_TRACE_H
#define LWURL_TRACE_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of .room that are of any use; longer lines are cut. */
#define LWURL_TRACE_MIN 64u

struct lwurl_trace {
    /* One line without its end: direction '>' for sent, '<' for received. The
       text lives during the call. Called in the task of the fetch, from inside
       its step: do not call back into the fetch. */
    void (*line)(void *ctx, char direction, const char *text);
    void *ctx;
    /* For one line; a longer one is cut and ends in "...". */
    char *room;
    size_t room_n;

    /* Private. */
    size_t n;       /* bytes of the line at hand */
    size_t shown_n; /* bytes of this request head */
    bool cut;
};

extern const struct lwurl_handler_ops lwurl_trace_ops;

/* Its line of the opener; the last one, to see what the others add. */
/* clang-format off */
#define LWURL_TRACE(state) {&lwurl_trace_ops, (state)}
/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif
