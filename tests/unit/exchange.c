/* SPDX-License-Identifier: MIT */
#include "exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Steps that may be made for each thing that goes on: a step may find that
   there is nothing more, then one that waits. */
#define STEPS_PER_MOVE 6u

/* Calls of the port in one step: 8 fills, through a filter 16 pulls each. */
#define CALLS_MAX 150u

static const struct lwurl_handler http_only[] = {LWURL_HTTP};

void fetch_init(struct fetch *t, struct fake *f, size_t work_n)
{
    memset(t, 0, sizeof *t);
    t->fake = f;
    t->opener = (struct lwurl_opener){&f->port, http_only, 1};
    t->work = guarded(0, work_n);
    t->work_n = work_n;
    memset(t->work, '~', work_n);
}

static void put(char *to, size_t max, size_t *n, struct lwurl_str s)
{
    assert_true(s.n < max - *n);
    if (s.n > 0)
        memcpy(to + *n, s.p, s.n);
    *n += s.n;
    to[*n] = '\0';
}

static void put_field(struct outcome *got, const char *p, size_t n)
{
    put(got->fields, sizeof got->fields, &got->fields_n,
        (struct lwurl_str){p, n});
}

static void take_field(struct fetch *t)
{
    struct lwurl_field f;

    lwurl_field(&t->u, &f);
    t->got.cut = t->got.cut || f.name_cut;
    if (f.first) {
        put_field(&t->got, "+", f.trailer);
        put_field(&t->got, f.name.p, f.name.n);
        put_field(&t->got, TEXT(": "));
    }
    put_field(&t->got, f.value.p, f.value.n);
    if (f.last)
        put_field(&t->got, TEXT("\n"));
}

static int take_body(struct fetch *t)
{
    struct outcome *got = &t->got;
    size_t room = sizeof got->body - got->body_n;
    char *to = guarded(1, t->bite != 0 ? t->bite : sizeof got->body);

    if (t->bite != 0 && t->bite < room)
        room = t->bite;
    int r = lwurl_take(&t->u, to, room);
    if (r > 0)
        put(got->body, sizeof got->body, &got->body_n,
            (struct lwurl_str){to, (size_t)r});
    return r;
}

static int offer_body(struct fetch *t)
{
    uint64_t at = lwurl_written(&t->u);
    size_t n = t->out_n - (size_t)at;

    if (n == 0)
        return lwurl_send_end(&t->u);
    if (t->offer != 0 && n > t->offer)
        n = t->offer;
    return lwurl_send(&t->u, t->out + at, n);
}

static void note_head(struct fetch *t)
{
    t->got.status = lwurl_status(&t->u);
    t->got.version = lwurl_version(&t->u);
    t->got.length = lwurl_length(&t->u);
}

/* Takes a turn that is the application's. */
static int take_turn(struct fetch *t, int turn)
{
    t->got.turns[turn]++;
    switch (turn) {
    case LWURL_TURN_SEND:
        return offer_body(t);
    case LWURL_TURN_FIELD:
        take_field(t);
        return 0;
    case LWURL_TURN_CREDENTIALS:
        return lwurl_credentials(&t->u, NULL, NULL);
    case LWURL_TURN_RESPONSE:
        note_head(t);
        return 0;
    case LWURL_TURN_BODY:
        return take_body(t);
    default:
        return 0;
    }
}

/* Steps in a row that may want the next at once though no byte moved: a
   verdict, and dropping a body that is here already, chunk by chunk. */
#define AGAINS_MAX 8u

/* Waits as lwurl_wants() says. Whoever wants to be called again at once must
   have done something. */
static void wait_as_wanted(struct fetch *t, unsigned moves_before)
{
    struct lwurl_wants wants;

    lwurl_wants(&t->u, &wants);
    if (wants.ms != 0 || t->fake->moves > moves_before)
        t->agains = 0;
    else
        assert_true(++t->agains <= AGAINS_MAX);
    if (wants.ms != 0)
        t->fake->port.wait(t->fake, wants.fd, wants.events, wants.ms);
}

int fetch_begin(struct fetch *t, const struct lwurl_request *request)
{
    memset(&t->got, 0, offsetof(struct outcome, fields));
    t->got.fields[0] = t->got.body[0] = '\0';
    lwurl_close(&t->u);
    t->request = *request;
    return lwurl_begin(&t->u, &t->opener, &t->request, t->work, t->work_n);
}

int fetch_until(struct fetch *t, unsigned until)
{
    unsigned begin = t->fake->moves + t->fake->waits;
    unsigned first = t->got.steps;

    for (;;) {
        unsigned moves = t->fake->moves, calls = t->fake->calls;
        int turn = lwurl_step(&t->u);
        t->got.steps++;
        assert_true(t->fake->calls - calls <= CALLS_MAX);
        assert_true(turn != 0 && turn <= LWURL_TURN_DONE);
        if (turn == LWURL_TURN_WAIT)
            wait_as_wanted(t, moves);
        else
            t->agains = 0;
        if (turn < 0 || (until & (1u << turn)) != 0)
            return turn;
        if (take_turn(t, turn) < 0)
            assert_int_not_equal(lwurl_step(&t->u), LWURL_TURN_WAIT);
        unsigned done = t->fake->moves + t->fake->waits - begin +
                        t->got.turns[LWURL_TURN_FIELD] +
                        (unsigned)t->got.body_n;
        assert_true(t->got.steps - first <= STEPS_PER_MOVE * (done + 2));
    }
}

void fetch_run(struct fetch *t, const struct lwurl_request *request)
{
    struct lwurl_error e;
    int r = fetch_begin(t, request);

    if (r == LWURL_OK)
        r = fetch_until(t, 1u << LWURL_TURN_DONE);
    lwurl_error(&t->u, &e);
    t->got.err = e.code;
    t->got.detail = e.detail;
    t->got.phase = e.phase;
    t->got.status = e.status;
    if (r < 0)
        assert_int_equal(r, e.code); /* what a call says is the record */
    else
        assert_int_equal(lwurl_received(&t->u), t->got.body_n);
}

void fetch_end(struct fetch *t)
{
    lwurl_end(&t->u);
    lwurl_end(&t->u); /* harmless */
    fake_end(t->fake);
}

#define NAME(code)          \
    {                       \
        LWURL_##code, #code \
    }

const char *error_name(int code)
{
    static const struct {
        int code;
        const char *name;
    } names[] = {
        NAME(OK),
        NAME(ERR_CALL),
        NAME(ERR_URL),
        NAME(ERR_SCHEME),
        NAME(ERR_NO_HOST),
        NAME(ERR_METHOD),
        NAME(ERR_HEADER),
        NAME(ERR_BODY),
        NAME(ERR_ROOM),
        NAME(ERR_BUSY),
        NAME(ERR_CANCELED),
        NAME(ERR_REPLAY),
        NAME(ERR_STATUS),
        NAME(ERR_STATUS_LINE),
        NAME(ERR_VERSION),
        NAME(ERR_FIELD),
        NAME(ERR_LENGTH),
        NAME(ERR_CHUNK),
        NAME(ERR_CODING),
        NAME(ERR_INCOMPLETE),
        NAME(ERR_UPGRADE),
        NAME(ERR_DISCONNECTED),
        NAME(ERR_MAYBE_SENT),
        NAME(ERR_HEAD_LIMIT),
        NAME(ERR_TLS_TRUNCATED),
        NAME(ERR_NETDOWN),
        NAME(ERR_DNS),
        NAME(ERR_REFUSED),
        NAME(ERR_UNREACHABLE),
        NAME(ERR_RESET),
        NAME(ERR_DEADLINE),
        NAME(ERR_IDLE),
        NAME(ERR_STACK),
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].code == code)
            return names[i].name;
    return "another error";
}

const char *heard(const struct fake *f, size_t n)
{
    static char text[65536];
    const struct fake_conn *c = &f->conns[n];

    assert_true(n < f->conns_n && c->sent_n < sizeof text);
    memcpy(text, c->sent_n > 0 ? c->sent : "", c->sent_n);
    text[c->sent_n] = '\0';
    return text;
}
