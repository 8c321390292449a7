/* SPDX-License-Identifier: MIT */
/*
 * A fetch ended: what may come next. The line of the opener looks at the fetch
 * while all of it is there, when it is closed; lwurl_retry_next() decides.
 */
#include "http/conn.h"
#include "http/head_out.h"
#include "http/state.h"
#include "manners.h"

#define TRIES 6u

/* --------------------------------------------------------- line of the opener
 */

static int rests(struct lwurl_retry *r, uint32_t ms)
{
    r->wait_s = (ms - 1) / 1000 + 1;
    return LWURL_ERR_RETRY;
}

static void retry_begin(struct lwurl *u, void *state)
{
    struct lwurl_retry *r = state;
    uint32_t left;

    budget_pay(r->manners, conn_now(u));
    after_clear(r);
    r->noted = false;
    r->wait_s = 0;
    r->host = breaker_host(u->url);
    if (!r->manners->seeded)
        (void)lwurl_fail(u, LWURL_ERR_CALL, 0);
    left = breaker_ask(r->manners, r->host, conn_now(u));
    if (left > 0) {
        int err = rests(r, left);
        (void)lwurl_fail(u, err, (int32_t)r->wait_s);
    }
}

static int retry_field(struct lwurl *u, void *state,
                       const struct lwurl_field *f)
{
    (void)u;
    after_field(state, f);
    return LWURL_OK;
}

/* May the request be made twice? Its own method counts, not the GET that a
   redirect made of it: that came after the server had acted. */
static bool is_repeatable(struct lwurl *u)
{
    uint32_t flags = u->flags;
    bool yes;

    u->flags &= ~(uint32_t)(F_AS_GET | F_TUNNEL);
    yes = request_repeatable(u);
    u->flags = flags;
    return yes;
}

/* Nothing of it went out, or the server says that it did nothing (RFC 9110
   15.5.9, 15.6.4; RFC 8470 5.2; RFC 6585 4). */
static bool was_not_acted_on(const struct lwurl *u)
{
    if ((u->flags & F_AS_GET) != 0)
        return false;
    if (u->err == LWURL_ERR_STATUS)
        return u->status == 408 || u->status == 425 || u->status == 429 ||
               u->status == 503;
    return u->hops == 0 && u->tries == 0 && u->phase < LWURL_PHASE_SEND;
}

/* Did the application write a byte of a body that it cannot write again? What
   went to an earlier hop is not counted any more. */
static bool is_body_gone(const struct lwurl *u)
{
    uint32_t flags = u->request->flags;

    return (flags & (LWURL_BODY_STREAM | LWURL_BODY_CHUNKED)) != 0 &&
           (flags & LWURL_BODY_REWINDS) == 0 &&
           (u->out_total > 0 || u->hops > 0 || u->tries > 0);
}

static int why_not(struct lwurl *u)
{
    if (is_body_gone(u))
        return LWURL_ERR_REPLAY;
    return is_repeatable(u) || was_not_acted_on(u) ? LWURL_OK
                                                   : LWURL_ERR_MAYBE_SENT;
}

/* Tells the breaker how the host does. What went wrong here (no network, no
   socket, canceled) says nothing of it. */
static void note_host(const struct lwurl_retry *r, const struct lwurl *u,
                      const struct lwurl_error *e)
{
    bool ours = e->code > LWURL_ERR_STATUS && e->code != LWURL_OK;
    bool answered = (u->flags & F_RESPONDED) != 0;

    if (ours || e->code == LWURL_ERR_NETDOWN || e->code == LWURL_ERR_STACK)
        return;
    if (answered || e->retry)
        breaker_note(r->manners, r->host, !e->retry, conn_now(u));
}

static void retry_close(struct lwurl *u, void *state)
{
    struct lwurl_retry *r = state;
    struct lwurl_error e;

    lwurl_error(u, &e);
    note_host(r, u, &e);
    r->why = (int16_t)why_not(u);
    r->noted = true;
}

const struct lwurl_handler_ops lwurl_retry_ops = {
    .begin = retry_begin,
    .field = retry_field,
    .close = retry_close,
};

/* ---------------------------------------------------------------- decisions */

/* The others were told the same: what the server asked for is spread, too. */
static int wait_ms(struct lwurl_retry *r)
{
    const struct lwurl_retry_rules *rules = r->manners->rules;
    uint32_t spread = backoff_ceiling(rules, r->retries), after_s, after;
    uint32_t cap = backoff_ceiling(rules, UINT16_MAX);

    if (!lwurl_retry_after(r, &after_s))
        after_s = 0;
    after = after_s * 1000;
    if (after > spread)
        spread = after < cap ? after : cap;
    return (int)(after + manners_random(r->manners, spread)) + 1;
}

/* As lwurl_retry_next(). */
static int decide(struct lwurl_retry *r, const struct lwurl *u)
{
    uint32_t tries = rule_or(r->manners->rules->tries, TRIES), left;
    struct lwurl_error e;

    lwurl_error(u, &e);
    if (e.code != LWURL_OK && (!e.retry || e.code == LWURL_ERR_RETRY))
        return e.code;
    if (!r->noted)
        return LWURL_ERR_CALL;
    if (e.code == LWURL_OK || r->why != LWURL_OK)
        return e.code == LWURL_OK ? LWURL_OK : r->why;
    if (tries != LWURL_RETRY_NO_LIMIT && r->retries + 1u >= tries)
        return e.code;
    left = breaker_left(r->manners, r->host, conn_now(u));
    if (left == 0)
        left = budget_spend(r->manners, conn_now(u));
    return left == 0 ? wait_ms(r) : rests(r, left);
}

int lwurl_retry_next(struct lwurl_retry *retry, struct lwurl *u)
{
    int ms;

    lwurl_close(u);
    ms = decide(retry, u);
    if (ms <= 0)
        retry->retries = 0;
    else if (retry->retries < UINT16_MAX)
        retry->retries++;
    retry->noted = false;
    return ms;
}

int lwurl_retry_wait(struct lwurl_retry *retry, struct lwurl *u)
{
    struct lwurl_wants wants = {.fd = LWURL_FD_NONE};
    int ms = lwurl_retry_next(retry, u);
    uint32_t from = conn_now(u), gone = 0;

    for (; ms > 0 && gone < (uint32_t)ms && u->cancel == 0;
         gone = conn_now(u) - from) {
        wants.ms = (uint32_t)ms - gone;
        conn_pause(u, &wants);
    }
    if (ms > 0)
        return u->cancel == 0 ? 1 : LWURL_ERR_CANCELED;
    return ms;
}
