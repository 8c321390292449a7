/* SPDX-License-Identifier: MIT */
/*
 * The pump: carries bytes between a port, a filter and the rest of core.
 *
 *   phase        asks the port for     next
 *   NONE         up                    RESOLVING
 *   RESOLVING    resolve, connect      CONNECTING; RESOLVING: other family
 *   CONNECTING   connected             FILTERING; RESOLVING: other family
 *   FILTERING    send, recv            READY: the filter takes our bytes
 *   READY        send, recv            NONE: close
 */
#include <string.h>

#include "http/conn.h"
#include "http/engine.h"
#include "lwurl_port.h"

/* Pieces that one call moves through a filter: bounds a step when a peer
   sends records without content faster than we read them. */
#define PULLS_MAX 16

static const struct lwurl_port *port_of(const struct lwurl *u)
{
    return u->opener->port;
}

/* Progress. While the application has its turn, moved_ms is no time, but what
   the idle limit had run up before: see fetch.c. */
static void moved(struct lwurl *u)
{
    bool turn = (u->flags & F_TURN) != 0;

    u->moved_ms = turn ? 0 : conn_now(u);
}

/* ------------------------------------------------------------------ filter */

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
    const struct lwurl_port *port = port_of(u);
    struct lwurl_str s;

    for (;;) {
        s.p =
            (const char *)c->filter->buf(c->slot, LWURL_FILTER_WIRE_OUT, &s.n);
        if (s.n == 0)
            return 1;
        int r = port->send(port->ctx, c->fd, &s, 1);
        if (r <= 0)
            return r;
        c->filter->ack(c->slot, LWURL_FILTER_WIRE_OUT, (size_t)r);
        moved(u);
    }
}

/* Wire to filter, once. 1: moved, or the wire ended. 0: nothing there. */
static int pull(struct lwurl *u, struct lwurl_conn *c)
{
    const struct lwurl_port *port = port_of(u);
    size_t n = 0;
    void *p = c->filter->buf(c->slot, LWURL_FILTER_WIRE_IN, &n);

    if (n == 0)
        return 0;
    int r = port->recv(port->ctx, c->fd, p, n);
    if (r == LWURL_PORT_EOF) {
        c->filter->wire_end(c->slot);
        return 1;
    }
    if (r <= 0)
        return r;
    c->filter->ack(c->slot, LWURL_FILTER_WIRE_IN, (size_t)r);
    moved(u);
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

static int filter_send(struct lwurl *u, struct lwurl_conn *c,
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

static int filter_recv(struct lwurl *u, struct lwurl_conn *c, void *p, size_t n)
{
    for (int i = 0; i < PULLS_MAX; i++) {
        size_t have = 0;
        const void *from = c->filter->buf(c->slot, LWURL_FILTER_APP_IN, &have);
        if (have > 0) {
            have = have < n ? have : n;
            memcpy(p, from, have);
            c->filter->ack(c->slot, LWURL_FILTER_APP_IN, have);
            return (int)have;
        }
        int r = push(u, c);
        if (r < 0)
            return r;
        if ((c->filter->state(c->slot) & LWURL_FILTER_CLOSED) != 0)
            return filter_end(u, c);
        r = pull(u, c);
        if (r <= 0)
            return r;
    }
    u->flags |= F_AGAIN;
    return 0;
}

/* ----------------------------------------------------------------- opening */

static void drop_fd(struct lwurl *u, struct lwurl_conn *c, bool abort)
{
    const struct lwurl_port *port = port_of(u);

    if (c->fd != LWURL_PORT_NONE && c->phase == CONN_RESOLVING)
        port->resolve_cancel(port->ctx, c->fd);
    else if (c->fd != LWURL_PORT_NONE)
        port->close(port->ctx, c->fd, abort);
    c->fd = LWURL_PORT_NONE;
}

/* An address failed. The other family's comes next; when both fail, the error
   is of the one that existed, and so is the phase. */
static int other_family(struct lwurl *u, struct lwurl_conn *c, int err)
{
    drop_fd(u, c, true);
    if (c->attempt == 0) {
        c->attempt = 1;
        c->first_err = (int16_t)err;
        c->phase = CONN_RESOLVING;
        u->flags |= F_AGAIN;
        return 0;
    }
    if (err != LWURL_ERR_DNS)
        return err;
    if (c->first_err == LWURL_ERR_REFUSED ||
        c->first_err == LWURL_ERR_UNREACHABLE)
        c->phase = CONN_CONNECTING;
    return c->first_err;
}

static int find_address(struct lwurl *u, struct lwurl_conn *c,
                        const struct conn_to *to, struct lwurl_addr *out)
{
    const struct lwurl_port *port = port_of(u);

    if (to->host.n > 0)
        return port->resolve(port->ctx, &c->fd, to->host, c->attempt, out);
    *out = *to->peer;
    return 1;
}

static int resolving(struct lwurl *u, struct lwurl_conn *c,
                     const struct conn_to *to)
{
    const struct lwurl_port *port = port_of(u);
    struct lwurl_addr addr;
    int r = find_address(u, c, to, &addr);

    if (r == 0)
        return 0;
    if (r < 0)
        return other_family(u, c, r);
    addr.port = to->port;
    if (to->peer != NULL)
        *to->peer = addr;
    c->phase = CONN_CONNECTING;
    moved(u);
    c->fd = port->connect(port->ctx, &addr);
    if (c->fd >= 0)
        return 0;
    r = c->fd;
    c->fd = LWURL_PORT_NONE;
    return other_family(u, c, r);
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
    lwurl_end(holder);
    return c->filter->start(c->slot, &to->start);
}

int conn_wrap(struct lwurl *u, struct lwurl_conn *c, const struct conn_to *to)
{
    c->phase = CONN_FILTERING;
    u->flags |= F_AGAIN;
    return start_filter(c, to);
}

static int connecting(struct lwurl *u, struct lwurl_conn *c,
                      const struct conn_to *to)
{
    const struct lwurl_port *port = port_of(u);
    int r = port->connected(port->ctx, c->fd);

    if (r <= 0)
        return r == 0 ? 0 : other_family(u, c, r);
    moved(u);
    c->phase = CONN_READY;
    return c->filter == NULL ? 1 : conn_wrap(u, c, to);
}

int conn_open(struct lwurl *u, struct lwurl_conn *c, const struct conn_to *to)
{
    const struct lwurl_port *port = port_of(u);

    switch (c->phase) {
    case CONN_NONE:
        if (port->up(port->ctx) == 0)
            return LWURL_ERR_NETDOWN;
        c->fd = LWURL_PORT_NONE;
        c->attempt = to->host.n > 0 ? 0 : 1; /* an address is the only one */
        c->phase = CONN_RESOLVING;
        return resolving(u, c, to);
    case CONN_RESOLVING:
        return resolving(u, c, to);
    case CONN_CONNECTING:
        return connecting(u, c, to);
    default: /* FILTERING */
        return handshake(u, c);
    }
}

/* ------------------------------------------------------------------- using */

int conn_send(struct lwurl *u, struct lwurl_conn *c,
              const struct lwurl_str *slices, size_t n)
{
    const struct lwurl_port *port = port_of(u);

    if (c->filter != NULL)
        return filter_send(u, c, slices, n);
    int r = port->send(port->ctx, c->fd, slices, n);
    if (r > 0)
        moved(u);
    return r;
}

int conn_recv(struct lwurl *u, struct lwurl_conn *c, void *p, size_t n)
{
    const struct lwurl_port *port = port_of(u);

    if (c->filter != NULL)
        return filter_recv(u, c, p, n);
    int r = port->recv(port->ctx, c->fd, p, n);
    if (r > 0)
        moved(u);
    return r;
}

static void stop_filter(struct lwurl *u, struct lwurl_conn *c, bool abort)
{
    if (c->filter == NULL || c->filter->owner(c->slot) != u)
        return;
    if (!abort) {
        c->filter->close(c->slot);
        (void)push(u, c); /* close_notify, if there is room for it */
    }
    c->filter->stop(c->slot);
}

void conn_close(struct lwurl *u, struct lwurl_conn *c, bool abort)
{
    if (c->phase == CONN_NONE)
        return;
    stop_filter(u, c, abort);
    drop_fd(u, c, abort);
    c->phase = CONN_NONE;
}

void conn_wants(const struct lwurl_conn *c, bool sending,
                struct lwurl_wants *out)
{
    out->fd = c->phase > CONN_RESOLVING ? c->fd : LWURL_PORT_NONE;
    out->events = 0;
    if (c->phase == CONN_CONNECTING)
        out->events = LWURL_PORT_WRITE;
    else if (c->phase >= CONN_FILTERING)
        out->events = LWURL_PORT_READ;
    if (c->phase == CONN_READY && sending)
        out->events |= LWURL_PORT_WRITE;
    if (c->phase >= CONN_FILTERING && c->filter != NULL &&
        (c->filter->state(c->slot) & LWURL_FILTER_WIRE_OUT) != 0)
        out->events |= LWURL_PORT_WRITE;
}

/* ------------------------------------------------------------------- clock */

uint32_t conn_now(const struct lwurl *u)
{
    return port_of(u)->now_ms(port_of(u)->ctx);
}

void conn_pause(const struct lwurl *u, const struct lwurl_wants *wants)
{
    const struct lwurl_port *port = port_of(u);

    port->wait(port->ctx, wants->fd, wants->events, wants->ms);
}

void conn_wake(const struct lwurl *u)
{
    const struct lwurl_port *port = port_of(u);

    if (port->wake != NULL)
        port->wake(port->ctx);
}
