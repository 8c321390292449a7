/* SPDX-License-Identifier: MIT */
/*
 * The pump: carries bytes between a port, a filter and the rest of core.
 *
 *   phase        asks the port for     next
 *   NONE         up                    RESOLVING
 *   RESOLVING    resolve, connect      CONNECTING; RESOLVING: other family
 *   CONNECTING   connected             FILTERING; RESOLVING: other family
 *                (conn_give_up)        RESOLVING: other family
 *   FILTERING    send, recv            READY: the filter takes our bytes
 *   READY        send, recv            NONE: close
 */
#include <string.h>

#include "http/conn.h"
#include "http/engine.h"
#include "lwurl_port.h"

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
    if (c->attempt == 0)
        c->first_err = (int16_t)err;
    if (c->attempt == 0 || (c->attempt == 1 && err == LWURL_ERR_DNS &&
                            c->first_err == LWURL_ERR_IDLE)) {
        c->attempt++;
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

void conn_give_up(struct lwurl *u, struct lwurl_conn *c)
{
    (void)other_family(u, c, LWURL_ERR_IDLE);
}

static int find_address(struct lwurl *u, struct lwurl_conn *c,
                        const struct conn_to *to, struct lwurl_addr *out)
{
    const struct lwurl_port *port = port_of(u);

    if (to->host.n > 0)
        return port->resolve(port->ctx, &c->fd, to->host, c->attempt & 1u, out);
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
    if (c->attempt == 0 || c->first_err != LWURL_ERR_IDLE)
        moved(u); /* else its time runs already */
    c->fd = port->connect(port->ctx, &addr);
    if (c->fd >= 0)
        return 0;
    r = c->fd;
    c->fd = LWURL_PORT_NONE;
    return other_family(u, c, r);
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
    return c->filter == NULL ? 1 : c->filter->pump->wrap(u, c, to);
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
        c->first_err = LWURL_OK;
        c->phase = CONN_RESOLVING;
        return resolving(u, c, to);
    case CONN_RESOLVING:
        return resolving(u, c, to);
    case CONN_CONNECTING:
        return connecting(u, c, to);
    default: /* FILTERING */
        return c->filter->pump->handshake(u, c);
    }
}

/* ------------------------------------------------------------------- using */

int conn_wire_send(struct lwurl *u, struct lwurl_conn *c,
                   const struct lwurl_str *slices, size_t n)
{
    const struct lwurl_port *port = port_of(u);
    int r = port->send(port->ctx, c->fd, slices, n);

    if (r > 0)
        moved(u);
    return r;
}

int conn_wire_recv(struct lwurl *u, struct lwurl_conn *c, void *p, size_t n)
{
    const struct lwurl_port *port = port_of(u);
    int r = port->recv(port->ctx, c->fd, p, n);

    if (r > 0)
        moved(u);
    return r;
}

int conn_send(struct lwurl *u, struct lwurl_conn *c,
              const struct lwurl_str *slices, size_t n)
{
    return c->filter != NULL ? c->filter->pump->send(u, c, slices, n)
                             : conn_wire_send(u, c, slices, n);
}

int conn_recv(struct lwurl *u, struct lwurl_conn *c, void *p, size_t n)
{
    return c->filter != NULL ? c->filter->pump->recv(u, c, p, n)
                             : conn_wire_recv(u, c, p, n);
}

void conn_close(struct lwurl *u, struct lwurl_conn *c, bool abort)
{
    if (c->phase == CONN_NONE)
        return;
    if (c->filter != NULL)
        c->filter->pump->stop(u, c, abort);
    drop_fd(u, c, abort);
    c->phase = CONN_NONE;
}

/* What conn.h names is what the port is asked for. */
enum {
    WAYS_AGREE =
        1 / (CONN_IN == LWURL_PORT_READ && CONN_OUT == LWURL_PORT_WRITE)
};

void conn_wants(const struct lwurl_conn *c, bool sending,
                struct lwurl_wants *out)
{
    unsigned ways = sending ? CONN_IN | CONN_OUT : CONN_IN;

    out->fd = c->phase > CONN_RESOLVING ? c->fd : LWURL_PORT_NONE;
    out->events = 0;
    if (c->phase == CONN_CONNECTING)
        out->events = LWURL_PORT_WRITE;
    else if (c->phase >= CONN_FILTERING)
        out->events = c->filter == NULL ? ways : c->filter->pump->ways(c, ways);
}

/* ------------------------------------------------------------------- clock */

uint32_t conn_time(const struct lwurl_opener *opener)
{
    return opener->port->now_ms(opener->port->ctx);
}

uint32_t conn_now(const struct lwurl *u)
{
    return conn_time(u->opener);
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
