/* SPDX-License-Identifier: MIT */
/* Response fields in the caller's memory: core/handlers/fields.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_auth.h"
#include "lwurl_fields.h"
#include "lwurl_redirect.h"

static char location[256];
static struct lwurl_fields fields;
static struct lwurl_basic basic;
static struct lwurl_redirect redirect;
static const struct lwurl_handler handlers[] = {
    LWURL_BASIC(&basic), LWURL_REDIRECT(&redirect), LWURL_FIELDS(&fields),
    LWURL_HTTP, LWURL_DATA};

static struct fake fake;
static struct fetch t;

/* Fields in room_n bytes that end where memory ends. */
static void begin(const struct fake_peer *peers, size_t n, size_t room_n)
{
    fields = (struct lwurl_fields){.room = guarded(2, room_n > 0 ? room_n : 1),
                                   .room_n = room_n};
    memset(fields.room, '~', room_n);
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    basic = (struct lwurl_basic){.realm = NULL};
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
}

/* All of them as "name: value\n". */
static const char *listing(void)
{
    static char text[2048];
    struct lwurl_str name, value;
    size_t at = 0, n = 0;

    text[0] = '\0';
    while (lwurl_fields_next(&fields, &at, &name, &value)) {
        assert_int_equal(name.p[name.n], '\0');
        assert_int_equal(value.p[value.n], '\0');
        n += (size_t)snprintf(text + n, sizeof text - n, "%s: %s\n", name.p,
                              value.p);
        assert_true(n < sizeof text);
    }
    assert_false(lwurl_fields_next(&fields, &at, &name, &value));
    return text;
}

static void assert_get(const char *name, int err, const char *expected)
{
    struct lwurl_str value = {"unset", 5};

    assert_int_equal(lwurl_fields_get(&fields, name, &value), err);
    if (expected == NULL) {
        assert_null(value.p);
        assert_int_equal(value.n, 0);
        return;
    }
    assert_string_equal(value.p, expected);
    assert_int_equal(value.n, strlen(expected));
}

static void assert_reason(const char *expected)
{
    struct lwurl_str reason = lwurl_fields_reason(&fields);

    assert_int_equal(reason.p == NULL, expected == NULL);
    if (expected != NULL)
        assert_string_equal(reason.p, expected);
}

static const struct lwurl_request request = {.url = "http://h/"};

#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const char response[] = "HTTP/1.1 200 All is well\r\n"
                               "Date: today\r\n"
                               "Set-Cookie: a=b\r\n"
                               "ETag: \"1\"\r\n"
                               "X-Folded: one\r\n \t two\r\n"
                               "X-Long: " HUNDRED " " HUNDRED "\r\n"
                               "set-cookie:c=d\r\n"
                               "X-Empty:\r\n"
                               "Content-Length: 0\r\n\r\n";

static const char all[] = "Date: today\n"
                          "Set-Cookie: a=b\n"
                          "ETag: \"1\"\n"
                          "X-Folded: one   \t two\n"
                          "X-Long: " HUNDRED " " HUNDRED "\n"
                          "set-cookie: c=d\n"
                          "X-Empty: \n"
                          "Content-Length: 0\n";

/* Bytes of the reason's record, and of all: lines have one more. */
#define REASON_N (sizeof "All is well" + 1)
#define LINES    8
#define ALL_N    (REASON_N + sizeof all - 1 - LINES)

static void everything(void **state)
{
    (void)state;
    for (size_t split = 0; split < sizeof response; split++) {
        const struct fake_peer peer = {.says = {{SAY(response, 1)}},
                                       .split = split};
        begin(&peer, 1, ALL_N);
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_string_equal(listing(), all);
        assert_reason("All is well");
        assert_int_equal(lwurl_fields_needed(&fields), ALL_N);
        assert_get("etag", LWURL_OK, "\"1\"");
        assert_get("ETAG", LWURL_OK, "\"1\"");
        assert_get("Set-Cookie", LWURL_OK, "a=b"); /* the first */
        assert_get("x-empty", LWURL_OK, "");
        assert_get("x-long", LWURL_OK, HUNDRED " " HUNDRED);
        assert_get("x-none", LWURL_OK, NULL);
        assert_get("x-lon", LWURL_OK, NULL);
        fetch_end(&t);
        assert_string_equal(listing(), all); /* they stay */
    }
}

/* A reason that is longer than the work buffer is one record. */
static void long_reason(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 200 " HUNDRED " " HUNDRED "\r\nA: b\r\n"
                      "Content-Length: 0\r\n\r\n",
                      1)}}};

    (void)state;
    begin(&peer, 1, 300);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_reason(HUNDRED " " HUNDRED);
    assert_string_equal(listing(), "A: b\nContent-Length: 0\n");
    fetch_end(&t);
}

/* What is here in a smaller room: whole fields, those that fit, in order. */
static void expect_fitting(size_t room_n)
{
    char expected[sizeof all] = "";
    size_t left = room_n, n = 0;
    bool missing = false;

    if (left >= REASON_N)
        left -= REASON_N;
    else
        missing = true;
    for (const char *line = all; *line != '\0'; line += n) {
        n = (size_t)(strchr(line, '\n') - line) + 1;
        if (n - 1 <= left) {
            left -= n - 1;
            strncat(expected, line, n);
        } else {
            missing = true;
        }
    }
    assert_string_equal(listing(), expected);
    assert_int_equal(missing, room_n < ALL_N);
}

static void rooms(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(response, 1)}},
                                          .piece = 50};

    (void)state;
    for (size_t room_n = 0; room_n <= ALL_N + 1; room_n++) {
        begin(&peer, 1, room_n);
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_OK);
        expect_fitting(room_n);
        assert_int_equal(lwurl_fields_needed(&fields), ALL_N);
        assert_get("x-none", room_n < ALL_N ? LWURL_ERR_ROOM : LWURL_OK, NULL);
        assert_reason(room_n >= REASON_N ? "All is well" : NULL);
        fetch_end(&t);
    }
}

/* Only those that are wanted take room, and make themselves missed. */
static void wanted(void **state)
{
    static const char *const names[] = {"x-folded", "ETAG", "x-none", NULL};
    static const char *const reason[] = {"", NULL};
    static const char *const none[] = {NULL};
    static const struct fake_peer peer = {.says = {{SAY(response, 1)}}};
    const size_t both =
        sizeof "ETag: \"1\"" + sizeof "X-Folded: one   \t two" - 2;

    (void)state;
    begin(&peer, 1, both);
    fields.names = names;
    fetch_run(&t, &request);
    assert_string_equal(listing(), "ETag: \"1\"\nX-Folded: one   \t two\n");
    assert_reason(NULL);
    assert_int_equal(lwurl_fields_needed(&fields), both);
    assert_get("X-None", LWURL_OK, NULL);
    assert_get("Date", LWURL_ERR_CALL, NULL);
    fetch_end(&t);

    begin(&peer, 1, both - 1);
    fields.names = names;
    fetch_run(&t, &request);
    assert_string_equal(listing(), "ETag: \"1\"\n");
    assert_int_equal(lwurl_fields_needed(&fields), both);
    assert_get("etag", LWURL_OK, "\"1\"");
    assert_get("X-Folded", LWURL_ERR_ROOM, NULL);
    assert_get("Date", LWURL_ERR_CALL, NULL);
    fetch_end(&t);

    begin(&peer, 1, REASON_N);
    fields.names = reason;
    fetch_run(&t, &request);
    assert_string_equal(listing(), "");
    assert_reason("All is well");
    fetch_end(&t);

    begin(&peer, 1, 0);
    fields.names = none;
    fetch_run(&t, &request);
    assert_int_equal(lwurl_fields_needed(&fields), 0);
    assert_get("Date", LWURL_ERR_CALL, NULL);
    fetch_end(&t);
}

/* Of a challenge, a redirect and 1xx, nothing is left; of the last response
   its trailers are there, too. */
static void last_head_only(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n"
                      "X-1: a\r\nContent-Length: 0\r\n\r\n",
                      1)},
                 {SAY("HTTP/1.1 302 Go\r\nLocation: /b\r\nX-2: b\r\n"
                      "Content-Length: 0\r\n\r\n",
                      2)},
                 {SAY("HTTP/1.1 103 Early\r\nX-3: c\r\n\r\n"
                      "HTTP/1.1 404 None\r\nTransfer-Encoding: chunked\r\n"
                      "X-4: d\r\n\r\n1\r\nx\r\n0\r\nX-5: e\r\nx-4: f\r\n\r\n",
                      3)}}};
    struct lwurl_request with = {.url = "http://u:p@h/a"};

    (void)state;
    begin(&peer, 1, 256);
    fetch_run(&t, &with);
    assert_int_equal(t.got.status, 404);
    assert_string_equal(t.got.body, "x");
    assert_string_equal(listing(), "Transfer-Encoding: chunked\nX-4: d\n"
                                   "X-5: e\nx-4: f\n");
    assert_reason("None");
    assert_get("x-4", LWURL_OK, "d");
    assert_get("x-5", LWURL_OK, "e");
    assert_get("x-3", LWURL_OK, NULL);
    fetch_end(&t);
}

static void next_fetch(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(response, 1)}, {SAY("HTTP/1.1 204\r\nA: b\r\n\r\n", 2)}},
         .end = LWURL_ERR_RESET,
         .end_heads = 3},
        {.end = LWURL_ERR_RESET, .end_heads = 1},
    };
    struct lwurl_request data = {.url = "data:text/x,abc"};

    (void)state;
    begin(peers, 2, ALL_N - 1);
    fetch_run(&t, &request);
    assert_int_equal(lwurl_fields_needed(&fields), ALL_N);
    fetch_run(&t, &request);
    assert_string_equal(listing(), "A: b\n");
    assert_reason("");
    assert_get("date", LWURL_OK, NULL);
    fetch_run(&t, &request);
    assert_int_not_equal(t.got.err, LWURL_OK);
    assert_string_equal(listing(), "");
    assert_reason(NULL);
    fetch_run(&t, &data);
    assert_string_equal(listing(), "Content-type: text/x\nContent-length: 3\n");
    assert_reason("");
    fetch_end(&t);
}

/* A name that the work buffer cuts is nobody's. */
static void long_name(void **state)
{
    static const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 204 \r\n" HUNDRED HUNDRED ": x\r\nA: b\r\n\r\n",
                      1)}}};

    (void)state;
    begin(&peer, 1, 512);
    fetch_run(&t, &request);
    assert_string_equal(listing(), "A: b\n");
    fetch_end(&t);
}

/* A source of the application's may deliver anything. */
static void deliver(const char *name, size_t name_n, const char *value,
                    size_t value_n, unsigned pieces)
{
    size_t at = 0;

    for (unsigned i = 0; i < pieces; i++) {
        size_t n = i + 1 < pieces ? value_n / pieces : value_n - at;
        struct lwurl_field f = {.name = {name, name_n},
                                .value = {value + at, n},
                                .first = i == 0,
                                .last = i + 1 == pieces};
        assert_int_equal(lwurl_fields_ops.field(NULL, &fields, &f), 0);
        at += n;
    }
}

static void nul_bytes(void **state)
{
    (void)state;
    begin(NULL, 0, 512);
    lwurl_fields_ops.begin(NULL, &fields);
    deliver(TEXT("A"), TEXT("one"), 1);
    deliver(TEXT("B\0C"), TEXT("two"), 1);
    for (unsigned pieces = 1; pieces < 5; pieces++)
        deliver(TEXT("C"), TEXT("thr\0ee"), pieces);
    deliver(TEXT("D"), TEXT("four"), 3);
    assert_string_equal(listing(), "A: one\nD: four\n");
    assert_int_equal(lwurl_fields_needed(&fields), 6 + 7);
    fetch_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything),     cmocka_unit_test(long_reason),
        cmocka_unit_test(rooms),          cmocka_unit_test(wanted),
        cmocka_unit_test(last_head_only), cmocka_unit_test(next_fetch),
        cmocka_unit_test(long_name),      cmocka_unit_test(nul_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
