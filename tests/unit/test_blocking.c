/* SPDX-License-Identifier: MIT */
/* urllib's calls, over a port that makes them wait: core/blocking.c, read.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"

#define OK11     "HTTP/1.1 200 OK\r\n"
#define OK_5     OK11 "Content-Length: 5\r\n\r\n"
#define CHUNKED  OK11 "Transfer-Encoding: chunked\r\n\r\n"
#define N(array) (sizeof(array) / sizeof(array)[0])

static struct fake fake;
static struct fetch t;

static const struct lwurl_request get = {.url = "http://h/"};

static int open_(const struct fake_peer *peers, size_t n,
                 const struct lwurl_request *request)
{
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, 128);
    t.request = *request;
    return lwurl_open(&t.u, &t.opener, &t.request, t.work, t.work_n);
}

static void read_to_the_end(void **state)
{
    struct fake_peer peer = {.says = {{SAY(OK_5 "hello", 1)}}};
    char to[8] = "";

    (void)state;
    for (size_t bite = 1; bite < 7; bite++) {
        size_t n = 0;
        int r;
        peer.piece = bite % 3;
        assert_int_equal(open_(&peer, 1, &get), LWURL_OK);
        assert_int_equal(lwurl_read(&t.u, to, 0), 0);
        while ((r = lwurl_read(&t.u, to + n, bite)) > 0)
            n += (size_t)r;
        assert_int_equal(r, 0);
        assert_int_equal(n, 5);
        assert_memory_equal(to, "hello", 5);
        assert_int_equal(lwurl_read(&t.u, to, 1), 0);
        assert_int_equal(lwurl_received(&t.u), 5);
        lwurl_close(&t.u);
        assert_int_equal(lwurl_read(&t.u, to, 1), LWURL_ERR_CALL);
        fetch_end(&t);
    }
}

/* Every status but 2xx is an error that can be read. */
static void statuses(void **state)
{
    static const unsigned codes[] = {200, 201, 299, 300, 302, 304,
                                     400, 404, 500, 503, 599, 999};
    char bytes[100], to[8];
    struct lwurl_error e;
    size_t n;

    (void)state;
    for (size_t i = 0; i < N(codes); i++) {
        size_t body_n = codes[i] == 304 ? 0 : 5;
        int k = snprintf(bytes, sizeof bytes,
                         "HTTP/1.1 %u X\r\nContent-Length: %zu\r\n\r\nhello",
                         codes[i], body_n);
        struct fake_peer peer = {
            .says = {{.p = bytes, .n = (size_t)k - (5 - body_n), .heads = 1}}};
        int want = codes[i] / 100 == 2 ? LWURL_OK : LWURL_ERR_STATUS;
        assert_int_equal(open_(&peer, 1, &get), want);
        lwurl_error(&t.u, &e);
        assert_int_equal(e.code, want);
        assert_int_equal(e.status, codes[i]);
        assert_int_equal(lwurl_status(&t.u), codes[i]);
        assert_int_equal(e.retry, codes[i] / 100 == 5);
        assert_int_equal(lwurl_read_all(&t.u, to, sizeof to, &n), 0);
        assert_int_equal(n, body_n);
        assert_memory_equal(to, "hello", n);
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&fake), 1);
        fetch_end(&t);
    }
}

/* ---------------------------------------------------------------- read_all */

static void room_for_all(void **state)
{
    static const char *const bodies[] = {
        OK_5 "hello", CHUNKED "5\r\nhello\r\n0\r\n\r\n", OK11 "\r\nhello"};
    char to[8];
    size_t n;

    (void)state;
    for (size_t i = 0; i < 2 * 8 * N(bodies); i++) {
        const char *bytes = bodies[i / 16];
        size_t max = i / 2 % 8;
        struct fake_peer peer = {
            .says = {{.p = bytes, .n = strlen(bytes), .heads = 1}}};
        peer.end = i / 16 == 2 ? LWURL_PORT_EOF : 0;
        peer.piece = (i & 1) * 2;
        struct lwurl_error e;
        assert_int_equal(open_(&peer, 1, &get), LWURL_OK);
        memset(to, '~', sizeof to);
        n = 99;
        int r = lwurl_read_all(&t.u, to, max, &n);
        lwurl_error(&t.u, &e);
        if (max >= 5) {
            assert_int_equal(r, LWURL_OK);
            assert_int_equal(n, 5);
            assert_memory_equal(to, "hello~~~", 8);
        } else {
            assert_int_equal(r, LWURL_ERR_ROOM);
            assert_int_equal(n, 0);
            assert_int_equal(e.code, LWURL_ERR_ROOM);
            assert_int_equal(e.detail, i / 16 == 0 ? 5 : 0);
            assert_int_equal(to[max], '~');
        }
        fetch_end(&t);
    }
}

static void length_without_body(void **state)
{
    static const struct {
        struct lwurl_request request;
        const char *head;
        int opens;
    } ways[] = {
        {{.url = "http://h/", .method = "HEAD"},
         OK11 "Content-Length: 5000000000\r\n\r\n",
         LWURL_OK},
        {{.url = "http://h/"},
         "HTTP/1.1 304 N\r\nContent-Length: 500\r\n\r\n",
         LWURL_ERR_STATUS},
    };
    char to[8];
    size_t n;

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        struct fake_peer peer = {
            .says = {
                {.p = ways[i].head, .n = strlen(ways[i].head), .heads = 1}}};
        assert_int_equal(open_(&peer, 1, &ways[i].request), ways[i].opens);
        assert_int_equal(lwurl_length(&t.u), i == 0 ? 5000000000u : 500u);
        n = 99;
        assert_int_equal(lwurl_read_all(&t.u, to, sizeof to, &n), LWURL_OK);
        assert_int_equal(n, 0);
        fetch_end(&t);
    }
}

static void lengths(void **state)
{
    static const struct {
        const char *head;
        uint64_t n;
        long detail; /* of the error for a room of 8 bytes */
    } ways[] = {
        {"Content-Length: 9\r\n", 9, 9},
        {"Content-Length: 2147483647\r\n", 2147483647, 2147483647},
        {"Content-Length: 2147483648\r\n", 2147483648u, 2147483647},
        {"Content-Length: 18446744073709551614\r\n", UINT64_MAX - 1,
         2147483647},
        {"Transfer-Encoding: chunked\r\n", UINT64_MAX, 0},
        {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", UINT64_MAX, 0},
        {"", UINT64_MAX, 0},
    };
    char bytes[120], to[8];
    struct lwurl_error e;
    size_t n;

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        (void)snprintf(bytes, sizeof bytes,
                       OK11 "%s\r\n9\r\nwhatever\n\r\n9\r\nwhatever\n",
                       ways[i].head);
        struct fake_peer peer = {
            .says = {{.p = bytes, .n = strlen(bytes), .heads = 1}}};
        assert_int_equal(open_(&peer, 1, &get), LWURL_OK);
        assert_true(lwurl_length(&t.u) == ways[i].n);
        assert_int_equal(lwurl_read(&t.u, to, 2), 2);
        assert_true(lwurl_length(&t.u) == ways[i].n);
        fetch_end(&t);
        assert_int_equal(open_(&peer, 1, &get), LWURL_OK);
        assert_int_equal(lwurl_read_all(&t.u, to, sizeof to, &n),
                         LWURL_ERR_ROOM);
        lwurl_error(&t.u, &e);
        assert_int_equal(e.detail, ways[i].detail);
        fetch_end(&t);
    }
}

/* Never half a body. */
static void short_bodies(void **state)
{
    static const struct {
        const char *bytes;
        long missing;
    } ways[] = {
        {OK_5, 5},
        {OK_5 "hell", 1},
        {OK11 "Content-Length: 3000000000\r\n\r\nhell", 2147483647},
        {CHUNKED "5\r\nhel", 2},
        {CHUNKED "5\r\nhello\r\n", 0},
        {CHUNKED "5\r\nhello\r\n0\r\n", 0},
    };
    char to[64];
    struct lwurl_error e;
    size_t n;

    (void)state;
    for (size_t i = 0; i < 2 * N(ways); i++) {
        const char *bytes = ways[i / 2].bytes;
        bool reset = (i & 1) != 0, huge = i / 2 == 2;
        struct fake_peer peer = {
            .says = {{.p = bytes, .n = strlen(bytes), .heads = 1}},
            .end = reset ? LWURL_ERR_RESET : LWURL_PORT_EOF};
        int want = reset ? LWURL_ERR_RESET : LWURL_ERR_INCOMPLETE, r;
        assert_int_equal(open_(&peer, 1, &get), LWURL_OK);
        if (huge) {
            do
                r = lwurl_read(&t.u, to, sizeof to);
            while (r > 0);
            n = 0;
        } else {
            r = lwurl_read_all(&t.u, to, sizeof to, &n);
        }
        assert_int_equal(r, want);
        assert_int_equal(n, 0);
        lwurl_error(&t.u, &e);
        assert_int_equal(e.code, want);
        assert_int_equal(e.phase, LWURL_PHASE_BODY);
        assert_true(e.retry);
        if (!reset)
            assert_int_equal(e.detail, ways[i / 2].missing);
        assert_int_equal(lwurl_read(&t.u, to, 1), want);
        fetch_end(&t);
    }
}

/* -------------------------------------------------------------------- write */

static const struct lwurl_request streams[] = {
    {.url = "http://h/", .body_n = 10, .flags = LWURL_BODY_STREAM},
    {.url = "http://h/", .flags = LWURL_BODY_CHUNKED},
};

static void write_and_finish(void **state)
{
    static const char *const ends[] = {
        "\r\n\r\n0123456789", "\r\n\r\n7\r\n0123456\r\n3\r\n789\r\n0\r\n\r\n"};
    struct fake_peer peer = {.take = 3};
    char to[8];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        peer.says[0] = (struct fake_say){SAY(OK_5 "hello", 1), .after = 10};
        peer.says[0].heads = i == 0 ? 1 : 2;
        peer.says[0].after = i == 0 ? 10 : 0;
        assert_int_equal(open_(&peer, 1, &streams[i]), LWURL_OK);
        assert_int_equal(lwurl_status(&t.u), 0);
        assert_int_equal(lwurl_read(&t.u, to, 1), LWURL_ERR_CALL);
        assert_int_equal(lwurl_write(&t.u, "", 0), LWURL_OK);
        assert_int_equal(lwurl_write(&t.u, "0123456", 7), LWURL_OK);
        assert_int_equal(lwurl_written(&t.u), 7);
        assert_int_equal(lwurl_write(&t.u, "789", 3), LWURL_OK);
        assert_int_equal(lwurl_finish(&t.u), LWURL_OK);
        assert_int_equal(lwurl_finish(&t.u), LWURL_OK);
        assert_non_null(strstr(heard(&fake, 0), ends[i]));
        assert_int_equal(lwurl_status(&t.u), 200);
        assert_int_equal(lwurl_read(&t.u, to, 8), 5);
        fetch_end(&t);
    }
}

static void write_too_much(void **state)
{
    struct fake_peer peer = {.end = 0};

    (void)state;
    assert_int_equal(open_(&peer, 1, &streams[0]), LWURL_OK);
    assert_int_equal(lwurl_write(&t.u, "0123456789!", 11), LWURL_ERR_BODY);
    assert_int_equal(lwurl_finish(&t.u), LWURL_ERR_BODY);
    fetch_end(&t);
    assert_int_equal(open_(&peer, 1, &streams[0]), LWURL_OK);
    assert_int_equal(lwurl_write(&t.u, "0123", 4), LWURL_OK);
    assert_int_equal(lwurl_finish(&t.u), LWURL_ERR_BODY);
    fetch_end(&t);
}

static void write_nothing(void **state)
{
    struct fake_peer peer = {.says = {{SAY(OK_5 "hello", 2)}}};
    struct lwurl_request none = streams[0];

    (void)state;
    assert_int_equal(open_(&peer, 1, &streams[1]), LWURL_OK);
    assert_int_equal(lwurl_finish(&t.u), LWURL_OK);
    fetch_end(&t);
    none.body_n = 0;
    peer.says[0].heads = 1;
    assert_int_equal(open_(&peer, 1, &none), LWURL_OK);
    assert_int_equal(lwurl_write(&t.u, "x", 1), LWURL_OK); /* not taken */
    assert_int_equal(lwurl_finish(&t.u), LWURL_OK);
    assert_int_equal(lwurl_written(&t.u), 0);
    fetch_end(&t);
}

static void answered_early(void **state)
{
    static const char *const answers[] = {
        "HTTP/1.1 413 Large\r\nContent-Length: 5\r\n\r\nhello", OK_5 "hello"};
    char to[8];
    size_t n;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *bytes = answers[i % 2];
        struct fake_peer peer = {
            .says = {{.p = bytes, .n = strlen(bytes), .heads = 1, .after = 4}},
            .take = 40};
        int want = i % 2 == 0 ? LWURL_ERR_STATUS : LWURL_OK;
        assert_int_equal(open_(&peer, 1, &streams[i / 2]), LWURL_OK);
        assert_int_equal(lwurl_write(&t.u, "0123", 4), LWURL_OK);
        assert_int_equal(lwurl_write(&t.u, "456789", 6), want);
        assert_int_equal(lwurl_finish(&t.u), want);
        assert_int_equal(lwurl_read_all(&t.u, to, sizeof to, &n), LWURL_OK);
        assert_int_equal(n, 5);
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&fake), 0);
        fetch_end(&t);
    }
}

/* A kept connection that dies under a body that can be written again. */
static struct fake_peer dying[2] = {{.says = {{SAY(OK_5 "hello", 1)}}},
                                    {.says = {{SAY(OK_5 "world", 1)}}}};

/* Opens the second request, whose server then dies as it is told. */
static void begin_again(void)
{
    static const struct lwurl_request put = {.url = "http://h/",
                                             .method = "PUT",
                                             .body_n = 10,
                                             .flags = LWURL_BODY_STREAM |
                                                      LWURL_BODY_REWINDS};
    char to[8];
    size_t n;

    dying[0].room = 0;
    dying[0].end = 0;
    dying[1].says[0].after = 10;
    assert_int_equal(open_(dying, 2, &get), LWURL_OK);
    assert_int_equal(lwurl_read_all(&t.u, to, sizeof to, &n), LWURL_OK);
    t.request = put;
    assert_int_equal(lwurl_open(&t.u, &t.opener, &t.request, t.work, t.work_n),
                     LWURL_OK);
    assert_int_equal(lwurl_write(&t.u, "012345", 6), LWURL_OK);
}

static void end_again(void)
{
    assert_int_equal(lwurl_written(&t.u), 0);
    assert_int_equal(lwurl_write(&t.u, "0123456789", 10), LWURL_OK);
    assert_int_equal(lwurl_finish(&t.u), LWURL_OK);
    assert_non_null(strstr(heard(&fake, 1), "\r\n\r\n0123456789"));
    fetch_end(&t);
}

static void written_again(void **state)
{
    (void)state;
    dying[0].take = 4; /* dies amid the second write */
    begin_again();
    dying[0].room = fake.conns[0].sent_n + 2;
    dying[0].send_end = LWURL_ERR_RESET;
    assert_int_equal(lwurl_write(&t.u, "6789", 4), LWURL_ERR_BODY);
    end_again();
    dying[0].take = 0;
    begin_again();
    dying[0].room = fake.conns[0].sent_n;
    dying[0].send_end = LWURL_ERR_RESET;
    assert_int_equal(lwurl_write(&t.u, "6789", 4), LWURL_ERR_BODY);
    end_again();
    begin_again();
    assert_int_equal(lwurl_write(&t.u, "6789", 4), LWURL_OK);
    dying[0].end = LWURL_ERR_RESET;
    assert_int_equal(lwurl_finish(&t.u), LWURL_ERR_BODY);
    end_again();
}

/* -------------------------------------------------------------------- turns */

/* Fields that were asked for pass by; what must not wait does not. */
static void turns_are_taken(void **state)
{
    struct fake_peer peer = {
        .says = {{SAY(CHUNKED "5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n", 1)}},
        .piece = 1};
    struct lwurl_request request = {.url = "http://h/",
                                    .flags = LWURL_ASK_FIELDS};
    char to[8];
    size_t n;

    (void)state;
    assert_int_equal(open_(&peer, 1, &request), LWURL_OK);
    assert_int_equal(lwurl_read_all(&t.u, to, sizeof to, &n), LWURL_OK);
    assert_int_equal(n, 5);
    fetch_end(&t);
}

static void errors_come_through(void **state)
{
    static const struct fake_peer peers[] = {
        {.refuse = LWURL_ERR_STACK},
        {.fail = LWURL_ERR_REFUSED},
        {.end = LWURL_PORT_EOF},
        {.says = {{SAY("nonsense", 1)}}},
        {.end = 0},
    };
    static const int want[] = {LWURL_ERR_STACK, LWURL_ERR_REFUSED,
                               LWURL_ERR_DISCONNECTED, LWURL_ERR_STATUS_LINE,
                               LWURL_ERR_DEADLINE};
    struct lwurl_request request = {.url = "http://h/", .deadline_ms = 999};
    char to[8];

    (void)state;
    for (size_t i = 0; i < N(peers); i++) {
        struct fake_peer both[2] = {peers[i], peers[i]};
        assert_int_equal(open_(both, 2, &request), want[i]);
        assert_int_equal(lwurl_read(&t.u, to, 1), want[i]);
        assert_int_equal(lwurl_write(&t.u, "x", 1), want[i]);
        assert_int_equal(lwurl_finish(&t.u), want[i]);
        fetch_end(&t);
    }
}

/* Nothing was opened yet. */
static void out_of_turn(void **state)
{
    struct lwurl u = {0};
    struct lwurl_wants wants;
    struct lwurl_error e;
    char byte = 0;
    size_t n = 9;

    (void)state;
    lwurl_close(&u);
    lwurl_end(&u);
    assert_int_equal(lwurl_read(&u, &byte, 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_read_all(&u, &byte, 1, &n), LWURL_ERR_CALL);
    assert_int_equal(n, 0);
    assert_int_equal(lwurl_write(&u, &byte, 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_finish(&u), LWURL_ERR_CALL);
    assert_int_equal(lwurl_send(&u, &byte, 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_send_end(&u), LWURL_ERR_CALL);
    assert_int_equal(lwurl_take(&u, &byte, 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_step(&u), LWURL_ERR_CALL);
    assert_int_equal(lwurl_next(&u), LWURL_ERR_CALL);
    assert_int_equal(lwurl_credentials(&u, "a", "b"), LWURL_ERR_CALL);
    lwurl_wants(&u, &wants);
    assert_int_equal(wants.ms, 0);
    lwurl_error(&u, &e);
    assert_int_equal(e.code, LWURL_OK);
    assert_int_equal(e.phase, LWURL_PHASE_IDLE);
}

static void bad_begins(void **state)
{
    struct fake_peer peer = {.end = 0};
    struct lwurl_request none = {.url = NULL};
    struct lwurl_error e;
    struct lwurl u = {0};

    (void)state;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    struct lwurl_opener empty = {&fake.port, NULL, 0},
                        no_port = {NULL, NULL, 0};
    assert_int_equal(lwurl_open(NULL, &t.opener, &get, t.work, 128),
                     LWURL_ERR_CALL);
    assert_int_equal(lwurl_open(&u, NULL, &get, t.work, 128), LWURL_ERR_CALL);
    assert_int_equal(lwurl_open(&u, &no_port, &get, t.work, 128),
                     LWURL_ERR_CALL);
    assert_int_equal(lwurl_open(&u, &t.opener, NULL, t.work, 128),
                     LWURL_ERR_CALL);
    assert_int_equal(lwurl_open(&u, &t.opener, &none, t.work, 128),
                     LWURL_ERR_CALL);
    assert_int_equal(lwurl_open(&u, &t.opener, &get, NULL, 128),
                     LWURL_ERR_CALL);
    assert_int_equal(lwurl_open(&u, &t.opener, &get, t.work, 127),
                     LWURL_ERR_ROOM);
    lwurl_error(&u, &e);
    assert_int_equal(e.detail, 128);
    assert_int_equal(lwurl_step(&u), LWURL_ERR_ROOM);
    assert_int_equal(lwurl_open(&u, &empty, &get, t.work, 128),
                     LWURL_ERR_SCHEME);
    lwurl_end(&u);
    fetch_end(&t);
}

/* Any size that fits a size_t is taken. */
static void read_beyond_int(void **state)
{
    struct fake_peer peer = {.says = {{SAY(OK_5 "hello", 1)}}};
    char to[8];

    (void)state;
    assert_int_equal(open_(&peer, 1, &get), LWURL_OK);
    assert_int_equal(lwurl_read(&t.u, to, SIZE_MAX), 5);
    fetch_end(&t);
}

static void late_for_read_all(void **state)
{
    struct fake_peer peer = {.says = {{SAY(OK_5 "hello", 1)}}};
    struct lwurl_request request = {.url = "http://h/", .deadline_ms = 500};
    char to[4];
    size_t n;

    (void)state;
    assert_int_equal(open_(&peer, 1, &request), LWURL_OK);
    fake.now += 500;
    assert_int_equal(lwurl_read_all(&t.u, to, sizeof to, &n),
                     LWURL_ERR_DEADLINE);
    fetch_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_to_the_end),
        cmocka_unit_test(statuses),
        cmocka_unit_test(room_for_all),
        cmocka_unit_test(length_without_body),
        cmocka_unit_test(lengths),
        cmocka_unit_test(short_bodies),
        cmocka_unit_test(write_and_finish),
        cmocka_unit_test(write_too_much),
        cmocka_unit_test(write_nothing),
        cmocka_unit_test(answered_early),
        cmocka_unit_test(written_again),
        cmocka_unit_test(turns_are_taken),
        cmocka_unit_test(errors_come_through),
        cmocka_unit_test(out_of_turn),
        cmocka_unit_test(bad_begins),
        cmocka_unit_test(read_beyond_int),
        cmocka_unit_test(late_for_read_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
