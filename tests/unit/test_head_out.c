/* SPDX-License-Identifier: MIT */
/* Requests: core/http/head_out.c, and what lwurl_begin() refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_request.h"

#define N(array) (sizeof(array) / sizeof(array)[0])
#define FINE     "HTTP/1.1 204 N\r\n\r\n"
#define AGENT    "User-Agent: lwurl/" LWURL_VERSION "\r\n"
#define ACCEPT   "Accept-Encoding: identity\r\n"
#define OWN      AGENT ACCEPT
#define FORM     "Content-Type: application/x-www-form-urlencoded\r\n"

static struct fake fake;
static struct fetch t;

struct sent {
    struct lwurl_request request;
    const char *bytes;
};

/* One field of the caller's. */
#define FIELD(name, value) \
    .headers = (const struct lwurl_header[]){{name, value}}, .headers_n = 1

/* Runs each with sends of any number of bytes, and of few. */
static void run(const struct sent *s, size_t work_n, size_t take)
{
    struct fake_peer peer = {.says = {{SAY(FINE, 1)}}, .take = take};

    peer.says[0].after = (size_t)s->request.body_n;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, work_n);
    fetch_run(&t, &s->request);
    assert_string_equal(error_name(t.got.err), "OK");
    assert_string_equal(heard(&fake, 0), s->bytes);
    if (take == 0)
        assert_int_equal(fake.conns[0].sends_n, 1);
    fetch_end(&t);
}

static void run_all(const struct sent *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        run(&s[i], 128, 0);
        run(&s[i], 1024, 0);
        run(&s[i], 128, 1);
        run(&s[i], 131, 7);
    }
}

static void targets_and_hosts(void **state)
{
    const struct sent sent[] = {
        {{.url = "http://h"}, "GET / HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        {{.url = "http://h/"}, "GET / HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        {{.url = "http://h?q"}, "GET /?q HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        {{.url = "http://h#f"}, "GET / HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        {{.url = "http://h/a/b?c=d&e#f?g"},
         "GET /a/b?c=d&e HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        {{.url = "HTTP://Host.Example/%41"},
         "GET /%41 HTTP/1.1\r\nHost: Host.Example\r\n" OWN "\r\n"},
        {{.url = "http://h:8080/"},
         "GET / HTTP/1.1\r\nHost: h:8080\r\n" OWN "\r\n"},
        {{.url = "http://h:80/"},
         "GET / HTTP/1.1\r\nHost: h:80\r\n" OWN "\r\n"},
        {{.url = "http://h:/"}, "GET / HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        {{.url = "http://10.0.0.1/"},
         "GET / HTTP/1.1\r\nHost: 10.0.0.1\r\n" OWN "\r\n"},
        {{.url = "http://[::1]:99/"},
         "GET / HTTP/1.1\r\nHost: [::1]:99\r\n" OWN "\r\n"},
        {{.url = "http://[fe80::1%eth0]/"},
         "GET / HTTP/1.1\r\nHost: [fe80::1]\r\n" OWN "\r\n"},
        {{.url = "http://user:p@ss@h/"},
         "GET / HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
    };
    (void)state;
    run_all(sent, N(sent));
    assert_string_equal(fake.name, "h");
}

static void methods(void **state)
{
    const struct sent sent[] = {
        {{.url = "http://h", .method = "HEAD"},
         "HEAD / HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        {{.url = "http://h", .method = "DELETE"},
         "DELETE / HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        {{.url = "http://h", .method = "get"},
         "get / HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        {{.url = "http://h", .method = "!#$%&'*+-.^_`|~"},
         "!#$%&'*+-.^_`|~ / HTTP/1.1\r\nHost: h\r\n" OWN "\r\n"},
        /* these announce a body, though there is none */
        {{.url = "http://h", .method = "POST"},
         "POST / HTTP/1.1\r\nHost: h\r\n" OWN "Content-Length: 0\r\n\r\n"},
        {{.url = "http://h", .method = "PUT"},
         "PUT / HTTP/1.1\r\nHost: h\r\n" OWN "Content-Length: 0\r\n\r\n"},
        {{.url = "http://h", .method = "PATCH"},
         "PATCH / HTTP/1.1\r\nHost: h\r\n" OWN "Content-Length: 0\r\n\r\n"},
    };
    (void)state;
    run_all(sent, N(sent));
}

static void bodies(void **state)
{
    const struct sent sent[] = {
        {{.url = "http://h", .body = "a=b", .body_n = 3},
         "POST / HTTP/1.1\r\nHost: h\r\n" OWN FORM
         "Content-Length: 3\r\n\r\na=b"},
        {{.url = "http://h", .body = "", .body_n = 0},
         "POST / HTTP/1.1\r\nHost: h\r\n" OWN FORM "Content-Length: 0\r\n\r\n"},
        {{.url = "http://h", .method = "GET", .body = "x", .body_n = 1},
         "GET / HTTP/1.1\r\nHost: h\r\n" OWN FORM "Content-Length: 1\r\n\r\nx"},
        {{.url = "http://h",
          .body = "{}",
          .body_n = 2,
          .content_type = "application/json"},
         "POST / HTTP/1.1\r\nHost: h\r\n" OWN
         "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"},
        {{.url = "http://h",
          .body = "{}",
          .body_n = 2,
          .content_type = "not/this",
          FIELD("content-type", "a/b")},
         "POST / HTTP/1.1\r\nHost: h\r\n" OWN
         "Content-Length: 2\r\ncontent-type: a/b\r\n\r\n{}"},
        /* no body: its type is not said */
        {{.url = "http://h", .method = "POST", .content_type = "a/b"},
         "POST / HTTP/1.1\r\nHost: h\r\n" OWN "Content-Length: 0\r\n\r\n"},
    };
    static const struct sent streams[] = {
        {{.url = "http://h",
          .body_n = 18446744073709551615u,
          .flags = LWURL_BODY_STREAM},
         "POST / HTTP/1.1\r\nHost: h\r\n" OWN FORM
         "Content-Length: 18446744073709551615\r\n\r\n"},
        {{.url = "http://h", .flags = LWURL_BODY_CHUNKED},
         "POST / HTTP/1.1\r\nHost: h\r\n" OWN FORM
         "Transfer-Encoding: chunked\r\n\r\n"},
        {{.url = "http://h",
          .method = "PUT",
          .flags = LWURL_BODY_CHUNKED,
          .content_type = "a/b"},
         "PUT / HTTP/1.1\r\nHost: h\r\n" OWN "Content-Type: a/b\r\n"
         "Transfer-Encoding: chunked\r\n\r\n"},
    };
    (void)state;
    run_all(sent, N(sent));
    for (size_t i = 0; i < N(streams); i++) {
        struct fake_peer peer = {.end = 0};
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, 128);
        assert_int_equal(fetch_begin(&t, &streams[i].request), LWURL_OK);
        assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_SEND),
                         LWURL_TURN_SEND);
        assert_string_equal(heard(&fake, 0), streams[i].bytes);
        assert_int_equal(fake.conns[0].sends_n, 1);
        fetch_end(&t);
    }
}

/* The caller's fields come last; same-named ones stand for ours. */
static void callers_fields(void **state)
{
    static const struct lwurl_header some[] = {
        {"X-One", "1"}, {"x-two", ""}, {"X-One", "a, b\tc \x80\xff"}};
    const struct sent sent[] = {
        {{.url = "http://h", .headers = some, .headers_n = 3},
         "GET / HTTP/1.1\r\nHost: h\r\n" OWN
         "X-One: 1\r\nx-two: \r\nX-One: a, b\tc \x80\xff\r\n\r\n"},
        {{.url = "http://h", FIELD("host", "other:1")},
         "GET / HTTP/1.1\r\n" OWN "host: other:1\r\n\r\n"},
        {{.url = "http://h", FIELD("user-agent", "me"), .user_agent = "not me"},
         "GET / HTTP/1.1\r\nHost: h\r\n" ACCEPT "user-agent: me\r\n\r\n"},
        {{.url = "http://h", FIELD("ACCEPT-ENCODING", "gzip")},
         "GET / HTTP/1.1\r\nHost: h\r\n" AGENT "ACCEPT-ENCODING: gzip\r\n\r\n"},
        {{.url = "http://h", .user_agent = "me/1 (x)"},
         "GET / HTTP/1.1\r\nHost: h\r\nUser-Agent: me/1 (x)\r\n" ACCEPT "\r\n"},
        {{.url = "http://h", .user_agent = ""},
         "GET / HTTP/1.1\r\nHost: h\r\n" ACCEPT "\r\n"},
        {{.url = "http://h", .flags = LWURL_CLOSE},
         "GET / HTTP/1.1\r\nHost: h\r\n" OWN "Connection: close\r\n\r\n"},
        {{.url = "http://h", FIELD("Range", "bytes=0-1")},
         "GET / HTTP/1.1\r\nHost: h\r\n" OWN "Range: bytes=0-1\r\n\r\n"},
    };
    (void)state;
    run_all(sent, N(sent));
}

/* A field without a value is left out, whoever would send it. */
static void left_out(void **state)
{
    static const struct lwurl_header some[] = {{"X-One", NULL},
                                               {"user-agent", NULL},
                                               {"X-Two", "2"},
                                               {"Accept-Encoding", NULL},
                                               {"content-type", NULL}};
    const struct sent sent[] = {
        {{.url = "http://h", .headers = some, .headers_n = 4},
         "GET / HTTP/1.1\r\nHost: h\r\nX-Two: 2\r\n\r\n"},
        {{.url = "http://h",
          .user_agent = "me",
          .content_type = "a/b",
          .body = "{}",
          .body_n = 2,
          .headers = some,
          .headers_n = 5},
         "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nX-Two: 2\r\n"
         "\r\n{}"},
        {{.url = "http://h", FIELD("Host", NULL)},
         "GET / HTTP/1.1\r\n" OWN "\r\n"},
    };
    (void)state;
    run_all(sent, N(sent));
}

/* What urllib's Request can be asked: lwurl_request.h. */
static void questions(void **state)
{
    static const struct lwurl_header some[] = {
        {"X-One", NULL}, {"x-one", "1"}, {"X-ONE", "2"}, {"X-Two", NULL}};
    struct lwurl_request r = {
        .url = "http://h", .headers = some, .headers_n = 4};

    (void)state;
    assert_string_equal(lwurl_request_header(&r, "X-One"), "1");
    assert_null(lwurl_request_header(&r, "X-Two"));
    assert_null(lwurl_request_header(&r, "X-On"));
    assert_string_equal(lwurl_request_method(&r), "GET");
    r.flags = LWURL_BODY_CHUNKED;
    assert_string_equal(lwurl_request_method(&r), "POST");
    r.flags = 0;
    r.body = "";
    assert_string_equal(lwurl_request_method(&r), "POST");
    r.method = "PUT";
    assert_string_equal(lwurl_request_method(&r), "PUT");
}

/* More pieces than the port is given at once leave in some sends. */
static void many_fields(void **state)
{
    static struct lwurl_header many[60];
    static char bytes[8000], value[50];
    struct sent sent = {{.url = "http://h", .headers = many, .headers_n = 60},
                        bytes};
    struct fake_peer peer = {.says = {{SAY(FINE, 1)}}};

    (void)state;
    memset(value, 'v', sizeof value - 1);
    int n = sprintf(bytes, "GET / HTTP/1.1\r\nHost: h\r\n" OWN);
    for (size_t i = 0; i < N(many); i++) {
        many[i] = (struct lwurl_header){"X-Name", value + i % 50};
        n += sprintf(bytes + n, "X-Name: %s\r\n", value + i % 50);
    }
    (void)sprintf(bytes + n, "\r\n");
    run(&sent, 128, 1);
    run(&sent, 128, 100);
    for (size_t work_n = 128; work_n < 4096; work_n += 331) {
        fake_begin(&fake, &peer, 1);
        fetch_init(&t, &fake, work_n);
        fetch_run(&t, &sent.request);
        assert_string_equal(heard(&fake, 0), bytes);
        fetch_end(&t);
    }
}

/* -------------------------------------------------------------- refusals */

struct refused {
    struct lwurl_request request;
    int err;
    long detail;
};

static void expect_refused(const struct refused *r)
{
    struct lwurl_error e;

    fake_begin(&fake, NULL, 0);
    fetch_init(&t, &fake, 128);
    assert_string_equal(error_name(fetch_begin(&t, &r->request)),
                        error_name(r->err));
    lwurl_error(&t.u, &e);
    assert_int_equal(e.code, r->err);
    assert_int_equal(e.detail, r->detail);
    assert_false(e.retry);
    assert_int_equal(e.phase, LWURL_PHASE_IDLE);
    assert_int_equal(lwurl_step(&t.u), r->err);
    assert_int_equal(fake.calls, 0);
    fetch_end(&t);
}

#define BAD_FIELD(name, value)                                       \
    {                                                                \
        {.url = "http://h", FIELD(name, value)}, LWURL_ERR_HEADER, 0 \
    }
#define BAD_METHOD(text)                                            \
    {                                                               \
        {.url = "http://h", .method = (text)}, LWURL_ERR_METHOD, -1 \
    }

static void refusals(void **state)
{
    static const struct lwurl_header third[] = {
        {"A", "b"}, {"C", "d"}, {"E", "f\n"}};
    const struct refused refused[] = {
        BAD_METHOD(""),
        BAD_METHOD("GE T"),
        BAD_METHOD("GET\r"),
        BAD_METHOD("G:T"),
        BAD_METHOD("\x7f"),
        BAD_METHOD("G\xc3T"),
        BAD_FIELD("", "x"),
        BAD_FIELD("A:", "x"),
        BAD_FIELD("A B", "x"),
        BAD_FIELD(" A", "x"),
        BAD_FIELD("A\r\nB", "x"),
        BAD_FIELD("A\n", "x"),
        BAD_FIELD("\x01", "x"),
        BAD_FIELD("\xe9", "x"),
        BAD_FIELD(NULL, "x"),
        BAD_FIELD("A", "b\r\nC: d"),
        BAD_FIELD("A", "b\rc"),
        BAD_FIELD("A", "b\nc"),
        BAD_FIELD("A", "b\r\n c"),
        BAD_FIELD("A", "\x01"),
        BAD_FIELD("A", "\x1f"),
        BAD_FIELD("A", "\x7f"),
        BAD_FIELD("Content-Length", "3"),
        BAD_FIELD("content-LENGTH", "0"),
        BAD_FIELD("Transfer-Encoding", "chunked"),
        BAD_FIELD("transfer-encoding", "identity"),
        {{.url = "http://h", .headers = third, .headers_n = 3},
         LWURL_ERR_HEADER,
         2},
        {{.url = "http://h", .user_agent = "a\nb"}, LWURL_ERR_HEADER, -1},
        {{.url = "http://h", .body = "", .content_type = "a\r\nB: c"},
         LWURL_ERR_HEADER,
         -1},
        /* described twice, or not at all */
        {{.url = "http://h", .headers_n = 1}, LWURL_ERR_CALL, -1},
        {{.url = "http://h", .unredirected_n = 1}, LWURL_ERR_CALL, -1},
        {{.url = "http://h", .body_n = 1}, LWURL_ERR_CALL, -1},
        {{.url = "http://h",
          .body = "x",
          .body_n = 1,
          .flags = LWURL_BODY_STREAM},
         LWURL_ERR_CALL,
         -1},
        {{.url = "http://h",
          .body = "x",
          .body_n = 1,
          .flags = LWURL_BODY_CHUNKED},
         LWURL_ERR_CALL,
         -1},
        {{.url = ""}, LWURL_ERR_SCHEME, 0},
        {{.url = "h/path"}, LWURL_ERR_SCHEME, 0},
        {{.url = "httpx://h/"}, LWURL_ERR_SCHEME, 0},
        {{.url = "http:h"}, LWURL_ERR_NO_HOST, 0},
        {{.url = "http:///x"}, LWURL_ERR_NO_HOST, 0},
        {{.url = "http://h/a b"}, LWURL_ERR_URL, 10},
        {{.url = "http://h/\xc3\xa9"}, LWURL_ERR_URL, 9},
        {{.url = "http://h:65536/"}, LWURL_ERR_URL, 9},
    };
    (void)state;
    for (size_t i = 0; i < N(refused); i++)
        expect_refused(&refused[i]);
}

static void long_urls(void **state)
{
    static char url[LWURL_URL_MAX + 2];
    struct lwurl_request request = {.url = url};
    struct refused refused = {request, LWURL_ERR_ROOM, LWURL_URL_MAX + 1};
    struct fake_peer peer = {.says = {{SAY(FINE, 1)}}};

    (void)state;
    memset(url, 'x', LWURL_URL_MAX + 1);
    memcpy(url, "http://h/", 9);
    expect_refused(&refused);
    url[LWURL_URL_MAX] = '\0';
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(fake.conns[0].sends_n, 1);
    fetch_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_and_hosts),
        cmocka_unit_test(methods),
        cmocka_unit_test(bodies),
        cmocka_unit_test(callers_fields),
        cmocka_unit_test(left_out),
        cmocka_unit_test(questions),
        cmocka_unit_test(many_fields),
        cmocka_unit_test(refusals),
        cmocka_unit_test(long_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
