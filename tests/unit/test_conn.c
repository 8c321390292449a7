/* SPDX-License-Identifier: MIT */
/* Names, addresses and filters: core/run.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "xor_filter.h"

#define OK_5     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
#define N(array) (sizeof(array) / sizeof(array)[0])

static struct fake fake;
static struct fetch t;

static const struct lwurl_request get = {.url = "http://name:81/"};

/* ------------------------------------------------------ names and addresses */

#define GOOD_PEER                          \
    {                                      \
        .says = { {SAY(OK_5 "hello", 1)} } \
    }
#define REFUSE(code)     \
    {                    \
        .refuse = (code) \
    }
#define FAIL(code)                 \
    {                              \
        .fail = (code), .waits = 2 \
    }

/* The first family fails, then the other one is asked. */
static void two_families(void **state)
{
    static const struct {
        int names[2];
        struct fake_peer peers[2];
        int err;
        unsigned phase, conns, resolves;
    } ways[] = {
        {{0, 0}, {GOOD_PEER}, 0, LWURL_PHASE_DONE, 1, 1},
        {{LWURL_ERR_DNS, 0}, {GOOD_PEER}, 0, LWURL_PHASE_DONE, 1, 2},
        {{0, 0},
         {REFUSE(LWURL_ERR_UNREACHABLE), GOOD_PEER},
         0,
         LWURL_PHASE_DONE,
         2,
         2},
        {{0, 0},
         {FAIL(LWURL_ERR_REFUSED), GOOD_PEER},
         0,
         LWURL_PHASE_DONE,
         2,
         2},
        {{LWURL_ERR_DNS, LWURL_ERR_DNS},
         {{.end = 0}},
         LWURL_ERR_DNS,
         LWURL_PHASE_RESOLVE,
         0,
         2},
        {{LWURL_ERR_STACK, LWURL_ERR_DNS},
         {{.end = 0}},
         LWURL_ERR_STACK,
         LWURL_PHASE_RESOLVE,
         0,
         2},
        /* one family has no address: error and phase are the other one's */
        {{0, LWURL_ERR_DNS},
         {FAIL(LWURL_ERR_REFUSED)},
         LWURL_ERR_REFUSED,
         LWURL_PHASE_CONNECT,
         1,
         2},
        {{0, LWURL_ERR_DNS},
         {REFUSE(LWURL_ERR_UNREACHABLE)},
         LWURL_ERR_UNREACHABLE,
         LWURL_PHASE_CONNECT,
         1,
         2},
        {{LWURL_ERR_DNS, 0},
         {FAIL(LWURL_ERR_REFUSED)},
         LWURL_ERR_REFUSED,
         LWURL_PHASE_CONNECT,
         1,
         2},
        {{LWURL_ERR_DNS, 0},
         {REFUSE(LWURL_ERR_UNREACHABLE)},
         LWURL_ERR_UNREACHABLE,
         LWURL_PHASE_CONNECT,
         1,
         2},
        {{0, 0},
         {FAIL(LWURL_ERR_UNREACHABLE), FAIL(LWURL_ERR_REFUSED)},
         LWURL_ERR_REFUSED,
         LWURL_PHASE_CONNECT,
         2,
         2},
        {{0, 0},
         {REFUSE(LWURL_ERR_STACK), REFUSE(LWURL_ERR_STACK)},
         LWURL_ERR_STACK,
         LWURL_PHASE_CONNECT,
         2,
         2},
    };
    (void)state;
    for (size_t i = 0; i < 2 * N(ways); i++) {
        fake_begin(&fake, ways[i / 2].peers, 2);
        for (int k = 0; k < 2; k++)
            fake.names[k] =
                (struct fake_name){ways[i / 2].names[k], (i & 1) * 3};
        fetch_init(&t, &fake, 128);
        fetch_run(&t, &get);
        assert_string_equal(error_name(t.got.err), error_name(ways[i / 2].err));
        assert_int_equal(t.got.phase, ways[i / 2].phase);
        assert_int_equal(fake.conns_n, ways[i / 2].conns);
        assert_int_equal(fake.resolves, ways[i / 2].resolves);
        assert_string_equal(fake.name, "name");
        assert_true(fake.now < 2000);
        for (size_t k = 0; k < fake.conns_n; k++)
            assert_int_equal(fake.conns[k].to.port, 81);
        fetch_end(&t);
    }
}

static void ended_while_resolving(void **state)
{
    struct fake_peer peer = GOOD_PEER;

    (void)state;
    for (int i = 0; i < 2; i++) {
        fake_begin(&fake, &peer, 1);
        fake.names[i].waits = FAKE_NEVER;
        fake.names[0].result = i == 1 ? LWURL_ERR_DNS : 0;
        fetch_init(&t, &fake, 128);
        assert_int_equal(fetch_begin(&t, &get), LWURL_OK);
        for (int k = 0; k < 4; k++)
            assert_int_equal(lwurl_step(&t.u), LWURL_TURN_WAIT);
        assert_true(fake.resolving);
        lwurl_close(&t.u);
        assert_int_equal(fake.cancels, 1);
        fetch_end(&t);
    }
}

/* A name is looked at again after 20 ms, though nothing woke the task. */
static void wants_in_each_phase(void **state)
{
    struct fake_peer peer = {
        .says = {{SAY(OK_5, 1)}, {SAY("hello", 1)}}, .waits = 1, .take = 20};
    static const struct {
        unsigned phase;
        int fd;
        unsigned events;
        uint32_t ms;
    } ways[] = {
        {LWURL_PHASE_RESOLVE, -1, 0, 20},
        {LWURL_PHASE_CONNECT, 10, LWURL_PORT_WRITE, LWURL_IDLE_MS / 2},
        {LWURL_PHASE_SEND, 10, LWURL_PORT_READ | LWURL_PORT_WRITE,
         LWURL_IDLE_MS},
        {LWURL_PHASE_HEAD, 10, LWURL_PORT_READ, LWURL_IDLE_MS},
        {LWURL_PHASE_BODY, 10, LWURL_PORT_READ, LWURL_IDLE_MS},
    };
    struct lwurl_wants wants;
    struct lwurl_error e;
    size_t seen = 0;

    (void)state;
    peer.says[1].delay_ms = 60;
    peer.says[0].delay_ms = 20;
    fake_begin(&fake, &peer, 1);
    fake.names[0].waits = 1;
    fetch_init(&t, &fake, 128);
    assert_int_equal(fetch_begin(&t, &get), LWURL_OK);
    lwurl_wants(&t.u, &wants);
    assert_int_equal(wants.fd, -1);
    int r = 0;
    while (r != LWURL_TURN_DONE && seen < N(ways)) {
        r = lwurl_step(&t.u);
        lwurl_wants(&t.u, &wants);
        lwurl_error(&t.u, &e);
        if (r == LWURL_TURN_BODY) {
            char to[8];
            assert_int_equal(wants.ms, 0);
            (void)lwurl_take(&t.u, to, sizeof to);
        }
        if (r != LWURL_TURN_WAIT || wants.ms == 0)
            continue;
        if (seen + 1 < N(ways) && e.phase == ways[seen + 1].phase)
            seen++;
        assert_int_equal(e.phase, ways[seen].phase);
        assert_int_equal(wants.fd, ways[seen].fd);
        assert_int_equal(wants.events, ways[seen].events);
        assert_int_equal(wants.ms, ways[seen].ms);
        fake.port.wait(&fake, wants.fd, wants.events, wants.ms);
    }
    assert_int_equal(seen, N(ways) - 1);
    fetch_end(&t);
}

/* ------------------------------------------------------------------- filter */

static struct xor_slot slot;
static const struct lwurl_handler both[] = {{&xor_ops, &slot}, LWURL_HTTP};
static const struct lwurl_request xor_get = {.url = "xor://host/"};

static char wire[20000];

/* A server that shakes hands and, after `after` bytes of ours, says the text
   in frames; with `end` then ends in order. */
static struct fake_peer xor_peer(const char *text, size_t frame, size_t after,
                                 bool end)
{
    struct fake_peer peer = {.says = {{TEXT("OLEH"), .after = 4}}};
    size_t n = xor_frames(wire, 0, text, strlen(text), frame);

    if (end)
        n = xor_end(wire, n);
    peer.says[1] = (struct fake_say){.p = wire, .n = n, .after = after};
    return peer;
}

static void xor_begin(const struct fake_peer *peers, size_t n)
{
    memset(&slot, 0, sizeof slot);
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, 128);
    t.opener.handlers = both;
    t.opener.handlers_n = 2;
}

/* Bytes that a GET takes on the wire, handshake included, in one frame. */
static size_t request_n(const struct lwurl_request *request, size_t frame_max)
{
    struct fake_peer peer = xor_peer("", 1, SIZE_MAX, false);
    size_t n;

    xor_begin(&peer, 1);
    slot.frame_max = frame_max;
    fetch_run(&t, request);
    assert_int_equal(t.got.err, LWURL_ERR_IDLE);
    assert_int_equal(t.got.phase, LWURL_PHASE_HEAD);
    n = fake.conns[0].sent_n;
    fetch_end(&t);
    return n;
}

static void expect_hello(void)
{
    assert_string_equal(error_name(t.got.err), "OK");
    assert_string_equal(t.got.body, "hello");
}

static void through_a_filter(void **state)
{
    static const size_t frames[] = {1, 2, 7, 1000};

    (void)state;
    for (size_t i = 0; i < 4 * 4 * 4; i++) {
        size_t frame = frames[i % 4], piece = i / 4 % 4, take = i / 16;
        size_t all = request_n(&xor_get, frame);
        struct fake_peer peer = xor_peer(OK_5 "hello", frame, all, true);
        bool ended;
        peer.piece = piece;
        peer.take = take;
        peer.waits = 1;
        xor_begin(&peer, 1);
        slot.frame_max = frame;
        fetch_run(&t, &xor_get);
        expect_hello();
        assert_string_equal(slot.host, "host");
        assert_int_equal(slot.port, 99);
        assert_memory_equal(fake.conns[0].sent, "HELO", 4);
        size_t n = xor_unframe(fake.conns[0].sent + 4, fake.conns[0].sent_n - 4,
                               &ended);
        assert_memory_equal(fake.conns[0].sent + 4, "GET / HTTP/1.1\r\n", 16);
        assert_memory_equal(fake.conns[0].sent + n, "\r\n\r\n", 4);
        assert_false(ended);
        fetch_end(&t);
        assert_int_equal(slot.starts, 1);
        assert_int_equal(slot.stops, 1);
    }
}

/* connect_to is for the wire; the filter hears of the URL's host and of the
   name that stands for it. */
static void told_to_the_filter(void **state)
{
    static const char name[] = "other.example";
    struct lwurl_request request = xor_get;
    struct fake_peer peer = xor_peer("", 1, SIZE_MAX, false);

    (void)state;
    request.url = "xor://u:p@[fe80::1]:88/";
    request.connect_to = "10.0.0.1:1234";
    request.tls_name = name;
    xor_begin(&peer, 1);
    fetch_run(&t, &request);
    assert_string_equal(slot.host, "fe80::1");
    assert_int_equal(slot.port, 88);
    assert_ptr_equal(slot.tls_name, name);
    assert_string_equal(fake.name, "10.0.0.1");
    assert_int_equal(fake.conns[0].to.port, 1234);
    fetch_end(&t);
}

/* Kept, used again, and closed in order: the peer is told. */
static void kept_and_closed(void **state)
{
    static char second[200];
    size_t all = request_n(&xor_get, 0);
    struct fake_peer peer = xor_peer(OK_5 "hello", 50, all, false);
    bool ended;

    (void)state;
    peer.says[2] =
        (struct fake_say){.p = second,
                          .n = xor_frames(second, 0, OK_5 "world", 43, 99),
                          .after = 2 * all - 4};
    xor_begin(&peer, 1);
    fetch_run(&t, &xor_get);
    expect_hello();
    lwurl_close(&t.u);
    assert_ptr_equal(slot.owner, &t.u);
    fetch_run(&t, &xor_get);
    assert_string_equal(t.got.body, "world");
    assert_int_equal(slot.starts, 1);
    lwurl_end(&t.u);
    assert_null(slot.owner);
    (void)xor_unframe(fake.conns[0].sent + 4, fake.conns[0].sent_n - 4, &ended);
    assert_true(ended);
    fetch_end(&t);
    assert_false(fake.conns[0].aborted);
}

/* What is left open is aborted, and the peer hears nothing. */
static void aborted(void **state)
{
    size_t all = request_n(&xor_get, 0);
    struct fake_peer peer = xor_peer(OK_5 "hell", 50, all, false);

    (void)state;
    xor_begin(&peer, 1);
    fetch_run(&t, &xor_get);
    assert_int_equal(t.got.err, LWURL_ERR_IDLE);
    lwurl_end(&t.u);
    assert_int_equal(fake.conns[0].sent_n, all);
    fetch_end(&t);
    assert_true(fake.conns[0].aborted);
    assert_int_equal(slot.stops, 1);
}

static void cut_handshake(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3 * 4; i++) {
        static const int ends[] = {LWURL_PORT_EOF, LWURL_ERR_RESET, 0};
        struct fake_peer peer = xor_peer("", 1, SIZE_MAX, false);
        struct lwurl_request request = xor_get;
        peer.cut = i / 3 + 1;
        peer.end = ends[i % 3];
        request.connect_ms = 700;
        request.idle_ms = LWURL_FOREVER;
        xor_begin(&peer, 1);
        fetch_run(&t, &request);
        assert_int_equal(t.got.phase, LWURL_PHASE_TLS);
        assert_int_equal(t.got.err, i % 3 == 0   ? LWURL_ERR_TLS_TRUNCATED
                                    : i % 3 == 1 ? LWURL_ERR_RESET
                                                 : LWURL_ERR_IDLE);
        assert_int_equal(t.got.detail, i % 3 == 0 ? 7 : 0);
        fetch_end(&t);
        assert_int_equal(slot.stops, 1);
    }
}

static void bad_handshake(void **state)
{
    struct fake_peer peer = {.says = {{SAY("HTTP/1.1 400 plain\r\n\r\n", 0)}}};

    (void)state;
    xor_begin(&peer, 1);
    fetch_run(&t, &xor_get);
    assert_int_equal(t.got.err, LWURL_ERR_TLS);
    assert_int_equal(t.got.detail, 7);
    assert_int_equal(t.got.phase, LWURL_PHASE_TLS);
    fetch_end(&t);
}

/* An orderly end in the handshake is none of a response. */
static void ended_handshake(void **state)
{
    struct fake_peer peer = {.says = {{SAY("OVER", 0), .after = 4}}};

    (void)state;
    xor_begin(&peer, 1);
    fetch_run(&t, &xor_get);
    assert_int_equal(t.got.err, LWURL_ERR_TLS_TRUNCATED);
    assert_int_equal(t.got.phase, LWURL_PHASE_TLS);
    fetch_end(&t);
}

static void handshake_not_sent(void **state)
{
    struct fake_peer peer = {.room = 2, .send_end = LWURL_ERR_RESET};

    (void)state;
    xor_begin(&peer, 1);
    fetch_run(&t, &xor_get);
    assert_int_equal(t.got.err, LWURL_ERR_RESET);
    assert_int_equal(t.got.phase, LWURL_PHASE_TLS);
    fetch_end(&t);
}

/* A body that ends with the connection needs its orderly end. */
static void until_close(void **state)
{
    size_t all = request_n(&xor_get, 0);

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct fake_peer peer =
            xor_peer("HTTP/1.1 200 OK\r\n\r\nhello", 10, all, (i & 1) != 0);
        peer.end = (i & 2) != 0 ? LWURL_PORT_EOF : LWURL_ERR_RESET;
        xor_begin(&peer, 1);
        fetch_run(&t, &xor_get);
        if ((i & 1) != 0)
            expect_hello();
        else
            assert_int_equal(t.got.err, (i & 2) != 0 ? LWURL_ERR_TLS_TRUNCATED
                                                     : LWURL_ERR_RESET);
        fetch_end(&t);
    }
}

/* Cut in a head or in a counted body: what the filter says of it, or, after an
   orderly end, what HTTP says. */
static void cut_response(void **state)
{
    size_t all = request_n(&xor_get, 0);
    static const char response[] = OK_5 "hello";

    (void)state;
    for (size_t i = 0; i < 2 * (sizeof response - 1); i++) {
        char text[sizeof response];
        bool end = (i & 1) != 0;
        memcpy(text, response, sizeof response);
        text[i / 2] = '\0';
        struct fake_peer peer = xor_peer(text, 10, all, end);
        peer.end = LWURL_PORT_EOF;
        xor_begin(&peer, 1);
        fetch_run(&t, &xor_get);
        assert_int_equal(t.got.err, !end        ? LWURL_ERR_TLS_TRUNCATED
                                    : i / 2 > 0 ? LWURL_ERR_INCOMPLETE
                                                : LWURL_ERR_DISCONNECTED);
        fetch_end(&t);
    }
}

static void start_fails(void **state)
{
    static const int errors[] = {LWURL_ERR_ENTROPY, LWURL_ERR_TLS_NAME,
                                 LWURL_ERR_TLS_SETUP, LWURL_ERR_ROOM};
    struct fake_peer peer = {.waits = 1};

    (void)state;
    for (size_t i = 0; i < N(errors); i++) {
        xor_begin(&peer, 1);
        slot.refuse = errors[i];
        fetch_run(&t, &xor_get);
        assert_int_equal(t.got.err, errors[i]);
        assert_int_equal(t.got.phase, LWURL_PHASE_TLS);
        fetch_end(&t);
        assert_int_equal(slot.stops, 0);
    }
}

/* A slot that serves a running fetch is busy; one that a fetch keeps for later
   is taken, and that one's connection is closed. */
static void one_slot_for_two(void **state)
{
    static struct lwurl other;
    char work[128];
    size_t all = request_n(&xor_get, 0);
    struct fake_peer peers[3], one = xor_peer(OK_5 "hello", 99, all, false);

    (void)state;
    peers[0] = peers[1] = peers[2] = one;
    xor_begin(peers, 3);
    memset(&other, 0, sizeof other);
    assert_int_equal(lwurl_open(&other, &t.opener, &xor_get, work, sizeof work),
                     LWURL_OK);
    fetch_run(&t, &xor_get);
    assert_int_equal(t.got.err, LWURL_ERR_BUSY);
    assert_int_equal(t.got.phase, LWURL_PHASE_TLS);
    lwurl_close(&t.u);
    assert_ptr_equal(slot.owner, &other);
    lwurl_close(&other);
    assert_int_equal(fake_open(&fake), 1);
    fetch_run(&t, &xor_get);
    expect_hello();
    assert_ptr_equal(slot.owner, &t.u);
    assert_false(fake.conns[0].open);
    lwurl_end(&other);
    assert_ptr_equal(slot.owner, &t.u);
    fetch_end(&t);
}

/* Frames without content do not hold up a step for ever. */
static void empty_frames(void **state)
{
    static char frames[20000];
    size_t all = request_n(&xor_get, 0), n;
    struct fake_peer peer = xor_peer("", 9, all, false);

    (void)state;
    memset(frames, 0xff, 2000);
    n = xor_frames(frames, 2000, OK_5 "he", 40, 99);
    memset(frames + n, 0xff, 2000);
    n = xor_frames(frames, n + 2000, "llo", 3, 99);
    peer.says[1] = (struct fake_say){.p = frames, .n = n, .after = all};
    xor_begin(&peer, 1);
    fetch_run(&t, &xor_get);
    expect_hello();
    assert_true(t.got.steps > 4000 / 2 / 20);
    fetch_end(&t);
}

/* What the filter holds is not waited for on the wire. */
static void more_than_a_step_takes(void **state)
{
    static char text[3000];
    size_t all = request_n(&xor_get, 0), n = 0;

    (void)state;
    n += (size_t)sprintf(text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
                               "\r\n\r\n5;");
    memset(text + n, 'x', 2000);
    (void)sprintf(text + n + 2000, "\r\nhello\r\n0\r\n\r\n");
    for (size_t frame = 1000; frame <= XOR_FRAME; frame += 25) {
        struct fake_peer peer = xor_peer(text, frame, all, false);
        struct lwurl_request request = xor_get;
        request.idle_ms = LWURL_FOREVER;
        peer.end_ms = 0;
        xor_begin(&peer, 1);
        fetch_run(&t, &request);
        expect_hello();
        fetch_end(&t);
    }
}

static void record_too_large(void **state)
{
    size_t all = request_n(&xor_get, 0);
    struct fake_peer peer = {
        .says = {{TEXT("OLEH"), .after = 4}, {TEXT("\x20\x00"), .after = all}}};
    (void)state;
    xor_begin(&peer, 1);
    fetch_run(&t, &xor_get);
    assert_int_equal(t.got.err, LWURL_ERR_TLS_RECORD);
    assert_int_equal(t.got.phase, LWURL_PHASE_HEAD);
    assert_int_equal(t.got.detail, 7);
    fetch_end(&t);
}

/* The filter is over while a body is sent. */
static void over_while_sending(void **state)
{
    static const char *const ends[] = {"\0\0", "\x20\x00"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct lwurl_request post = {
            .url = "xor://host/", .body_n = 500, .flags = LWURL_BODY_STREAM};
        static char body[500];
        struct fake_peer peer = {.says = {{TEXT("OLEH"), .after = 4},
                                          {.p = ends[i], .n = 2, .after = 50}}};
        xor_begin(&peer, 1);
        slot.frame_max = 20;
        t.out = body;
        t.out_n = sizeof body;
        fetch_run(&t, &post);
        assert_int_equal(t.got.err, i == 0 ? LWURL_ERR_DISCONNECTED
                                           : LWURL_ERR_TLS_RECORD);
        fetch_end(&t);
    }
}

/* Each call of the port fails once; nothing stays behind. */
static void each_call_fails(void **state)
{
    size_t all = request_n(&xor_get, 30);
    struct fake_peer peers[2];
    unsigned at = 0;
    bool failed;

    (void)state;
    peers[0] = peers[1] = xor_peer(OK_5 "hello", 9, all, true);
    peers[0].take = peers[1].take = 7;
    do {
        xor_begin(peers, 2);
        slot.frame_max = 30;
        fake.fail_at = ++at;
        fake.fail_with = LWURL_ERR_RESET;
        fetch_run(&t, &xor_get);
        failed = fake.calls >= at;
        if (t.got.err != LWURL_OK)
            assert_int_equal(t.got.err, LWURL_ERR_RESET);
        else
            expect_hello();
        fetch_end(&t);
        assert_null(slot.owner);
    } while (failed);
    assert_true(at > 20);
}

/* A kept connection of one scheme serves no other, and is not forgotten. */
static void other_scheme(void **state)
{
    static const struct lwurl_request plain = {.url = "http://host:99/"};
    size_t all = request_n(&xor_get, 0);
    struct fake_peer peers[3] = {{.says = {{SAY(OK_5 "plain", 1)}}},
                                 xor_peer(OK_5 "hello", 9, all, false),
                                 {.says = {{SAY(OK_5 "again", 1)}}}};
    (void)state;
    xor_begin(peers, 3);
    fetch_run(&t, &plain);
    assert_string_equal(t.got.body, "plain");
    fetch_run(&t, &xor_get);
    expect_hello();
    assert_int_equal(fake_open(&fake), 1);
    fetch_run(&t, &plain);
    assert_string_equal(t.got.body, "again");
    assert_int_equal(fake_open(&fake), 1);
    assert_null(slot.owner);
    fetch_end(&t);
}

/* A filter that takes nothing while it has something to say. */
static void half_duplex(void **state)
{
    size_t all = request_n(&xor_get, 30);

    (void)state;
    for (size_t take = 0; take < 9; take++) {
        struct fake_peer peer = xor_peer(OK_5 "hello", 9, all, true);
        peer.take = take;
        xor_begin(&peer, 1);
        slot.frame_max = 30;
        slot.half = true;
        fetch_run(&t, &xor_get);
        expect_hello();
        fetch_end(&t);
    }
}

/* What came while such a filter is stuck must not end each wait at once. */
static void half_duplex_stuck(void **state)
{
    struct fake_peer peer = xor_peer(OK_5 "hello", 99, 60, false);
    struct lwurl_request post = {
        .url = "xor://host/", .body_n = 500, .flags = LWURL_BODY_STREAM};
    static char body[500];
    struct lwurl_wants wants = {0};

    (void)state;
    peer.room = 70;
    xor_begin(&peer, 1);
    slot.half = true;
    assert_int_equal(fetch_begin(&t, &post), LWURL_OK);
    for (int i = 0; i < 50; i++)
        if (lwurl_step(&t.u) == LWURL_TURN_SEND)
            (void)lwurl_send(&t.u, body, sizeof body);
    assert_true(slot.out_n > 0);
    lwurl_wants(&t.u, &wants);
    assert_int_equal(wants.events, LWURL_PORT_WRITE);
    fetch_end(&t);
}

/* What blocked a filter goes out as the step looks for an answer: the next wait
   ends at once, for there is room again. */
static void room_to_send(void **state)
{
    struct fake_peer peer = xor_peer("", 1, SIZE_MAX, false);
    struct lwurl_request post = {
        .url = "xor://host/", .body_n = 900, .flags = LWURL_BODY_STREAM};
    static char body[900];
    struct lwurl_wants wants = {0};
    int turn = LWURL_TURN_WAIT;

    (void)state;
    xor_begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &post), LWURL_OK);
    for (int i = 0; i < 50 && turn == LWURL_TURN_WAIT; i++)
        turn = lwurl_step(&t.u);
    assert_int_equal(turn, LWURL_TURN_SEND);
    fake.conns[0].stuffed = true;
    assert_int_equal(lwurl_send(&t.u, body, 400), 400); /* the filter has it */
    assert_int_equal(lwurl_step(&t.u), LWURL_TURN_SEND);
    assert_int_equal(lwurl_send(&t.u, body, 500), 0);
    fake.conns[0].stuffed = false;
    assert_int_equal(lwurl_step(&t.u), LWURL_TURN_WAIT);
    lwurl_wants(&t.u, &wants);
    assert_int_equal(wants.events, LWURL_PORT_READ | LWURL_PORT_WRITE);
    assert_int_equal(lwurl_step(&t.u), LWURL_TURN_SEND);
    assert_int_equal(lwurl_send(&t.u, body, 500), 500);
    fetch_end(&t);
}

/* A filter that ends by itself, as it is given something to send: the answer
   that may have come before is looked for. */
static void over_by_itself(void **state)
{
    static const int ends[] = {LWURL_ERR_TLS, 1};
    static const int errors[] = {LWURL_ERR_TLS, LWURL_ERR_DISCONNECTED};
    static char body[500];

    (void)state;
    for (size_t i = 0; i < N(errors); i++) {
        struct lwurl_request post = {
            .url = "xor://host/", .body_n = 500, .flags = LWURL_BODY_STREAM};
        struct fake_peer peer = xor_peer("", 1, SIZE_MAX, false);
        xor_begin(&peer, 1);
        assert_int_equal(fetch_begin(&t, &post), LWURL_OK);
        assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_SEND),
                         LWURL_TURN_SEND);
        slot.flush_err = ends[i];
        (void)lwurl_send(&t.u, body, 100);
        assert_int_equal(lwurl_send(&t.u, body, 100), 0);
        assert_int_equal(lwurl_step(&t.u), errors[i]);
        fetch_end(&t);
    }
}

/* Bytes of a filter's are progress, though they hold nothing for us yet. */
static void slow_filter(void **state)
{
    size_t all = request_n(&xor_get, 0);
    struct fake_peer peer = xor_peer(OK_5 "hello", 99, all, false);
    struct lwurl_request request = xor_get;

    (void)state;
    peer.says[0].n = 2;
    peer.says[3] = peer.says[1];
    peer.says[3].n = peer.says[1].n - 20;
    peer.says[3].p += 20;
    peer.says[2] = peer.says[1];
    peer.says[2].n = 20;
    peer.says[1] = (struct fake_say){TEXT("EH"), .after = 4, .delay_ms = 250};
    peer.says[2].delay_ms = 250;
    peer.says[3].delay_ms = 500;
    request.idle_ms = 300;
    xor_begin(&peer, 1);
    fetch_run(&t, &request);
    expect_hello();
    fetch_end(&t);
}

/* A server that answers and does not listen any more. */
static void answer_while_stuck(void **state)
{
    struct fake_peer peer =
        xor_peer("HTTP/1.1 413 L\r\nContent-Length: 5\r\n\r\n"
                 "hello",
                 99, 60, false);
    struct lwurl_request post = {
        .url = "xor://host/", .body_n = 500, .flags = LWURL_BODY_STREAM};
    static char body[500];

    (void)state;
    peer.room = 70;
    xor_begin(&peer, 1);
    slot.frame_max = 20;
    t.out = body;
    t.out_n = sizeof body;
    fetch_run(&t, &post);
    assert_int_equal(t.got.err, LWURL_ERR_STATUS);
    assert_string_equal(t.got.body, "hello");
    fetch_end(&t);
}

/* Any number of frames without content before those of a body, and then no
   more on the wire: what the filter holds is found. */
static void empty_frames_then_silence(void **state)
{
    size_t all = request_n(&xor_get, 0);

    (void)state;
    for (size_t n = 0; n < 60; n++) {
        struct fake_peer peer = xor_peer(OK_5, 99, all, false);
        struct lwurl_request request = xor_get;
        char rest[200];
        memset(rest, 0xff, 2 * n);
        size_t rest_n = xor_frames(rest, 2 * n, "hello", 5, 99);
        peer.says[2] = (struct fake_say){.p = rest, .n = rest_n, .after = all};
        request.idle_ms = LWURL_FOREVER;
        xor_begin(&peer, 1);
        fetch_run(&t, &request);
        expect_hello();
        fetch_end(&t);
    }
}

/* The same in a head: one frame holds more than a step reads of it. */
static void long_head_in_one_frame(void **state)
{
    static char text[3000];
    size_t all = request_n(&xor_get, 0);

    (void)state;
    for (int n = 900; n < 1150; n += 10) {
        (void)snprintf(text, sizeof text,
                       "HTTP/1.1 200 OK\r\nA: %0*d\r\nContent-Length: 5\r\n\r\n"
                       "hello",
                       n, 7);
        struct fake_peer peer = xor_peer(text, XOR_FRAME, all, false);
        struct lwurl_request request = xor_get;
        request.idle_ms = LWURL_FOREVER;
        xor_begin(&peer, 1);
        fetch_run(&t, &request);
        expect_hello();
        fetch_end(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_families),
        cmocka_unit_test(ended_while_resolving),
        cmocka_unit_test(wants_in_each_phase),
        cmocka_unit_test(through_a_filter),
        cmocka_unit_test(told_to_the_filter),
        cmocka_unit_test(kept_and_closed),
        cmocka_unit_test(aborted),
        cmocka_unit_test(cut_handshake),
        cmocka_unit_test(bad_handshake),
        cmocka_unit_test(ended_handshake),
        cmocka_unit_test(handshake_not_sent),
        cmocka_unit_test(until_close),
        cmocka_unit_test(cut_response),
        cmocka_unit_test(start_fails),
        cmocka_unit_test(one_slot_for_two),
        cmocka_unit_test(empty_frames),
        cmocka_unit_test(more_than_a_step_takes),
        cmocka_unit_test(record_too_large),
        cmocka_unit_test(over_while_sending),
        cmocka_unit_test(each_call_fails),
        cmocka_unit_test(other_scheme),
        cmocka_unit_test(half_duplex),
        cmocka_unit_test(half_duplex_stuck),
        cmocka_unit_test(room_to_send),
        cmocka_unit_test(over_by_itself),
        cmocka_unit_test(slow_filter),
        cmocka_unit_test(answer_while_stuck),
        cmocka_unit_test(empty_frames_then_silence),
        cmocka_unit_test(long_head_in_one_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
