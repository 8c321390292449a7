/* SPDX-License-Identifier: MIT */
/* core/schemes/data_strict.c; the browsers' tables are in tests/differential.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define PLAIN        "text/plain;charset=US-ASCII"

static const struct lwurl_handler strict[] = {LWURL_DATA_STRICT};

static struct fake fake;
static struct fetch t;

static void run_in(const char *url, size_t bite, bool fields, size_t work_n)
{
    struct lwurl_request request = {.url = url};

    fake_begin(&fake, NULL, 0);
    fetch_init(&t, &fake, work_n);
    t.opener.handlers = strict;
    t.opener.handlers_n = 1;
    t.bite = bite;
    request.flags = fields ? LWURL_ASK_FIELDS : 0;
    fetch_run(&t, &request);
}

static void good(const char *url, const char *type, const char *body)
{
    static const size_t bites[] = {0, 1, 2};
    char expected[256];

    for (size_t i = 0; i < 2 * COUNT(bites); i++) {
        snprintf(expected, sizeof expected,
                 ": \nContent-type: %s\nContent-length: %zu\n", type,
                 strlen(body));
        run_in(url, bites[i / 2], i % 2 == 0, LWURL_WORK_MIN);
        assert_int_equal(t.got.err, LWURL_OK);
        assert_string_equal(t.got.fields, i % 2 == 0 ? expected : "");
        assert_int_equal(t.got.length, strlen(body));
        assert_int_equal(t.got.body_n, strlen(body));
        assert_memory_equal(t.got.body, body, t.got.body_n);
        assert_int_equal(t.got.status, 0);
        assert_string_equal(lwurl_url(&t.u).p, url);
        fetch_end(&t);
    }
}

/* at: offset of what is wrong. */
static void bad(const char *url, long at)
{
    run_in(url, 0, true, LWURL_WORK_MIN);
    assert_int_equal(t.got.err, LWURL_ERR_DATA);
    assert_int_equal(t.got.detail, at);
    assert_string_equal(t.got.fields, "");
    assert_int_equal(t.got.body_n, 0);
    fetch_end(&t);
}

static void test_types(void **state)
{
    (void)state;
    good("data:,x", PLAIN, "x");
    good("DATA:,", PLAIN, "");
    good("data:text/html,x", "text/html", "x");
    good("data:TEXT/HTML;Charset=UTF-8 ,x", "text/html;charset=UTF-8", "x");
    good("data: text/html ;a=b,x", "text/html;a=b", "x");
    good("data:;charset=x,x", "text/plain;charset=x", "x");
    good("data:nonsense,x", PLAIN, "x");
    good("data:a/\xc3\xa9,x", "a/%c3%a9", "x");
    good("data:a/b;c=\"d,x", "a/b;c=d", "x");
    good("data:a/\x01,x", "a/%01", "x");
    bad("data:", 5);
    bad("data:text/html", 14);
    bad("data:text/html#,x", 14);
    bad("data:te\txt/html,x", 7);
    bad("data:text/html\r\nX-Evil: 1,x", 14);
    bad("data:text/html\nX-Evil: 1,x", 14);
    good("data:/x,x", PLAIN, "x");
}

static void test_marks(void **state)
{
    (void)state;
    good("data:;base64,YWJj", PLAIN, "abc");
    good("data:a/b;BASE64,YWJj", "a/b", "abc");
    good("data:a/b ;  base64  ,YWJj", "a/b", "abc");
    good("data:;base64;base64,YWJj", "text/plain", "abc");
    good("data:base64,YWJj", PLAIN, "YWJj");
    good("data:a/b;base64;c=d,YWJj", "a/b;c=d", "YWJj");
    good("data:a/b;xbase64,YWJj", "a/b", "YWJj");
    good("data:a/b;base64x,YWJj", "a/b", "YWJj");
    good("data:a/b;%62ase64,YWJj", "a/b", "YWJj");
    good("data:a/b;c=base64,YWJj", "a/b;c=base64", "YWJj");
}

static void test_bodies(void **state)
{
    (void)state;
    good("data:,a%20b%41%4g%4%", PLAIN, "a bA%4g%4%");
    good("data:,a,b?c", PLAIN, "a,b?c");
    good("data:,a#b", PLAIN, "a");
    good("data:,#", PLAIN, "");
    good("data:,a\tb\r\nc", PLAIN, "abc");
    good("data:,%4\n1%\t\t42", PLAIN, "AB");
    good("data:,%4\n", PLAIN, "%4");
    good("data:,%\n4g", PLAIN, "%4g");
    good("data:,a b  \r\n", PLAIN, "a b");
    good("data:, \x01 #x", PLAIN, " \x01 ");
}

static void test_base64(void **state)
{
    static const char *const not_base64[] = {
        "a",     "a=",   "a==",   "a===", "ab=",    "ab===", "abc==",
        "abcd=", "=",    "==",    "====", "ab=c",   "ab==c", "abcde",
        "a.bc",  "-_-_", "ab%0b", "%%41", "ab=%3d="};
    char url[64];

    (void)state;
    good("data:;base64,", PLAIN, "");
    good("data:;base64,YWI=", PLAIN, "ab");
    good("data:;base64,YWI", PLAIN, "ab");
    good("data:;base64,YQ==", PLAIN, "a");
    good("data:;base64,YQ", PLAIN, "a");
    good("data:;base64,YR", PLAIN, "a");
    good("data:;base64,YWFA", PLAIN, "aa@");
    good("data:;base64,Y W%0A\tJ%0Cj%09%0d", PLAIN, "abc");
    good("data:;base64,YQ = =", PLAIN, "a");
    good("data:;base64,%59%57%4A%6a", PLAIN, "abc");
    good("data:;base64,YQ%3D%3d", PLAIN, "a");
    good("data:;base64,YWJj#YWJj", PLAIN, "abc");
    for (size_t i = 0; i < COUNT(not_base64); i++) {
        snprintf(url, sizeof url, "data:;base64,%s", not_base64[i]);
        run_in(url, 0, true, LWURL_WORK_MIN);
        assert_int_equal(t.got.err, LWURL_ERR_DATA);
        assert_in_range(t.got.detail, 13, strlen(url));
        fetch_end(&t);
    }
    bad("data:;base64,ab.d", 15);
    bad("data:;base64,ab=d", 16);
    bad("data:;base64,abcde", 18);
}

static void test_authority(void **state)
{
    (void)state;
    good("data://host/,x", PLAIN, "x");
    good("data://host:80/,x", PLAIN, "x");
    good("data://[::1]/,x", PLAIN, "x");
    good("data:///,x", PLAIN, "x");
    good("data://,x", PLAIN, "x");
    good("data:/,x", PLAIN, "x");
    bad("data://host:port/,x", 5);
    bad("data://a b/,x", 5);
}

/* A type of exactly the work buffer, and one more. */
static void test_work(void **state)
{
    char url[256], type[256];

    (void)state;
    memset(type, 'x', sizeof type);
    type[0] = 'a';
    type[1] = '/';
    for (size_t n = LWURL_WORK_MIN - 1; n <= LWURL_WORK_MIN + 1; n++) {
        snprintf(url, sizeof url, "data:%.*s,body", (int)n, type);
        run_in(url, 0, true, LWURL_WORK_MIN);
        assert_int_equal(t.got.err,
                         n > LWURL_WORK_MIN ? LWURL_ERR_ROOM : LWURL_OK);
        if (n > LWURL_WORK_MIN)
            assert_int_equal(t.got.detail, n);
        fetch_end(&t);
    }
    /* escapes count as they are written */
    memset(type + 2, '\xe9', 50);
    snprintf(url, sizeof url, "data:%.*s,body", 52, type);
    run_in(url, 0, true, LWURL_WORK_MIN);
    assert_int_equal(t.got.err, LWURL_ERR_ROOM);
    assert_int_equal(t.got.detail, 2 + 3 * 50);
    fetch_end(&t);
}

static void test_longest(void **state)
{
    static char url[LWURL_URL_MAX + 1], body[LWURL_URL_MAX - 5];

    (void)state;
    memset(body, 'x', LWURL_URL_MAX - 6);
    snprintf(url, sizeof url, "data:,%s", body);
    good(url, PLAIN, body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),     cmocka_unit_test(test_marks),
        cmocka_unit_test(test_bodies),    cmocka_unit_test(test_base64),
        cmocka_unit_test(test_authority), cmocka_unit_test(test_work),
        cmocka_unit_test(test_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
