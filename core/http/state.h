/* SPDX-License-Identifier: MIT */
/* What the bits of struct lwurl mean, for all of core. */
#ifndef LWURL_STATE_H
#define LWURL_STATE_H

#include "lwurl.h"

/* struct lwurl.flags; http.c reads F_PROXY and F_THROUGH as a number */
enum {
    F_REUSED = 1 << 0,        /* the connection has served before */
    F_PERSIST = 1 << 1,       /* by its version, it may serve again */
    F_AGAIN = 1 << 2,         /* step again at once: a bound was reached */
    F_DRY = 1 << 3,           /* the last take found nothing */
    F_CROSSED = 1 << 4,       /* a redirect went to another origin */
    F_AS_GET = 1 << 5,        /* a redirect made a GET of it */
    F_TUNNEL = 1 << 6,        /* this exchange is the CONNECT */
    F_LENGTH = 1 << 7,        /* Content-Length was seen */
    F_CHUNKED = 1 << 8,       /* Transfer-Encoding: chunked was seen */
    F_RESPONDED = 1 << 9,     /* the head was delivered */
    F_DRAIN = 1 << 10,        /* the body is dropped, then F_NEXT is done */
    F_FOLLOW = 1 << 11,       /* after the drain: redirect, else retry */
    F_ASKING = 1 << 12,       /* waits for lwurl_credentials() */
    F_TURN = 1 << 13,         /* the application had the last turn */
    F_ANSWERED = 1 << 14,     /* lwurl_credentials() was called */
    F_PROXY = 1 << 15,        /* the connection goes to a proxy */
    F_THROUGH = 1 << 16,      /* by a tunnel: the proxy reads no requests */
    F_CLOSE = 1 << 17,        /* something forbids that it serves again */
    F_PROXY_AUTH = 1 << 18,   /* a handler answers the proxy's challenge */
    F_AUTH = 1 << 19,         /* a handler before Basic's answers the origin */
    F_SIGNED = 1 << 20,       /* it did so in this exchange */
    F_PROXY_SIGNED = 1 << 21, /* the same, for the proxy */
    F_OPEN = 1 << 22,         /* that tunnel is there; of the connection */
    F_PARTS = 1 << 23,        /* the body comes in parts; area.number: all */
    F_DECODES = 1 << 24,      /* a handler asks for content codings */
    F_RANGE = 1 << 25         /* a handler asks for a part */
};

/* Is the fetch over? A bad status is an error whose response can be read. */
static inline bool has_failed(const struct lwurl *u)
{
    return u->err != LWURL_OK && u->err != LWURL_ERR_STATUS;
}

/* struct lwurl.field_flags: the piece of a field that is at hand. */
enum { PIECE_FIRST = 1, PIECE_LAST = 2, PIECE_CUT = 4, PIECE_TRAILER = 8 };

/* lwurl_deliver_field() for that piece; fetch.c has it. */
int deliver_piece(struct lwurl *u);

#endif
