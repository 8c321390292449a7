/* SPDX-License-Identifier: MIT */
#include "wire.h"

#define STEPS_MIN 2000u /* for names, connections and heads of our own */
#define TICK_MS   1000u

/* -------------------------------------------------------------------- port */

static bool open_now;
static char resolved[64];

static uint32_t wire_now(void *ctx)
{
    const struct wire *w = ctx;

    return w->now_ms;
}

static int wire_up(void *ctx)
{
    (void)ctx;
    return 1;
}

static int wire_resolve(void *ctx, int *slot, struct lwurl_str name,
                        unsigned attempt, struct lwurl_addr *out)
{
    (void)ctx, (void)slot, (void)attempt;
    snprintf(resolved, sizeof resolved, "%.*s", (int)name.n, name.p);
    memset(out, 0, sizeof *out);
    out->family = 4;
    return 1;
}

static void wire_resolve_cancel(void *ctx, int slot)
{
    (void)ctx, (void)slot;
}

static int wire_connect(void *ctx, const struct lwurl_addr *to)
{
    struct wire *w = ctx;
    size_t i = w->conns < w->answers_n ? w->conns : w->answers_n - 1;

    CHECK(!open_now);
    if (w->conns < WIRE_CONNS) {
        struct wire_conn *conn = &w->conn[w->conns];
        conn->at = w->sent_n;
        conn->port = to->port;
        memcpy(conn->name, resolved, sizeof resolved);
    }
    w->in = w->answers[i];
    w->conns++;
    open_now = true;
    return 3;
}

static int wire_connected(void *ctx, int fd)
{
    (void)ctx, (void)fd;
    return 1;
}

/* This call finds nothing, or no room. */
static bool stalls(struct wire *w)
{
    w->calls++;
    return w->stall != 0 && w->calls % w->stall == 0;
}

static int wire_send(void *ctx, int fd, const struct lwurl_str *slices,
                     size_t n)
{
    struct wire *w = ctx;
    size_t sent = 0, most = w->take != 0 ? w->take : SIZE_MAX;

    CHECK(fd == 3 && open_now);
    if (stalls(w))
        return 0;
    for (size_t i = 0; i < n && sent < most; i++) {
        size_t m = slices[i].n < most - sent ? slices[i].n : most - sent;
        CHECK(slices[i].n > 0);
        if (m > sizeof w->sent - w->sent_n)
            return sent > 0 ? (int)sent : LWURL_ERR_RESET;
        memcpy(w->sent + w->sent_n, slices[i].p, m);
        w->sent_n += m;
        sent += m;
    }
    return (int)sent;
}

static int wire_recv(void *ctx, int fd, void *p, size_t n)
{
    struct wire *w = ctx;

    CHECK(fd == 3 && open_now && n > 0);
    if (stalls(w) || (w->in.n == 0 && w->silent))
        return 0;
    if (w->in.n == 0)
        return w->end != 0 ? w->end : LWURL_PORT_EOF;
    n = n < w->in.n ? n : w->in.n;
    if (w->piece != 0 && n > w->piece)
        n = w->piece;
    memcpy(p, w->in.p, n);
    w->in.p += n;
    w->in.n -= n;
    return (int)n;
}

static void wire_close(void *ctx, int fd, int reset)
{
    (void)ctx, (void)reset;
    CHECK(fd == 3 && open_now);
    open_now = false;
}

static void wire_wait(void *ctx, int fd, unsigned events, uint32_t ms)
{
    struct wire *w = ctx;
    uint32_t tick = w->tick_ms != 0 ? w->tick_ms : TICK_MS;

    (void)fd, (void)events;
    w->now_ms += ms < tick ? ms : tick;
}

void wire_port(struct wire *w, struct lwurl_port *out)
{
    *out = (struct lwurl_port){
        .ctx = w,
        .now_ms = wire_now,
        .up = wire_up,
        .resolve = wire_resolve,
        .resolve_cancel = wire_resolve_cancel,
        .connect = wire_connect,
        .connected = wire_connected,
        .send = wire_send,
        .recv = wire_recv,
        .close = wire_close,
        .wait = wire_wait,
    };
}

/* ------------------------------------------------------------------- fetch */

static void note(struct outcome *out, const void *p, size_t n)
{
    n = n < sizeof out->bytes - out->n ? n : sizeof out->bytes - out->n;
    if (n > 0)
        memcpy(out->bytes + out->n, p, n);
    out->n += n;
}

static void note_field(const struct lwurl *u, struct outcome *out)
{
    struct lwurl_field f;

    lwurl_field(u, &f);
    if (f.first) {
        note(out, f.trailer ? "\n+" : "\n", f.trailer ? 2 : 1);
        note(out, f.name.p, f.name.n);
        note(out, ":", 1);
    }
    note(out, f.value.p, f.value.n);
}

static int note_body(struct lwurl *u, size_t bite, struct outcome *out)
{
    static char body[4096];
    int r = lwurl_take(u, body, bite);

    CHECK(r <= (int)bite);
    if (r > 0)
        note(out, body, (size_t)r);
    return r > 0 ? LWURL_TURN_BODY : r;
}

static int send_body(struct lwurl *u, const struct wire_fetch *f)
{
    size_t n = strlen(f->body), at = (size_t)lwurl_written(u);
    int r = at < n ? lwurl_send(u, f->body + at, n - at) : lwurl_send_end(u);

    CHECK(at <= n && r <= (int)(n - at));
    return r < 0 ? r : LWURL_TURN_SEND;
}

/* One turn of an application that takes all: < 0 at the end. */
static int turn(struct lwurl *u, const struct wire_fetch *f,
                struct outcome *out)
{
    struct lwurl_wants wants = {.ms = 0};
    int r = lwurl_step(u);

    if (r == LWURL_TURN_FIELD)
        note_field(u, out);
    else if (r == LWURL_TURN_RESPONSE)
        note(out, "\n\n", 2);
    else if (r == LWURL_TURN_BODY)
        r = note_body(u, f->bite, out);
    else if (r == LWURL_TURN_SEND)
        r = send_body(u, f);
    else if (r == LWURL_TURN_CREDENTIALS)
        r = lwurl_credentials(u, "me", "secret");
    else if (r == LWURL_TURN_WAIT)
        lwurl_wants(u, &wants);
    if (r == LWURL_TURN_WAIT && wants.ms > 0)
        u->opener->port->wait(u->opener->port->ctx, wants.fd, wants.events,
                              wants.ms);
    if (r == LWURL_ERR_STATUS) /* its body can be read */
        r = note_body(u, f->bite, out);
    return r;
}

void wire_run(struct wire *w, const struct wire_fetch *f, struct outcome *out)
{
    static char room[4096];
    struct lwurl_port port;
    struct lwurl_opener opener = {&port, f->handlers, f->handlers_n};
    struct lwurl_error error;
    struct lwurl u;
    char *work = room + sizeof room - f->work_n; /* ASan sees its end */
    size_t most = STEPS_MIN;
    int r;

    for (size_t i = 0; i < w->answers_n; i++)
        most += 8 * (w->answers[i].n + 1);
    memset(&u, 0, sizeof u);
    memset(out, 0, offsetof(struct outcome, bytes));
    wire_port(w, &port);
    open_now = false;
    w->conns = 0;
    w->sent_n = 0;
    w->now_ms = 0;
    w->calls = 0;
    r = lwurl_begin(&u, &opener, &f->request, work, f->work_n);
    while (r >= 0 && r != LWURL_TURN_DONE) {
        CHECK(++out->steps < most + out->n); /* a body may be compressed */
        CHECK(f->cancel == 0 || out->steps <= f->cancel);
        if (out->steps == f->cancel)
            lwurl_cancel(&u);
        r = turn(&u, f, out);
    }
    lwurl_error(&u, &error);
    out->err = error.code;
    out->status = error.status;
    lwurl_end(&u);
    CHECK(!open_now);
    CHECK(f->request.deadline_ms == 0 ||
          w->now_ms <= f->request.deadline_ms + TICK_MS);
}

/* ------------------------------------------------------------------- heads */

/* A line from p: where it ends, behind CRLF. NULL: an early answer ended the
   request here. */
static const char *end_of_line(const char *p, const char *end)
{
    while (p < end && *p != '\r') {
        CHECK(*p == '\t' || ((unsigned char)*p >= ' ' && *p != 0x7F));
        p++;
    }
    if (p == end || p + 1 == end)
        return NULL;
    CHECK(p[1] == '\n');
    return p + 2;
}

/* The head at p: where it ends. */
static const char *end_of_head(const char *p, const char *end)
{
    const char *next = end_of_line(p, end); /* of the request line */

    for (p = next; p != NULL && p < end && *p != '\r'; p = next) {
        next = end_of_line(p, end);
        CHECK(next == NULL ||
              (*p != ' ' && memchr(p, ':', (size_t)(next - p)) != NULL));
    }
    return p == NULL ? NULL : end_of_line(p, end);
}

void wire_check_heads(const struct wire *w)
{
    const char *p = w->sent, *end = w->sent + w->sent_n;

    while (p != NULL && p < end)
        p = end_of_head(p, end);
}
