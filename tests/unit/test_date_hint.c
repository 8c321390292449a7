/* SPDX-License-Identifier: MIT */
/* core/handlers/date.c: whose Date is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lwurl_date.h"
#include "lwurl_handler.h"
#include "xor_filter.h"

static struct lwurl u;
static struct lwurl_date date;

static int64_t after(const char *name, const char *value, unsigned pieces)
{
    struct lwurl_field f = {.name = {name, strlen(name)},
                            .value = {value, strlen(value)},
                            .first = true,
                            .last = pieces == 1};

    assert_int_equal(lwurl_date_ops.field(&u, &date, &f), LWURL_OK);
    return date.unix_s;
}

/* The last piece of a Date. */
static int64_t after_piece(const char *value)
{
    struct lwurl_field f = {
        .name = {"Date", 4}, .value = {value, strlen(value)}, .last = true};

    assert_int_equal(lwurl_date_ops.field(&u, &date, &f), LWURL_OK);
    return date.unix_s;
}

#define GOOD "Sun, 06 Nov 1994 08:49:37 GMT"

static void test_date(void **state)
{
    (void)state;
    memset(&u, 0, sizeof u);
    lwurl_date_ops.begin(&u, &date);
    assert_int_equal(after("Date", GOOD, 1), 0); /* plain http */
    u.conn.filter = &xor_filter;
    assert_int_equal(after("Last-Modified", GOOD, 1), 0);
    assert_int_equal(after("Date", "yesterday", 1), 0);
    assert_int_equal(after("Date", GOOD, 2), 0);
    assert_int_equal(after_piece(GOOD), 0);
    assert_int_equal(after("", "OK", 1), 0);
    assert_int_equal(after("dATE", GOOD, 1), 784111777);
    assert_int_equal(after("Date", "Sun, 06 Nov 1994 08:49:38 GMT", 1),
                     784111778);
    assert_int_equal(after("Date", "never", 1), 784111778);
    lwurl_date_ops.begin(&u, &date);
    assert_int_equal(date.unix_s, 0);
}

static void test_date_of_a_trailer(void **state)
{
    struct lwurl_field f = {
        .name = {"Date", 4}, .value = {GOOD, 29}, .first = true, .last = true};

    (void)state;
    memset(&u, 0, sizeof u);
    u.conn.filter = &xor_filter;
    lwurl_date_ops.begin(&u, &date);
    f.trailer = true;
    assert_int_equal(lwurl_date_ops.field(&u, &date, &f), LWURL_OK);
    assert_int_equal(date.unix_s, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date),
        cmocka_unit_test(test_date_of_a_trailer),
    };

    return cmocka_run_group_tests_name("core/handlers/date", tests, NULL, NULL);
}
