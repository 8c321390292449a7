/* SPDX-License-Identifier: MIT */
/*
 * What a port gives to lwurl: connections, names and a clock.
 *
 * You write one const struct lwurl_port; port/template is an empty one to
 * copy, port/lwip the one for lwIP sockets. You call nothing of lwurl, except
 * that a port with interrupts may wake its own wait().
 *
 * Rules for every function: `ctx` is the struct's own member; all run in the
 * task that runs the fetch; none but wait() blocks; none keeps a pointer that
 * it was given. Negative results are LWURL_ERR_* of the road family
 * (lwurl_types.h). 0 never means "closed".
 */
#ifndef LWURL_PORT_H
#define LWURL_PORT_H

#include "lwurl_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The peer closed its side in order: no more bytes will come. */
#define LWURL_PORT_EOF (-1)

/* No slot, no connection: what `slot` and `fd` hold when they hold nothing. */
#define LWURL_PORT_NONE (-1)

/* What wait() waits for; an empty set means time only. */
#define LWURL_PORT_READ  1u
#define LWURL_PORT_WRITE 2u

/* An address in network byte order. */
struct lwurl_addr {
    uint8_t bytes[16]; /* the first 4 for IPv4 */
    uint8_t family;    /* 4 or 6 */
    uint8_t zone;      /* IPv6 scope: interface index, 0 for none */
    uint16_t port;     /* host byte order */
};

struct lwurl_port {
    void *ctx;

    /* Milliseconds since any start; wraps at 2^32 (49.7 days). */
    uint32_t (*now_ms)(void *ctx);

    /* 1 when some interface is up with link and address, else 0: then a fetch
       fails at once with LWURL_ERR_NETDOWN instead of running into a timeout.
       A port that cannot know returns 1. */
    int (*up)(void *ctx);

    /*
     * Name or address literal ("10.0.0.1", "::1", no brackets) to address.
     * `attempt` 0 asks for the preferred family, 1 for the other one.
     * 1: *out is set (port too: 0). 0: not yet, call again with the same
     * arguments after wait(). < 0: LWURL_ERR_DNS, LWURL_ERR_STACK.
     * *slot is LWURL_PORT_NONE at the first call; the port keeps its place
     * there, and sets it to NONE again when it returns anything but 0.
     */
    int (*resolve)(void *ctx, int *slot, struct lwurl_str name,
                   unsigned attempt, struct lwurl_addr *out);

    /* Gives up a resolve() that returned 0. A late answer is dropped. */
    void (*resolve_cancel)(void *ctx, int slot);

    /* Starts a TCP connection (TCP_NODELAY set). >= 0: its fd, to be closed
       with close(), whatever happens. < 0: error, nothing to close. */
    int (*connect)(void *ctx, const struct lwurl_addr *to);

    /* 1: connected. 0: not yet, wait for WRITE. < 0: error; close() follows. */
    int (*connected)(void *ctx, int fd);

    /* Sends the slices one after the other, gathered in as few segments as
       they fit. > 0: bytes taken, counted from the first slice, any number up
       to their sum. 0: no room now, wait for WRITE. < 0: error. n >= 1, no
       slice is empty. */
    int (*send)(void *ctx, int fd, const struct lwurl_str *slices, size_t n);

    /* Receives into p[0..n), n >= 1. > 0: bytes. 0: none now, wait for READ.
       LWURL_PORT_EOF: the peer is done. < -1: error. */
    int (*recv)(void *ctx, int fd, void *p, size_t n);

    /* Closes. With `abort` the peer gets a reset and no memory stays behind;
       else an orderly close in the background. */
    void (*close)(void *ctx, int fd, int abort);

    /* Blocks until `events` of `fd` (LWURL_PORT_NONE: until a resolve made
       progress), wake(), or ms milliseconds; it may return early. */
    void (*wait)(void *ctx, int fd, unsigned events, uint32_t ms);

    /* Ends a wait() early. From any task or interrupt. May be NULL: then a
       cancel is obeyed when the wait is over. */
    void (*wake)(void *ctx);
};

/* Entropy, for whoever needs it (https). Fills p[0..n) with bytes that nobody
   can predict and returns 0, or a negative number when it cannot; it never
   returns the same bytes after a restart. lwurl asks for 32 bytes for each
   handshake, resumed or not, and keeps nothing of them. */
struct lwurl_entropy {
    void *ctx;
    int (*read)(void *ctx, void *p, size_t n);
};

/* Wall clock, for whoever needs it (certificates). Seconds since 1970-01-01
   UTC in *unix_s and 0, or a negative number while the time is unknown. */
struct lwurl_clock {
    void *ctx;
    int (*now)(void *ctx, int64_t *unix_s);
};

#ifdef __cplusplus
}
#endif

#endif
