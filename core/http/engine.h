/* SPDX-License-Identifier: MIT */
/*
 * One exchange on one connection, without I/O: a request goes out, a response
 * comes in (RFC 9112). Bytes received lie in the window work[in_at..in_n) of
 * struct lwurl; the caller fills it, and these functions eat it from the front.
 * The tables of both states are at the head of engine.c and head_in.c.
 */
#ifndef LWURL_ENGINE_H
#define LWURL_ENGINE_H

#include "lwurl_handler.h"
#include "http/state.h"

/* Direction out. */
enum { OUT_HEAD, OUT_BODY, OUT_DONE };

/* Direction in. */
enum {
    IN_HEAD,
    IN_LENGTH,     /* in_left bytes of body to come */
    IN_CLOSE,      /* body until the connection is closed */
    IN_CHUNK_SIZE, /* before or in the digits of a chunk's size */
    IN_CHUNK_EXT,  /* behind them, up to CR */
    IN_CHUNK_LF,   /* LF of the size line */
    IN_CHUNK_DATA, /* in_left bytes of this chunk to come */
    IN_CHUNK_CR,   /* CR behind the data */
    IN_CHUNK_END,  /* LF behind the data */
    IN_TRAILER,
    IN_DONE
};

/* Of a head or trailer, struct lwurl.head; the table is in head_in.c. */
enum { HEAD_STATUS_LINE, HEAD_NAME, HEAD_VALUE, HEAD_SHOWN };

/* What engine_head() says. */
enum head_event {
    HEAD_MORE,  /* more bytes, please */
    HEAD_FIELD, /* a piece of a field: lwurl_field() */
    HEAD_END,   /* the head, or the trailer, is complete */
    HEAD_QUIET  /* (inside) go on: what came concerns nobody */
};

/* A new exchange begins: nothing sent, nothing received. */
void engine_begin(struct lwurl *u);

/* ----- out: what to send now, and how much of it was taken */
void engine_out(struct lwurl *u, struct lwurl_out *out);
void engine_sent(struct lwurl *u, const struct lwurl_out *out, size_t n);

/* Leaves BODY when it is over. */
void engine_body_done(struct lwurl *u);

/* Does the application owe a piece of the request body? */
bool engine_wants_body(const struct lwurl *u);

/* ----- in */

/* Makes room behind the window and returns how many bytes: none when it is
   full. What is left in it moves to the front where that gains more room than
   there is. */
size_t engine_room(struct lwurl *u);

/* Reads on in the head or trailer: an enum head_event, or an error. */
int engine_head(struct lwurl *u);

/* Reads chunk framing up to body bytes: 1 when data or the end (IN_DONE) is
   reached, 0 for more bytes, < 0 for an error. */
int engine_body(struct lwurl *u);

/* How many of max body bytes may be taken now; and that n were. */
size_t engine_may_take(const struct lwurl *u, size_t max);
void engine_took(struct lwurl *u, size_t n);

/* The peer closed: LWURL_OK where that ends the body, else an error. */
int engine_eof(struct lwurl *u);

/* Is the exchange over so that the connection can serve again? */
bool engine_can_persist(const struct lwurl *u);

#endif
