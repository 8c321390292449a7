/* SPDX-License-Identifier: MIT */
/* Heads shown as they pass: core/handlers/trace.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_trace.h"

static char lines[65536];

static void keep(void *ctx, char direction, const char *text)
{
    size_t n = strlen(lines);

    assert_ptr_equal(ctx, lines);
    assert_true(snprintf(lines + n, sizeof lines - n, "%c %s\n", direction,
                         text) < (int)(sizeof lines - n));
}

static struct lwurl_trace trace;
static const struct lwurl_handler handlers[] = {LWURL_HTTP,
                                                LWURL_TRACE(&trace)};

static struct fake fake;
static struct fetch t;

/* room_n bytes that end where memory ends. */
static void begin(const struct fake_peer *peer, size_t room_n)
{
    lines[0] = '\0';
    trace = (struct lwurl_trace){.line = keep,
                                 .ctx = lines,
                                 .room = guarded(1, room_n),
                                 .room_n = room_n};
    fake_begin(&fake, peer, 1);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
}

/* Fetches; what was shown. */
static const char *show(const struct fake_peer *peer, size_t room_n,
                        const struct lwurl_header *headers, size_t headers_n)
{
    const struct lwurl_request request = {
        .url = "http://name/path", .headers = headers, .headers_n = headers_n};

    begin(peer, room_n);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    fetch_end(&t);
    return lines;
}

#define ROOM 256

/* Whatever the port takes at once: each line once, whole. */
static void sends_of_any_size(void **state)
{
    static const char expected[] =
        "> GET /path HTTP/1.1\n> Host: name\n> User-Agent: lwurl/" LWURL_VERSION
        "\n> Accept-Encoding: identity\n> Authorization: Basic ***\n> B: c\n"
        "< HTTP/1.1 200 OK\n< Content-Length: 2\n";
    const struct lwurl_header headers[] = {
        {"Authorization", "Basic dXNlcjpwYXNz"}, {"B", "c"}};
    struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1)}}};

    (void)state;
    for (peer.take = 0; peer.take < 200; peer.take++) {
        assert_string_equal(show(&peer, ROOM, headers, 2), expected);
        peer.piece = peer.take;
    }
}

/* More than one send can hold: what was seen before is not shown again. */
static void long_head(void **state)
{
    struct lwurl_header headers[30];
    struct fake_peer peer = {.says = {{SAY("HTTP/1.1 204 No\r\n\r\n", 1)}}};
    char expected[4096];
    size_t n = (size_t)snprintf(expected, sizeof expected,
                                "> GET /path HTTP/1.1\n> Host: name\n"
                                "> User-Agent: lwurl/" LWURL_VERSION
                                "\n> Accept-Encoding: identity\n");

    (void)state;
    for (size_t i = 0; i < 30; i++) {
        headers[i].name = "Name";
        headers[i].value = &"0123456789012345678901234567890123456789"[i];
        n += (size_t)snprintf(expected + n, sizeof expected - n, "> Name: %s\n",
                              headers[i].value);
    }
    snprintf(expected + n, sizeof expected - n, "< HTTP/1.1 204 No\n");
    for (peer.take = 0; peer.take < 200; peer.take++)
        assert_string_equal(show(&peer, ROOM, headers, 30), expected);
}

/* A long line is cut to what fits, and says so. */
static void long_lines(void **state)
{
    const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLong: "
                      "0123456789012345678901234567890123456789"
                      "0123456789012345678901234567890123456789\r\n\r\n",
                      1)}}};

    (void)state;
    assert_non_null(strstr(show(&peer, LWURL_TRACE_MIN, NULL, 0),
                           "\n< Long: 0123456789012345678901234567890123456789"
                           "01234567890123...\n"));
    assert_non_null(strstr(show(&peer, ROOM, NULL, 0), "0123456789\n"));
}

/* A field that is longer than the work buffer is one line. */
static void long_field(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLong: "
                      "0123456789012345678901234567890123456789"
                      "0123456789012345678901234567890123456789"
                      "0123456789012345678901234567890123456789"
                      "0123456789012345678901234567890123456789 end\r\n\r\n",
                      1)}}};

    (void)state;
    assert_non_null(strstr(show(&peer, ROOM, NULL, 0),
                           "\n< Long: 0123456789012345678901234567890123456789"
                           "0123456789012345678901234567890123456789"
                           "0123456789012345678901234567890123456789"
                           "0123456789012345678901234567890123456789 end\n"));
}

/* What is not HTTP has no status line. */
static void not_http(void **state)
{
    static const struct lwurl_handler with_data[] = {LWURL_DATA,
                                                     LWURL_TRACE(&trace)};
    const struct fake_peer none = {.end = 0};
    const struct lwurl_request request = {.url = "data:a/b,c"};

    (void)state;
    begin(&none, ROOM);
    t.opener.handlers = with_data;
    t.opener.handlers_n = 2;
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(lines,
                        "< \n< Content-type: a/b\n< Content-length: 1\n");
    fetch_end(&t);
}

/* A handler's line end in two parts, behind a text that is not copied. */
#define LONG_TEXT \
    "X: 0123456789012345678901234567890123456789012345678901234567"

static void put_halves(struct lwurl *u, void *state, struct lwurl_out *out)
{
    (void)u;
    (void)state;
    lwurl_out_text(out, LONG_TEXT "\r");
    lwurl_out_text(out, "\n");
}

static void halves(void **state)
{
    static const struct lwurl_handler_ops ops = {.request = put_halves};
    static const struct lwurl_handler with_halves[] = {
        {&ops, NULL}, LWURL_HTTP, LWURL_TRACE(&trace)};
    const struct lwurl_request request = {.url = "http://name/path"};
    struct fake_peer peer = {.says = {{SAY("HTTP/1.1 204 No\r\n\r\n", 1)}}};

    (void)state;
    for (peer.take = 0; peer.take < 200; peer.take++) {
        begin(&peer, ROOM);
        t.opener.handlers = with_halves;
        t.opener.handlers_n = 3;
        fetch_run(&t, &request);
        assert_string_equal(lines,
                            "> GET /path HTTP/1.1\n> Host: name\n"
                            "> User-Agent: lwurl/" LWURL_VERSION "\n"
                            "> Accept-Encoding: identity\n> " LONG_TEXT "\n"
                            "< HTTP/1.1 204 No\n");
        fetch_end(&t);
    }
}

/* A response with one field, shown in room_n bytes. */
static void assert_masked(const char *field, const char *shown, size_t room_n)
{
    char head[1024], expected[1024];
    struct fake_peer peer = {.says = {{.p = head, .heads = 1}}};
    int n =
        snprintf(head, sizeof head,
                 "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n%s\r\n\r\n", field);

    peer.says[0].n = (size_t)n;
    snprintf(expected, sizeof expected, "\n< %s\n", shown);
    show(&peer, room_n, NULL, 0);
    if (strstr(lines, expected) == NULL)
        fail_msg("%s: shown as\n%s", field, lines);
}

static void secrets(void **state)
{
    static const char *const same[] = {
        "Authentication: x", "Cookies: a", "A: http://host/@x",
        "A: //host/",        "A: a@b",     "Authorization: ",
        "A: http://host",    "A: //",
    };
    static const char *const masked[][2] = {
        {"Set-Cookie: a=b; Path=/", "Set-Cookie: ***"},
        {"SET-COOKIE:a=bcd", "SET-COOKIE: ***"},
        {"cookie: ab", "cookie: **"}, /* never longer than what it hides */
        {"Proxy-Authorization: Digest a=\"b c\", d", "Proxy-Authorization: "
                                                     "Digest ***"},
        {"Authorization: secret", "Authorization: ***"},
        {"X-Api-Key: 1234", "X-Api-Key: ***"},
        {"x-csrf-token: 1234", "x-csrf-token: ***"},
        {"Location: http://user:pass@host/", "Location: http://***@host/"},
        {"Location: //user:p@ss@host?q", "Location: //***@host?q"},
        {"Location: http://me:pw@host", "Location: http://***@host"},
        {"L: <http://aaa:b@c>, <ftp://ddd:e@f>",
         "L: <http://***@c>, <ftp://***@f>"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_masked(same[i], same[i], ROOM);
    for (size_t i = 0; i < sizeof masked / sizeof masked[0]; i++)
        assert_masked(masked[i][0], masked[i][1], ROOM);
}

/* Where the line ends before the '@' does come, nobody knows: masked. */
static void secrets_at_the_cut(void **state)
{
    char field[256] = "X: ", *password = field + 3;

    (void)state;
    for (size_t fill = 0; fill < LWURL_TRACE_MIN; fill++) {
        memset(password, '.', fill);
        (void)snprintf(password + fill, sizeof field - 3 - fill, "%s",
                       "http://user:hidden@host/x");
        char head[512];
        const struct fake_peer peer = {
            .says = {{.p = head,
                      .n = (size_t)snprintf(
                          head, sizeof head,
                          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n%s\r\n\r\n",
                          field),
                      .heads = 1}}};
        show(&peer, LWURL_TRACE_MIN, NULL, 0);
        assert_null(strstr(lines, "use"));
        assert_null(strstr(lines, "hid"));
    }
}

/* A dead connection is replaced: the request is shown once more. */
static void sent_again(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 2},
        {.says = {{SAY("HTTP/1.1 204 No\r\n\r\n", 1)}}},
    };
    const struct lwurl_request request = {.url = "http://name/",
                                          .user_agent = ""};

    (void)state;
    show(peers, ROOM, NULL, 0);
    fake_begin(&fake, peers, 2);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
    fetch_run(&t, &request);
    lwurl_close(&t.u);
    lines[0] = '\0';
    fetch_run(&t, &request);
    assert_int_equal(t.got.status, 204);
    assert_string_equal(lines,
                        "> GET / HTTP/1.1\n> Host: name\n"
                        "> Accept-Encoding: identity\n"
                        "> GET / HTTP/1.1\n> Host: name\n"
                        "> Accept-Encoding: identity\n< HTTP/1.1 204 No\n");
    fetch_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sends_of_any_size),
        cmocka_unit_test(long_head),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(secrets),
        cmocka_unit_test(secrets_at_the_cut),
        cmocka_unit_test(sent_again),
        cmocka_unit_test(long_field),
        cmocka_unit_test(not_http),
        cmocka_unit_test(halves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
