/* SPDX-License-Identifier: MIT */
/* core/http/content_range.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "http/content_range.h"
#include "text/str.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

static void test_content_range(void **state)
{
    static const struct {
        const char *text;
        struct content_range range;
    } good[] = {
        {"bytes 0-0/1", {0, 0, 1}},
        {"bytes 500-999/1234", {500, 999, 1234}},
        {"Bytes 1-2/*", {1, 2, UINT64_MAX}},
        {"bytes 1-18446744073709551613/18446744073709551614",
         {1, UINT64_MAX - 2, UINT64_MAX - 1}},
    };
    static const char *const bad[] = {
        "",
        "bytes",
        "bytes ",
        "bytes */1234",
        "bytes 1-2",
        "bytes 1-2/",
        "bytes -2/9",
        "bytes 1-/9",
        "bytes 2-1/9",
        "bytes 1-9/9",
        "items 1-2/9",
        "bytes=1-2/9",
        "bytes 1-2/9,3-4/9",
        "bytes 1-2/9x",
        "bytes 1 -2/9",
        "bytes 1-18446744073709551616/*",
        "bytes 1-18446744073709551615/*",
    };
    struct content_range range;

    (void)state;
    for (size_t i = 0; i < N(good); i++) {
        assert_true(content_range(str_of(good[i].text), &range));
        assert_memory_equal(&range, &good[i].range, sizeof range);
    }
    for (size_t i = 0; i < N(bad); i++)
        assert_false(content_range(str_of(bad[i]), &range));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content_range),
    };

    return cmocka_run_group_tests_name("core/http/content_range", tests, NULL,
                                       NULL);
}
