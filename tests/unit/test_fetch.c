/* SPDX-License-Identifier: MIT */
/* What ends a fetch, and when: core/fetch.c. Its hops: test_verdict.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"

#define HEAD_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

static struct fake fake;
static struct fetch t;
static uint32_t start_ms = 1000;

static const struct lwurl_request get = {.url = "http://h/"};

/* -------------------------------------------------- a stall in each phase */

struct stall {
    unsigned phase;
    struct fake_name name;
    struct fake_peer peer;
    uint32_t flags;
};

static const struct stall stalls[] = {
    {LWURL_PHASE_RESOLVE, {0, FAKE_NEVER}, {.end = 0}, 0},
    {LWURL_PHASE_CONNECT, {0, 3}, {.waits = FAKE_NEVER}, 0},
    {LWURL_PHASE_SEND, {0, 0}, {.room = 10}, 0},
    {LWURL_PHASE_SEND, {0, 0}, {.room = 150}, LWURL_BODY_STREAM},
    {LWURL_PHASE_HEAD, {0, 0}, {.end = 0}, 0},
    {LWURL_PHASE_HEAD, {0, 0}, {.says = {{SAY("HTTP/1.1 200 OK\r\nA", 1)}}}, 0},
    {LWURL_PHASE_HEAD,
     {0, 0},
     {.says = {{SAY("HTTP/1.1 100 C\r\n\r\n", 1)}}},
     LWURL_ASK_FIELDS},
    {LWURL_PHASE_BODY, {0, 0}, {.says = {{SAY(HEAD_5, 1)}}}, 0},
    {LWURL_PHASE_BODY, {0, 0}, {.says = {{SAY(HEAD_5 "1234", 1)}}}, 0},
    {LWURL_PHASE_BODY,
     {0, 0},
     {.says = {{SAY("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "2\r\nab\r\n0\r\nA:",
                    1)}}},
     0},
};
#define STALLS (sizeof stalls / sizeof stalls[0])

static void begin_stall(const struct stall *s, const struct lwurl_request *how)
{
    static char body[200];
    static struct fake_peer both[2]; /* the same at either address */
    struct lwurl_request request = *how;

    request.flags = s->flags;
    request.body_n = (s->flags & LWURL_BODY_STREAM) != 0 ? sizeof body : 0;
    both[0] = both[1] = s->peer;
    fake_begin(&fake, both, 2);
    fake.names[0] = s->name;
    fake.now = start_ms;
    fetch_init(&t, &fake, 128);
    t.out = body;
    t.out_n = sizeof body;
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
}

static void expect_end(const struct stall *s, int err)
{
    struct lwurl_error e;

    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), err);
    lwurl_error(&t.u, &e);
    assert_int_equal(e.code, err);
    assert_int_equal(e.phase, s->phase);
    assert_true(e.retry || err == LWURL_ERR_CANCELED);
    assert_int_equal(lwurl_step(&t.u), err); /* it sticks */
    assert_int_equal(lwurl_take(&t.u, &e, 1), err);
}

static void deadline_in_each_phase(void **state)
{
    (void)state;
    for (size_t i = 0; i < STALLS; i++) {
        struct lwurl_request request = get;
        request.deadline_ms = 5000;
        request.idle_ms = LWURL_FOREVER;
        begin_stall(&stalls[i], &request);
        expect_end(&stalls[i], LWURL_ERR_DEADLINE);
        assert_int_equal(fake.now - start_ms, 5000);
        fetch_end(&t);
    }
}

static void idle_limit_in_each_phase(void **state)
{
    struct lwurl_request request = get;

    (void)state;
    request.idle_ms = 300;
    for (size_t i = 0; i < STALLS; i++) {
        begin_stall(&stalls[i], &request);
        expect_end(&stalls[i], LWURL_ERR_IDLE);
        /* each wait before the stall took a millisecond */
        assert_in_range(fake.now - start_ms, 300, 310);
        fetch_end(&t);
    }
}

/* The clock of a port wraps after 49.7 days. */
static void limits_when_the_clock_wraps(void **state)
{
    static const uint32_t starts[] = {UINT32_MAX, UINT32_MAX - 1,
                                      UINT32_MAX - 299, UINT32_MAX - 300,
                                      UINT32_MAX - 5000};

    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        start_ms = starts[i];
        idle_limit_in_each_phase(state);
        deadline_in_each_phase(state);
    }
    start_ms = 1000;
}

static void default_idle_limit(void **state)
{
    (void)state;
    begin_stall(&stalls[8], &get);
    expect_end(&stalls[8], LWURL_ERR_IDLE);
    assert_in_range(fake.now, 1000 + LWURL_IDLE_MS, 1010 + LWURL_IDLE_MS);
    fetch_end(&t);
}

static void cancel_at_8th_wait(struct fake *f)
{
    if (f->waits == 8)
        lwurl_cancel(&t.u);
}

static void cancel_in_each_phase(void **state)
{
    struct lwurl_request request = get;

    (void)state;
    request.idle_ms = LWURL_FOREVER;
    for (size_t i = 0; i < STALLS; i++) {
        begin_stall(&stalls[i], &request);
        fake.during_wait = cancel_at_8th_wait;
        expect_end(&stalls[i], LWURL_ERR_CANCELED);
        assert_int_equal(fake.wakes, 1);
        fetch_end(&t);
    }
}

/* Also from an interrupt, that does not know what the task is doing. */
static void cancel_of_nothing(void **state)
{
    struct lwurl u = {0};

    (void)state;
    lwurl_cancel(&u);
    begin_stall(&stalls[4], &get);
    fake.port.wake = NULL;
    lwurl_cancel(&t.u);
    assert_int_equal(lwurl_step(&t.u), LWURL_ERR_CANCELED);
    fetch_end(&t);
}

/* ---------------------------------------------------------- what counts not */

static void body_that_trickles(void **state)
{
    struct lwurl_request request = get;
    struct fake_peer peer = {.says = {{SAY(HEAD_5 "1", 1)},
                                      {SAY("2", 1), .delay_ms = 250},
                                      {SAY("34", 1), .delay_ms = 500},
                                      {SAY("5", 1), .delay_ms = 790}}};
    (void)state;
    request.idle_ms = 300;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(t.got.body, "12345");
    request.deadline_ms = 700; /* which trickling does not move */
    fetch_end(&t);
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_ERR_DEADLINE);
    assert_string_equal(t.got.body, "1234");
    fetch_end(&t);
}

/* An application that has the turn may take a minute. */
static void turns_take_their_time(void **state)
{
    struct lwurl_request request = get;
    struct fake_peer peer = {
        .says = {{SAY(HEAD_5 "1", 1)}, {SAY("2345", 1), .delay_ms = 100}},
        .take = 7};
    unsigned all = ~(1u << LWURL_TURN_WAIT);
    char byte;
    int r;

    (void)state;
    request.idle_ms = 300;
    request.flags = LWURL_ASK_FIELDS | LWURL_BODY_STREAM;
    request.body_n = 3;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    while ((r = fetch_until(&t, all)) != LWURL_TURN_DONE) {
        assert_true(r > 0);
        fake.now += 60000;
        if (r == LWURL_TURN_SEND)
            assert_true(lwurl_send(&t.u, "x", 1) >= 0);
        if (r == LWURL_TURN_BODY && fake.now < 10000000)
            assert_true(lwurl_take(&t.u, &byte, 1) >= 0);
        fake.now += 60000;
    }
    assert_int_equal(lwurl_received(&t.u), 5);
    fetch_end(&t);
}

/* ... but it does not move the limit either, when it finds nothing. */
static void empty_turns_move_nothing(void **state)
{
    struct fake_peer peer = {.says = {{SAY(HEAD_5 "1", 1)}}};
    struct lwurl_request request = get;
    struct lwurl_wants wants;
    char byte;
    int r = 0;

    (void)state;
    request.idle_ms = 300;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    while (r >= 0) {
        r = fetch_until(&t, 1u << LWURL_TURN_BODY | 1u << LWURL_TURN_WAIT);
        if (r == LWURL_TURN_BODY)
            r = lwurl_take(&t.u, &byte, 1);
        fake.now += 20;
        lwurl_wants(&t.u, &wants);
        assert_true(wants.ms <= 300);
    }
    assert_int_equal(r, LWURL_ERR_IDLE);
    fetch_end(&t);
}

static void long_poll(void **state)
{
    static const uint32_t hours = 3600000;
    struct fake_peer peer = {
        .says = {{SAY(HEAD_5 "12345", 1), .delay_ms = 10 * hours}}};
    struct lwurl_request request = get;

    (void)state;
    request.idle_ms = LWURL_FOREVER;
    request.connect_ms = 1000;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_true(fake.now > 10 * hours);
    assert_true(t.got.steps < 20);
    fetch_end(&t);
}

static void connect_limit(void **state)
{
    struct lwurl_request request = get;

    (void)state;
    request.idle_ms = LWURL_FOREVER;
    request.connect_ms = 500;
    request.deadline_ms = 9000;
    for (size_t i = 0; i < STALLS; i++) {
        bool before = stalls[i].phase < LWURL_PHASE_SEND;
        begin_stall(&stalls[i], &request);
        expect_end(&stalls[i], before ? LWURL_ERR_IDLE : LWURL_ERR_DEADLINE);
        assert_int_equal(fake.now - start_ms, before ? 500 : 9000);
        fetch_end(&t);
    }
}

/* An address that does not answer leaves half of the time to the other
   family's; where there is none, it is tried once more. */
static void silent_address(void **state)
{
    static const struct {
        int second;     /* of the name */
        uint32_t waits; /* of the second connection */
        int err;
        uint32_t least, most; /* time that it takes */
        unsigned family;      /* of the second connection */
    } ways[] = {
        {0, 0, LWURL_OK, 500, 510, 6},
        {LWURL_ERR_DNS, 0, LWURL_OK, 500, 510, 4},
        {0, FAKE_NEVER, LWURL_ERR_IDLE, 1000, 1010, 6},
        {LWURL_ERR_DNS, FAKE_NEVER, LWURL_ERR_IDLE, 1000, 1010, 4},
        {LWURL_ERR_DNS, 0, LWURL_ERR_REFUSED, 500, 510, 4},
    };
    static const struct fake_peer good = {.says = {{SAY(HEAD_5 "12345", 1)}}};
    struct fake_peer peers[2] = {{.waits = FAKE_NEVER}, {.end = 0}};

    (void)state;
    for (size_t i = 0; i < 3 * sizeof ways / sizeof ways[0]; i++) {
        struct lwurl_request request = get;
        size_t way = i / 3;
        request.idle_ms = i % 3 == 0 ? 1000 : LWURL_FOREVER;
        request.connect_ms = i % 3 == 1 ? 1000 : 0;
        request.deadline_ms = i % 3 == 2 ? 1000 : 0;
        peers[1] = good;
        peers[1].waits = ways[way].waits;
        if (ways[way].err == LWURL_ERR_REFUSED)
            peers[1].fail = LWURL_ERR_REFUSED;
        fake_begin(&fake, peers, 2);
        fake.names[1].result = ways[way].second;
        fetch_init(&t, &fake, 128);
        fetch_run(&t, &request);
        assert_int_equal(t.got.err,
                         i % 3 == 2 && ways[way].err == LWURL_ERR_IDLE
                             ? LWURL_ERR_DEADLINE
                             : ways[way].err);
        assert_in_range(fake.now, 1000 + ways[way].least,
                        1000 + ways[way].most);
        assert_int_equal(fake.conns_n, 2);
        assert_int_equal(fake.conns[0].to.family, 4);
        assert_int_equal(fake.conns[1].to.family, ways[way].family);
        fetch_end(&t);
    }
}

/* A body that is complete stays so: no limit takes it back. */
static void done_in_time(void **state)
{
    struct fake_peer peer = {.says = {{SAY(HEAD_5 "12345", 1)}}};
    struct lwurl_request request = get;
    char byte;

    (void)state;
    request.deadline_ms = 500;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    fake.now += 1000;
    lwurl_cancel(&t.u);
    assert_int_equal(lwurl_step(&t.u), LWURL_TURN_DONE);
    assert_int_equal(lwurl_take(&t.u, &byte, 1), 0);
    assert_int_equal(lwurl_read(&t.u, &byte, 1), 0);
    lwurl_close(&t.u);
    assert_int_equal(fake_open(&fake), 1);
    fetch_end(&t);
}

static void no_network(void **state)
{
    (void)state;
    fake_begin(&fake, NULL, 0);
    fake.down = true;
    fetch_init(&t, &fake, 128);
    fetch_run(&t, &get);
    assert_int_equal(t.got.err, LWURL_ERR_NETDOWN);
    assert_int_equal(t.got.phase, LWURL_PHASE_RESOLVE);
    assert_int_equal(t.got.steps, 1);
    assert_int_equal(fake.calls, 0);
    assert_int_equal(fake.now, 1000);
    fetch_end(&t);
}

/* Every call of the port fails once: never a success that is none, never
   anything left open. */
static void each_call_fails(void **state)
{
    struct fake_peer peer[2] = {
        {.says = {{SAY(HEAD_5 "12345", 1)}},
         .piece = 9,
         .take = 30,
         .waits = 1},
        {.says = {{SAY(HEAD_5 "12345", 1)}},
         .piece = 9,
         .take = 30,
         .waits = 1},
    };
    unsigned at = 0, fallbacks = 0;
    bool failed;

    (void)state;
    do {
        fake_begin(&fake, peer, 2);
        fake.names[0].waits = 1;
        fake.fail_at = ++at;
        fake.fail_with = LWURL_ERR_STACK;
        fetch_init(&t, &fake, 128);
        fetch_run(&t, &get);
        failed = fake.calls >= at;
        if (t.got.err != LWURL_OK)
            assert_int_equal(t.got.err, LWURL_ERR_STACK);
        else
            assert_string_equal(t.got.body, "12345");
        fallbacks += failed && t.got.err == LWURL_OK;
        fetch_end(&t);
    } while (failed);
    assert_in_range(at, 20, 60);
    /* a name, asked twice; connect(); connected(): the other address does it */
    assert_int_equal(fallbacks, 4);
}

/* A scheme of one's own delivers a field in pieces, as they come. */
static const struct lwurl_field pieces[] = {
    {{"", 0}, {"", 0}, .first = true, .last = true},
    {{"Lo", 2}, {"a", 1}, .first = true, .name_cut = true},
    {{"Lo", 2}, {"b", 1}, .name_cut = true},
    {{"Lo", 2}, {"c", 1}, .last = true, .name_cut = true},
    {{"T", 1}, {"d", 1}, .first = true, .last = true, .trailer = true},
};
#define PIECES (sizeof pieces / sizeof pieces[0])

static int pieces_open(struct lwurl *u)
{
    u->area.number = 0;
    lwurl_source_begin(u, 0);
    return LWURL_OK;
}

static int pieces_step(struct lwurl *u)
{
    if (u->area.number < PIECES)
        return lwurl_deliver_field(u, &pieces[u->area.number++]) > 0
                   ? LWURL_TURN_FIELD
                   : LWURL_TURN_WAIT;
    u->phase = LWURL_PHASE_DONE;
    return LWURL_TURN_DONE;
}

static int pieces_take(struct lwurl *u, void *dst, size_t n)
{
    (void)u;
    (void)dst;
    (void)n;
    return 0;
}

static void pieces_close(struct lwurl *u, bool keep)
{
    (void)u;
    (void)keep;
}

/* Of each member: what stands between them is anything. */
static void assert_same_field(const struct lwurl_field *is,
                              const struct lwurl_field *should)
{
    assert_ptr_equal(is->name.p, should->name.p);
    assert_int_equal(is->name.n, should->name.n);
    assert_ptr_equal(is->value.p, should->value.p);
    assert_int_equal(is->value.n, should->value.n);
    assert_int_equal(is->first, should->first);
    assert_int_equal(is->last, should->last);
    assert_int_equal(is->name_cut, should->name_cut);
    assert_int_equal(is->trailer, should->trailer);
}

static void fields_in_pieces(void **state)
{
    static const struct lwurl_source_ops source = {.open = pieces_open,
                                                   .step = pieces_step,
                                                   .take = pieces_take,
                                                   .close = pieces_close};
    static const struct lwurl_handler_ops ops = {.scheme = "own",
                                                 .source = &source};
    static const struct lwurl_handler own[] = {{&ops, NULL}};
    struct lwurl_request request = {.url = "own:x", .flags = LWURL_ASK_FIELDS};
    struct lwurl_field f;

    (void)state;
    fake_begin(&fake, NULL, 0);
    fetch_init(&t, &fake, 128);
    t.opener.handlers = own;
    t.opener.handlers_n = 1;
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    for (size_t i = 0; i < PIECES; i++) {
        assert_int_equal(lwurl_step(&t.u), LWURL_TURN_FIELD);
        lwurl_field(&t.u, &f);
        assert_same_field(&f, &pieces[i]);
    }
    assert_int_equal(lwurl_step(&t.u), LWURL_TURN_DONE);
    fetch_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deadline_in_each_phase),
        cmocka_unit_test(idle_limit_in_each_phase),
        cmocka_unit_test(limits_when_the_clock_wraps),
        cmocka_unit_test(default_idle_limit),
        cmocka_unit_test(cancel_in_each_phase),
        cmocka_unit_test(cancel_of_nothing),
        cmocka_unit_test(body_that_trickles),
        cmocka_unit_test(turns_take_their_time),
        cmocka_unit_test(empty_turns_move_nothing),
        cmocka_unit_test(long_poll),
        cmocka_unit_test(connect_limit),
        cmocka_unit_test(silent_address),
        cmocka_unit_test(done_in_time),
        cmocka_unit_test(no_network),
        cmocka_unit_test(each_call_fails),
        cmocka_unit_test(fields_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
