/* SPDX-License-Identifier: MIT */
/*
 * http and https as a source: hops of one fetch on one connection.
 *
 *   phase     does                         next
 *   RESOLVE   conn_open                    CONNECT, TLS, SEND: as it gets there
 *   SEND      request out, response in     HEAD: request is out
 *             (first the CONNECT of a tunnel: then TLS, and SEND again)
 *   HEAD      response in                  BODY: head complete (RESPONSE)
 *                                          RESOLVE: a kept connection was dead
 *   BODY      body to the application      DONE
 *   DONE                                   IDLE: close
 */
#include "schemes/http.h"

#include <string.h>

#include "http/conn.h"
#include "http/engine.h"
#include "http/head_out.h"
#include "schemes/source.h"
#include "text/str.h"
#include "text/url.h"

/* Times that one step fills the work buffer. */
#define FILLS_MAX 8

/* Fewer bytes than this are taken through the work buffer: a call of the port
   is dearer than a copy. */
#define SMALL 32u

/* ------------------------------------------------------- kept connections */

static struct lwurl_str or_empty(const char *text)
{
    return text == NULL ? (struct lwurl_str){"", 0} : str_of(text);
}

const char *http_of_origin(const struct lwurl *u, const char *text)
{
    return (u->flags & F_CROSSED) != 0 ? NULL : text;
}

int lwurl_find_route(struct lwurl *u, struct lwurl_route *out)
{
    const struct lwurl_opener *opener = u->opener;
    int found = 0;

    for (size_t i = 0; i < opener->handlers_n && found == 0; i++) {
        const struct lwurl_handler *h = &opener->handlers[i];
        if (h->ops->route != NULL)
            found = h->ops->route(u, h->state, out);
    }
    return found;
}

/* A route replaces host and port of the wire only, as connect_to does; the
   filter is told the URL's. */
static void take_route(struct lwurl *u, const struct lwurl_route *way,
                       struct conn_to *to)
{
    to->host = way->host;
    if (way->port != 0)
        to->port = way->port;
    if (way->how == LWURL_ROUTE_DIRECT)
        return;
    u->flags |= F_PROXY;
    if (way->how == LWURL_ROUTE_TUNNEL || u->scheme->ops->filter != NULL)
        u->flags |= F_THROUGH;
}

/* Where this hop's connection goes. */
static int route(struct lwurl *u, struct conn_to *to)
{
    const char *connect_to = http_of_origin(u, u->request->connect_to);
    struct lwurl_route way;
    struct url url;
    int32_t at;
    int err = url_split(u->url, &url, &at);

    if (err != LWURL_OK)
        return lwurl_fail(u, err, at);
    to->host = to->start.host = url.host;
    to->port = url.port != 0 ? url.port : u->scheme->ops->default_port;
    to->peer = NULL;
    to->start.port = to->port;
    to->start.tls_name = http_of_origin(u, u->request->tls_name);
    to->start.owner = u;
    u->flags &= ~(uint32_t)(F_PROXY | F_THROUGH);
    at = 0;
    if (connect_to != NULL) {
        err = url_authority(str_of(connect_to), &url, &at);
        way.host = url.host;
        way.port = url.port;
        way.how = LWURL_ROUTE_DIRECT;
    } else {
        err = lwurl_find_route(u, &way);
    }
    if (err < 0)
        return lwurl_fail(u, err, at);
    if (connect_to != NULL || err > 0)
        take_route(u, &way, to);
    return LWURL_OK;
}

/* A line of the work buffer at *at: writes it, or says whether it is there. */
static bool line(struct lwurl *u, size_t *at, struct lwurl_str is, bool compare)
{
    char *p = u->work + *at;

    if (is.n >= u->work_max - *at)
        return false;
    *at += is.n + 1;
    if (compare)
        return str_same((struct lwurl_str){p, is.n}, is) && p[is.n] == '\n';
    if (is.n > 0)
        memcpy(p, is.p, is.n);
    p[is.n] = '\n';
    return true;
}

/* Writes the names that a connection is for into the work buffer, which nothing
   else needs while it is idle: a copy, since the next URL may overwrite this
   one; or compares them with what was written. */
static bool names(struct lwurl *u, const struct conn_to *to, bool compare)
{
    struct lwurl_str parts[] = {or_empty(to->start.tls_name),
                                {"ptt", u->flags / F_PROXY % 4},
                                to->start.host,
                                to->host};
    size_t at = 0;

    if (to->host.p == to->start.host.p)
        parts[3].n = 0; /* once is enough */
    for (int i = 0; i < 4; i++)
        if (!line(u, &at, parts[i], compare))
            return false;
    if (!compare)
        u->kept_n = (uint16_t)at;
    return u->kept_n == at;
}

/* Keeps the connection for the next fetch, where its names fit. */
static bool remember(struct lwurl *u)
{
    struct conn_to to = {.port = 0};

    return route(u, &to) == LWURL_OK && names(u, &to, false);
}

/* Does the connection that was kept serve this URL, and does it still live?
   Opener and scheme are the same: else it was closed before. One that has
   anything to say now was closed by its peer, or is out of step. */
static bool can_reuse(struct lwurl *u, const struct conn_to *to)
{
    struct lwurl_conn *c = &u->conn;

    return c->phase == CONN_READY && c->port == to->start.port &&
           c->wire_port == to->port && names(u, to, true) &&
           conn_recv(u, c, u->work, 1) == 0;
}

/* ----------------------------------------------------------------- opening */

/* An exchange begins: the CONNECT of a tunnel, or the request. */
static void begin(struct lwurl *u)
{
    u->flags &= ~(uint32_t)F_TUNNEL;
    if ((u->flags & (F_THROUGH | F_OPEN)) == F_THROUGH)
        u->flags |= F_TUNNEL;
    engine_begin(u);
}

static void connect_anew(struct lwurl *u)
{
    bool through = (u->flags & F_THROUGH) != 0;

    conn_close(u, &u->conn, true);
    u->conn.filter = through ? NULL : u->scheme->ops->filter;
    u->conn.slot = u->scheme->state;
    u->conn_ms = conn_now(u);
    u->flags &= ~(uint32_t)(F_REUSED | F_OPEN);
    u->phase = LWURL_PHASE_RESOLVE;
}

static int http_open(struct lwurl *u)
{
    struct conn_to to;
    int err = route(u, &to);

    if (err != LWURL_OK)
        return err;
    if (can_reuse(u, &to)) {
        u->flags |= F_REUSED;
        u->phase = LWURL_PHASE_SEND;
    } else {
        connect_anew(u);
    }
    u->conn.port = to.start.port;
    u->conn.wire_port = to.port;
    begin(u);
    return LWURL_OK;
}

static int connect_step(struct lwurl *u)
{
    static const uint8_t phases[] = {
        [CONN_NONE] = LWURL_PHASE_RESOLVE,
        [CONN_RESOLVING] = LWURL_PHASE_RESOLVE,
        [CONN_CONNECTING] = LWURL_PHASE_CONNECT,
        [CONN_FILTERING] = LWURL_PHASE_TLS,
        [CONN_READY] = LWURL_PHASE_SEND,
    };
    struct conn_to to;

    (void)route(u, &to); /* was checked by open */
    int r = conn_open(u, &u->conn, &to);
    u->phase = phases[u->conn.phase];
    if (r < 0)
        return lwurl_fail(u, r, u->detail);
    if (r > 0)
        u->flags |= F_AGAIN;
    return LWURL_TURN_WAIT;
}

/* ---------------------------------------------------------------- exchange */

/* A connection died. A kept one may have been closed by the server before the
   request reached it: then, and only where nothing can be done twice, once
   more on a fresh one (RFC 9112 9.3.1). */
static int lost(struct lwurl *u, int err)
{
    if ((u->flags & F_REUSED) == 0 || u->head_n > 0 ||
        err == LWURL_ERR_TLS_RECORD) /* the connection lived */
        return lwurl_fail(u, err, u->detail);
    if (!request_repeatable(u) && u->head_at > 0)
        return lwurl_fail(u, LWURL_ERR_MAYBE_SENT, 0);
    if (!request_can_resend(u))
        return lwurl_fail(u, LWURL_ERR_REPLAY, 0);
    connect_anew(u);
    begin(u);
    u->flags |= F_AGAIN;
    return LWURL_TURN_WAIT;
}

/* Is there more of the request to send? A head that a final response came
   amid is not: what handlers add to it may have changed with the answer. */
static bool is_sending(const struct lwurl *u)
{
    return u->out == OUT_BODY || (u->out == OUT_HEAD && u->status < 200);
}

/* Sends what lies ready. > 0: moved, 0: not, < 0: error. A send that fails may
   hide an answer that came before: so it only ends the sending. */
static int transmit(struct lwurl *u)
{
    struct lwurl_str slices[LWURL_SLICES];
    struct lwurl_out out = {.slices = slices, .max = LWURL_SLICES};

    if (!is_sending(u))
        return 0;
    out.room = u->work + u->in_at + u->in_n;
    out.room_n = u->work_max - u->in_at - u->in_n;
    engine_out(u, &out);
    if (out.n == 0)
        return 0;
    int r = conn_send(u, &u->conn, slices, out.n);
    if (r > 0)
        engine_sent(u, &out, (size_t)r);
    return r;
}

/* Receives more, unless it is a head that has no end. */
static int fill(struct lwurl *u)
{
    bool in_head = u->in == IN_HEAD || u->in == IN_TRAILER;

    if (in_head && u->head_n >= LWURL_HEAD_MAX)
        return LWURL_ERR_HEAD_LIMIT;
    return source_fill(u);
}

/* Reads on in a head or trailer: a turn, 0 when there is no more to read now,
   or an error. */
static int receive(struct lwurl *u)
{
    for (int fills = 0; fills < FILLS_MAX;) {
        int r = engine_head(u);
        if (r == HEAD_END)
            return u->in == IN_DONE && u->phase == LWURL_PHASE_BODY
                       ? LWURL_TURN_DONE
                       : LWURL_TURN_RESPONSE;
        if (r == HEAD_FIELD) {
            r = deliver_piece(u);
            if (r != 0)
                return r > 0 ? LWURL_TURN_FIELD : r;
            continue;
        }
        if (r == HEAD_MORE)
            r = fill(u);
        if (r == CONN_EOF)
            r = engine_eof(u);
        if (r <= 0)
            return r;
        fills++;
    }
    u->flags |= F_AGAIN;
    return 0;
}

/* The proxy opened the tunnel: what follows is between us and the origin. */
static int enter_tunnel(struct lwurl *u)
{
    struct conn_to to;

    if (u->in_n > 0) /* the proxy talks into it */
        return lwurl_fail(u, LWURL_ERR_PROXY, u->status);
    (void)route(u, &to); /* was checked by open */
    u->flags |= F_OPEN;
    u->conn.filter = u->scheme->ops->filter;
    begin(u);
    if (u->conn.filter == NULL) {
        u->phase = LWURL_PHASE_SEND;
        u->flags |= F_AGAIN;
        return LWURL_TURN_WAIT;
    }
    u->phase = LWURL_PHASE_TLS;
    int r = u->conn.filter->pump->wrap(u, &u->conn, &to);
    return r < 0 ? lwurl_fail(u, r, u->detail) : LWURL_TURN_WAIT;
}

static int head_complete(struct lwurl *u)
{
    if ((u->flags & F_TUNNEL) != 0 && u->status / 100 == 2)
        return enter_tunnel(u);
    u->phase = LWURL_PHASE_BODY;
    return LWURL_TURN_RESPONSE;
}

static int exchange(struct lwurl *u)
{
    int sent = transmit(u);
    int r = receive(u);

    if (sent < 0)
        u->send_err = (int16_t)sent;
    u->phase = u->out == OUT_DONE ? LWURL_PHASE_HEAD : LWURL_PHASE_SEND;
    if (r < 0)
        return lost(u, r);
    if (r == LWURL_TURN_RESPONSE)
        return head_complete(u);
    if (r > 0)
        return r;
    if (u->send_err != LWURL_OK)
        return lost(u, u->send_err);
    if (sent > 0 && u->out != OUT_DONE)
        u->flags |= F_AGAIN;
    if (!engine_wants_body(u) || (u->flags & F_DRY) != 0) {
        u->flags &= ~(uint32_t)F_DRY;
        return LWURL_TURN_WAIT;
    }
    return LWURL_TURN_SEND;
}

/* ---------------------------------------------------------------- response */

/* Chunk framing and trailers take no turn of the application's. */
static int body_step(struct lwurl *u)
{
    int r = engine_body(u);

    if (r < 0)
        return lwurl_fail(u, r, 0);
    if (u->in == IN_TRAILER) {
        r = receive(u);
        if (r < 0)
            return lwurl_fail(u, r, 0);
        if (r == 0)
            return LWURL_TURN_WAIT;
        if (r != LWURL_TURN_DONE)
            return r;
    }
    if (u->in == IN_DONE) {
        u->phase = LWURL_PHASE_DONE;
        return LWURL_TURN_DONE;
    }
    if ((u->flags & F_DRY) == 0)
        return LWURL_TURN_BODY;
    u->flags &= ~(uint32_t)F_DRY;
    return LWURL_TURN_WAIT;
}

static int http_step(struct lwurl *u)
{
    if (u->phase < LWURL_PHASE_SEND)
        return connect_step(u);
    return u->phase < LWURL_PHASE_BODY ? exchange(u) : body_step(u);
}

/* The body ended with the connection, or was cut off by it. */
static int body_eof(struct lwurl *u, int r)
{
    int32_t missing = u->in_left > INT32_MAX ? INT32_MAX : (int32_t)u->in_left;

    if (r == CONN_EOF)
        r = engine_eof(u);
    if (r == LWURL_OK)
        return 0;
    return lwurl_fail(u, r, r == LWURL_ERR_INCOMPLETE ? missing : u->detail);
}

/* Up to n body bytes: first those in the window, then straight from the wire
   where that makes fewer calls of the port. dst NULL drops them. */
static int take_data(struct lwurl *u, char *dst, size_t n)
{
    int r = 1;

    if (u->in_n == 0 && dst != NULL && n >= SMALL) {
        r = conn_recv(u, &u->conn, dst, n);
        return r;
    }
    if (u->in_n == 0)
        r = fill(u);
    if (r <= 0)
        return r;
    n = n < u->in_n ? n : u->in_n;
    if (dst != NULL)
        memcpy(dst, u->work + u->in_at, n);
    u->in_at += n;
    u->in_n -= n;
    return (int)n;
}

/* One try at the body: bytes taken, 0 for none now, or an error; *again where
   it only read on in the framing. */
static int try_take(struct lwurl *u, void *dst, size_t n, bool *again)
{
    int r = engine_body(u);

    if (r == 0) {
        r = fill(u);
        *again = r > 0;
        return r;
    }
    size_t may = engine_may_take(u, n);
    if (r < 0 || may == 0)
        return r < 0 ? r : 0;
    r = take_data(u, dst, may);
    if (r > 0)
        engine_took(u, (size_t)r);
    return r;
}

static int http_take(struct lwurl *u, void *dst, size_t n)
{
    bool again = true;
    int r = 0;

    for (int fills = 0; again && fills < FILLS_MAX; fills++) {
        again = false;
        r = try_take(u, dst, n, &again);
    }
    if (r < 0)
        return body_eof(u, r);
    if (r == 0 && (u->flags & F_AGAIN) == 0)
        u->flags |= F_DRY; /* else a bound was met: there may be more */
    return again ? 0 : r;
}

static void http_wants(struct lwurl *u, struct lwurl_wants *out)
{
    conn_wants(&u->conn, is_sending(u), out);
}

static void http_close(struct lwurl *u, bool keep)
{
    if (!keep || !engine_can_persist(u) || !remember(u))
        conn_close(u, &u->conn, u->in != IN_DONE);
}

const struct lwurl_source_ops lwurl_http_source = {
    .open = http_open,
    .step = http_step,
    .take = http_take,
    .wants = http_wants,
    .close = http_close,
};

const struct lwurl_handler_ops lwurl_http_ops = {
    .scheme = "http",
    .default_port = 80,
    .source = &lwurl_http_source,
};
