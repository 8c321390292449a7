/* SPDX-License-Identifier: MIT */
/*
 * A connection of a fetch: name, TCP, filter (TLS), bytes; and the clock. The
 * only way from core to a port: core/run.c does it. Only conn_pause() waits;
 * progress moves the idle limit.
 */
#ifndef LWURL_CONN_H
#define LWURL_CONN_H

#include "lwurl_handler.h"

enum conn_phase {
    CONN_NONE,
    CONN_RESOLVING,
    CONN_CONNECTING,
    CONN_FILTERING, /* the filter's handshake */
    CONN_READY
};

/* recv: the peer ended the stream in order. */
#define CONN_EOF (-1)

struct lwurl_addr; /* lwurl_port.h */

/* Ways of a connection: the port's READ and WRITE. */
enum { CONN_IN = 1, CONN_OUT = 2 };

/* Where to, and what the filter is told (which may be another name). */
struct conn_to {
    struct lwurl_str host; /* n 0: nobody is asked, the address is *peer */
    uint16_t port;
    struct lwurl_addr *peer; /* NULL, or where the address is left */
    struct lwurl_filter_start start;
};

/* Goes on towards CONN_READY: 1 there, 0 not yet, < 0 error. When an address
   fails, the other family's is tried. */
int conn_open(struct lwurl *u, struct lwurl_conn *c, const struct conn_to *to);

/* The first address does not answer: gives the other family's a chance, and
   where there is none, the same address once more. */
void conn_give_up(struct lwurl *u, struct lwurl_conn *c);

/* How a connection is worked that has a filter. wrap() puts it on a TCP
   connection that is ready; the others are as the conn_ functions. */
struct lwurl_filter_pump {
    int (*wrap)(struct lwurl *u, struct lwurl_conn *c,
                const struct conn_to *to);
    int (*handshake)(struct lwurl *u, struct lwurl_conn *c);
    int (*send)(struct lwurl *u, struct lwurl_conn *c,
                const struct lwurl_str *slices, size_t n);
    int (*recv)(struct lwurl *u, struct lwurl_conn *c, void *p, size_t n);
    void (*stop)(struct lwurl *u, struct lwurl_conn *c, bool abort);
    /* Of the CONN_IN, CONN_OUT that the connection waits for: those that the
       filter waits for. */
    unsigned (*ways)(const struct lwurl_conn *c, unsigned ways);
};

/* > 0 bytes taken, 0 none now, < 0 error. */
int conn_send(struct lwurl *u, struct lwurl_conn *c,
              const struct lwurl_str *slices, size_t n);

/* > 0 bytes, 0 none now, CONN_EOF, < CONN_EOF an error. */
int conn_recv(struct lwurl *u, struct lwurl_conn *c, void *p, size_t n);

/* The same past the filter, for its pump. */
int conn_wire_send(struct lwurl *u, struct lwurl_conn *c,
                   const struct lwurl_str *slices, size_t n);
int conn_wire_recv(struct lwurl *u, struct lwurl_conn *c, void *p, size_t n);

/* Harmless at any time. */
void conn_close(struct lwurl *u, struct lwurl_conn *c, bool abort);

/* What the connection waits for: bytes, and with `sending` room for some. */
void conn_wants(const struct lwurl_conn *c, bool sending,
                struct lwurl_wants *out);

/* Milliseconds of the port's clock. */
uint32_t conn_now(const struct lwurl *u);
uint32_t conn_time(const struct lwurl_opener *opener);

/* Waits as `wants` says; and ends such a wait, from anywhere. */
void conn_pause(const struct lwurl *u, const struct lwurl_wants *wants);
void conn_wake(const struct lwurl *u);

#endif
