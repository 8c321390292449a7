/* SPDX-License-Identifier: MIT */
/*
 * The pump's other half: bytes of a connection that go through a filter. Only
 * the filter's ops name it, so a program without filters does not hold it.
 */
#include <string.h>

#include "http/conn.h"
#include "http/engine.h"

/* Pieces that one call moves through a filter: bounds a step when a peer
   sends records without content faster than we read them. */
#define PULLS_MAX 16

/* Why the filter is over; CONN_EOF for an orderly end. */
static int filter_end(struct lwurl *u, struct lwurl_conn *c)
{
    int32_t detail = 0;
    int err = c->filter->error(c->slot, &detail);

    if (err == LWURL_OK)
        return CONN_EOF;
    u->detail = detail;
    return err;
}

/* Filter to wire, as much as it takes. 1: all is out. 0: blocked. < 0. */
static int push(struct lwurl *u, struct lwurl_conn *c)
{
    struct lwurl_str s;

    for (;;) {
        s.p =
            (const char *)c->filter->buf(c->slot, LWURL_FILTER_WIRE_OUT, &s.n);
        if (s.n == 0)
            return 1;
        int r = conn_wire_send(u, c, &s, 1);
        if (r <= 0)
            return r;
        c->filter->ack(c->slot, LWURL_FILTER_WIRE_OUT, (size_t)r);
    }
}

/* Wire to filter, once. 1: moved, or the wire ended. 0: nothing there. */
static int pull(struct lwurl *u, struct lwurl_conn *c)
{
    size_t n = 0;
    void *p = c->filter->buf(c->slot, LWURL_FILTER_WIRE_IN, &n);

    if (n == 0)
        return 0;
    int r = conn_wire_recv(u, c, p, n);
    if (r == CONN_EOF) {
        c->filter->wire_end(c->slot);
        return 1;
    }
    if (r <= 0)
        return r;
    c->filter->ack(c->slot, LWURL_FILTER_WIRE_IN, (size_t)r);
    return 1;
}

/* One piece of a handshake per call: at most one costly operation. */
static int handshake(struct lwurl *u, struct lwurl_conn *c)
{
    int r = push(u, c);

    if (r <= 0)
        return r;
    unsigned state = c->filter->state(c->slot);
    if ((state & LWURL_FILTER_CLOSED) != 0) {
        r = filter_end(u, c);
        return r == CONN_EOF ? LWURL_ERR_TLS_TRUNCATED : r;
    }
    if ((state & LWURL_FILTER_APP_OUT) != 0) {
        c->phase = CONN_READY;
        return 1;
    }
    r = pull(u, c);
    if (r > 0)
        u->flags |= F_AGAIN;
    return r < 0 ? r : 0;
}

static size_t filter_put(struct lwurl_conn *c, struct lwurl_str s)
{
    size_t n = 0;
    void *p = c->filter->buf(c->slot, LWURL_FILTER_APP_OUT, &n);

    if (n > s.n)
        n = s.n;
    if (n > 0) {
        memcpy(p, s.p, n);
        c->filter->ack(c->slot, LWURL_FILTER_APP_OUT, n);
    }
    return n;
}

static int send(struct lwurl *u, struct lwurl_conn *c,
                const struct lwurl_str *slices, size_t n)
{
    size_t taken = 0;
    int r = push(u, c);

    if (r < 0)
        return r;
    if ((c->filter->state(c->slot) & LWURL_FILTER_CLOSED) != 0)
        return LWURL_ERR_RESET; /* receiving says why */
    for (size_t i = 0; i < n; i++) {
        size_t part = filter_put(c, slices[i]);
        taken += part;
        if (part < slices[i].n)
            break;
    }
    if (taken > 0)
        c->filter->flush(c->slot);
    r = push(u, c);
    return r < 0 ? r : (int)taken;
}

static int filter_take(struct lwurl_conn *c, void *p, size_t n)
{
    size_t have = 0;
    const void *from = c->filter->buf(c->slot, LWURL_FILTER_APP_IN, &have);

    have = have < n ? have : n;
    memcpy(p, from, have);
    c->filter->ack(c->slot, LWURL_FILTER_APP_IN, have);
    return (int)have;
}

/* The state is asked once for each pull: with TLS, it and each buffer cost a
   look through BearSSL's engine. */
static int recv(struct lwurl *u, struct lwurl_conn *c, void *p, size_t n)
{
    for (int i = 0; i < PULLS_MAX; i++) {
        unsigned state = c->filter->state(c->slot);
        int r = 0;

        if ((state & LWURL_FILTER_APP_IN) != 0)
            return filter_take(c, p, n);
        if ((state & LWURL_FILTER_WIRE_OUT) != 0) {
            r = push(u, c);
            state = c->filter->state(c->slot);
        }
        if (r < 0)
            return r;
        if ((state & LWURL_FILTER_CLOSED) != 0)
            return filter_end(u, c);
        r = pull(u, c);
        if (r <= 0)
            return r;
    }
    u->flags |= F_AGAIN;
    return 0;
}

/* The slot of a filter may be held by a fetch that only keeps a connection for
   later: that one closes. */
static int start_filter(struct lwurl_conn *c, const struct conn_to *to)
{
    int r = c->filter->start(c->slot, &to->start);
    struct lwurl *holder =
        r == LWURL_ERR_BUSY ? c->filter->owner(c->slot) : NULL;

    if (holder == NULL || holder->phase != LWURL_PHASE_IDLE)
        return r;
    conn_close(holder, &holder->conn, false);
    return c->filter->start(c->slot, &to->start);
}

static int wrap(struct lwurl *u, struct lwurl_conn *c, const struct conn_to *to)
{
    c->phase = CONN_FILTERING;
    u->flags |= F_AGAIN;
    return start_filter(c, to);
}

static void stop(struct lwurl *u, struct lwurl_conn *c, bool abort)
{
    if (c->filter->owner(c->slot) != u)
        return;
    if (!abort) {
        c->filter->close(c->slot);
        (void)push(u, c); /* close_notify, if there is room for it */
    }
    c->filter->stop(c->slot);
}

/* Bytes that came while the filter has no room for them, or room on the wire
   while it takes none of ours, would end each wait at once. */
static unsigned ways(const struct lwurl_conn *c, unsigned asked)
{
    unsigned state = c->filter->state(c->slot);
    unsigned got = 0;

    if ((state & LWURL_FILTER_WIRE_IN) != 0)
        got = CONN_IN;
    if ((asked & CONN_OUT) != 0 && (state & LWURL_FILTER_APP_OUT) != 0)
        got |= CONN_OUT;
    if ((state & LWURL_FILTER_WIRE_OUT) != 0)
        got |= CONN_OUT;
    return got;
}

const struct lwurl_filter_pump lwurl_filter_pump = {
    .wrap = wrap,
    .handshake = handshake,
    .send = send,
    .recv = recv,
    .stop = stop,
    .ways = ways,
};
