/* SPDX-License-Identifier: MIT */
#include "fake_port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define FIRST_FD 10 /* so that a zero is no connection */

/* ----------------------------------------------------------------- helpers */

static struct fake_conn *conn_of(struct fake *f, int fd)
{
    assert_in_range(fd, FIRST_FD, FIRST_FD + f->conns_n - 1);
    struct fake_conn *c = &f->conns[fd - FIRST_FD];
    assert_true(c->open);
    return c;
}

/* True when this call is the one that is to fail. */
static bool fails(struct fake *f)
{
    bool now = ++f->calls == f->fail_at;

    f->moves += now;
    return now;
}

static size_t script_n(const struct fake_peer *p)
{
    size_t n = 0;

    for (size_t i = 0; i < FAKE_SAYS; i++)
        n += p->says[i].n;
    return p->cut != 0 && p->cut - 1 < n ? p->cut - 1 : n;
}

/* Is it time for what waits for a number of heads, and a while? */
static bool is_due(const struct fake *f, const struct fake_conn *c,
                   unsigned heads, uint32_t delay_ms)
{
    return c->heads >= heads && f->now - c->heard_ms >= delay_ms;
}

/* Request bytes behind the given number of heads. */
static size_t heard_behind(const struct fake_conn *c, unsigned heads)
{
    assert_true(heads <= FAKE_HEADS);
    return c->sent_n - (heads > 0 ? c->head_ends[heads - 1] : 0);
}

/* Offset up to which the server has spoken. */
static size_t spoken(const struct fake *f, const struct fake_conn *c)
{
    size_t n = 0, all = script_n(c->peer);

    for (size_t i = 0; i < FAKE_SAYS; i++) {
        const struct fake_say *say = &c->peer->says[i];
        if (!is_due(f, c, say->heads, say->delay_ms) ||
            heard_behind(c, say->heads) < say->after)
            break;
        n += say->n;
    }
    return n < all ? n : all;
}

static bool is_readable(const struct fake *f, const struct fake_conn *c)
{
    if (c->said < spoken(f, c))
        return true;
    return c->said == script_n(c->peer) && c->peer->end != 0 &&
           is_due(f, c, c->peer->end_heads, c->peer->end_ms);
}

static bool is_writable(const struct fake_conn *c)
{
    const struct fake_peer *p = c->peer;

    return p->room == 0 || c->sent_n < p->room || p->send_end != 0;
}

/* -------------------------------------------------------------------- names */

static uint32_t fake_now(void *ctx)
{
    return ((struct fake *)ctx)->now;
}

static int fake_up(void *ctx)
{
    return ((struct fake *)ctx)->down ? 0 : 1;
}

static void begin_name(struct fake *f, struct lwurl_str name, unsigned attempt)
{
    assert_false(f->resolving);
    assert_true(name.n < sizeof f->name);
    memcpy(f->name, name.p, name.n);
    f->name[name.n] = '\0';
    f->attempt = attempt;
    f->resolve_waits = f->names[attempt].waits;
    f->resolving = true;
}

static int fake_resolve(void *ctx, int *slot, struct lwurl_str name,
                        unsigned attempt, struct lwurl_addr *out)
{
    struct fake *f = ctx;

    assert_in_range(attempt, 0, 1);
    assert_true(name.n > 0);
    if (*slot == LWURL_PORT_NONE)
        begin_name(f, name, attempt);
    assert_true(f->resolving && f->attempt == attempt);
    assert_int_equal(name.n, strlen(f->name));
    assert_memory_equal(name.p, f->name, name.n);
    bool failed = fails(f);
    if (f->resolve_waits > 0 && !failed) {
        *slot = 3;
        return 0;
    }
    *slot = LWURL_PORT_NONE;
    f->resolving = false;
    f->moves++;
    f->resolves++;
    if (failed)
        return f->fail_with;
    if (f->names[attempt].result != 0)
        return f->names[attempt].result;
    memset(out, 0, sizeof *out);
    out->family = attempt == 0 ? 4 : 6;
    out->bytes[0] = (uint8_t)(192 + f->resolves);
    return 1;
}

static void fake_cancel(void *ctx, int slot)
{
    struct fake *f = ctx;

    assert_true(f->resolving);
    assert_int_equal(slot, 3);
    f->resolving = false;
    f->cancels++;
}

/* -------------------------------------------------------------- connections */

static int fake_connect(void *ctx, const struct lwurl_addr *to)
{
    struct fake *f = ctx;

    assert_int_not_equal(to->port, 0);
    f->moves++;
    if (fails(f))
        return f->fail_with;
    assert_true(f->conns_n < f->peers_n); /* else: more than was scripted */
    const struct fake_peer *peer = &f->peers[f->conns_n];
    struct fake_conn *c = &f->conns[f->conns_n++];
    c->peer = peer;
    c->to = *to;
    if (peer->refuse < 0)
        return peer->refuse;
    c->open = true;
    c->waits = peer->waits;
    c->heard_ms = f->now;
    return (int)(FIRST_FD + f->conns_n - 1);
}

static int fake_connected(void *ctx, int fd)
{
    struct fake *f = ctx;
    struct fake_conn *c = conn_of(f, fd);

    if (fails(f))
        return f->fail_with;
    if (c->waits > 0)
        return 0;
    f->moves++;
    return c->peer->fail < 0 ? c->peer->fail : 1;
}

/* Counts empty lines: a request head ends with one. Or all lines. */
static void hear(struct fake_conn *c, const char *p, size_t n)
{
    const char *end = c->peer->lines ? "\r\n" : "\r\n\r\n";

    if (c->sent_n + n > c->sent_max) {
        c->sent_max = 2 * (c->sent_n + n);
        c->sent = realloc(c->sent, c->sent_max);
        assert_non_null(c->sent);
    }
    memcpy(c->sent + c->sent_n, p, n);
    c->sent_n += n;
    for (size_t i = 0; i < n; i++) {
        c->head_state =
            p[i] == end[c->head_state] ? c->head_state + 1 : p[i] == '\r';
        if (c->head_state < strlen(end))
            continue;
        if (c->heads < FAKE_HEADS)
            c->head_ends[c->heads] = c->sent_n - n + i + 1;
        c->heads++;
        c->head_state = 0;
    }
}

static size_t may_send(const struct fake_conn *c)
{
    const struct fake_peer *p = c->peer;
    size_t may = p->take != 0 ? p->take : SIZE_MAX;

    if (p->room != 0 && p->room - c->sent_n < may)
        may = p->room - c->sent_n;
    return may;
}

static int fake_send(void *ctx, int fd, const struct lwurl_str *slices,
                     size_t n)
{
    struct fake *f = ctx;
    struct fake_conn *c = conn_of(f, fd);
    size_t taken = 0;

    assert_in_range(n, 1, LWURL_SLICES);
    for (size_t i = 0; i < n; i++)
        assert_true(slices[i].n > 0);
    if (fails(f))
        return f->fail_with;
    if (c->stuffed)
        return 0;
    size_t may = may_send(c);
    if (may == 0) {
        f->moves += c->peer->send_end != 0;
        return c->peer->send_end;
    }
    for (size_t i = 0; i < n && taken < may; i++) {
        size_t part = slices[i].n < may - taken ? slices[i].n : may - taken;
        hear(c, slices[i].p, part);
        taken += part;
    }
    c->heard_ms = f->now;
    c->stuffed = c->peer->take != 0;
    if (c->sends_n < FAKE_SENDS)
        c->sends[c->sends_n] = taken;
    c->sends_n++;
    f->moves++;
    return (int)taken;
}

static char script_byte(const struct fake_peer *p, size_t at)
{
    size_t i = 0;

    while (at >= p->says[i].n)
        at -= p->says[i++].n;
    return p->says[i].p[at];
}

static int fake_recv(void *ctx, int fd, void *p, size_t n)
{
    struct fake *f = ctx;
    struct fake_conn *c = conn_of(f, fd);
    size_t split = c->peer->split, have = spoken(f, c);
    char *to = p;

    assert_true(n > 0);
    assert_false(c->ended); /* an end is told once */
    if (fails(f))
        return f->fail_with;
    if (c->dry || !is_readable(f, c))
        return 0;
    f->moves++;
    if (c->said == have) {
        c->ended = true;
        return c->peer->end;
    }
    if (have - c->said < n)
        n = have - c->said;
    if (c->peer->piece != 0 && n > c->peer->piece)
        n = c->peer->piece;
    if (c->said < split && n > split - c->said)
        n = split - c->said;
    for (size_t i = 0; i < n; i++)
        to[i] = script_byte(c->peer, c->said + i);
    c->said += n;
    c->dry = c->peer->piece != 0 || c->said == split;
    return (int)n;
}

static void fake_close(void *ctx, int fd, int abort)
{
    struct fake_conn *c = conn_of(ctx, fd);

    c->open = false;
    c->aborted = abort != 0;
}

/* --------------------------------------------------------------------- time */

/* Takes one off what counts waits. True when that may have ended something. */
static bool count_down(uint32_t *waits)
{
    if (*waits == 0 || *waits == FAKE_NEVER)
        return false;
    (*waits)--;
    return true;
}

/* Does waiting for `events` of c end now? */
static bool wakes(const struct fake *f, struct fake_conn *c, unsigned events)
{
    bool woken = false;

    if (c->waits > 0)
        return (events & LWURL_PORT_WRITE) != 0 && count_down(&c->waits);
    if ((events & LWURL_PORT_READ) != 0 && is_readable(f, c) && !c->ended) {
        c->dry = false;
        woken = true;
    }
    if ((events & LWURL_PORT_WRITE) != 0 && is_writable(c)) {
        c->stuffed = false;
        woken = true;
    }
    return woken;
}

/* Milliseconds until something new happens by itself, or `ms`. */
static uint32_t until_event(const struct fake *f, const struct fake_conn *c,
                            uint32_t ms)
{
    uint32_t gone = f->now - c->heard_ms;

    for (size_t i = 0; i < FAKE_SAYS; i++) {
        uint32_t delay = c->peer->says[i].delay_ms;
        if (delay > gone && delay - gone < ms)
            ms = delay - gone;
    }
    if (c->peer->end_ms > gone && c->peer->end_ms - gone < ms)
        ms = c->peer->end_ms - gone;
    return ms;
}

static void fake_wait(void *ctx, int fd, unsigned events, uint32_t ms)
{
    struct fake *f = ctx;
    unsigned all = LWURL_PORT_READ | LWURL_PORT_WRITE;
    bool woken;

    f->waits++;
    assert_true(ms > 0);
    assert_int_equal(events & ~all, 0);
    if (f->during_wait != NULL)
        f->during_wait(f);
    if (fd == LWURL_PORT_NONE) {
        assert_int_equal(events, 0);
        woken = f->resolving && count_down(&f->resolve_waits);
    } else {
        struct fake_conn *c = conn_of(f, fd);
        woken = wakes(f, c, events);
        ms = until_event(f, c, ms);
    }
    if (!woken && ms == LWURL_FOREVER && f->during_wait == NULL)
        fail_msg("waits for what never comes");
    f->now += woken ? 1 : ms;
}

static void fake_wake(void *ctx)
{
    ((struct fake *)ctx)->wakes++;
}

/* -------------------------------------------------------------------- outer */

/* The rest of the record stays, to be looked at. */
static void release(struct fake *f)
{
    for (size_t i = 0; i < FAKE_CONNS; i++) {
        free(f->conns[i].sent);
        f->conns[i].sent = NULL;
        f->conns[i].sent_n = f->conns[i].sent_max = 0;
    }
}

void fake_begin(struct fake *f, const struct fake_peer *peers, size_t n)
{
    release(f);
    *f = (struct fake){
        .port = {.ctx = f,
                 .now_ms = fake_now,
                 .up = fake_up,
                 .resolve = fake_resolve,
                 .resolve_cancel = fake_cancel,
                 .connect = fake_connect,
                 .connected = fake_connected,
                 .send = fake_send,
                 .recv = fake_recv,
                 .close = fake_close,
                 .wait = fake_wait,
                 .wake = fake_wake},
        .now = 1000,
        .peers = peers,
        .peers_n = n,
    };
    assert_true(n <= FAKE_CONNS);
}

unsigned fake_open(const struct fake *f)
{
    unsigned n = 0;

    for (size_t i = 0; i < f->conns_n; i++)
        n += f->conns[i].open;
    return n;
}

void fake_end(struct fake *f)
{
    unsigned open = fake_open(f);
    bool resolving = f->resolving;

    release(f);
    assert_int_equal(open, 0);
    assert_false(resolving);
}

/* One page that can be used, then one that cannot. */
void *guarded(unsigned which, size_t n)
{
    static char *ends[4];
    size_t page = (size_t)sysconf(_SC_PAGESIZE), room = 128 * page;

    assert_true(which < 4 && n <= room);
    if (ends[which] == NULL) {
        char *p = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_true(p != MAP_FAILED);
        assert_int_equal(mprotect(p + room, page, PROT_NONE), 0);
        ends[which] = p + room;
    }
    return ends[which] - n;
}
