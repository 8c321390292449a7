/* SPDX-License-Identifier: MIT */
/* The jar: what is taken, what is sent where, what a full one loses. Every
   Set-Cookie comes whole and byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lwurl_cookies.h"
#include "lwurl_handler.h"

#define NOW 1700000000 /* 14 Nov 2023 22:13:20 */

static int64_t now;

static int read_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = now;
    return now == 0 ? -1 : 0;
}

static const struct lwurl_clock a_clock = {NULL, read_clock};
static const struct lwurl_filter_ops a_filter;
static const struct lwurl_handler_ops plain = {.scheme = "http"};
static const struct lwurl_handler_ops secure = {.scheme = "https",
                                                .filter = &a_filter};

static struct lwurl_cookie_slot slots[4];
static char line[200];
static struct lwurl_jar jar;
static size_t piece; /* bytes of a field at once */

static struct lwurl_str str(const char *text)
{
    return (struct lwurl_str){text, strlen(text)};
}

/* A fetch of url that is as far as its response head. */
static void at(struct lwurl *u, const char *url)
{
    static const struct lwurl_handler lines[] = {{&plain, NULL},
                                                 {&secure, NULL}};
    static struct lwurl_request request;

    memset(u, 0, sizeof *u);
    request.url = url;
    u->request = &request;
    u->url = str(url);
    u->scheme = &lines[strncmp(url, "https:", 6) == 0];
}

/* The response to url sets this. */
static void set(const char *url, const char *field)
{
    struct lwurl_field f = {.name = str("set-COOKIE")};
    struct lwurl u;
    size_t n = strlen(field), done = 0;

    at(&u, url);
    do {
        size_t more = n - done < piece ? n - done : piece;
        f.value = (struct lwurl_str){field + done, more};
        f.first = done == 0;
        f.last = done + more == n;
        assert_int_equal(lwurl_cookies_ops.field(&u, &jar, &f), 0);
        done += more;
    } while (done < n);
}

/* What the request for url then says; "" for no field. */
static void sends(const char *url, const char *expected)
{
    struct lwurl_str slices[16];
    struct lwurl_out out = {.slices = slices, .max = 16};
    char room[64], text[512] = "", wanted[512] = "";
    struct lwurl u;

    at(&u, url);
    out.room = room;
    out.room_n = sizeof room;
    lwurl_cookies_ops.request(&u, &jar, &out);
    assert_false(out.full);
    for (size_t i = 0; i < out.n; i++)
        strncat(text, slices[i].p, slices[i].n);
    if (expected[0] != '\0')
        (void)snprintf(wanted, sizeof wanted, "Cookie: %s\r\n", expected);
    assert_string_equal(text, wanted);
}

static void empty(void)
{
    memset(&jar, 0, sizeof jar);
    memset(slots, 0, sizeof slots);
    jar.slots = slots;
    jar.slots_n = sizeof slots / sizeof slots[0];
    jar.line = line;
    jar.line_n = sizeof line;
    jar.clock = &a_clock;
    now = NOW;
}

struct take_case {
    const char *from, *field, *to, *cookie;
};

static const struct take_case takes[] = {
    /* names and values */
    {"http://h.x/", "a=b", "http://h.x/", "a=b"},
    {"http://h.x/", " a = b ; x", "http://h.x/", "a=b"},
    {"http://h.x/", "a=", "http://h.x/", "a="},
    {"http://h.x/", "a=b=c", "http://h.x/", "a=b=c"},
    {"http://h.x/", "a=\"b c\"", "http://h.x/", "a=\"b c\""},
    {"http://h.x/", "a", "http://h.x/", ""},
    {"http://h.x/", "=b", "http://h.x/", ""},
    {"http://h.x/", " =b", "http://h.x/", ""},
    {"http://h.x/", "", "http://h.x/", ""},
    {"http://h.x/", ";", "http://h.x/", ""},
    {"http://h.x/", "a=b\x01", "http://h.x/", ""},
    {"http://h.x/", "a\x7f=b", "http://h.x/", ""},
    {"http://h.x/", "a=b; Path=/\x01", "http://h.x/", ""},
    /* host-only */
    {"http://h.x/", "a=b", "http://H.X:81/", "a=b"},
    {"http://h.x/", "a=b", "http://www.h.x/", ""},
    {"http://h.x/", "a=b", "http://x/", ""},
    {"http://localhost/", "a=b", "http://localhost/", "a=b"},
    /* domains */
    {"http://www.h.x/", "a=b; Domain=h.x", "http://h.x/", "a=b"},
    {"http://www.h.x/", "a=b; Domain=.h.x", "http://a.b.H.X/", "a=b"},
    {"http://www.h.x/", "a=b; Domain=h.x", "http://ah.x/", ""},
    {"http://www.h.x/", "a=b; Domain=g.x", "http://www.h.x/", ""},
    {"http://www.h.x/", "a=b; Domain=a.www.h.x", "http://www.h.x/", ""},
    {"http://www.h.x/", "a=b; Domain=x", "http://www.h.x/", ""},
    {"http://x/", "a=b; Domain=x", "http://x/", "a=b"},
    {"http://x/", "a=b; Domain=x", "http://h.x/", ""},
    {"http://www.h.x/", "a=b; Domain=", "http://www.h.x/", "a=b"},
    {"http://1.2.3.4/", "a=b; Domain=3.4", "http://1.2.3.4/", ""},
    {"http://1.2.3.4/", "a=b; Domain=1.2.3.4", "http://1.2.3.4/", "a=b"},
    {"http://1.2.3.4/", "a=b; Domain=1.2.3.4", "http://9.1.2.3.4/", ""},
    /* paths */
    {"http://h.x/a/b?q", "a=b", "http://h.x/a", "a=b"},
    {"http://h.x/a/b?q", "a=b", "http://h.x/a/c", "a=b"},
    {"http://h.x/a/b?q", "a=b", "http://h.x/ab", ""},
    {"http://h.x/a/b?q", "a=b", "http://h.x/", ""},
    {"http://h.x", "a=b", "http://h.x?q", "a=b"},
    {"http://h.x/a", "a=b; Path=/c", "http://h.x/c/d", "a=b"},
    {"http://h.x/a", "a=b; Path=/c", "http://h.x/d/e", ""},
    {"http://h.x/a", "a=b; Path=/c/", "http://h.x/c", ""},
    {"http://h.x/a", "a=b; Path=/c/", "http://h.x/c/d", "a=b"},
    {"http://h.x/a/b", "a=b; Path=c", "http://h.x/a/", "a=b"},
    {"http://h.x/a/b", "a=b; Path=/c; Path=", "http://h.x/a/", "a=b"},
    /* Secure and the prefixes */
    {"https://h.x/", "a=b; Secure", "https://h.x/", "a=b"},
    {"https://h.x/", "a=b; secure=no", "http://h.x/", ""},
    {"http://h.x/", "a=b; Secure", "https://h.x/", ""},
    {"https://h.x/", "__Secure-a=b", "https://h.x/", ""},
    {"https://h.x/", "__Secure-a=b; Secure", "https://h.x/", "__Secure-a=b"},
    {"https://h.x/", "__Host-a=b; Secure; Path=/", "https://h.x/",
     "__Host-a=b"},
    {"https://h.x/", "__Host-a=b; Secure", "https://h.x/", ""},
    {"https://h.x/", "__Host-a=b; Secure; Path=/; Domain=h.x", "https://h.x/",
     ""},
    {"https://h.x/", "__Host-a=b; Secure; Path=/c", "https://h.x/c", ""},
    {"https://h.x/", "__host-a=b; Path=/", "https://h.x/", ""},
    /* time */
    {"http://h.x/", "a=b; Max-Age=1", "http://h.x/", "a=b"},
    {"http://h.x/", "a=b; Max-Age=0", "http://h.x/", ""},
    {"http://h.x/", "a=b; Max-Age=-5", "http://h.x/", ""},
    {"http://h.x/", "a=b; Max-Age=x", "http://h.x/", "a=b"},
    {"http://h.x/", "a=b; Max-Age=", "http://h.x/", "a=b"},
    {"http://h.x/", "a=b; Max-Age=99999999999999999999", "http://h.x/", "a=b"},
    {"http://h.x/", "a=b; Expires=Tue, 14 Nov 2023 22:13:21 GMT", "http://h.x/",
     "a=b"},
    {"http://h.x/", "a=b; Expires=Tue, 14 Nov 2023 22:13:20 GMT", "http://h.x/",
     ""},
    {"http://h.x/", "a=b; Expires=never", "http://h.x/", "a=b"},
    {"http://h.x/", "a=b; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
     "http://h.x/", "a=b"},
    {"http://h.x/", "a=b; Expires=Thu, 01 Jan 2099 00:00:00 GMT; max-age=0",
     "http://h.x/", ""},
};

static void test_what_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof takes / sizeof takes[0]; i++)
        for (piece = 1; piece <= 1000; piece += 999) {
            empty();
            set(takes[i].from, takes[i].field);
            sends(takes[i].to, takes[i].cookie);
        }
}

static void test_order_and_replacement(void **state)
{
    (void)state;
    piece = 1000;
    empty();
    set("http://h.x/", "a=1; Path=/");
    set("http://h.x/", "b=2; Path=/p");
    set("http://h.x/", "c=3; Path=/");
    sends("http://h.x/p", "b=2; a=1; c=3");
    set("http://h.x/", "a=4; Path=/"); /* keeps its place */
    sends("http://h.x/p", "b=2; a=4; c=3");
    set("http://h.x/", "b=; Path=/p; Max-Age=0");
    sends("http://h.x/p", "a=4; c=3");
}

/* The name is not all: domain, host-only or not, and path make another. */
static void test_of_one_name(void **state)
{
    (void)state;
    piece = 1000;
    empty();
    set("http://h.x/", "a=1; Path=/");
    set("http://g.x/", "a=2; Path=/");
    set("http://h.x/", "a=3; Path=/; Domain=h.x");
    set("http://h.x/", "a=4; Path=/p");
    sends("http://h.x/p", "a=4; a=1; a=3");
    sends("http://g.x/p", "a=2");
    assert_int_equal(jar.dropped, 0);
}

/* Behind the body it is too late for a cookie; and other fields are none. */
static void test_other_fields(void **state)
{
    struct lwurl_field f = {.name = str("Set-Cookie"),
                            .value = str("a=b"),
                            .first = true,
                            .last = true,
                            .trailer = true};
    struct lwurl u;

    (void)state;
    empty();
    at(&u, "http://h.x/");
    assert_int_equal(lwurl_cookies_ops.field(&u, &jar, &f), 0);
    f.trailer = false;
    f.name = str("Set-Cookie2");
    assert_int_equal(lwurl_cookies_ops.field(&u, &jar, &f), 0);
    sends("http://h.x/", "");
}

static void test_expiry(void **state)
{
    (void)state;
    piece = 1000;
    empty();
    set("http://h.x/", "a=1; Max-Age=10");
    now = NOW + 9;
    sends("http://h.x/", "a=1");
    now = NOW + 10;
    sends("http://h.x/", "");
}

/* A lifetime that ends behind the year 2106 lasts until then, and a clock that
   stands there sees the end of all but those of the session. */
static void test_far_future(void **state)
{
    struct lwurl_cookie c;
    size_t i = 0;

    (void)state;
    piece = 1000;
    empty();
    set("http://h.x/", "a=1; Max-Age=4294967295");
    set("http://h.x/", "b=1");
    assert_true(lwurl_jar_next(&jar, &i, &c));
    assert_int_equal(c.expires, UINT32_MAX);
    sends("http://h.x/", "a=1; b=1");
    now = INT64_C(1) << 33;
    sends("http://h.x/", "b=1");
}

/* None, one that is not set, one that stands before 1970. */
static void test_no_clock(void **state)
{
    (void)state;
    piece = 1000;
    for (int kind = 0; kind < 3; kind++) {
        empty();
        now = kind == 2 ? -1 : 0;
        jar.clock = kind == 0 ? NULL : &a_clock;
        set("http://h.x/", "a=1; Max-Age=10");
        set("http://h.x/", "b=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT");
        sends("http://h.x/", "a=1; b=1");
        set("http://h.x/", "a=; Max-Age=0");
        set("http://h.x/", "b=; Expires=Thu, 01 Jan 1970 00:00:01 GMT");
        sends("http://h.x/", "");
    }
}

static void test_a_full_jar(void **state)
{
    (void)state;
    piece = 1000;
    empty();
    set("http://h.x/", "a=1");
    set("http://h.x/", "b=1; Max-Age=5");
    set("http://h.x/", "c=1");
    set("http://h.x/", "d=1");
    now = NOW + 5;
    set("http://h.x/", "e=1"); /* in the place of b, which expired */
    sends("http://h.x/", "a=1; c=1; d=1; e=1");
    set("http://h.x/", "f=1"); /* in that of a, the oldest */
    sends("http://h.x/", "c=1; d=1; e=1; f=1");
    set("http://h.x/", "g=1"); /* c, which is not in front */
    sends("http://h.x/", "d=1; e=1; f=1; g=1");
    jar.slots_n = 0;
    set("http://h.x/", "h=1");
    assert_int_equal(jar.dropped, 1);
}

/* The slots came back as they lay in memory: new ones are younger. */
static void test_a_restored_jar(void **state)
{
    struct lwurl_cookie_slot kept[4];

    (void)state;
    piece = 1000;
    empty();
    set("http://h.x/", "b=1");
    set("http://h.x/", "a=1");
    memcpy(kept, slots, sizeof kept);
    empty();
    memcpy(slots, kept, sizeof kept);
    set("http://h.x/", "c=1");
    sends("http://h.x/", "b=1; a=1; c=1");
}

/* No part is longer than its length has a byte for. */
static void test_a_long_part(void **state)
{
    static char text[256];

    (void)state;
    for (int which = 0; which < 4; which++) {
        struct lwurl_str part[4] = {str("n"), str("v"), str("h.x"), str("/")};
        part[which] = (struct lwurl_str){text, sizeof text};
        struct lwurl_cookie c = {.name = part[0],
                                 .value = part[1],
                                 .domain = part[2],
                                 .path = part[3]};
        empty();
        assert_int_equal(lwurl_jar_put(&jar, &c), LWURL_ERR_ROOM);
        assert_int_equal(jar.dropped, 1);
        sends("http://h.x/", "");
    }
}

static void test_what_does_not_fit(void **state)
{
    char field[300];

    (void)state;
    for (piece = 1; piece <= 1000; piece += 999) {
        empty();
        memset(field, 'v', sizeof field);
        memcpy(field, "a=", 2);
        field[199] = '\0'; /* fits the line, not a slot */
        set("http://h.x/", field);
        assert_int_equal(jar.dropped, 1);
        field[199] = 'v';
        field[200] = '\0'; /* nor the line, to the brim */
        set("http://h.x/", field);
        assert_int_equal(jar.dropped, 2);
        field[200] = 'v';
        field[299] = '\0'; /* by far */
        set("http://h.x/", field);
        assert_int_equal(jar.dropped, 3);
        sends("http://h.x/", "");
        set("http://h.x/", "a=1"); /* the next one does */
        sends("http://h.x/", "a=1");
    }
}

static void test_callers_cookie_wins(void **state)
{
    static const struct lwurl_header headers[] = {{"cookie", "x=y"}};
    struct lwurl_str slices[16];
    struct lwurl_out out = {.slices = slices, .max = 16};
    struct lwurl_request request = {
        .url = "http://h.x/", .headers = headers, .headers_n = 1};
    struct lwurl u;

    (void)state;
    piece = 1000;
    empty();
    set("http://h.x/", "a=1");
    at(&u, "http://h.x/");
    u.request = &request;
    lwurl_cookies_ops.request(&u, &jar, &out);
    assert_int_equal(out.n, 0);
}

static void test_iteration_and_clearing(void **state)
{
    struct lwurl_cookie c;
    size_t i = 0;

    (void)state;
    piece = 1000;
    empty();
    set("https://h.x/p/", "a=1; Max-Age=7; Secure; HttpOnly");
    set("http://w.h.x/", "b=2; Domain=h.x");
    assert_true(lwurl_jar_next(&jar, &i, &c));
    assert_memory_equal(c.name.p, "a", c.name.n);
    assert_memory_equal(c.path.p, "/p", c.path.n);
    assert_int_equal(c.expires, NOW + 7);
    assert_true(c.secure && c.http_only && c.host_only);
    assert_true(lwurl_jar_next(&jar, &i, &c));
    assert_false(c.secure || c.http_only || c.host_only);
    assert_false(lwurl_jar_next(&jar, &i, &c));
    lwurl_jar_clear_session(&jar);
    sends("https://h.x/p/", "a=1");
    lwurl_jar_clear(&jar);
    sends("https://h.x/p/", "");
}

/* A device keeps it over a reset: every room, then back again. */
static void test_export_and_import(void **state)
{
    static const char text[] =
        "#HttpOnly_h.x\tFALSE\t/p\tTRUE\t1700000007\ta\t1\n"
        ".h.x\tTRUE\t/\tFALSE\t0\tb\t2\n";
    char room[sizeof text];
    size_t n = 0;

    (void)state;
    piece = 1000;
    empty();
    set("https://h.x/p/", "a=1; Max-Age=7; Secure; HttpOnly");
    set("http://w.h.x/", "b=2; Domain=h.x");
    for (size_t max = 0; max < sizeof text - 1; max++) {
        assert_int_equal(lwurl_jar_export(&jar, room, max, &n), LWURL_ERR_ROOM);
        assert_int_equal(n, sizeof text - 1);
    }
    assert_int_equal(lwurl_jar_export(&jar, room, sizeof room, &n), LWURL_OK);
    assert_string_equal(room, text);
    empty();
    assert_int_equal(lwurl_jar_import(&jar, str(text)), 2);
    sends("https://h.x/p/", "a=1; b=2");
    sends("http://www.h.x/p/", "b=2");
    memset(room, 0, sizeof room);
    assert_int_equal(lwurl_jar_export(&jar, room, sizeof room, &n), LWURL_OK);
    assert_string_equal(room, text);
}

static void test_import_of_junk(void **state)
{
    static const char *const junk[] = {
        "",
        "\n\n",
        "# Netscape HTTP Cookie File\n",
        "h.x\tFALSE\t/\tFALSE\t0\ta\n",
        "h.x\tFALSE\t/\tFALSE\tsoon\ta\tb\n",
        "h.x\tFALSE\t/\tFALSE\t0\t\tb\n",
        "\tFALSE\t/\tFALSE\t0\ta\tb\n",
        "\tTRUE\t/\tFALSE\t0\ta\tb\n",
        "h.x\tFALSE\tp\tFALSE\t0\ta\tb\n",
        "h.x\tFALSE\t\tFALSE\t0\ta\tb\n",
        "h.x\tFALSE\t/\tFALSE\t0\ta\tb\rX: y\n",
        "h.x\tFALSE\t/\tFALSE\t1699999999\ta\tb\n",
    };

    (void)state;
    empty();
    for (size_t i = 0; i < sizeof junk / sizeof junk[0]; i++)
        assert_int_equal(lwurl_jar_import(&jar, str(junk[i])), 0);
    sends("http://h.x/", "");
    assert_int_equal(
        lwurl_jar_import(&jar, str("h.x\tFALSE\t/\tFALSE\t\ta\tb\r\n")), 1);
    sends("http://h.x/", "a=b");
}

/* What others write: no dot before the domain, no end of the last line, an
   expiry beyond 32 bits. */
static void test_import_of_others(void **state)
{
    struct lwurl_cookie c;
    size_t i = 0;

    (void)state;
    empty();
    assert_int_equal(
        lwurl_jar_import(&jar, str("h.x\tTRUE\t/\tFALSE\t99999999999\ta\tb")),
        1);
    sends("http://w.h.x/", "a=b");
    assert_true(lwurl_jar_next(&jar, &i, &c));
    assert_int_equal(c.expires, UINT32_MAX);
}

/* An address has no subdomains, though someone wrote it so. */
static void test_import_of_an_address(void **state)
{
    (void)state;
    empty();
    assert_int_equal(
        lwurl_jar_import(&jar, str(".3.4\tTRUE\t/\tFALSE\t0\ta\tb\n")), 1);
    sends("http://1.2.3.4/", "");
    sends("http://h.3.4/", "a=b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_taken),
        cmocka_unit_test(test_order_and_replacement),
        cmocka_unit_test(test_of_one_name),
        cmocka_unit_test(test_other_fields),
        cmocka_unit_test(test_expiry),
        cmocka_unit_test(test_far_future),
        cmocka_unit_test(test_no_clock),
        cmocka_unit_test(test_a_full_jar),
        cmocka_unit_test(test_a_restored_jar),
        cmocka_unit_test(test_a_long_part),
        cmocka_unit_test(test_what_does_not_fit),
        cmocka_unit_test(test_callers_cookie_wins),
        cmocka_unit_test(test_iteration_and_clearing),
        cmocka_unit_test(test_export_and_import),
        cmocka_unit_test(test_import_of_junk),
        cmocka_unit_test(test_import_of_others),
        cmocka_unit_test(test_import_of_an_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
