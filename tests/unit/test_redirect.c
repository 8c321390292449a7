/* SPDX-License-Identifier: MIT */
/* Redirects in whole fetches: core/handlers/redirect.c. R1 to R8 and D1 to D4
   are urllib's answers, followed or not; the joined URLs are CPython's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "fake_filter.h"
#include "lwurl_redirect.h"
#include "seen.h"

#define OK "HTTP/1.1 200 Fine\r\nContent-Length: 3\r\n\r\nyes"

static char location[512];
static struct lwurl_redirect redirect;
static struct fake_slot slot;
static const struct lwurl_handler handlers[] = {LWURL_REDIRECT(&redirect),
                                                LWURL_HTTP, FAKE_HTTPS(&slot)};
static struct fake fake;
static struct fetch t;

static void begin(const struct fake_peer *peers, size_t n)
{
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    slot = (struct fake_slot){.owner = NULL};
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
}

/* A redirect with these fields. Lives until the next call. */
static struct fake_say go(unsigned status, const char *fields)
{
    static char text[1024];
    int n = snprintf(text, sizeof text,
                     "HTTP/1.1 %u There\r\n%sContent-Length: 4\r\n\r\nbody",
                     status, fields);

    assert_in_range(n, 1, sizeof text - 1);
    return (struct fake_say){.p = text, .n = (size_t)n, .heads = 1};
}

static int run(const struct lwurl_request *request)
{
    fetch_run(&t, request);
    return t.got.err;
}

static int get(const char *url)
{
    return run(&(struct lwurl_request){.url = url});
}

static void expect_url(const char *expected)
{
    struct lwurl_str url = lwurl_url(&t.u);

    assert_int_equal(url.n, strlen(expected));
    assert_memory_equal(url.p, expected, url.n);
}

/* ---------------------------------------------------------- codes, methods */

/* R1, R2: which method goes on after which status, and as what. */
static void r1_r2_methods(void **state)
{
    static const struct {
        const char *method;
        bool body;
        const char *then[5]; /* after 301, 302, 303, 307, 308; NULL: not */
    } cases[] = {
        {NULL, false, {"GET", "GET", "GET", "GET", "GET"}},
        {"HEAD", false, {"HEAD", "HEAD", "HEAD", "HEAD", "HEAD"}}, /* D3 */
        {NULL, true, {"GET", "GET", "GET", NULL, NULL}},
        {"POST", false, {"GET", "GET", "GET", NULL, NULL}},
        {"GET", true, {"GET", "GET", "GET", "GET", "GET"}},
        {"PUT", true, {NULL}},
        {"DELETE", false, {NULL}},
        {"OPTIONS", false, {NULL}},
        {"get", false, {NULL}},
    };
    static const unsigned codes[] = {301, 302, 303, 307, 308};

    (void)state;
    for (size_t i = 0; i < 5 * sizeof cases / sizeof cases[0]; i++) {
        const char *method = cases[i / 5].method,
                   *then = cases[i / 5].then[i % 5];
        struct fake_say say = go(codes[i % 5], "Location: /b\r\n");
        if (method != NULL && strcmp(method, "HEAD") == 0)
            say.n -= 4; /* no body */
        const struct fake_peer peer = {
            .says = {say, {SAY("HTTP/1.1 204 N\r\n\r\n", 2)}}};
        struct lwurl_request request = {.url = "http://h/a", .method = method};
        if (cases[i / 5].body) {
            request.body = "payload";
            request.body_n = 7;
        }
        begin(&peer, 1);
        assert_int_equal(run(&request),
                         then != NULL ? LWURL_OK : LWURL_ERR_STATUS);
        assert_int_equal(seen_n(&fake), then != NULL ? 2 : 1);
        assert_int_equal(seen_count(&fake, "payload"), cases[i / 5].body);
        if (then == NULL) {
            assert_int_equal(t.got.status, codes[i % 5]);
            assert_string_equal(t.got.body, "body");
        } else {
            char line[64];
            (void)snprintf(line, sizeof line, "%s /b HTTP/1.1\r\n", then);
            assert_int_equal(seen_count(&fake, line), 1);
            expect_url("http://h/b");
        }
        fetch_end(&t);
    }
}

static void r1_other_codes(void **state)
{
    static const unsigned codes[] = {200, 201, 300, 304, 305, 306, 404};

    (void)state;
    for (size_t i = 0; i < 7; i++) {
        const struct fake_peer peer = {
            .says = {go(codes[i], "Location: /b\r\n")}};
        begin(&peer, 1);
        (void)get("http://h/a");
        assert_int_equal(t.got.status, codes[i]);
        assert_int_equal(seen_n(&fake), 1);
        fetch_end(&t);
    }
}

/* D4: the body goes along where the request says so, and it still can. */
static void d4_resend(void **state)
{
    struct lwurl_request request = {.url = "http://h/a",
                                    .content_type = "text/x",
                                    .body = "payload",
                                    .body_n = 7,
                                    .flags = LWURL_RESEND_BODY};

    (void)state;
    for (unsigned status = 307; status < 309; status++) {
        struct fake_peer peer = {
            .says = {go(status, "Location: /b\r\n"), {SAY(OK, 2), .after = 7}}};
        peer.says[0].after = 7;
        begin(&peer, 1);
        assert_int_equal(run(&request), LWURL_OK);
        assert_int_equal(seen_count(&fake, "POST /"), 2);
        assert_int_equal(seen_count(&fake, "\r\n\r\npayload"), 2);
        assert_int_equal(seen_count(&fake, "Content-Type: text/x\r\n"), 2);
        fetch_end(&t);
    }
}

/* A streamed body that cannot come again is no reason to ask for it. */
static void d4_streamed(void **state)
{
    static const char *const methods[] = {"POST", "GET"};

    (void)state;
    for (int rewinds = 0; rewinds < 2; rewinds++)
        for (int i = 0; i < 2; i++) {
            struct lwurl_request request = {
                .url = "http://h/a",
                .method = methods[i],
                .body_n = 7,
                .flags = LWURL_BODY_STREAM | LWURL_RESEND_BODY |
                         (rewinds != 0 ? LWURL_BODY_REWINDS : 0)};
            struct fake_peer peer = {
                .says = {go(307, "Location: /b\r\n"), {SAY(OK, 2)}}};
            peer.says[0].after = 7;
            peer.says[1].after = rewinds != 0 ? 7 : 0;
            begin(&peer, 1);
            t.out = "payload";
            t.out_n = 7;
            bool follows = rewinds != 0 || i == 1;
            assert_int_equal(run(&request),
                             follows ? LWURL_OK : LWURL_ERR_STATUS);
            assert_int_equal(seen_count(&fake, "payload"), 1 + rewinds);
            fetch_end(&t);
        }
}

/* R3: fields about the body go with it. */
static void r3_fields(void **state)
{
    static const struct lwurl_header fields[] = {{"Content-type", "text/x"},
                                                 {"content-language", "de"},
                                                 {"X-A", "b"},
                                                 {"Content", "stays"},
                                                 {"Cookie", "c"},
                                                 {"Host", "me"}};
    struct lwurl_request request = {.url = "http://h/a",
                                    .headers = fields,
                                    .headers_n = 6,
                                    .body = "payload",
                                    .body_n = 7};
    struct fake_peer peer = {
        .says = {go(302, "Location: /b\r\n"), {SAY(OK, 2)}}};

    (void)state;
    peer.says[0].after = 7;
    begin(&peer, 1);
    assert_int_equal(run(&request), LWURL_OK);
    const char *second = strstr(heard(&fake, 0), "payload") + 7;
    assert_string_equal(second, "GET /b HTTP/1.1\r\n"
                                "User-Agent: lwurl/" LWURL_VERSION "\r\n"
                                "Accept-Encoding: identity\r\n"
                                "X-A: b\r\nContent: stays\r\nCookie: c\r\n"
                                "Host: me\r\n\r\n");
    fetch_end(&t);
}

/* --------------------------------------------------------------- locations */

/* Where a Location leads: what is asked for there, and lwurl_url(). Whole and
   in pieces, in just the room that it says it needs. */
static void check_join(const char *base, const char *ref, const char *url)
{
    char field[512];

    print_message("# %s + %s\n", base, ref);
    (void)snprintf(field, sizeof field, "Location: %s\r\n", ref);
    struct fake_peer peers[] = {
        {.says = {go(301, field), {SAY(OK, 2)}}, .piece = 0},
        {.says = {{SAY(OK, 1)}}}};
    struct lwurl_request request = {.url = base};
    long wanted = -1;

    for (int i = 0; i < 3; i++) {
        peers[0].piece = i == 2 ? 3 : 0;
        begin(peers, 2);
        redirect.room_n = wanted < 0 ? 1 : (size_t)wanted;
        redirect.room = guarded(1, redirect.room_n);
        if (wanted < 0) {
            assert_int_equal(run(&request), LWURL_ERR_ROOM);
            wanted = t.got.detail;
            assert_true(wanted <= (long)(strlen(base) + 3 * strlen(ref) + 8));
        } else {
            assert_int_equal(run(&request), LWURL_OK);
            expect_url(url);
        }
        fetch_end(&t);
    }
    begin(peers, 2);
    redirect.room_n = (size_t)wanted - 1;
    redirect.room = guarded(1, redirect.room_n);
    assert_int_equal(run(&request), LWURL_ERR_ROOM);
    assert_int_equal(t.got.detail, wanted);
    fetch_end(&t);
}

static void r7_joins(void **state)
{
    static const char *const cases[][2] = {
        {"/x", "http://h/x"},
        {"x", "http://h/b/c/x"},
        {"./x", "http://h/b/c/x"},
        {"x/", "http://h/b/c/x/"},
        {"?y", "http://h/b/c/d;p?y"},
        {"x?y", "http://h/b/c/x?y"},
        {"#s", "http://h/b/c/d;p?q#s"},
        {"x#s", "http://h/b/c/x#s"},
        {"x?y#s", "http://h/b/c/x?y#s"},
        {";x", "http://h/b/c/;x"},
        {"x;x", "http://h/b/c/x;x"},
        {"", "http://h/b/c/d;p?q"},
        {".", "http://h/b/c/"},
        {"./", "http://h/b/c/"},
        {"..", "http://h/b/"},
        {"../x", "http://h/b/x"},
        {"../..", "http://h/"},
        {"../../", "http://h/"},
        {"../../x", "http://h/x"},
        {"../../../x", "http://h/x"},
        {"/./x", "http://h/x"},
        {"/../x", "http://h/x"},
        {"x.", "http://h/b/c/x."},
        {"..x", "http://h/b/c/..x"},
        {"./../x", "http://h/b/x"},
        {"./x/.", "http://h/b/c/x/"},
        {"x/./y", "http://h/b/c/x/y"},
        {"x/../y", "http://h/b/c/y"},
        {"x?y/../z", "http://h/b/c/x?y/../z"},
        {"x#s/../z", "http://h/b/c/x#s/../z"},
        {"//o/x", "http://o/x"},
        {"//o", "http://o/"},
        {"//o?z", "http://o/?z"},
        {"http://o", "http://o/"},
        {"http://o?z", "http://o/?z"},
        {"http://o#f", "http://o/#f"},
        {"http://o/a/../b", "http://o/a/../b"},
        {"http:x", "http://h/x"},
        {"http:/x", "http://h/x"},
        {"http:", "http://h/b/c/d;p?q"},
        {"http:?y", "http://h/b/c/d;p?y"},
        {"http:#s", "http://h/b/c/d;p?q#s"},
        {"HTTP:x", "http://h/x"},
        {"/a b", "http://h/a%20b"},
        {"/\xe9", "http://h/%E9"},
        {"/\"<>\\^{|}", "http://h/\"<>\\^{|}"},
        {"/%20%zz", "http://h/%20%zz"},
        {"a\tb", "http://h/b/c/ab"},
        {"/x\x01", "http://h/x%01"},
        {"/x\x7f", "http://h/x%7F"},
        {"a//b", "http://h/b/c/a/b"},
        {"/a//b", "http://h/a//b"},
        {"x?a b", "http://h/b/c/x?a%20b"},
        {"://x", "http://h/b/c/:/x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_join("http://h/b/c/d;p?q", cases[i][0], cases[i][1]);
    check_join("http://h", "x", "http://h/x");
    check_join("http://h?q", "x", "http://h/x");
    check_join("http://h", "?y", "http://h?y");
    check_join("http://h", "#f", "http://h#f");
    check_join("http://h?q#f", "", "http://h?q");
    check_join("http://h/a?q#f", "#g", "http://h/a?q#g");
    check_join("http://u:p@h/a", "b", "http://u:p@h/b");
    check_join("http://u:p@h/a", "//o/b", "http://o/b");
    check_join("http://h/a/b/", "../c", "http://h/a/c");
    check_join("http://h", "..", "http://h/");
    check_join("http://[fe80::1]:8080/a?b", "c", "http://[fe80::1]:8080/c");
}

/* R5: Location before URI, the first of several; without any, the status. */
static void r5_fields(void **state)
{
    static const struct {
        const char *fields, *target;
    } cases[] = {
        {"Location: /1\r\nLocation: /2\r\n", "/1"},
        {"URI: /1\r\n", "/1"},
        {"uri: /1\r\nLOCATION: /2\r\n", "/2"},
        {"Location: /1\r\nURI: /2\r\n", "/1"},
        {"URI: /1\r\nURI: /2\r\n", "/1"},
        {"Location:\r\n", "/a"},
        {"Location: /1\r\n 2\r\n", "/1%20%20%202"}, /* obs-fold */
        {"X-Location: /1\r\n", NULL},
        {"", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fake_peer peer = {
            .says = {go(302, cases[i].fields), {SAY(OK, 2)}}};
        begin(&peer, 1);
        assert_int_equal(get("http://h/a"),
                         cases[i].target != NULL ? LWURL_OK : LWURL_ERR_STATUS);
        if (cases[i].target != NULL)
            assert_string_equal(seen_request(&fake, 1, "Host").target,
                                cases[i].target);
        else
            assert_int_equal(t.got.status, 302);
        fetch_end(&t);
    }
}

/* A Location in a trailer, or of an interim response, says nothing. */
static void r5_elsewhere(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 103 Hint\r\nLocation: /evil\r\n\r\n"
                      "HTTP/1.1 302 F\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "0\r\nLocation: /evil\r\n\r\n",
                      1)}}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(get("http://h/a"), LWURL_ERR_STATUS);
    assert_int_equal(seen_n(&fake), 1);
    fetch_end(&t);
}

/* Longer than the work buffer: collected from its pieces. */
static void long_location(void **state)
{
    static char field[600], url[600];
    struct fake_peer peer = {.says = {{SAY("", 1)}, {SAY(OK, 2)}}};

    (void)state;
    (void)sprintf(url, "http://h/%0300d", 7);
    (void)sprintf(field, "Location: /%0300d\r\n", 7);
    peer.says[0] = go(302, field);
    for (size_t split = 0; split < 360; split += 3) {
        peer.split = split;
        begin(&peer, 1);
        assert_int_equal(get("http://h/a"), LWURL_OK);
        expect_url(url);
        fetch_end(&t);
    }
}

/* A scheme of the application's, over http: as long as "//host" finds room for
   it behind the current URL. */
static void long_scheme(void **state)
{
    static const char *const urls[] = {"sevenls://h/a", "eightltr://h/a"};
    static struct lwurl_handler_ops own;
    static const struct lwurl_handler lines[] = {LWURL_REDIRECT(&redirect),
                                                 {&own, NULL}};
    const struct fake_peer peer = {
        .says = {go(302, "Location: /b\r\n"), {SAY(OK, 2)}}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        own = lwurl_http_ops;
        own.scheme = i == 0 ? "sevenls" : "eightltr";
        begin(&peer, 1);
        t.opener.handlers = lines;
        t.opener.handlers_n = 2;
        assert_int_equal(get(urls[i]), i == 0 ? LWURL_OK : LWURL_ERR_REDIRECT);
        assert_int_equal(seen_n(&fake), 2 - i);
        if (i == 0)
            expect_url("sevenls://h/b");
        fetch_end(&t);
    }
}

/* R6, and what is no URL at all. Nothing is sent to where it points. */
static void r6_refused(void **state)
{
    static const char *const refs[] = {"file:///etc/passwd",
                                       "data:,x",
                                       "javascript:alert(1)",
                                       "gopher://o/",
                                       "http://",
                                       "http:///x",
                                       "//",
                                       "http://o:99999/",
                                       "http://o:x/",
                                       "http://[::1/",
                                       "http://a b/",
                                       "https:x",
                                       "http://\xe4/"};

    (void)state;
    for (size_t i = 0; i < sizeof refs / sizeof refs[0]; i++) {
        char field[128];
        (void)snprintf(field, sizeof field, "Location: %s\r\n", refs[i]);
        const struct fake_peer peer = {.says = {go(302, field), {SAY(OK, 2)}}};
        begin(&peer, 1);
        int err = get("http://h/a");
        if (err != LWURL_ERR_REDIRECT || seen_n(&fake) != 1)
            fail_msg("%s: %s", refs[i], error_name(err));
        fetch_end(&t);
    }
}

/* A scheme that may be followed, but that nobody serves here. */
static void r6_no_handler(void **state)
{
    const struct fake_peer peer = {
        .says = {go(302, "Location: ftp://o/x\r\n")}};

    (void)state;
    begin(&peer, 1);
    assert_int_equal(get("http://h/a"), LWURL_ERR_SCHEME);
    fetch_end(&t);
}

/* ------------------------------------------------------------------ limits */

/* R8, D21: ten follows and no more; or as many as the state says. */
static void r8_limit(void **state)
{
    static const struct {
        unsigned max, requests;
    } cases[] = {{0, 11}, {1, 2}, {3, 4}, {20, 21}};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct fake_peer peer = {
            .says = {{SAY("HTTP/1.1 302 F\r\nLocation: /a\r\n"
                          "Content-Length: 0\r\n\r\n",
                          0)}}};
        struct fake_peer peers[FAKE_CONNS];
        for (unsigned k = 0; k < 4; k++) {
            peer.says[k] = peer.says[0];
            peer.says[k].heads = k + 1;
        }
        peer.end = LWURL_PORT_EOF;
        peer.end_heads = 4;
        for (size_t k = 0; k < FAKE_CONNS; k++)
            peers[k] = peer;
        begin(peers, FAKE_CONNS);
        redirect.max = cases[i].max;
        assert_int_equal(get("http://h/a"), LWURL_ERR_REDIRECT);
        assert_int_equal(t.got.status, 302);
        assert_int_equal(seen_n(&fake), cases[i].requests);
        fetch_end(&t);
    }
}

/* They are counted in a byte, which never begins anew. */
static void r8_counter(void **state)
{
    static const unsigned maxima[] = {255, 256, UINT32_MAX};
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 302 F\r\nLocation: /a\r\n"
                      "Content-Length: 0\r\n\r\n",
                      1)},
                 {SAY("HTTP/1.1 302 F\r\nLocation: /a\r\n"
                      "Content-Length: 0\r\n\r\n",
                      2)}}};
    struct lwurl_request request = {.url = "http://h/a",
                                    .flags = LWURL_ASK_REDIRECT};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        begin(&peer, 1);
        redirect.max = maxima[i];
        assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
        assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_REDIRECT),
                         LWURL_TURN_REDIRECT);
        t.u.hops = UINT8_MAX;
        assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_REDIRECT),
                         LWURL_ERR_REDIRECT);
        fetch_end(&t);
    }
}

/* The body of a redirect: short ones are read for the connection's sake, long
   ones are not (D22). */
static void d22_bodies(void **state)
{
    static const char head[] = "HTTP/1.1 302 F\r\nLocation: /b\r\n";
    static char text[8192];
    static const struct {
        const char *fields;
        size_t body;
        int end;
        size_t conns;
    } cases[] = {
        {"Content-Length: 4000\r\n\r\n", 4000, 0, 1},
        {"Content-Length: 5000\r\n\r\n", 5000, 0, 2},
        {"Content-Length: 4000\r\n\r\n", 3000, LWURL_PORT_EOF, 2},
        {"Transfer-Encoding: chunked\r\n\r\nfa0\r\n", 3000, LWURL_ERR_RESET, 2},
        {"Transfer-Encoding: chunked\r\n\r\nx\r\n", 0, 0, 2},
        {"\r\n", 100, LWURL_PORT_EOF, 2},
        {"Connection: close\r\nContent-Length: 0\r\n\r\n", 0, 0, 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t n = (size_t)sprintf(text, "%s%s", head, cases[i].fields);
        memset(text + n, 'x', cases[i].body);
        struct fake_peer peers[] = {
            {.says = {{.p = text, .n = n + cases[i].body, .heads = 1}},
             .end = cases[i].end,
             .end_heads = 1},
            {.says = {{SAY(OK, 1)}}}};
        if (cases[i].conns == 1)
            peers[0].says[1] = (struct fake_say){SAY(OK, 2)};
        begin(peers, 2);
        assert_int_equal(get("http://h/a"), LWURL_OK);
        assert_string_equal(t.got.body, "yes");
        assert_int_equal(fake.conns_n, cases[i].conns);
        fetch_end(&t);
    }
}

/* ----------------------------------------------------------------- origins */

/* D1: what names or opens one origin is not told to another, then or later. */
static void d1_crossing(void **state)
{
    static const struct {
        const char *to;
        bool crosses;
    } cases[] = {{"http://h/b", false},     {"http://H:80/b", false},
                 {"//h/b", false},          {"/b", false},
                 {"http://u:p@h/b", false}, {"http://h:81/b", true},
                 {"http://hh/b", true},     {"http://x.h/b", true},
                 {"//o/b", true},           {"https://h/b", true},
                 {"https://h:80/b", true}};
    static const struct lwurl_header fields[] = {
        {"authorization", "A"}, {"COOKIE", "C"}, {"Host", "X"}, {"X-B", "B"}};
    struct lwurl_request request = {
        .url = "http://h/a", .headers = fields, .headers_n = 4};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char field[64];
        (void)snprintf(field, sizeof field, "Location: %s\r\n", cases[i].to);
        const struct fake_peer peers[] = {
            {.says = {go(302, field),
                      {SAY("HTTP/1.1 302 F\r\nLocation: http://h/c\r\n"
                           "Content-Length: 0\r\n\r\n",
                           2)},
                      {SAY(OK, 3)}}},
            {.says = {{SAY(FAKE_HO, 0), .after = sizeof FAKE_HI - 1},
                      {SAY("HTTP/1.1 302 F\r\nLocation: http://h/c\r\n"
                           "Content-Length: 0\r\n\r\n",
                           1)}}},
            {.says = {{SAY(OK, 1)}}}};
        struct fake_peer mine[3] = {peers[0], peers[1], peers[2]};
        bool https = strncmp(cases[i].to, "https", 5) == 0;
        if (!https)
            mine[1].says[0] = (struct fake_say){SAY("", 0)};
        request.flags = LWURL_DOWNGRADE;
        begin(mine, 3);
        assert_int_equal(run(&request), LWURL_OK);
        assert_int_equal(seen_n(&fake), 3);
        for (unsigned k = 0; k < 3; k++) {
            bool told = k == 0 || !cases[i].crosses;
            assert_string_equal(seen_request(&fake, k, "authorization").field,
                                told ? "A" : "");
            assert_string_equal(seen_request(&fake, k, "COOKIE").field,
                                told ? "C" : "");
            assert_string_not_equal(seen_request(&fake, k, "Host").field,
                                    told ? "" : "X");
            assert_string_equal(seen_request(&fake, k, "X-B").field, "B");
        }
        fetch_end(&t);
    }
}

/* D2: from https to http only where the request says so. */
/* The address and the certificate's name that a request gives for its origin
   are for no other, nor for the way back from there. */
static void d1_connection(void **state)
{
    static const char *const to[] = {"https://h/b", "https://h:444/b",
                                     "https://o/b", "//x.h/b"};
    static const char tls_name[] = "device";
    struct lwurl_request request = {.url = "https://h/a",
                                    .connect_to = "10.0.0.1:8443"};

    (void)state;
    request.tls_name = tls_name;
    for (size_t i = 0; i < 4; i++) {
        bool crosses = i > 0;
        char field[64];
        (void)snprintf(field, sizeof field, "Location: %s\r\n", to[i]);
        struct fake_peer peers[3] = {
            {.says = {{SAY(FAKE_HO, 0), .after = sizeof FAKE_HI - 1},
                      go(302, field),
                      {SAY(OK, 2)}}}};
        peers[1] = peers[2] = (struct fake_peer){
            .says = {{SAY(FAKE_HO, 0), .after = sizeof FAKE_HI - 1},
                     {SAY("HTTP/1.1 302 F\r\nLocation: https://h/c\r\n"
                          "Content-Length: 0\r\n\r\n",
                          1)}}};
        peers[2].says[1] = (struct fake_say){SAY(OK, 1)};
        begin(peers, 3);
        assert_int_equal(run(&request), LWURL_OK);
        assert_int_equal(fake.conns_n, crosses ? 3 : 1);
        assert_int_equal(fake.conns[0].to.port, 8443);
        assert_ptr_equal(slot.tls_name, crosses ? NULL : tls_name);
        assert_string_equal(fake.name, crosses ? "h" : "10.0.0.1");
        if (crosses) {
            assert_int_equal(fake.conns[1].to.port, i == 1 ? 444 : 443);
            assert_int_equal(fake.conns[2].to.port, 443);
        }
        fetch_end(&t);
    }
}

/* urllib's unredirected_hdrs: the last so many are for the first URL. */
static void r3_unredirected(void **state)
{
    static const struct lwurl_header fields[] = {
        {"X-All", "1"}, {"X-First", "2"}, {"User-Agent", "me"}};
    const struct fake_peer peer = {
        .says = {go(302, "Location: /b\r\n"), {SAY(OK, 2)}}};
    struct lwurl_request request = {
        .url = "http://h/a", .headers = fields, .headers_n = 3};

    (void)state;
    for (size_t n = 0; n <= 3; n++) {
        request.unredirected_n = n;
        begin(&peer, 1);
        assert_int_equal(run(&request), LWURL_OK);
        assert_int_equal(seen_count(&fake, "X-All: 1\r\n"), n < 3 ? 2 : 1);
        assert_int_equal(seen_count(&fake, "X-First: 2\r\n"), n < 2 ? 2 : 1);
        assert_int_equal(seen_count(&fake, "User-Agent: me"), n < 1 ? 2 : 1);
        assert_int_equal(seen_count(&fake, "User-Agent: lwurl/"),
                         n < 1 ? 0 : 1);
        fetch_end(&t);
    }
    request.unredirected_n = 4;
    begin(&peer, 1);
    assert_int_equal(run(&request), LWURL_ERR_CALL);
    fetch_end(&t);
}

static void d2_downgrade(void **state)
{
    static const char *const to[] = {"http://o/b", "//o/b", "https://o/b"};

    (void)state;
    for (int allowed = 0; allowed < 2; allowed++)
        for (int i = 0; i < 3; i++) {
            char field[64];
            (void)snprintf(field, sizeof field, "Location: %s\r\n", to[i]);
            struct fake_peer peers[] = {
                {.says = {{SAY(FAKE_HO, 0), .after = sizeof FAKE_HI - 1},
                          go(301, field)}},
                {.says = {{SAY(FAKE_HO, 0), .after = sizeof FAKE_HI - 1},
                          {SAY(OK, 1)}}}};
            if (i == 0)
                peers[1].says[0] = (struct fake_say){SAY("", 0)};
            struct lwurl_request request = {
                .url = "https://h/a",
                .flags = allowed != 0 ? LWURL_DOWNGRADE : 0};
            begin(peers, 2);
            bool follows = allowed != 0 || i > 0;
            assert_int_equal(run(&request),
                             follows ? LWURL_OK : LWURL_ERR_REDIRECT);
            assert_int_equal(fake.conns_n, follows ? 2 : 1);
            fetch_end(&t);
        }
}

/* -------------------------------------------------------------------- turn */

static void asked(void **state)
{
    const struct fake_peer peer = {
        .says = {go(302, "Location: /b\r\n"), {SAY(OK, 2)}}};
    struct lwurl_request request = {.url = "http://h/a",
                                    .flags = LWURL_ASK_REDIRECT};
    unsigned until = 1u << LWURL_TURN_REDIRECT | 1u << LWURL_TURN_DONE;

    (void)state;
    for (int veto = 0; veto < 2; veto++) {
        begin(&peer, 1);
        assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
        assert_int_equal(fetch_until(&t, until), LWURL_TURN_REDIRECT);
        expect_url("http://h/b");
        assert_int_equal(seen_n(&fake), 1);
        if (veto != 0)
            lwurl_end(&t.u);
        else
            assert_int_equal(fetch_until(&t, until), LWURL_TURN_DONE);
        assert_int_equal(seen_n(&fake), 2 - veto);
        fetch_end(&t);
    }
}

/* Every next fetch begins with its own URL and its own limit. */
static void next_fetch(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 302 F\r\nLocation: /b\r\n"
                      "Content-Length: 0\r\n\r\n",
                      1)},
                 {SAY(OK, 2)},
                 {SAY("HTTP/1.1 302 F\r\nLocation: c\r\n"
                      "Content-Length: 0\r\n\r\n",
                      3)},
                 {SAY(OK, 4)}}};

    (void)state;
    begin(&peer, 1);
    redirect.max = 1;
    assert_int_equal(get("http://h/a"), LWURL_OK);
    assert_int_equal(get("http://h/x/y"), LWURL_OK);
    expect_url("http://h/x/c");
    fetch_end(&t);
}

/* -------------------------------------------------------------------- fuzz */

static uint32_t seed = 1;

static unsigned dice(unsigned n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % n;
}

/* Any Location, in any room: it ends, and stays in the room. */
static void random_locations(void **state)
{
    static const char *const words[] = {
        "http", "https",    ":",         "/",    "//",  "..",     ".",
        "?",    "#",        "@",         "%",    "%2e", "a",      "h",
        "[",    "]",        "::1",       "\xff", " ",   "\t",     "80",
        "ftp:", "http://h", "http://h/", "\x01", ";",   "x/y/z/", "\\"};
    static const char *const bases[] = {"http://h", "http://h/a/b?c#d",
                                        "http://u:p@[::1]:80/a//b/",
                                        "http://h?q"};

    (void)state;
    for (int round = 0; round < 5000; round++) {
        char field[512];
        size_t n = (size_t)sprintf(field, "Location: ");
        for (unsigned k = dice(12); k > 0; k--)
            n += (size_t)sprintf(field + n, "%s",
                                 words[dice(sizeof words / sizeof words[0])]);
        (void)sprintf(field + n, "\r\n");
        struct fake_peer peers[3] = {{.says = {go(302, field), {SAY(OK, 2)}}},
                                     {.says = {{SAY(OK, 1)}}}};
        peers[1].end = peers[0].end = LWURL_PORT_EOF;
        peers[0].end_heads = 2;
        peers[1].end_heads = 1;
        peers[0].piece = dice(3) == 0 ? 1 + dice(5) : 0;
        begin(peers, 2);
        redirect.room_n = dice(2) == 0 ? dice(60) : 200;
        redirect.room = guarded(1, redirect.room_n);
        int err = get(bases[dice(4)]);
        struct lwurl_str url = lwurl_url(&t.u);
        for (size_t i = 0; i < url.n; i++)
            assert_in_range((unsigned char)url.p[i], 0x21, 0x7e);
        if (err == LWURL_OK)
            assert_int_equal(seen_n(&fake), 2);
        fetch_end(&t);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(r1_r2_methods), cmocka_unit_test(r1_other_codes),
        cmocka_unit_test(d4_resend),     cmocka_unit_test(d4_streamed),
        cmocka_unit_test(r3_fields),     cmocka_unit_test(r7_joins),
        cmocka_unit_test(r5_fields),     cmocka_unit_test(r5_elsewhere),
        cmocka_unit_test(long_location), cmocka_unit_test(long_scheme),
        cmocka_unit_test(r6_refused),    cmocka_unit_test(r6_no_handler),
        cmocka_unit_test(r8_limit),      cmocka_unit_test(r8_counter),
        cmocka_unit_test(d22_bodies),    cmocka_unit_test(d1_crossing),
        cmocka_unit_test(d1_connection), cmocka_unit_test(r3_unredirected),
        cmocka_unit_test(d2_downgrade),  cmocka_unit_test(asked),
        cmocka_unit_test(next_fetch),    cmocka_unit_test(random_locations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
