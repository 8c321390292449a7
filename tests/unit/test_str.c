/* SPDX-License-Identifier: MIT */
/* Slices and characters: core/text/str.c. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_port.h"
#include "text/str.h"

/* A copy that ends where memory ends. */
static struct lwurl_str at_edge(const char *text)
{
    struct lwurl_str s = str_of(text);
    char *p = guarded(0, s.n > 0 ? s.n : 1);

    memcpy(p, s.p, s.n);
    s.p = p;
    return s;
}

static void assert_str(struct lwurl_str s, const char *expected)
{
    assert_int_equal(s.n, strlen(expected));
    assert_memory_equal(s.p, expected, s.n);
}

static void characters(void **state)
{
    static const char token[] =
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz"; /* RFC 9110 5.6.2 */
    static const char digits[] = "0123456789abcdef";

    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        unsigned char c = (unsigned char)i;
        const char *hex = i == 0 ? NULL : strchr(digits, tolower((int)i));
        assert_int_equal(is_token_char(c), i != 0 && strchr(token, (int)i));
        assert_int_equal(is_digit(c), i >= '0' && i <= '9');
        assert_int_equal(is_blank(c), i == ' ' || i == '\t');
        assert_int_equal(to_lower(c), i < 128 ? (unsigned)tolower((int)i) : i);
        assert_int_equal(hex_value(c), hex == NULL ? -1 : (int)(hex - digits));
    }
}

/* Of every byte: only ASCII that has a bit is in a set. */
static void sets(void **state)
{
    static const uint32_t all[3] = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
    static const uint32_t some[3] = {1u << 1, 1u << 31, 1u << 0}; /* ! _ ` */

    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        assert_int_equal(char_is_in(all, (unsigned char)c),
                         c >= 0x20 && c < 0x80);
        assert_int_equal(char_is_in(some, (unsigned char)c),
                         c == '!' || c == '_' || c == '`');
    }
}

static void comparing(void **state)
{
    (void)state;
    assert_true(str_equal(STR("abc"), STR("abc")));
    assert_false(str_equal(STR("abc"), STR("abC")));
    assert_false(str_equal(STR("abc"), STR("ab")));
    assert_true(str_equal(str_of(NULL), STR("")));
    assert_true(str_same(STR("aBc-1"), STR("AbC-1")));
    assert_false(str_same(STR("abc"), STR("abcd")));
    assert_false(str_same(STR("ab@"), STR("ab`"))); /* 0x20 apart */
    assert_false(str_same(STR("[]"), STR("{}")));
    assert_false(str_same(STR("\xc4"), STR("\xe4")));
    assert_true(str_same(str_of(NULL), str_of("")));
}

static void cutting(void **state)
{
    struct lwurl_str s = at_edge("key: value");

    (void)state;
    assert_int_equal(str_find(s, ':'), 3);
    assert_int_equal(str_find(s, 'z'), s.n);
    assert_int_equal(str_find(str_of(NULL), 'z'), 0);
    assert_str(str_cut(s, 0, 3), "key");
    assert_str(str_cut(s, 5, SIZE_MAX), "value");
    assert_str(str_cut(s, 5, 5), "value");
    assert_str(str_cut(s, 5, 6), "value");
    assert_str(str_cut(s, s.n, 1), "");
    assert_ptr_equal(str_of(NULL).p, NULL);
}

static void base64(void **state)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
                                   "qrstuvwxyz0123456789+/";
    unsigned found = 0;

    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        int value = str_base64((unsigned char)c);
        if (value >= 0)
            assert_int_equal((unsigned char)alphabet[value], c);
        found += value >= 0;
    }
    assert_int_equal(found, 64);
}

static void stripping(void **state)
{
    static const char *const texts[][2] = {
        {"", ""},
        {"a", "a"},
        {" \t\n\v\f\r\x1c\x1d\x1e\x1f", ""},
        {"\x1f a\tb \r\n", "a\tb"},
        {"\x08 \x0e", "\x08 \x0e"},
        {"\x1b \x7f", "\x1b \x7f"},
        {"\xa0 \x85", "\xa0 \x85"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_str(str_strip(at_edge(texts[i][0])), texts[i][1]);
}

static void trimming(void **state)
{
    static const char *const texts[][4] = {
        /* given, both ends, start, end */
        {"", "", "", ""},
        {"a", "a", "a", "a"},
        {" \t a b\t ", "a b", "a b\t ", " \t a b"},
        {" ", "", "", ""},
        {"\t\t", "", "", ""},
        {"\r\n a\v", "\r\n a\v", "\r\n a\v", "\r\n a\v"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct lwurl_str s = at_edge(texts[i][0]);
        assert_str(str_trim(s), texts[i][1]);
        assert_str(str_trim_start(s), texts[i][2]);
        assert_str(str_trim_end(s), texts[i][3]);
    }
}

static void numbers(void **state)
{
    static const char *const bad[] = {"",
                                      " 1",
                                      "1 ",
                                      "+1",
                                      "-1",
                                      "0x1",
                                      "1.0",
                                      "18446744073709551616",
                                      "1,",
                                      "\xd9\xa3",
                                      "99999999999999999999",
                                      "18446744073709551620",
                                      "/",
                                      ":",
                                      "184467440737095516150"};
    static const uint64_t good[] = {0,
                                    1,
                                    9,
                                    10,
                                    65535,
                                    UINT32_MAX,
                                    (uint64_t)UINT32_MAX + 1,
                                    UINT64_MAX / 10,
                                    UINT64_MAX / 10 + 1,
                                    UINT64_MAX - 1,
                                    UINT64_MAX};
    uint64_t value;
    char text[32];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        value = 7;
        assert_false(str_number(at_edge(bad[i]), &value));
        assert_true(value == 0);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)good[i]);
        assert_true(str_number(at_edge(text), &value));
        assert_true(value == good[i]);
        snprintf(text, sizeof text, "00%llu", (unsigned long long)good[i]);
        assert_true(str_number(at_edge(text), &value));
        assert_true(value == good[i]);
    }
}

static void lists(void **state)
{
    /* a list, and its elements, each behind a '|' */
    static const char *const lists[][2] = {
        {"", ""},
        {" ", ""},
        {",", ""},
        {" , ,,\t, ", ""},
        {"a", "|a"},
        {"a,b", "|a|b"},
        {" a ,\tb b ", "|a|b b"},
        {",a,,b,", "|a|b"},
        {"a,", "|a"},
        {",a", "|a"},
        {"\"a,b\"", "|\"a|b\""}, /* no quotes here: tokens only */
    };

    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct lwurl_str list = at_edge(lists[i][0]), one;
        char joined[32] = "";
        size_t n = 0;
        while (str_next(&list, &one))
            n += (size_t)snprintf(joined + n, sizeof joined - n, "|%.*s",
                                  (int)one.n, one.p);
        assert_string_equal(joined, lists[i][1]);
        assert_int_equal(list.n, 0);
        assert_false(str_next(&list, &one));
    }
}

/* Answers of CPython's urllib.parse.unquote_to_bytes(). */
static void unquoting(void **state)
{
    static const char *const texts[][2] = {
        {"", ""},
        {"a", "a"},
        {"%41", "A"},
        {"%4a%4A", "JJ"},
        {"%", "%"},
        {"%4", "%4"},
        {"%4g", "%4g"},
        {"%g4", "%g4"},
        {"%%41", "%A"},
        {"%25%34", "%4"},
        {"a%20b", "a b"},
        {"+", "+"},
        {"%e4%C4", "\xe4\xc4"},
        {"%4%41", "%4A"},
        {"%-1", "%-1"},
        {"%.1%1.", "%.1%1."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct lwurl_str s = at_edge(texts[i][0]);
        char out[16] = "";
        size_t n = 0;
        for (size_t at = 0; at < s.n;)
            out[n++] = (char)str_unquote(s, &at);
        assert_string_equal(out, texts[i][1]);
    }
}

static void unquoting_bytes(void **state)
{
    char text[4];

    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        size_t at = 0;
        snprintf(text, sizeof text, i % 3 != 0 ? "%%%02X" : "%%%02x", i);
        assert_int_equal(str_unquote(at_edge(text), &at), i);
        assert_int_equal(at, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters),      cmocka_unit_test(sets),
        cmocka_unit_test(comparing),       cmocka_unit_test(cutting),
        cmocka_unit_test(trimming),        cmocka_unit_test(numbers),
        cmocka_unit_test(lists),           cmocka_unit_test(stripping),
        cmocka_unit_test(base64),          cmocka_unit_test(unquoting),
        cmocka_unit_test(unquoting_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
