/* SPDX-License-Identifier: MIT */
/* Reading dates: date_parse() and date_days() of core/text/date.c. Writing
   them is in test_mime.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_port.h"
#include "text/date.h"

#define NEVER INT64_MIN /* no date */

/* The text ends where memory ends. */
static int64_t parse(const char *text)
{
    struct lwurl_str s = str_of(text);
    char *p = guarded(0, s.n > 0 ? s.n : 1);
    int64_t at = 7;

    memcpy(p, s.p, s.n);
    s.p = p;
    bool good = date_parse(s, &at);
    assert_true(good || at == 0);
    return good ? at : NEVER;
}

struct date_case {
    const char *text;
    int64_t at;
};

static void reads(const struct date_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (parse(cases[i].text) != cases[i].at)
            fail_msg("%s: %lld", cases[i].text,
                     (long long)parse(cases[i].text));
}

/* The three forms of RFC 9110 5.6.7, and what else is seen. */
static void forms(void **state)
{
    static const struct date_case cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Sun, 6-nov-1994 8:49:37", 784111777},
        {"1994 nov 6 8:49:37 ", 784111777},
        {"08:49:37 06 november 1994 PST", 784111777},
        {"6th Nov 1994 08:49:37.5 +0100", 784111777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Mon, 01 Jan 1601 00:00:00 GMT", -11644473600},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
        {"1 Jan 00 0:0:0", 946684800},
        {"1 Jan 69 0:0:0", 3124224000},
        {"1 Jan 70 0:0:0", 0},
        {"1 Jan 99 0:0:0", 915148800},
    };

    (void)state;
    reads(cases, sizeof cases / sizeof cases[0]);
}

static void no_dates(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "0",
        "never",
        "6 Nov 1994",
        "Nov 1994 08:49:37",
        "6 1994 08:49:37",
        "6 Nov 08:49:37",
        "6 Nov 1994 08:49",
        "6 Nov 1994 08:49:", /* Bug: was 08:48:59. */
        "6 Nov 1994 08::37",
        "6 Nov 1994 08:x:37",
        "6 Nov 1994 08:49x37",
        "6 Nov 1994 :49:37",
        "6 Nov 1994 008:49:37",
        "6 Nov 1994 08:49:370",
        "6 No 1994 08:49:37",
        "6 Nox 1994 08:49:37",
        "6 Nov 19945 08:49:37",
        "6 Nov 1 08:49:37",
        "6 Nov 100 08:49:37",
        "31 Dec 1600 23:59:59",
        "6 Nov 1994 24:00:00",
        "6 Nov 1994 23:60:00",
        "6 Nov 1994 23:59:60",
        "0 Nov 1994 08:49:37",
        "99 Nov 1994 08:49:37",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (parse(bad[i]) != NEVER)
            fail_msg("%s", bad[i]);
}

/* Bug: the 31st of a shorter month was one of the next (RFC 6265 5.1.1, step
   6: no such date). */
static void ends_of_months(void **state)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const struct {
        int year, leap;
    } years[] = {{1601, 0}, {1900, 0}, {1999, 0}, {2000, 1},
                 {2004, 1}, {2100, 0}, {2400, 1}, {9999, 0}};
    char text[32];

    (void)state;
    for (size_t i = 0; i < sizeof years / sizeof years[0]; i++)
        for (int month = 0; month < 12; month++) {
            int last = days[month] + (month == 1 ? years[i].leap : 0);
            for (int day = 27; day <= 33; day++) {
                snprintf(text, sizeof text, "%d %.3s %d 0:0:0", day,
                         names + 3 * month, years[i].year);
                int64_t days_n = date_days(years[i].year, month + 1, day);
                assert_int_equal(parse(text),
                                 day <= last ? days_n * 86400 : NEVER);
            }
        }
}

/* RFC 6265 5.1.1: TAB, and printable ASCII but for letters, digits and ':'. */
static void delimiters(void **state)
{
    char text[] = "6?Nov?1994?08:49:37?";

    (void)state;
    for (int c = 1; c < 256; c++) {
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        bool good = c == '\t' || (c >= 0x20 && c < 0x7f && c != ':' &&
                                  !letter && !(c >= '0' && c <= '9'));
        text[1] = text[5] = text[10] = text[19] = (char)c;
        assert_int_equal(parse(text), good ? 784111777 : NEVER);
    }
}

/* One day behind the other, over a whole cycle of 400 years. */
static void days(void **state)
{
    static const int n[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t expected = date_days(1800, 1, 1);

    (void)state;
    assert_int_equal(expected, -62091);
    for (int32_t year = 1800; year <= 2200; year++)
        for (int32_t month = 1; month <= 12; month++) {
            bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            int32_t last = n[month - 1] + (month == 2 && leap);
            for (int32_t day = 1; day <= last; day++)
                assert_int_equal(date_days(year, month, day), expected++);
        }
    assert_int_equal(date_days(1970, 1, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms),          cmocka_unit_test(no_dates),
        cmocka_unit_test(ends_of_months), cmocka_unit_test(delimiters),
        cmocka_unit_test(days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
