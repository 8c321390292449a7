/* SPDX-License-Identifier: MIT */
/*
 * A fetch: from a request to a response, over as many hops as the handlers of
 * the opener make of it. What differs between schemes is in their sources.
 *
 *   between turns   does                          next
 *   (begin)         open of the scheme            source
 *   source          step of the scheme            verdict: RESPONSE
 *   verdict         asks every handler            body; drain: RETRY, FOLLOW;
 *                                                 asking: ASK
 *   asking          waits for credentials         verdict
 *   drain           drops a short body            (begin) of the next hop
 *   body            take of the scheme            DONE
 */
#include <limits.h>
#include <string.h>

#include "http/conn.h"
#include "http/engine.h"
#include "http/head_out.h"
#include "text/str.h"
#include "text/url.h"

/* Takes that one step makes to drop a body. */
#define DRAINS_MAX 8

/* Longest wait while a port resolves a name: not every port can wake. */
#define RESOLVE_POLL_MS 20u

/* ------------------------------------------------------------------ errors */

int lwurl_fail(struct lwurl *u, int code, int32_t detail)
{
    if (!has_failed(u)) {
        u->err = (int16_t)code;
        u->detail = detail;
    }
    return u->err;
}

/* Milliseconds left of `limit` since `since`; 0 when it is over. */
static uint32_t left(const struct lwurl *u, uint32_t since, uint32_t limit)
{
    uint32_t gone = conn_now(u) - since;

    return limit == LWURL_FOREVER ? LWURL_FOREVER
           : gone < limit         ? limit - gone
                                  : 0;
}

static uint32_t deadline_left(const struct lwurl *u)
{
    uint32_t limit = u->request->deadline_ms;

    return limit == 0 ? LWURL_FOREVER : left(u, u->started_ms, limit);
}

/* Of the limits that end a wait: no progress, and a connect that drags on. */
static uint32_t idle_left(const struct lwurl *u)
{
    const struct lwurl_request *r = u->request;
    uint32_t idle =
        left(u, u->moved_ms, r->idle_ms == 0 ? LWURL_IDLE_MS : r->idle_ms);
    uint32_t connect = LWURL_FOREVER;

    if (u->phase < LWURL_PHASE_SEND && r->connect_ms != 0)
        connect = left(u, u->conn_ms, r->connect_ms);
    return idle < connect ? idle : connect;
}

/* An address that does not answer gets half of the time there is, then it is
   the other family's turn: milliseconds until then. */
static uint32_t patience_left(const struct lwurl *u)
{
    uint32_t total = deadline_left(u), idle = idle_left(u);
    uint32_t limit = total < idle ? total : idle;
    uint32_t waited = conn_now(u) - u->moved_ms;

    if (limit == LWURL_FOREVER || u->conn.phase != CONN_CONNECTING ||
        u->conn.attempt != 0)
        return LWURL_FOREVER;
    return waited >= limit ? 0 : (limit - waited + 1) / 2;
}

/* ---------------------------------------------------------------- handlers */

/* Calls a member of every handler that has it: begin, end or close. */
static void tell(struct lwurl *u, size_t member)
{
    const struct lwurl_handler *h = u->opener->handlers;

    for (size_t i = u->opener->handlers_n; i > 0; i--, h++) {
        void (*call)(struct lwurl *, void *);
        memcpy(&call, (const char *)h->ops + member, sizeof call);
        if (call != NULL)
            call(u, h->state);
    }
}

#define TELL(u, member) tell(u, offsetof(struct lwurl_handler_ops, member))

/* ------------------------------------------------------------------- begin */

static const struct lwurl_handler *find_scheme(const struct lwurl *u)
{
    struct lwurl_str scheme = url_scheme(u->url);

    for (size_t i = 0; i < u->opener->handlers_n; i++) {
        const struct lwurl_handler *h = &u->opener->handlers[i];
        if (h->ops->scheme != NULL && str_is(scheme, h->ops->scheme))
            return h;
    }
    return NULL;
}

/* A hop: the scheme of the current URL looks at it. */
static int open_hop(struct lwurl *u)
{
    const struct lwurl_handler *h = find_scheme(u);

    if (h == NULL)
        return lwurl_fail(u, LWURL_ERR_SCHEME, 0);
    if (u->scheme != NULL && u->scheme != h) /* may keep a connection */
        u->scheme->ops->source->close(u, false);
    u->scheme = h;
    return h->ops->source->open(u);
}

/* Closes what the last fetch left, unless it is a connection that may serve
   this one. */
static void settle(struct lwurl *u, const struct lwurl_opener *opener,
                   const void *work, size_t work_n)
{
    if (u->phase != LWURL_PHASE_IDLE)
        lwurl_close(u);
    if (u->scheme != NULL &&
        (u->opener != opener || u->work != work || u->work_max != work_n))
        lwurl_end(u);
}

static void reset(struct lwurl *u, const struct lwurl_request *request)
{
    u->request = request;
    u->url = str_of(request->url);
    u->user = request->user;
    u->password = request->password;
    u->err = LWURL_OK;
    u->detail = 0;
    u->flags &= F_OPEN; /* of a connection that may be kept */
    u->status = 0;
    u->version = 0;
    u->last_phase = LWURL_PHASE_IDLE;
    u->body_n = 0;
    u->tries = u->hops = u->cancel = 0;
    u->started_ms = u->moved_ms = conn_now(u);
}

static int check(struct lwurl *u)
{
    int32_t at;
    int err = request_check(u->request, &at);

    if (err != LWURL_OK)
        return lwurl_fail(u, err, at);
    if (u->url.n > LWURL_URL_MAX)
        return lwurl_fail(u, LWURL_ERR_ROOM, (int32_t)u->url.n);
    return open_hop(u);
}

int lwurl_begin(struct lwurl *u, const struct lwurl_opener *opener,
                const struct lwurl_request *request, void *work, size_t work_n)
{
    if (u == NULL || opener == NULL || opener->port == NULL ||
        request == NULL || request->url == NULL || work == NULL)
        return LWURL_ERR_CALL;
    settle(u, opener, work, work_n);
    u->opener = opener;
    u->work = work;
    u->work_max = work_n;
    reset(u, request);
    if (work_n < LWURL_WORK_MIN)
        return lwurl_fail(u, LWURL_ERR_ROOM, LWURL_WORK_MIN);
    TELL(u, begin);
    return has_failed(u) ? u->err : check(u);
}

/* ------------------------------------------------------------------ fields */

void lwurl_field(const struct lwurl *u, struct lwurl_field *out)
{
    out->name = u->field_name;
    out->value = u->field_value;
    out->first = (u->field_flags & PIECE_FIRST) != 0;
    out->last = (u->field_flags & PIECE_LAST) != 0;
    out->name_cut = (u->field_flags & PIECE_CUT) != 0;
    out->trailer = (u->field_flags & PIECE_TRAILER) != 0;
}

/* Heads of parts behind the first one are for the source that asked. */
static bool is_inner(const struct lwurl *u)
{
    return (u->flags & F_PARTS) != 0 && u->status == 206;
}

/* The answer to a CONNECT is the proxy's: it sets no cookie of the origin. */
static bool concerns(const struct lwurl *u, const struct lwurl_handler *h)
{
    if (is_inner(u))
        return h == u->scheme;
    return (u->flags & F_TUNNEL) == 0 || h->ops->tunnel != NULL;
}

int deliver_piece(struct lwurl *u)
{
    struct lwurl_field f;

    lwurl_field(u, &f);
    for (size_t i = 0; i < u->opener->handlers_n; i++) {
        const struct lwurl_handler *h = &u->opener->handlers[i];
        int err = h->ops->field == NULL || !concerns(u, h)
                      ? 0
                      : h->ops->field(u, h->state, &f);
        if (err < 0)
            return lwurl_fail(u, err, 0);
    }
    return (u->request->flags & LWURL_ASK_FIELDS) != 0 &&
           (u->flags & F_TUNNEL) == 0 && !is_inner(u);
}

int lwurl_deliver_field(struct lwurl *u, const struct lwurl_field *f)
{
    u->field_name = f->name;
    u->field_value = f->value;
    u->field_flags =
        (uint8_t)((f->first ? PIECE_FIRST : 0) | (f->last ? PIECE_LAST : 0) |
                  (f->name_cut ? PIECE_CUT : 0) |
                  (f->trailer ? PIECE_TRAILER : 0));
    return deliver_piece(u);
}

bool lwurl_name_is(struct lwurl_str name, const char *is)
{
    return str_is(name, is);
}

/* ----------------------------------------------------------------- verdict */

/* Who can answer none of the challenges leaves it to the others. */
static bool is_unanswered(int verdict)
{
    return verdict == LWURL_ERR_AUTH || verdict == LWURL_ERR_AUTH_INT;
}

static int ask_handlers(struct lwurl *u)
{
    int verdict = LWURL_DELIVER, unanswered = LWURL_DELIVER;

    for (size_t i = 0; i < u->opener->handlers_n && verdict == LWURL_DELIVER;
         i++) {
        const struct lwurl_handler *h = &u->opener->handlers[i];
        if (h->ops->response != NULL && concerns(u, h))
            verdict = h->ops->response(u, h->state);
        if (is_unanswered(verdict)) {
            unanswered = unanswered == LWURL_DELIVER ? verdict : unanswered;
            verdict = LWURL_DELIVER;
        }
    }
    return verdict == LWURL_DELIVER ? unanswered : verdict;
}

/* urllib's HTTPErrorProcessor: a status that is not 2xx is an error, but one
   whose response can be read. Schemes without status have 0. */
static int deliver(struct lwurl *u, bool accepted)
{
    if ((u->flags & F_TUNNEL) != 0)
        return lwurl_fail(u, LWURL_ERR_PROXY, u->status);
    u->flags |= F_RESPONDED;
    if (!accepted && u->status != 0 && u->status / 100 != 2)
        (void)lwurl_fail(u, LWURL_ERR_STATUS, u->status);
    return LWURL_TURN_RESPONSE;
}

static int verdict(struct lwurl *u)
{
    int v = ask_handlers(u);

    switch (v) {
    case LWURL_DELIVER:
    case LWURL_ACCEPT:
        return deliver(u, v == LWURL_ACCEPT);
    case LWURL_ASK:
        u->flags |= F_ASKING;
        return LWURL_TURN_CREDENTIALS;
    case LWURL_RETRY:
    case LWURL_FOLLOW:
        u->flags |= v == LWURL_FOLLOW ? F_DRAIN | F_FOLLOW : F_DRAIN;
        u->flags |= F_AGAIN;
        return LWURL_TURN_WAIT;
    default:
        return lwurl_fail(u, v, 0);
    }
}

int lwurl_credentials(struct lwurl *u, const char *user, const char *password)
{
    if ((u->flags & F_ASKING) == 0)
        return LWURL_ERR_CALL;
    u->user = user;
    u->password = password;
    u->flags &= ~(uint32_t)F_ASKING;
    u->flags |= F_ANSWERED;
    return LWURL_OK;
}

/* ------------------------------------------------------------ the next hop */

void lwurl_follow(struct lwurl *u, struct lwurl_str url, unsigned how)
{
    u->url = url;
    u->hops++;
    u->tries = 0;
    if ((how & LWURL_FOLLOW_GET) != 0)
        u->flags |= F_AS_GET;
    if ((how & LWURL_FOLLOW_CROSSED) != 0) {
        u->flags |= F_CROSSED;
        u->user = u->password = NULL;
    }
}

static int follow(struct lwurl *u)
{
    for (size_t i = 0; i < u->opener->handlers_n; i++) {
        const struct lwurl_handler *h = &u->opener->handlers[i];
        if (h->ops->follow != NULL)
            return h->ops->follow(u, h->state);
    }
    return LWURL_ERR_CALL; /* a handler said FOLLOW and cannot */
}

/* The old response is over: go where the verdict said. */
static int next_hop(struct lwurl *u, bool keep)
{
    bool redirect = (u->flags & F_FOLLOW) != 0;

    u->scheme->ops->source->close(u, keep);
    u->flags &= ~(uint32_t)(F_DRAIN | F_FOLLOW);
    if (redirect) {
        int err = follow(u);
        if (err != LWURL_OK)
            return lwurl_fail(u, err, 0);
    }
    if (!request_can_resend(u))
        return lwurl_fail(u, LWURL_ERR_REPLAY, 0);
    int err = open_hop(u);
    if (err != LWURL_OK)
        return err;
    if (redirect && (u->request->flags & LWURL_ASK_REDIRECT) != 0)
        return LWURL_TURN_REDIRECT;
    u->flags |= F_AGAIN;
    return LWURL_TURN_WAIT;
}

/* Drops what is here of a body that nobody wants, with so many takes at most.
   LWURL_TURN_DONE: it is over. LWURL_TURN_WAIT: more will come. < 0: it is
   broken, or so long that a new connection is cheaper. */
static int drop_body(struct lwurl *u, int takes_max)
{
    const struct lwurl_source_ops *source = u->scheme->ops->source;
    int r = LWURL_OK;

    for (int i = 0; i < takes_max && r >= 0; i++) {
        r = source->step(u);
        if (r == LWURL_TURN_DONE || r == LWURL_TURN_WAIT)
            return r;
        if (r == LWURL_TURN_BODY) {
            if ((u->flags & F_LENGTH) != 0 && u->in_left > LWURL_DRAIN_MAX)
                return LWURL_ERR_ROOM;
            r = source->take(u, NULL, LWURL_DRAIN_MAX + 1);
            u->drain_n += r > 0 ? (uint32_t)r : 0;
        }
        if (u->drain_n > LWURL_DRAIN_MAX)
            return LWURL_ERR_ROOM;
    }
    u->flags |= F_AGAIN;
    return r < 0 ? r : LWURL_TURN_WAIT;
}

/* Before the next hop: reads on, where that may save the connection. */
static int drain(struct lwurl *u)
{
    int r = drop_body(u, DRAINS_MAX);

    if (r == LWURL_TURN_WAIT)
        return r;
    if (r < 0)
        u->err = LWURL_OK; /* of a body that is not wanted */
    return next_hop(u, r == LWURL_TURN_DONE);
}

/* -------------------------------------------------------------------- step */

static int turn(struct lwurl *u)
{
    if ((u->flags & F_ASKING) != 0)
        return LWURL_TURN_CREDENTIALS;
    if ((u->flags & F_ANSWERED) != 0) {
        u->flags &= ~(uint32_t)F_ANSWERED;
        return verdict(u);
    }
    if ((u->flags & F_DRAIN) != 0)
        return drain(u);
    int r = u->scheme->ops->source->step(u);
    return r == LWURL_TURN_RESPONSE ? verdict(u) : r;
}

/* What ends a fetch whatever it is doing. */
static int is_over(struct lwurl *u)
{
    if (has_failed(u))
        return u->err;
    if (u->phase == LWURL_PHASE_DONE) /* nothing can be late any more */
        return LWURL_OK;
    if (u->cancel != 0)
        return lwurl_fail(u, LWURL_ERR_CANCELED, 0);
    if (deadline_left(u) == 0)
        return lwurl_fail(u, LWURL_ERR_DEADLINE, 0);
    return LWURL_OK;
}

/* The clock of the idle limit stands still while it is the application's turn:
   moved_ms is then not a time, but how long there had been no progress. */
static void turn_clock(struct lwurl *u)
{
    u->moved_ms = conn_now(u) - u->moved_ms;
    u->flags ^= F_TURN;
}

int lwurl_step(struct lwurl *u)
{
    if (u->phase == LWURL_PHASE_IDLE)
        return has_failed(u) ? u->err : LWURL_ERR_CALL;
    int r = is_over(u);
    if (r != LWURL_OK)
        return r;
    if ((u->flags & F_TURN) != 0)
        turn_clock(u);
    u->flags &= ~(uint32_t)F_AGAIN;
    if (u->phase == LWURL_PHASE_DONE)
        return LWURL_TURN_DONE;
    r = turn(u);
    if (r == LWURL_TURN_DONE)
        TELL(u, end); /* once: the phase is DONE now */
    if (r > LWURL_TURN_WAIT)
        turn_clock(u);
    if (r == LWURL_TURN_WAIT && idle_left(u) == 0)
        return lwurl_fail(u, LWURL_ERR_IDLE, 0);
    if (r == LWURL_TURN_WAIT && patience_left(u) == 0)
        conn_give_up(u, &u->conn);
    return r;
}

void lwurl_wants(struct lwurl *u, struct lwurl_wants *out)
{
    out->fd = LWURL_FD_NONE;
    out->events = 0;
    out->ms = 0;
    if (u->phase == LWURL_PHASE_IDLE || has_failed(u) ||
        (u->flags & (F_AGAIN | F_TURN)) != 0 ||
        u->scheme->ops->source->wants == NULL)
        return;
    u->scheme->ops->source->wants(u, out);
    uint32_t total = deadline_left(u), idle = idle_left(u);
    uint32_t patience = patience_left(u);
    out->ms = total < idle ? total : idle;
    if (out->ms > patience)
        out->ms = patience;
    if (out->fd == LWURL_FD_NONE && out->ms > RESOLVE_POLL_MS)
        out->ms = RESOLVE_POLL_MS;
}

int lwurl_take(struct lwurl *u, void *dst, size_t n)
{
    if (u->phase == LWURL_PHASE_IDLE)
        return LWURL_ERR_CALL;
    int r = is_over(u);
    if (r != LWURL_OK || n == 0)
        return r;
    if ((u->flags & F_RESPONDED) == 0)
        return LWURL_ERR_CALL;
    r = u->scheme->ops->source->take(u, dst, n < INT_MAX ? n : INT_MAX);
    if (r > 0)
        u->body_n += (unsigned)r;
    return r;
}

/* ------------------------------------------------------------------- close */

/* Takes the rest of a body that is here already. True at its end. What goes
   wrong with it is no error of the fetch. */
static bool finish_body(struct lwurl *u)
{
    int32_t detail = u->detail;
    int16_t err = u->err;
    int r = drop_body(u, LWURL_DRAIN_MAX);

    u->err = err;
    u->detail = detail;
    return r == LWURL_TURN_DONE;
}

void lwurl_close(struct lwurl *u)
{
    bool keep;

    if (u->scheme == NULL || u->phase == LWURL_PHASE_IDLE)
        return;
    keep = u->phase == LWURL_PHASE_DONE ||
           ((u->flags & F_RESPONDED) != 0 && !has_failed(u) && finish_body(u));
    u->scheme->ops->source->close(u, keep);
    TELL(u, close); /* last: the URL may be theirs */
    u->last_phase = u->phase;
    u->phase = LWURL_PHASE_IDLE;
}

void lwurl_end(struct lwurl *u)
{
    lwurl_close(u);
    if (u->scheme != NULL)
        u->scheme->ops->source->close(u, false);
    u->scheme = NULL;
}
