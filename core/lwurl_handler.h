/* SPDX-License-Identifier: MIT */
/*
 * For authors of handlers: what a line of an opener can do.
 *
 * A handler is a const lwurl_handler_ops and, where it has memory, a state.
 * Any member may be NULL. A scheme handler has `scheme`; a processor (redirect,
 * auth, cookies, cache) has the others. urllib.request names in brackets.
 *
 * Stack: 448 bytes at most, above the port (make stack).
 */
#ifndef LWURL_HANDLER_H
#define LWURL_HANDLER_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------- head of a request (out) */

/*
 * A sink for the request head. The head is generated again for every send, and
 * the sink skips what went before: so a generator writes all its bytes, always
 * the same ones, and knows nothing of partial sends.
 */
struct lwurl_out {
    struct lwurl_str *slices; /* gathered for the port */
    size_t n, max;
    char *room; /* for bytes that do not live elsewhere */
    size_t room_n;
    size_t skip;      /* bytes that an earlier send took */
    bool full;        /* no more slice or room: the rest waits */
    bool whole;       /* framing is in here to its last byte */
    size_t framing_n; /* of the bytes, head or chunk framing; then body */
};

/* Adds bytes that live and stay the same until the request is sent. */
void lwurl_out_ref(struct lwurl_out *out, const char *p, size_t n);

/* The same for a NUL-terminated text. */
void lwurl_out_text(struct lwurl_out *out, const char *text);

/* Adds bytes that live only during the call: they are copied into the room. */
void lwurl_out_copy(struct lwurl_out *out, const void *p, size_t n);

/* Adds a number in decimal. */
void lwurl_out_number(struct lwurl_out *out, uint64_t value);

/* Adds bytes as base64 (RFC 4648 4), one by one; begin with {out, 0, 0}. */
struct lwurl_base64 {
    struct lwurl_out *out;
    uint32_t bits; /* of the n bytes that wait for a group of three */
    unsigned n;
};
void lwurl_base64_put(struct lwurl_base64 *b, unsigned char c);
void lwurl_base64_end(struct lwurl_base64 *b);

/* ---------------------------------------------------------------- verdicts */

/* What `response` says of a response head. Negative: fail with that error. */
enum lwurl_verdict {
    LWURL_DELIVER = 0, /* not mine: ask the next handler, else deliver */
    LWURL_RETRY,       /* send it again, with what I add now */
    LWURL_FOLLOW,      /* end this response, then call my `follow` */
    LWURL_ASK,         /* turn CREDENTIALS first, then ask me again */
    LWURL_ACCEPT       /* deliver it as a success, whatever the status */
};

/* ------------------------------------------------------------------ source */

/*
 * Where a scheme's response comes from. step() returns a turn as lwurl_step()
 * does: it hands out fields (lwurl_deliver_field), then RESPONSE once, then
 * BODY until take() has given all, then DONE. It never waits.
 *
 * Of struct lwurl a source may read url (the current one), request, opener and
 * scheme->state; and use area, work[0..work_max), detail, in_left (bytes of the
 * body still to come) and status (0: the scheme has none). It sets phase:
 * LWURL_PHASE_BODY with the turn RESPONSE, LWURL_PHASE_DONE with DONE.
 */
struct lwurl_source_ops {
    int (*open)(struct lwurl *u); /* checks the URL; sends nothing */
    int (*step)(struct lwurl *u);
    /* As lwurl_take(); dst NULL drops them. n <= INT32_MAX */
    int (*take)(struct lwurl *u, void *dst, size_t n);
    void (*wants)(struct lwurl *u, struct lwurl_wants *out); /* NULL: at once */
    /* Ends the response: keep != 0 may keep the connection. */
    void (*close)(struct lwurl *u, bool keep);
};

/* ------------------------------------------------------------------ filter */

/*
 * Between a connection and what is spoken on it; TLS is one. Sans-I/O, as
 * BearSSL's own engine: the filter owns buffers, the caller moves bytes. The
 * four directions are bits: what the filter has or wants is computed from its
 * buffers, never stored twice.
 */
enum lwurl_filter_bit {
    LWURL_FILTER_WIRE_OUT = 1, /* has bytes for the wire */
    LWURL_FILTER_WIRE_IN = 2,  /* has room for bytes from the wire */
    LWURL_FILTER_APP_OUT = 4,  /* has room for bytes of the application */
    LWURL_FILTER_APP_IN = 8,   /* has bytes for the application */
    LWURL_FILTER_CLOSED = 16   /* over: error() says how */
};

/* What a filter is started with. Slices live during the call only. */
struct lwurl_filter_start {
    struct lwurl_str host; /* of the URL: name, or literal without brackets */
    uint16_t port;
    const char *tls_name; /* lwurl_request.tls_name, or NULL */
    struct lwurl *owner;  /* the slot is its until stop() */
};

struct lwurl_parts; /* lwurl_parts.h */
struct lwurl_filter_pump;
extern const struct lwurl_filter_pump lwurl_filter_pump;

struct lwurl_filter_ops {
    /* Always &lwurl_filter_pump, which is linked for who names it only. */
    const struct lwurl_filter_pump *pump;
    /* 0, or LWURL_ERR_BUSY, _ENTROPY, _TLS_NAME, _TLS_SETUP, _ROOM. */
    int (*start)(void *slot, const struct lwurl_filter_start *how);
    unsigned (*state)(void *slot); /* set of lwurl_filter_bit */
    /* The buffer of one direction, *n bytes held (OUT of wire, IN of app) or
       possible; NULL with *n = 0 when its bit is not set. */
    unsigned char *(*buf)(void *slot, unsigned bit, size_t *n);
    /* n of them were moved. */
    void (*ack)(void *slot, unsigned bit, size_t n);
    /* Makes a record of what APP_OUT holds, without waiting for more. */
    void (*flush)(void *slot);
    /* The wire ended: after this CLOSED is set, in order or truncated. */
    void (*wire_end)(void *slot);
    /* Starts an orderly close (close_notify goes to WIRE_OUT). */
    void (*close)(void *slot);
    /* 0 for an orderly close, else LWURL_ERR_*; *detail the layer's number. */
    int (*error)(void *slot, int32_t *detail);
    /* The slot is free again; secrets of the connection are wiped. */
    void (*stop)(void *slot);
    /* Who started the slot; NULL while it is free. */
    struct lwurl *(*owner)(void *slot);
    /* Memory for a body in parts (lwurl_parts.h), NULL: none. *max: after the
       handshake, most bytes that the peer may say at once so that they fit;
       0: all that it will say does. Only for LWURL_HTTPS_PARTS. */
    struct lwurl_parts *(*parts)(void *slot, uint32_t *max);
};

/* ----------------------------------------------------------------- handler */

/* What is spoken with whom a route leads to. */
enum lwurl_route_how {
    LWURL_ROUTE_PROXY,  /* http in absolute-form, https through a tunnel */
    LWURL_ROUTE_TUNNEL, /* http through a tunnel, too */
    LWURL_ROUTE_DIRECT  /* no proxy: the same as to the URL's host */
};

/* Where a connection goes instead of to the URL's host. */
struct lwurl_route {
    struct lwurl_str host;
    struct lwurl_str userinfo; /* percent-encoded, {NULL, 0}: none */
    uint16_t port;             /* 0: the URL's */
    uint8_t how;               /* enum lwurl_route_how */
};

struct lwurl_handler_ops {
    const char *scheme;    /* "http"; NULL: a processor */
    uint16_t default_port; /* of the scheme */
    const struct lwurl_source_ops *source;
    const struct lwurl_filter_ops *filter; /* slot: the handler's state */

    /* Adds whole fields, each ended by CRLF, to the request head
       [<protocol>_request]. Called again for every send: same bytes. */
    void (*request)(struct lwurl *u, void *state, struct lwurl_out *out);

    /* Is there a proxy for the current URL [ProxyHandler], or another way
       to its host? 1: *out is set, all of it; it lives until the connection is
       closed. 0: ask the next handler (RFC 9110 9.3.6 has tunnels). */
    int (*route)(struct lwurl *u, void *state, struct lwurl_route *out);

    /* As `request`, for the CONNECT that opens a tunnel. Only handlers that
       have it see the fields and the response of a refused CONNECT. */
    void (*tunnel)(struct lwurl *u, void *state, struct lwurl_out *out);

    /* A field of the response streams by; f lives during the call. */
    int (*field)(struct lwurl *u, void *state, const struct lwurl_field *f);

    /* The head is complete [http_error_<code>, <protocol>_response]: an
       enum lwurl_verdict, or an error. */
    int (*response)(struct lwurl *u, void *state);

    /* After LWURL_FOLLOW, when the old connection is parked or closed and
       nobody needs the old URL any more: calls lwurl_follow(). */
    int (*follow)(struct lwurl *u, void *state);

    /* The body was read to its end; or the fetch is closed, whole or not. */
    void (*end)(struct lwurl *u, void *state);
    void (*close)(struct lwurl *u, void *state);

    /* A new fetch begins: forget the last one. */
    void (*begin)(struct lwurl *u, void *state);
};

/* For sources, in open(): a response begins, with a body of `length` bytes
   (in_left; UINT64_MAX: not known), and nothing is left of the last one. */
void lwurl_source_begin(struct lwurl *u, uint64_t length);

/* For sources: passes a response field to every handler of the opener.
   1: the application wants it too (turn FIELD). < 0: a handler's error. */
int lwurl_deliver_field(struct lwurl *u, const struct lwurl_field *f);

/* Records the first error of a fetch, and returns it. */
int lwurl_fail(struct lwurl *u, int code, int32_t detail);

/* How a redirect goes on: bits. */
enum {
    LWURL_FOLLOW_GET = 1,    /* as GET (HEAD stays HEAD) and without body */
    LWURL_FOLLOW_CROSSED = 2 /* to another origin: the caller's Host,
                                Authorization and Cookie, user and password
                                stay behind, for the rest of the fetch */
};

/* The way to the current URL's host that a handler gives: 1 with *out, 0 for
   none, < 0: a handler's error. lwurl_request.connect_to says more. */
int lwurl_find_route(struct lwurl *u, struct lwurl_route *out);

/* Redirect: the next URL, in memory of the handler that lives until the next
   begin. Only from `follow`. */
void lwurl_follow(struct lwurl *u, struct lwurl_str url, unsigned how);

#ifdef __cplusplus
}
#endif

#endif
