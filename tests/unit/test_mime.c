/* SPDX-License-Identifier: MIT */
/* Media types of names and dates of files, as CPython has them:
   core/text/mime.c, date_format() of core/text/date.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_port.h"
#include "text/date.h"
#include "text/mime.h"

struct type_vector {
    const char *path, *type;
};

struct date_vector {
    int64_t time;
    const char *date;
};

#define TYPE(path_, type_) {path_, type_},
#define DATE(time_, date_)
static const struct type_vector types[] = {
#include "mime_vectors.inc"
};
#undef TYPE
#undef DATE
#define TYPE(path_, type_)
#define DATE(time_, date_) {INT64_C(time_), date_},
static const struct date_vector dates[] = {
#include "mime_vectors.inc"
};

/* The path ends where memory ends, and so does the room. */
static void types_as_cpython(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t n = strlen(types[i].path);
        char *path = guarded(0, n), *type = guarded(1, MIME_MAX);
        memcpy(path, types[i].path, n);
        size_t got = mime_guess((struct lwurl_str){path, n}, type);
        if (got != strlen(types[i].type) ||
            memcmp(type, types[i].type, got) != 0)
            fail_msg("%s: %.*s", types[i].path, (int)got, type);
    }
}

/* What the vectors prove something about. */
static void room_is_known(void **state)
{
    size_t longest = 0;

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strlen(types[i].type) > longest)
            longest = strlen(types[i].type);
    assert_in_range(longest, 16, MIME_MAX);
}

static void dates_as_cpython(void **state)
{
    char *date = guarded(0, DATE_N);

    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        assert_true(date_format(dates[i].time, date));
        assert_int_equal(strlen(dates[i].date), DATE_N);
        assert_memory_equal(date, dates[i].date, DATE_N);
    }
}

/* CPython has no year 0; the core's first is 0000-03-01. */
static void ends_of_time(void **state)
{
    static const int64_t bad[] = {INT64_MIN, INT64_MIN + 1, -62162035201,
                                  253402300800, INT64_MAX};
    char date[DATE_N];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(date_format(bad[i], date));
    assert_true(date_format(-62162035200, date));
    assert_memory_equal(date, "Wed, 01 Mar 0000 00:00:00 GMT", DATE_N);
    assert_true(date_format(-62135596801, date));
    assert_memory_equal(date, "Sun, 31 Dec 0000 23:59:59 GMT", DATE_N);
}

/* What is written can be read. */
static void there_and_back(void **state)
{
    char date[DATE_N];
    int64_t got;

    (void)state;
    for (int64_t time = -11644473600; time < 253402300800; time += 86400 * 97) {
        assert_true(date_format(time, date));
        assert_true(date_parse((struct lwurl_str){date, DATE_N}, &got));
        assert_int_equal(got, time);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_as_cpython), cmocka_unit_test(room_is_known),
        cmocka_unit_test(dates_as_cpython), cmocka_unit_test(ends_of_time),
        cmocka_unit_test(there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
