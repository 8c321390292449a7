/* SPDX-License-Identifier: MIT */
/* Connections that serve more than one request: core/schemes/http.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"

#define OK_5(body) "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" body
#define CHUNKED    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static struct fake fake;
static struct fetch t;

static const struct lwurl_request get = {.url = "http://h/a"};

/* One server for each connection; two answers each where nothing else is said.
 */
static const struct fake_peer pair[3] = {
    {.says = {{SAY(OK_5("one.."), 1)}, {SAY(OK_5("two.."), 2)}}},
    {.says = {{SAY(OK_5("three"), 1)}, {SAY(OK_5("four."), 2)}}},
    {.says = {{SAY(OK_5("five."), 1)}}},
};

static void begin(const struct fake_peer *peers, size_t n)
{
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, 128);
}

static void run_ok(const struct lwurl_request *request, const char *body)
{
    fetch_run(&t, request);
    assert_string_equal(error_name(t.got.err), "OK");
    assert_string_equal(t.got.body, body);
}

static void run_fails(const struct lwurl_request *request, int err)
{
    fetch_run(&t, request);
    assert_string_equal(error_name(t.got.err), error_name(err));
}

static void second_request(void **state)
{
    (void)state;
    begin(pair, 3);
    run_ok(&get, "one..");
    lwurl_close(&t.u);
    assert_int_equal(fake_open(&fake), 1);
    lwurl_close(&t.u);
    run_ok(&get, "two..");
    assert_int_equal(fake.conns_n, 1);
    assert_int_equal(fake.resolves, 1);
    assert_int_equal(fake.conns[0].sends_n, 2);
    fetch_end(&t);
    assert_false(fake.conns[0].aborted);
}

/* Pairs of requests that may share a connection, and that may not. */
static void same_origin(void **state)
{
    static const struct lwurl_request first = {.url = "http://h.example:80/"};
    static const struct {
        struct lwurl_request request;
        bool same;
    } seconds[] = {
        {{.url = "http://h.example/"}, true},
        {{.url = "http://H.EXAMPLE:80/b"}, true},
        {{.url = "HTTP://u:p@h.example?q"}, true},
        {{.url = "http://h.example", .method = "DELETE"}, true},
        {{.url = "http://h.example:81/"}, false},
        {{.url = "http://h.exampl/"}, false},
        {{.url = "http://h.example.org/"}, false},
        {{.url = "http://h.example/", .connect_to = "h.example"}, false},
        {{.url = "http://h.example/", .connect_to = "[::1]:80"}, false},
        {{.url = "http://h.example/", .tls_name = "x"}, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        begin(pair, 3);
        run_ok(&first, "one..");
        run_ok(&seconds[i].request, seconds[i].same ? "two.." : "three");
        assert_int_equal(fake_open(&fake), 1);
        if (!seconds[i].same)
            run_ok(&first, "five.");
        fetch_end(&t);
    }
}

/* Two origins in one place: a connection is for one of them. */
static void same_place_other_port(void **state)
{
    static const struct lwurl_request first = {.url = "http://h.example/",
                                               .connect_to = "x:9"},
                                      second = {.url = "http://h.example:81/",
                                                .connect_to = "x:9"};

    (void)state;
    begin(pair, 3);
    run_ok(&first, "one..");
    run_ok(&first, "two..");
    run_ok(&second, "three");
    fetch_end(&t);
}

static void connect_to(void **state)
{
    static const struct {
        const char *to, *name;
        uint16_t port;
    } ways[] = {
        {"other", "other", 8080},
        {"other:99", "other", 99},
        {"[fe80::1%eth0]:99", "fe80::1%eth0", 99},
        {"10.0.0.1:", "10.0.0.1", 8080},
    };
    struct lwurl_request request = {.url = "http://h:8080/"};

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        request.connect_to = ways[i].to;
        begin(pair, 3);
        run_ok(&request, "one..");
        assert_string_equal(fake.name, ways[i].name);
        assert_int_equal(fake.conns[0].to.port, ways[i].port);
        assert_non_null(strstr(heard(&fake, 0), "Host: h:8080\r\n"));
        run_ok(&request, "two..");
        fetch_end(&t);
    }
    request.connect_to = "h:x";
    begin(pair, 3);
    run_fails(&request, LWURL_ERR_URL);
    assert_int_equal(t.got.detail, 2);
    fetch_end(&t);
}

/* ------------------------------------------- a kept connection that is dead */

static void closed_while_idle(void **state)
{
    static const int ends[] = {LWURL_PORT_EOF, LWURL_ERR_RESET, 0};
    struct lwurl_request post = {.url = "http://h/", .body = "x", .body_n = 1};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct fake_peer peers[2] = {pair[0], pair[1]};
        peers[0].says[1] = (struct fake_say){0};
        peers[0].end = ends[i];
        if (ends[i] == 0) /* it says something, unasked */
            peers[0].says[1] =
                (struct fake_say){.p = "HTTP/1.1 408 Slow\r\n\r\n",
                                  .n = 21,
                                  .after = 20,
                                  .delay_ms = 5};
        begin(peers, 2);
        run_ok(&get, "one..");
        fake.now += 10;
        run_ok(&post, "three");
        assert_int_equal(fake.conns[0].heads, 1);
        fetch_end(&t);
    }
}

/* The second request is lost on a connection that dies as it comes: `sent` of
   its bytes are taken before. */
static void lose_second(const struct lwurl_request *second, int end,
                        bool at_send)
{
    static struct fake_peer peers[3];
    struct lwurl_request first = get;

    memcpy(peers, pair, sizeof peers);
    peers[0].says[1] = (struct fake_say){0};
    begin(peers, 3);
    run_ok(&first, "one..");
    if (at_send) {
        peers[0].room = fake.conns[0].sent_n;
        peers[0].send_end = end;
    } else {
        peers[0].end = end;
        peers[0].end_heads = 2;
    }
    fetch_run(&t, second);
}

static void lost_as_it_comes(void **state)
{
    static const int ends[] = {LWURL_PORT_EOF, LWURL_ERR_RESET};
    static const struct {
        struct lwurl_request request;
        bool again;
    } seconds[] = {
        {{.url = "http://h/"}, true},
        {{.url = "http://h/", .method = "HEAD"}, true},
        {{.url = "http://h/", .method = "OPTIONS"}, true},
        {{.url = "http://h/", .method = "TRACE"}, true},
        {{.url = "http://h/", .method = "PUT", .body = "x", .body_n = 1}, true},
        {{.url = "http://h/", .method = "DELETE"}, true},
        {{.url = "http://h/", .method = "get"}, false},
        {{.url = "http://h/", .body = "x", .body_n = 1}, false},
        {{.url = "http://h/", .method = "POST"}, false},
        {{.url = "http://h/", .method = "PATCH"}, false},
        {{.url = "http://h/", .method = "X-OWN"}, false},
        {{.url = "http://h/", .method = "POST", .flags = LWURL_REPEATABLE},
         true},
    };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof seconds / sizeof seconds[0]; i++) {
        bool head = seconds[i / 2].request.method != NULL &&
                    strcmp(seconds[i / 2].request.method, "HEAD") == 0;
        lose_second(&seconds[i / 2].request, ends[i % 2], false);
        if (seconds[i / 2].again) {
            assert_int_equal(t.got.err, LWURL_OK);
            assert_string_equal(t.got.body, head ? "" : "three");
        } else {
            assert_int_equal(t.got.err, LWURL_ERR_MAYBE_SENT);
        }
        assert_int_equal(fake.conns_n, seconds[i / 2].again ? 2 : 1);
        fetch_end(&t);
    }
}

/* Nothing of the request was taken: then nothing can be done twice. */
static void lost_at_send(void **state)
{
    struct lwurl_request post = {.url = "http://h/", .body = "x", .body_n = 1};

    (void)state;
    lose_second(&post, LWURL_ERR_RESET, true);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(t.got.body, "three");
    fetch_end(&t);
}

static void lost_twice(void **state)
{
    struct fake_peer peers[2] = {pair[0], {.end = LWURL_PORT_EOF}};

    (void)state;
    peers[0].says[1] = (struct fake_say){0};
    peers[0].end = LWURL_PORT_EOF;
    peers[0].end_heads = 2;
    peers[1].end_heads = 1;
    begin(peers, 2);
    run_ok(&get, "one..");
    run_fails(&get, LWURL_ERR_DISCONNECTED);
    assert_int_equal(fake.conns_n, 2);
    fetch_end(&t);
}

/* The first connection of a fetch is not tried again; nor is one that
   answered, if only a little. */
static void not_tried_again(void **state)
{
    struct fake_peer peers[2] = {{.end = LWURL_ERR_RESET}, pair[1]};

    (void)state;
    begin(peers, 2);
    run_fails(&get, LWURL_ERR_RESET);
    fetch_end(&t);
    peers[0] = pair[0];
    peers[0].says[1] = (struct fake_say){SAY("H", 2)};
    peers[0].end = LWURL_ERR_RESET;
    begin(peers, 2);
    run_ok(&get, "one..");
    run_fails(&get, LWURL_ERR_RESET);
    assert_int_equal(fake.conns_n, 1);
    fetch_end(&t);
}

/* A body in memory is sent again from its first byte. */
static void body_sent_again(void **state)
{
    struct lwurl_request put = {
        .url = "http://h/", .method = "PUT", .body = "hello", .body_n = 5};

    (void)state;
    lose_second(&put, LWURL_ERR_RESET, false);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_non_null(strstr(heard(&fake, 1), "\r\n\r\nhello"));
    fetch_end(&t);
}

/* ------------------------------------------------------------- early closes */

static void close_with_rest(void **state)
{
    static const struct {
        struct fake_peer peer;
        size_t read;
        bool kept;
    } ways[] = {
        /* nothing read, all here */
        {{.says = {{SAY(OK_5("hello"), 1)}}}, 0, true},
        {{.says = {{SAY(OK_5("hello"), 1)}}}, 2, true},
        {{.says = {{SAY(CHUNKED "5\r\nhello\r\n0\r\n\r\n", 1)}}}, 0, true},
        {{.says = {{SAY(CHUNKED "5\r\nhello\r\n0\r\nA: b\r\n\r\n", 1)}}},
         2,
         true},
        /* not all here */
        {{.says = {{SAY(OK_5("hell"), 1)}}}, 0, false},
        {{.says = {{SAY(OK_5("hell"), 1)}}}, 2, false},
        {{.says = {{SAY(CHUNKED "5\r\nhello\r\n0\r\n", 1)}}}, 0, false},
        {{.says = {{SAY(CHUNKED "5\r\nhello\r\n", 1)}}}, 3, false},
        /* broken */
        {{.says = {{SAY(CHUNKED "5\r\nhelloo\r\n0\r\n\r\n", 1)}}}, 0, false},
        {{.says = {{SAY(CHUNKED "5\r\nhello\r\n0\r\nA\r\n\r\n", 1)}}},
         0,
         false},
        {{.says = {{SAY(OK_5("hell"), 1)}}, .end = LWURL_ERR_RESET}, 0, false},
        /* no end but that of the connection */
        {{.says = {{SAY("HTTP/1.1 200 OK\r\n\r\nhello", 1)}},
          .end = LWURL_PORT_EOF},
         0,
         false},
        {{.says = {{SAY("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 1)}}},
         0,
         false},
        {{.says = {{SAY("HTTP/1.1 304 N\r\nContent-Length: 99999\r\n\r\n",
                        1)}}},
         0,
         true},
    };
    struct lwurl_error e;
    char to[8];

    (void)state;
    for (size_t i = 0; i < 2 * sizeof ways / sizeof ways[0]; i++) {
        struct lwurl_request request = get;
        request.flags = (i & 1) != 0 ? LWURL_ASK_FIELDS : 0;
        begin(&ways[i / 2].peer, 1);
        assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
        assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_RESPONSE),
                         LWURL_TURN_RESPONSE);
        if (ways[i / 2].read > 0)
            assert_int_equal(lwurl_take(&t.u, to, ways[i / 2].read),
                             ways[i / 2].read);
        lwurl_close(&t.u);
        if (fake_open(&fake) != ways[i / 2].kept)
            print_error("way %zu\n", i / 2);
        assert_int_equal(fake_open(&fake), ways[i / 2].kept);
        lwurl_error(&t.u, &e);
        assert_int_equal(e.code, e.status == 304 ? LWURL_ERR_STATUS : 0);
        assert_int_equal(e.detail, e.status == 304 ? 304 : 0);
        fetch_end(&t);
    }
}

/* LWURL_DRAIN_MAX bounds what is dropped to save a connection. */
static void close_with_long_rest(void **state)
{
    static char bytes[LWURL_DRAIN_MAX + 200];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        size_t n = LWURL_DRAIN_MAX - 1 + i;
        int head =
            snprintf(bytes, sizeof bytes,
                     "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
        struct fake_peer peer = {
            .says = {{.p = bytes, .n = (size_t)head + n, .heads = 1}}};
        begin(&peer, 1);
        assert_int_equal(fetch_begin(&t, &get), LWURL_OK);
        assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_RESPONSE),
                         LWURL_TURN_RESPONSE);
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&fake), n <= LWURL_DRAIN_MAX);
        assert_true(fake.conns[0].said <= LWURL_DRAIN_MAX + 256);
        fetch_end(&t);
    }
}

/* What was read does not count. */
static void close_near_the_end(void **state)
{
    static char bytes[3 * LWURL_DRAIN_MAX], to[2 * LWURL_DRAIN_MAX];
    struct fake_peer peer = {.says = {{.p = bytes, .heads = 1}}};
    size_t n = 0;
    int r;

    (void)state;
    int head = snprintf(bytes, sizeof bytes,
                        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n",
                        2 * LWURL_DRAIN_MAX);
    peer.says[0].n = (size_t)head + sizeof to;
    begin(&peer, 1);
    assert_int_equal(fetch_begin(&t, &get), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_RESPONSE),
                     LWURL_TURN_RESPONSE);
    for (; n <= LWURL_DRAIN_MAX; n += (size_t)r) {
        r = lwurl_take(&t.u, to, 1000);
        assert_true(r > 0);
    }
    lwurl_close(&t.u);
    assert_int_equal(fake_open(&fake), 1);
    fetch_end(&t);
}

/* --------------------------------------------------- other rooms and ways */

static void other_work_buffer(void **state)
{
    (void)state;
    begin(pair, 3);
    t.work = guarded(2, 200);
    run_ok(&get, "one..");
    t.work = guarded(3, 200); /* another place */
    run_ok(&get, "three");
    t.work_n = 200; /* another size */
    run_ok(&get, "five.");
    fetch_end(&t);
}

/* An application that writes into the buffer of a kept connection loses that,
   and nothing else. */
static void scribbled_work_buffer(void **state)
{
    char url[40];
    struct lwurl_request next = {.url = url};

    (void)state;
    for (int n = 1; n < 20; n++) {
        (void)snprintf(url, sizeof url, "http://%.*s/", n,
                       "aaaaaaaaaaaaaaaaaaaa");
        begin(pair, 3);
        run_ok(&get, "one..");
        lwurl_close(&t.u);
        memset(t.work, 'a', t.work_n);
        run_ok(&next, "three");
        fetch_end(&t);
    }
}

static void other_opener(void **state)
{
    struct lwurl_opener second;

    (void)state;
    begin(pair, 3);
    run_ok(&get, "one..");
    second = t.opener;
    lwurl_close(&t.u);
    assert_int_equal(lwurl_begin(&t.u, &second, &get, t.work, t.work_n), 0);
    assert_int_equal(fake_open(&fake), 0);
    fetch_end(&t);
}

/* After lwurl_end() nothing of the opener is looked at. */
static void opener_is_gone(void **state)
{
    struct lwurl_opener opener;
    struct lwurl_handler line;

    (void)state;
    begin(pair, 3);
    line = t.opener.handlers[0];
    opener = t.opener;
    opener.handlers = &line;
    t.request = get;
    assert_int_equal(lwurl_open(&t.u, &opener, &t.request, t.work, t.work_n),
                     0);
    lwurl_end(&t.u);
    memset(&opener, 0xff, sizeof opener);
    memset(&line, 0xff, sizeof line);
    run_ok(&get, "three");
    fetch_end(&t);
}

/* An origin that the work buffer cannot hold, with what goes beside it, is not
   remembered. */
static void long_origin(void **state)
{
    char url[200];
    struct lwurl_request request = {.url = url};

    (void)state;
    for (int n = 121; n < 128; n++) {
        (void)snprintf(url, sizeof url, "http://%0*d/", n, 7);
        begin(pair, 3);
        run_ok(&request, "one..");
        lwurl_close(&t.u);
        assert_int_equal(fake_open(&fake), n <= 124);
        run_ok(&request, n <= 124 ? "two.." : "three");
        fetch_end(&t);
    }
}

/* A request that is refused leaves the kept connection alone. */
static void refused_in_between(void **state)
{
    static const struct lwurl_request bad[] = {
        {.url = "http://h/\n"},
        {.url = "x:y"},
        {.url = "http://h/", .method = ""},
    };
    (void)state;
    begin(pair, 3);
    run_ok(&get, "one..");
    run_fails(&bad[0], LWURL_ERR_URL);
    run_fails(&bad[1], LWURL_ERR_SCHEME);
    run_fails(&bad[2], LWURL_ERR_METHOD);
    run_ok(&get, "two..");
    assert_int_equal(fake.conns_n, 1);
    run_fails(&bad[1], LWURL_ERR_SCHEME);
    fetch_end(&t);
}

/* A fetch that begins ends the one before, whatever it is doing. */
static void begun_in_between(void **state)
{
    struct fake_peer peers[3] = {{.waits = FAKE_NEVER}, {.end = 0}, pair[0]};

    (void)state;
    begin(peers, 3);
    fake.names[0].waits = FAKE_NEVER;
    assert_int_equal(fetch_begin(&t, &get), LWURL_OK);
    assert_int_equal(lwurl_step(&t.u), LWURL_TURN_WAIT);
    fake.names[0].waits = 0;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(lwurl_begin(&t.u, &t.opener, &get, t.work, t.work_n),
                         LWURL_OK);
        assert_false(fake.resolving);
        assert_int_equal(fake_open(&fake), 0);
        for (int step = 0; step < 5; step++)
            assert_int_equal(lwurl_step(&t.u), LWURL_TURN_WAIT);
        assert_int_equal(fake_open(&fake), 1);
    }
    run_ok(&get, "one..");
    fetch_end(&t);
    assert_int_equal(fake.cancels, 1);
    assert_true(fake.conns[0].aborted);
    assert_true(fake.conns[1].aborted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_request),
        cmocka_unit_test(same_origin),
        cmocka_unit_test(same_place_other_port),
        cmocka_unit_test(connect_to),
        cmocka_unit_test(closed_while_idle),
        cmocka_unit_test(lost_as_it_comes),
        cmocka_unit_test(lost_at_send),
        cmocka_unit_test(lost_twice),
        cmocka_unit_test(not_tried_again),
        cmocka_unit_test(body_sent_again),
        cmocka_unit_test(close_with_rest),
        cmocka_unit_test(close_with_long_rest),
        cmocka_unit_test(close_near_the_end),
        cmocka_unit_test(other_work_buffer),
        cmocka_unit_test(scribbled_work_buffer),
        cmocka_unit_test(other_opener),
        cmocka_unit_test(opener_is_gone),
        cmocka_unit_test(long_origin),
        cmocka_unit_test(refused_in_between),
        cmocka_unit_test(begun_in_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
