/* SPDX-License-Identifier: MIT */
/* core/tls/skim.c: what is told of a certificate as it passes. */
#include "tls/skim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "der.h"

static struct der certificate, key, extensions, contents;
static struct der_certificate how;

/* The events but those of a key's bytes, which are counted. */
static enum skim_event events[32];
static struct skim at_event[32];
static size_t events_n, key_n;

static void skim(const unsigned char *p, size_t n)
{
    struct skim s;

    events_n = key_n = 0;
    assert_true(skim_start(&s, (uint32_t)n));
    for (size_t i = 0; i < n; i++) {
        enum skim_event event = skim_put(&s, p[i]);

        key_n += event == SKIM_KEY || event == SKIM_KEY_END;
        if (event == SKIM_NOTHING || event == SKIM_KEY)
            continue;
        assert_in_range(events_n, 0, 31);
        at_event[events_n] = s;
        events[events_n++] = event;
        if (event == SKIM_BROKEN)
            return;
    }
}

static void assert_event(size_t i, enum skim_event event, const void *value,
                         size_t n)
{
    assert_true(i < events_n);
    assert_int_equal(events[i], event);
    assert_int_equal(at_event[i].n, n);
    assert_memory_equal(at_event[i].value, value, n);
}

static void assert_broken(void)
{
    assert_true(events_n > 0);
    assert_int_equal(events[events_n - 1], SKIM_BROKEN);
}

static int set_up(void **state)
{
    static unsigned char point[65] = {4};

    (void)state;
    key.n = extensions.n = contents.n = 0;
    der_ec_key(&key, point, sizeof point);
    how = (struct der_certificate){.key = &key, .extensions = &extensions};
    return 0;
}

#define SERVER "\x2B\6\1\5\5\7\3\1"

static void add_purposes(bool critical)
{
    contents.n = 0;
    der_add(&contents, 0x06, SERVER, 8);
    der_add(&contents, 0x06, "\x55\x1D\x25\0", 4);
    der_extension(&extensions, 37, critical, &contents);
}

static void add_names(void)
{
    contents.n = 0;
    der_add(&contents, 0x82, "device.test", 11);
    der_add(&contents, 0x87, "\x7F\0\0\1", 4);
    der_add(&contents, 0x87, "0123456789abcdef", 16);
    der_extension(&extensions, 17, false, &contents);
}

static void test_all_that_is_told(void **state)
{
    static const enum skim_event expected[] = {
        SKIM_NOT_BEFORE, SKIM_NOT_AFTER, SKIM_KEY_END, SKIM_CRITICAL,
        SKIM_PURPOSE,    SKIM_PURPOSE,   SKIM_ADDRESS, SKIM_ADDRESS};

    (void)state;
    add_purposes(true);
    add_names();
    der_write(&certificate, &how);
    skim(certificate.bytes, certificate.n);
    assert_int_equal(events_n, 8);
    assert_memory_equal(events, expected, sizeof expected);
    assert_event(0, SKIM_NOT_BEFORE, "240101000000Z", 13);
    assert_event(1, SKIM_NOT_AFTER, "491231235959Z", 13);
    assert_event(3, SKIM_CRITICAL, "\xFF", 1);
    assert_event(4, SKIM_PURPOSE, SERVER, 8);
    assert_event(5, SKIM_PURPOSE, "\x55\x1D\x25\0", 4);
    assert_event(6, SKIM_ADDRESS, "\x7F\0\0\1", 4);
    assert_event(7, SKIM_ADDRESS, "0123456789abcdef", 16);
    assert_int_equal(key_n, key.n);
}

/* RFC 5280 4.1.2.6: a subject may be empty; what is counted stays right. */
static void test_empty_subject(void **state)
{
    (void)state;
    how.no_subject = true;
    add_names();
    der_write(&certificate, &how);
    skim(certificate.bytes, certificate.n);
    assert_int_equal(events_n, 5);
    assert_int_equal(events[2], SKIM_KEY_END);
    assert_int_equal(key_n, key.n);
    assert_event(3, SKIM_ADDRESS, "\x7F\0\0\1", 4);
}

/* OIDs that are nearly those of the two extensions. */
static void test_other_extensions(void **state)
{
    static const struct {
        unsigned char oid[4], n;
    } others[] = {{{0x55, 0x1D, 36, 0}, 3},
                  {{0x56, 0x1D, 37, 0}, 3},
                  {{0x55, 0x1E, 37, 0}, 3},
                  {{0x55, 0x1D, 37, 1}, 4},
                  {{0x55, 0x1D, 0, 0}, 2}};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        size_t inside;

        set_up(state);
        der_add(&contents, 0x06, others[i].oid, others[i].n);
        inside = contents.n;
        der_add(&contents, 0x87, "\x7F\0\0\1", 4);
        der_wrap(&contents, 0x30, inside);
        der_wrap(&contents, 0x04, inside);
        der_add(&extensions, 0x30, contents.bytes, contents.n);
        der_write(&certificate, &how);
        skim(certificate.bytes, certificate.n);
        assert_int_equal(events_n, 3); /* dates and key */
        assert_int_equal(events[2], SKIM_KEY_END);
    }
}

/* RFC 5280 4.2: no extension twice. Which of them would count? */
static void test_extension_twice(void **state)
{
    (void)state;
    add_names();
    add_purposes(false);
    der_write(&certificate, &how);
    skim(certificate.bytes, certificate.n);
    assert_int_equal(events[events_n - 1], SKIM_PURPOSE);
    add_names();
    der_write(&certificate, &how);
    skim(certificate.bytes, certificate.n);
    assert_broken();
    set_up(state);
    add_purposes(true);
    add_purposes(true);
    der_write(&certificate, &how);
    skim(certificate.bytes, certificate.n);
    assert_broken();
}

/* Tags of several bytes: none of a certificate's has one. */
static void test_long_tags(void **state)
{
    static const unsigned char tags[] = {0x1F, 0x3F, 0x5F, 0x9F, 0xBF, 0xFF};

    (void)state;
    der_write(&certificate, &how);
    for (size_t i = 0; i < sizeof tags; i++) {
        certificate.bytes[0] = tags[i];
        skim(certificate.bytes, certificate.n);
        assert_int_equal(events_n, 1);
        assert_broken();
    }
    certificate.bytes[0] = 0x30;
    certificate.bytes[4] = 0x1F; /* behind a length of two bytes */
    skim(certificate.bytes, certificate.n);
    assert_broken();
}

/* As many SEQUENCEs as a byte can count: the 256th behind the key is none. */
static void test_many_sequences(void **state)
{
    (void)state;
    certificate.n = 0;
    for (unsigned i = 1; i <= 600; i++)
        der_add(&certificate, 0x30, "\2\1", i == 3 ? 3 : 0);
    der_wrap(&certificate, 0x30, 0);
    der_wrap(&certificate, 0x30, 0);
    skim(certificate.bytes, certificate.n);
    assert_int_equal(events_n, 2);
    assert_int_equal(events[0], SKIM_NOT_BEFORE);
    assert_int_equal(events[1], SKIM_KEY_END);
    assert_int_equal(key_n, 2);
}

static void test_lengths(void **state)
{
    struct skim s;

    (void)state;
    assert_true(skim_start(&s, 65535));
    assert_false(skim_start(&s, 65536));
    assert_false(skim_start(&s, UINT32_MAX));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_all_that_is_told, set_up),
        cmocka_unit_test_setup(test_empty_subject, set_up),
        cmocka_unit_test_setup(test_other_extensions, set_up),
        cmocka_unit_test_setup(test_extension_twice, set_up),
        cmocka_unit_test_setup(test_long_tags, set_up),
        cmocka_unit_test_setup(test_many_sequences, set_up),
        cmocka_unit_test_setup(test_lengths, set_up),
    };

    return cmocka_run_group_tests_name("core/tls/skim", tests, NULL, NULL);
}
