/* SPDX-License-Identifier: MIT */
/* Every code and phase of core/lwurl_types.h has a text: the header is read,
   so that a new one without text fails here. Run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lwurl.h"

#define LONGEST 120

/* Finds the enumerators of `prefix` and their values: *value is one more than
   the last where the header gives none. Returns false at the end. */
static bool next_enumerator(FILE *file, const char *prefix, char name[64],
                            int *value)
{
    char line[256], rest[256];

    while (fgets(line, sizeof line, file) != NULL) {
        char *at = line + strspn(line, " ");
        if (at == line || strncmp(at, prefix, strlen(prefix)) != 0 ||
            sscanf(at, "%63[A-Z0-9_]%255[^\n]", name, rest) < 1)
            continue;
        *value += 1;
        if (strchr(at, '=') == NULL)
            return true;
        /* clang-format may break the line behind '=' */
        while (sscanf(strchr(at, '=') + 1, "%d", value) != 1) {
            size_t n = strlen(line);
            assert_non_null(fgets(line + n - 1, (int)(sizeof line - n), file));
        }
        return true;
    }
    return false;
}

static void check_text(const char *name, const char *text)
{
    print_message("# %s: %s\n", name, text);
    assert_string_not_equal(text, "unknown");
    assert_in_range(strlen(text), 4, LONGEST);
    for (const char *p = text; *p != '\0'; p++)
        assert_in_range((unsigned char)*p, 0x20, 0x7e);
}

static void every_error(void **state)
{
    static char texts[100][LONGEST + 1];
    FILE *file = fopen("core/lwurl_types.h", "r");
    char name[64];
    int value = -1;
    size_t n = 0;

    (void)state;
    assert_non_null(file);
    while (next_enumerator(file, "LWURL_ERR_", name, &value)) {
        check_text(name, lwurl_strerror(value));
        for (size_t i = 0; i < n; i++)
            assert_string_not_equal(lwurl_strerror(value), texts[i]);
        snprintf(texts[n++], sizeof texts[0], "%s", lwurl_strerror(value));
    }
    (void)fclose(file);
    assert_in_range(n, 48, 100); /* that many there were at first */
    check_text("LWURL_OK", lwurl_strerror(LWURL_OK));
}

static void every_phase(void **state)
{
    FILE *file = fopen("core/lwurl_types.h", "r");
    char name[64];
    int value = -1;

    (void)state;
    assert_non_null(file);
    while (next_enumerator(file, "LWURL_PHASE_", name, &value))
        check_text(name, lwurl_strphase((unsigned)value));
    (void)fclose(file);
    assert_true(value >= LWURL_PHASE_DONE);
    assert_string_equal(lwurl_strphase((unsigned)value + 1), "unknown");
    assert_string_equal(lwurl_strphase(UINT32_MAX), "unknown");
}

static void no_such_error(void **state)
{
    static const int codes[] = {
        1, -1, -9, -39, -79, -100, 1 << 30, -(1 << 30), INT32_MAX, INT32_MIN};

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        assert_string_equal(lwurl_strerror(codes[i]), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error),
        cmocka_unit_test(every_phase),
        cmocka_unit_test(no_such_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
