/* SPDX-License-Identifier: MIT */
/* core/tls/address.c: address literals as certificates have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_port.h"
#include "lwurl_parse.h"
#include "tls/address.h"

/* The literal ends where memory ends. */
static size_t bytes_of(const char *literal, unsigned char *out)
{
    struct lwurl_str s = str_of(literal);
    char *p = guarded(0, s.n > 0 ? s.n : 1);

    memcpy(p, literal, s.n);
    s.p = p;
    memset(out, 0xAA, ADDRESS_MAX);
    return address_bytes(s, out);
}

struct address {
    const char *literal;
    unsigned char bytes[ADDRESS_MAX];
};

static void good(const struct address *addresses, size_t count, size_t n)
{
    unsigned char *out = guarded(1, ADDRESS_MAX);

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(bytes_of(addresses[i].literal, out), n);
        assert_memory_equal(out, addresses[i].bytes, n);
    }
}

static void test_ipv4(void **state)
{
    static const struct address addresses[] = {
        {"127.0.0.1", {127, 0, 0, 1}},
        {"0.0.0.0", {0}},
        {"255.255.255.255", {255, 255, 255, 255}},
        {"1.20.99.100", {1, 20, 99, 100}},
    };

    (void)state;
    good(addresses, sizeof addresses / sizeof addresses[0], 4);
}

static void test_ipv6(void **state)
{
    static const struct address addresses[] = {
        {"::", {0}},
        {"::1", {[15] = 1}},
        {"1::", {0, 1}},
        {"1:2:3:4:5:6:7:8", {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}},
        {"fe80::aBcD%eth0", {0xfe, 0x80, [14] = 0xab, 0xcd}},
        {"1::8", {0, 1, [15] = 8}},
        {"1:2:3:4:5:6:7::", {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7}},
        {"::2:3:4:5:6:7:8", {0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8}},
        {"1:2:3::5:6:7:8", {0, 1, 0, 2, 0, 3, 0, 0, 0, 5, 0, 6, 0, 7, 0, 8}},
        {"::ffff:192.0.2.7", {[10] = 0xff, 0xff, 192, 0, 2, 7}},
        {"::192.0.2.7", {[12] = 192, 0, 2, 7}},
        {"1:2:3:4:5:6:192.0.2.7",
         {0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 192, 0, 2, 7}},
    };

    (void)state;
    good(addresses, sizeof addresses / sizeof addresses[0], 16);
}

/* Bug: a colon at one end alone was taken for the gap, leading zeros of an
   octet for decimal, and a gap of nothing for one. */
static void test_none(void **state)
{
    static const char *const bad[] = {
        "",
        "1",
        "device.test",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "1.2.3.256",
        "1.2.3.x",
        "01.2.3.4",
        "1.2.3.00",
        "+1.2.3.4",
        ":",
        ":1",
        "1:",
        ":::",
        "1:::2",
        "1::2::3",
        "::1:",
        ":1::",
        "12345::",
        "00001::",
        "::g",
        "::-1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7:8:",
        "1:2:3:4:5:6:7:8::",
        "1:2:3:4::5:6:7:8",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:1.2.3.4",
        "::1.2.3",
        "::1.2.3.4:5",
        "1.2.3.4::",
        "%eth0",
    };
    unsigned char out[ADDRESS_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (bytes_of(bad[i], out) != 0)
            fail_msg("%s", bad[i]);
}

/* Every text of nine characters out of a few: an address here is one for
   lwurl_is_ipv4() and lwurl_is_ipv6(), and no other is. */
static void test_as_the_other_reader(void **state)
{
    static const char letters[] = "1:.0g";
    unsigned char out[ADDRESS_MAX];
    char text[10];

    (void)state;
    for (uint32_t i = 0; i < 1953125; i++) { /* 5^9 */
        uint32_t rest = i;
        struct lwurl_str s = {text, 9};

        for (size_t at = 0; at < 9; at++, rest /= 5)
            text[at] = letters[rest % 5];
        size_t n = address_bytes(s, out);
        assert_true(n == (lwurl_is_ipv4(s) ? 4u : lwurl_is_ipv6(s) ? 16u : 0));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipv4),
        cmocka_unit_test(test_ipv6),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_as_the_other_reader),
    };

    return cmocka_run_group_tests_name("core/tls/address", tests, NULL, NULL);
}
