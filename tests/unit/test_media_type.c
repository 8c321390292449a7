/* SPDX-License-Identifier: MIT */
/* core/text/media_type.c; the browsers' tables are in tests/differential. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_port.h"
#include "text/media_type.h"

static struct lwurl_str at_edge(const char *text)
{
    size_t n = strlen(text);
    char *p = guarded(1, n);

    for (size_t i = 0; i < n; i++)
        p[i] = text[i];
    return (struct lwurl_str){p, n};
}

/* expected NULL: it is none. In every room. */
static void writes(const char *text, const char *expected)
{
    struct lwurl_str type = at_edge(text);
    size_t n = str_find(type, ';');
    size_t length = expected == NULL ? 0 : strlen(expected);

    for (size_t max = 0; max <= length + 1; max++) {
        struct sink s = {guarded(0, max), max, 0};
        bool good = media_type_write(str_cut(type, 0, n),
                                     str_cut(type, n, SIZE_MAX), &s);
        assert_int_equal(good, expected != NULL);
        assert_int_equal(s.n, length);
        if (length > 0)
            assert_memory_equal(s.p, expected, max < length ? max : length);
    }
}

static void test_essence(void **state)
{
    (void)state;
    writes("text/html", "text/html");
    writes("TEXT/Html", "text/html");
    writes("!#$%&'*+-.^_`|~/0", "!#$%&'*+-.^_`|~/0");
    writes("a/b/c", NULL);
    writes("a/", NULL);
    writes("/a", NULL);
    writes("/", NULL);
    writes("a", NULL);
    writes("", NULL);
    writes("a b/c", NULL);
    writes("a/b c", NULL);
    writes("a/(", NULL);
    writes("\xc3\xa9/\x01\x7f", "%c3%a9/%01%7f");
}

static void test_parameters(void **state)
{
    (void)state;
    writes("a/b;", "a/b");
    writes("a/b;;; ;", "a/b");
    writes("a/b;c", "a/b");
    writes("a/b;c;d=e", "a/b;d=e");
    writes("a/b;c=", "a/b");
    writes("a/b;c= ", "a/b");
    writes("a/b;=d", "a/b");
    writes("a/b;c =d", "a/b");
    writes("a/b; C=D ;e=f", "a/b;c=D;e=f");
    writes("a/b;c=d=e", "a/b;c=\"d=e\"");
    writes("a/b;c= d", "a/b;c=\" d\"");
    writes("a/b;c=d\"", "a/b;c=\"d\\\"\"");
    writes("a/b;c=d\\e", "a/b;c=\"d\\\\e\"");
    writes("a/b;c=\xe9\x01", "a/b;c=%E9%01");
    writes("a/b;\xe9=c", "a/b;%e9=c");
    writes("a/b;(=c;d=e", "a/b;d=e");
}

static void test_quotes(void **state)
{
    (void)state;
    writes("a/b;c=\"d\"", "a/b;c=d");
    writes("a/b;c=\"d", "a/b;c=d");
    writes("a/b;c=\"d;e\";f=g", "a/b;c=\"d;e\";f=g");
    writes("a/b;c=\"d\"e;f=g", "a/b;c=d;f=g");
    writes("a/b;c=\"\"", "a/b;c=\"\"");
    writes("a/b;c=\"", "a/b;c=\"\"");
    writes("a/b;c=\"\\\"", "a/b;c=\"\\\"\"");
    writes("a/b;c=\"\\", "a/b;c=\"\\\\\"");
    writes("a/b;c=\"\\d\\;\"", "a/b;c=\"d;\"");
    writes("a/b;c=\"\\\\\";d=e", "a/b;c=\"\\\\\";d=e");
    writes("a/b;c=\"d e\"", "a/b;c=\"d e\"");
}

static void test_repeated(void **state)
{
    (void)state;
    writes("a/b;c=1;c=2", "a/b;c=1");
    writes("a/b;c=1;C=2;d=3;D=4;c=5", "a/b;c=1;d=3");
    writes("a/b;c=;c=2", "a/b;c=2");
    writes("a/b;c=\"\";c=2", "a/b;c=\"\"");
    writes("a/b;c;c=2", "a/b;c=2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_essence),
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_repeated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
