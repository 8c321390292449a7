/* SPDX-License-Identifier: MIT */
/*
 * The wire is counted as it is used, and TLS by the records on it. Heads are
 * read off the fetch, whose counters begin anew with each exchange: they are
 * looked at when the port is used and when the head is complete, and added up
 * when another exchange is found to have begun.
 */
#include "lwurl_meter.h"

#include <string.h>

#include "http/engine.h"
#include "tls/records.h"

enum { SENT, RECEIVED };

/* ------------------------------------------------------------ what is spoken
 */

/* An exchange is over. Of its content, what is not the head is the body; of the
   rest of a head that never left (whole) nothing was content. */
static void fold(struct lwurl_meter *m)
{
    for (int i = SENT; i <= RECEIVED; i++) {
        struct lwurl_meter_count *done = &m->done[i];
        const struct lwurl_meter_count *here = &m->here[i];
        uint64_t content = here->body, head = here->head;

        if (m->tunnel || head > content)
            head = content;
        done->wire += here->wire;
        done->head += head;
        done->body += content - head;
        done->tls += here->wire - content;
    }
    memset(m->here, 0, sizeof m->here);
}

/* An exchange that sent anything has sent of its head first. While a fetch
   begins, the counters are those of the last one. */
static void look(struct lwurl_meter *m)
{
    const struct lwurl *u = m->u;

    if (u == NULL || u->phase == LWURL_PHASE_IDLE)
        return;
    if (u->head_at < m->here[SENT].head)
        fold(m);
    m->here[SENT].head = u->head_at;
    if (u->in == IN_HEAD)
        m->here[RECEIVED].head = u->head_n - u->in_n;
    m->tunnel = (u->flags & F_TUNNEL) != 0;
}

void lwurl_meter_read(const struct lwurl_meter *meter,
                      struct lwurl_meter_count *sent,
                      struct lwurl_meter_count *received)
{
    struct lwurl_meter now = *meter;

    look(&now);
    fold(&now);
    *sent = now.done[SENT];
    *received = now.done[RECEIVED];
}

/* -------------------------------------------------------- line of the opener
 */

static void meter_begin(struct lwurl *u, void *state)
{
    struct lwurl_meter *m = state;

    memset(m->done, 0, sizeof m->done);
    memset(m->here, 0, sizeof m->here);
    m->tunnel = false;
    m->u = u;
}

/* The window holds what follows the head. */
static int meter_response(struct lwurl *u, void *state)
{
    struct lwurl_meter *m = state;

    look(m);
    m->here[RECEIVED].head = u->head_n - u->in_n;
    return LWURL_DELIVER;
}

static void meter_close(struct lwurl *u, void *state)
{
    struct lwurl_meter *m = state;

    (void)u;
    look(m);
    fold(m);
    m->u = NULL;
}

const struct lwurl_handler_ops lwurl_meter_ops = {
    .begin = meter_begin,
    .response = meter_response,
    .close = meter_close,
};

/* ------------------------------------------------------------------ the wire
 */

/* Bytes that may still pass. */
static uint64_t room(const struct lwurl_meter *m)
{
    uint64_t used = 0;

    if (m->u == NULL || m->max == 0)
        return UINT64_MAX;
    for (int i = SENT; i <= RECEIVED; i++)
        used += m->done[i].wire + m->here[i].wire;
    return m->max - used;
}

static int over(struct lwurl_meter *m)
{
    int32_t max = m->max < INT32_MAX ? (int32_t)m->max : INT32_MAX;

    return lwurl_fail(m->u, LWURL_ERR_METER, max);
}

static void count(struct lwurl_meter *m, int direction, const void *p, size_t n)
{
    struct lwurl_meter_count *here = &m->here[direction];

    m->total += n;
    if (m->u == NULL)
        return;
    here->wire += n;
    here->body += m->u->conn.filter != NULL
                      ? records_pass(&m->records[direction], p, n)
                      : n;
}

/* The slices that fit as they are; of the first one, what fits. */
static int send_some(struct lwurl_meter *m, int fd,
                     const struct lwurl_str *slices, size_t n)
{
    struct lwurl_str first = slices[0];
    uint64_t left = room(m);
    size_t whole = 0;

    while (whole < n && slices[whole].n <= left)
        left -= slices[whole++].n;
    if (whole > 0)
        return m->inner->send(m->inner->ctx, fd, slices, whole);
    first.n = (size_t)left;
    return m->inner->send(m->inner->ctx, fd, &first, 1);
}

/* What a filter says behind a complete body, for good manners, is not worth an
   error. */
int lwurl_meter_send(void *ctx, int fd, const struct lwurl_str *slices,
                     size_t n)
{
    struct lwurl_meter *m = ctx;
    int r;

    look(m);
    if (room(m) == 0)
        return m->u->phase == LWURL_PHASE_DONE ? LWURL_ERR_METER : over(m);
    r = send_some(m, fd, slices, n);
    for (size_t left = r > 0 ? (size_t)r : 0; left > 0; slices++) {
        size_t part = slices->n < left ? slices->n : left;
        count(m, SENT, slices->p, part);
        left -= part;
    }
    return r;
}

int lwurl_meter_recv(void *ctx, int fd, void *p, size_t n)
{
    struct lwurl_meter *m = ctx;
    uint64_t left;
    int r;

    look(m);
    left = room(m);
    if (left == 0)
        return over(m);
    r = m->inner->recv(m->inner->ctx, fd, p, n < left ? n : (size_t)left);
    if (r > 0)
        count(m, RECEIVED, p, (size_t)r);
    return r;
}

/* ------------------------------------------------------------- what passes by
 */

static const struct lwurl_port *inner(void *ctx)
{
    return ((struct lwurl_meter *)ctx)->inner;
}

uint32_t lwurl_meter_now_ms(void *ctx)
{
    return inner(ctx)->now_ms(inner(ctx)->ctx);
}

int lwurl_meter_up(void *ctx)
{
    return inner(ctx)->up(inner(ctx)->ctx);
}

int lwurl_meter_resolve(void *ctx, int *slot, struct lwurl_str name,
                        unsigned attempt, struct lwurl_addr *out)
{
    return inner(ctx)->resolve(inner(ctx)->ctx, slot, name, attempt, out);
}

void lwurl_meter_resolve_cancel(void *ctx, int slot)
{
    inner(ctx)->resolve_cancel(inner(ctx)->ctx, slot);
}

int lwurl_meter_connect(void *ctx, const struct lwurl_addr *to)
{
    struct lwurl_meter *m = ctx;

    if (room(m) == 0)
        return over(m);
    records_begin(&m->records[SENT]);
    records_begin(&m->records[RECEIVED]);
    return inner(ctx)->connect(inner(ctx)->ctx, to);
}

int lwurl_meter_connected(void *ctx, int fd)
{
    return inner(ctx)->connected(inner(ctx)->ctx, fd);
}

void lwurl_meter_close(void *ctx, int fd, int abort)
{
    inner(ctx)->close(inner(ctx)->ctx, fd, abort);
}

void lwurl_meter_wait(void *ctx, int fd, unsigned events, uint32_t ms)
{
    inner(ctx)->wait(inner(ctx)->ctx, fd, events, ms);
}

void lwurl_meter_wake(void *ctx)
{
    if (inner(ctx)->wake != NULL)
        inner(ctx)->wake(inner(ctx)->ctx);
}
