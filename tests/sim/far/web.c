/* SPDX-License-Identifier: MIT */
#include "web.h"

#include <string.h>

#include "../link.h"
#include "../plan.h"
#include "../replay.h"
#include "../sim.h"
#include "../world.h"
#include "answer.h"
#include "request.h"
#include "secure.h"
#include "timers.h"

static struct conn conns[CONNS_MAX];
static char wires[CONNS_MAX][WIRE_MAX] __attribute__((aligned(8)));
static bool fault_spent[RESOURCES_N];
static unsigned secured_n; /* TLS connections so far */
static bool stopped;

/* ------------------------------------------------------------- connections */

static int index_of(const struct conn *c)
{
    return (int)(c - conns);
}

static struct conn *new_conn(struct tcp_pcb *pcb)
{
    for (int i = 0; i < CONNS_MAX; i++) {
        if (conns[i].pcb)
            continue;
        memset(&conns[i], 0, offsetof(struct conn, request));
        conns[i].pcb = pcb;
        conns[i].wire = wires[i];
        return &conns[i];
    }
    return NULL;
}

static void forget(struct conn *c)
{
    if (c->paused)
        coop_virtual_cancel(&c->resume);
    if (c->pcb)
        tcp_arg(c->pcb, NULL);
    c->pcb = NULL;
    c->paused = false;
}

static err_t abort_conn(struct conn *c)
{
    struct tcp_pcb *pcb = c->pcb;

    forget(c);
    tcp_abort(pcb);
    return ERR_ABRT;
}

static err_t close_conn(struct conn *c)
{
    struct tcp_pcb *pcb = c->pcb;

    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    if (tcp_close(pcb) != ERR_OK)
        return abort_conn(c);
    forget(c);
    return ERR_OK;
}

/* --------------------------------------------------------------- misbehaving
 */

static err_t go_on(struct conn *c);

static void on_resume(void *arg)
{
    struct conn *c = arg;

    c->paused = false;
    (void)go_on(c);
    timers_plan();
}

static void resume_in(struct conn *c, uint32_t ms)
{
    c->paused = true;
    c->resume.fire = on_resume;
    c->resume.arg = c;
    coop_virtual_plan(&c->resume, coop_virtual_now_us() + ms * 1000u);
}

static err_t misbehave(struct conn *c, unsigned fault, uint32_t pause_ms)
{
    trace_word(0xfa17 + fault);
    if (fault == FAULT_RESET)
        return abort_conn(c);
    if (fault == FAULT_PAUSE) {
        resume_in(c, pause_ms);
        return ERR_OK;
    }
    c->over = true;
    if (fault == FAULT_FIN && tcp_shutdown(c->pcb, 0, 1) != ERR_OK)
        return abort_conn(c);
    return ERR_OK;
}

/* Of an answer. */
static bool has_fault(const struct conn *c)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    return r->fault != FAULT_NONE && !c->fault_done &&
           !(r->fault_once && fault_spent[c->resource]);
}

static err_t misbehave_here(struct conn *c)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    c->fault_done = true;
    fault_spent[c->resource] = true;
    return misbehave(c, r->fault, r->pause_ms);
}

static uint32_t send_until(const struct conn *c)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    return has_fault(c) && r->fault_at < c->wire_n ? r->fault_at : c->wire_n;
}

/* ---------------------------------------------------------------------- TLS */

static bool meets_tls_fault(const struct conn *c)
{
    return c->tls_faulty && plan.tls.fault != FAULT_SPOIL &&
           c->secure_n == plan.tls.fault_at;
}

/* Up to the fault, or the byte that is spoiled. */
static size_t tls_room(const struct conn *c)
{
    size_t room = tcp_sndbuf(c->pcb);

    if (c->tls_faulty && c->secure_n < plan.tls.fault_at &&
        room > plan.tls.fault_at - c->secure_n)
        room = plan.tls.fault_at - c->secure_n;
    if (c->tls_faulty && c->secure_n == plan.tls.fault_at && room > 1)
        room = 1;
    return room;
}

static bool write_spoiled(struct conn *c, uint8_t byte)
{
    byte ^= plan.tls.spoiled_by;
    c->tls_faulty = false;
    return tcp_write(c->pcb, &byte, 1, TCP_WRITE_FLAG_COPY) == ERR_OK;
}

static bool send_tls_piece(struct conn *c, const uint8_t *p, size_t n)
{
    size_t room = tls_room(c);
    bool spoiled = c->tls_faulty && c->secure_n == plan.tls.fault_at;

    n = n < room ? n : room;
    if (n == 0)
        return false;
    if (spoiled ? !write_spoiled(c, p[0])
                : tcp_write(c->pcb, p, (u16_t)n, TCP_WRITE_FLAG_COPY) != ERR_OK)
        return false;
    c->secure_n += (uint32_t)n;
    secure_wire_gone(index_of(c), n);
    return true;
}

/* false: some is left. */
static bool send_tls(struct conn *c)
{
    const uint8_t *p;
    size_t n;
    bool went = true;

    while (went && !meets_tls_fault(c)) {
        p = secure_wire_out(index_of(c), &n);
        if (n == 0)
            break;
        went = send_tls_piece(c, p, n);
    }
    tcp_output(c->pcb);
    return went && !meets_tls_fault(c);
}

static void begin_tls(struct conn *c)
{
    c->secure = true;
    c->tls_faulty =
        plan.tls.fault != FAULT_NONE && plan.tls.fault_conn == secured_n;
    secured_n++;
    secure_accept(index_of(c));
}

/* ------------------------------------------------------------------ sending */

/* lwIP 2.2.1 splits a segment for a small window and leaves the FIN on its
   first part: a FIN must not share one with bytes that wait. */
static bool must_wait(const struct conn *c)
{
    return c->pcb->unsent != NULL;
}

static uint32_t send_plain(struct conn *c, uint32_t n)
{
    if (n > tcp_sndbuf(c->pcb))
        n = tcp_sndbuf(c->pcb);
    if (n == 0 || tcp_write(c->pcb, c->wire + c->sent, (u16_t)n,
                            TCP_WRITE_FLAG_COPY) != ERR_OK)
        return 0;
    tcp_output(c->pcb);
    return n;
}

static uint32_t send_secure(struct conn *c, uint32_t n)
{
    if (!send_tls(c))
        return 0;
    n = (uint32_t)secure_write(index_of(c), c->wire + c->sent, n);
    (void)send_tls(c);
    return n;
}

static bool send_piece(struct conn *c, uint32_t until)
{
    uint32_t n = replay_is_on() ? replay_segment(c->sent)
                                : plan.resources[c->resource].piece_n;

    if (n > until - c->sent)
        n = until - c->sent;
    n = c->secure ? send_secure(c, n) : send_plain(c, n);
    c->sent += n;
    return n > 0;
}

/* The last answer is sent. A server may leave out close_notify where the end of
   the body is known. */
static err_t finish(struct conn *c)
{
    bool quiet =
        plan.tls.quiet_end && plan.resources[c->resource].framing != BY_CLOSE;

    if (!c->secure || quiet)
        return close_conn(c);
    secure_close(index_of(c));
    c->closing = true;
    return go_on(c);
}

/* The answer, up to its fault or end. */
static err_t send_answer(struct conn *c)
{
    uint32_t until = send_until(c);

    while (c->sent < until)
        if (!send_piece(c, until))
            return ERR_OK;
    if (must_wait(c) || (c->secure && !send_tls(c)))
        return ERR_OK;
    if (has_fault(c)) {
        err_t err = misbehave_here(c);

        return err != ERR_OK || c->paused ? err : go_on(c);
    }
    c->answering = false;
    return answer_closes(c) ? finish(c) : ERR_OK;
}

static err_t go_on_secure(struct conn *c)
{
    bool all = send_tls(c);

    if (meets_tls_fault(c)) {
        if (must_wait(c))
            return ERR_OK;
        c->tls_faulty = false;
        return misbehave(c, plan.tls.fault, plan.tls.pause_ms);
    }
    if (c->closing && all && !must_wait(c))
        return close_conn(c);
    return ERR_OK;
}

static err_t go_on(struct conn *c)
{
    err_t err = ERR_OK;

    if (c->paused || c->over)
        return ERR_OK;
    if (c->secure)
        err = go_on_secure(c);
    if (err != ERR_OK || !c->pcb || c->paused || c->over || !c->answering)
        return err;
    err = send_answer(c);
    if (err == ERR_OK && c->pcb && !c->paused && meets_tls_fault(c) &&
        !must_wait(c))
        resume_in(c, 0);
    return err;
}

/* ---------------------------------------------------------------- receiving */

static void take_plain(struct conn *c, const struct pbuf *p)
{
    for (; p; p = p->next)
        request_take(c, p->payload, p->len);
}

static void take_secure_bytes(struct conn *c, const uint8_t *p, size_t n)
{
    uint8_t text[512];
    size_t took = 1, text_n;

    while (n > 0 && took > 0) {
        took = secure_wire_in(index_of(c), p, n);
        p += took;
        n -= took;
        while ((text_n = secure_read(index_of(c), text, sizeof text)) > 0)
            request_take(c, text, text_n);
        (void)send_tls(c);
    }
}

static void take_secure(struct conn *c, const struct pbuf *p)
{
    for (; p; p = p->next)
        take_secure_bytes(c, p->payload, p->len);
}

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct conn *c = arg;

    (void)err;
    if (c && !p)
        return close_conn(c);
    if (!p)
        return ERR_OK;
    tcp_recved(pcb, p->tot_len);
    if (c && c->secure)
        take_secure(c, p);
    else if (c)
        take_plain(c, p);
    pbuf_free(p);
    return c ? go_on(c) : ERR_OK;
}

/* Not in here: a connection that is aborted in this callback leaves the bytes
   that came with the same segment behind (lwIP 2.2.1). */
static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t n)
{
    struct conn *c = arg;

    (void)pcb;
    (void)n;
    if (c && !c->paused)
        resume_in(c, 0);
    return ERR_OK;
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    return on_sent(arg, pcb, 0);
}

static void on_error(void *arg, err_t err)
{
    struct conn *c = arg;

    (void)err;
    if (!c)
        return;
    c->pcb = NULL;
    forget(c);
}

/* ---------------------------------------------------------------- accepting */

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct conn *c = NULL;

    (void)arg;
    if (stopped) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    if (err == ERR_OK)
        c = new_conn(pcb);
    if (!c)
        return ERR_MEM;
    if (pcb->local_port == 443)
        begin_tls(c);
    tcp_arg(pcb, c);
    tcp_recv(pcb, on_recv);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
    tcp_poll(pcb, on_poll, 2);
    tcp_nagle_disable(pcb);
    return ERR_OK;
}

static void listen_at(const ip_addr_t *at, u16_t port)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(at));

    if (tcp_bind(pcb, at, port) != ERR_OK)
        sim_assert("the far side cannot bind");
    pcb = tcp_listen(pcb);
    if (!pcb)
        sim_assert("the far side cannot listen");
    tcp_accept(pcb, on_accept);
}

void web_listen(const ip_addr_t *at)
{
    listen_at(at, 80);
    listen_at(at, 443);
}

void web_prepare(void)
{
    world_leave_out(wires, sizeof wires);
}

void web_stop(void)
{
    stopped = true;
    for (int i = 0; i < CONNS_MAX; i++)
        if (conns[i].pcb)
            (void)abort_conn(&conns[i]);
}
