/* SPDX-License-Identifier: MIT */
/*
 * A port around a port: times and addresses of a fetch, and a line for each
 * thing that happens to a connection.
 */
#ifndef TAP_H
#define TAP_H

#include "limit.h"
#include "lwurl_port.h"

/* Microseconds since tap_begin(), 0 for what did not happen (yet). */
struct tap_times {
    int64_t name;      /* name resolved */
    int64_t connected; /* TCP */
    int64_t secured;   /* TLS */
    int64_t sent;      /* first byte of the request */
    int64_t answered;  /* first byte of the response head */
    int64_t ended;
};

struct tap {
    const struct lwurl_port *inner;
    void (*say)(const char *line); /* NULL: nobody listens */
    int64_t began_us;
    struct tap_times times;
    unsigned connects; /* TCP connections since tap_begin() */
    struct lwurl_addr peer;
    uint64_t sent_n, received_n; /* bytes of TCP payload */
    struct limit out, in;
};

/* The port of tap `t`. */
#define TAP_PORT(t)                                                            \
    {                                                                          \
        (t), tap_now_ms, tap_up, tap_resolve, tap_resolve_cancel, tap_connect, \
            tap_connected, tap_send, tap_recv, tap_close, tap_wait, tap_wake   \
    }

/* A new fetch: all is zero, but the peer of a kept connection. */
void tap_begin(struct tap *t);

/* Now, in microseconds since tap_begin(), never 0. */
int64_t tap_now(const struct tap *t);

#define ADDRESS_TEXT_MAX 64
void tap_peer_text(const struct tap *t, char text[ADDRESS_TEXT_MAX]);

/* The contract. */
uint32_t tap_now_ms(void *ctx);
int tap_up(void *ctx);
int tap_resolve(void *ctx, int *slot, struct lwurl_str name, unsigned attempt,
                struct lwurl_addr *out);
void tap_resolve_cancel(void *ctx, int slot);
int tap_connect(void *ctx, const struct lwurl_addr *to);
int tap_connected(void *ctx, int fd);
int tap_send(void *ctx, int fd, const struct lwurl_str *slices, size_t n);
int tap_recv(void *ctx, int fd, void *p, size_t n);
void tap_close(void *ctx, int fd, int abort);
void tap_wait(void *ctx, int fd, unsigned events, uint32_t ms);
void tap_wake(void *ctx);

#endif
