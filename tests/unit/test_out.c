/* SPDX-License-Identifier: MIT */
/* The sink of request heads, core/http/out.c: wherever a send stops, and
   however small the room, the same bytes come out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_port.h"
#include "lwurl_handler.h"

#define SLICES_MAX 12

static const char long_text[] =
    "a text that is longer than what is copied into the room, and then some";
static const char short_text[] = "exactly thirty-two bytes, 123456";

/* Everything that a generator can do, in an order that mixes it. */
static void generate(struct lwurl_out *out)
{
    static const unsigned char secret[] = "user:\xff\x00pass";
    struct lwurl_base64 b = {out, 0, 0};
    char gone[] = "copied";

    lwurl_out_ref(out, TEXT("GET "));
    lwurl_out_ref(out, long_text, sizeof long_text - 1);
    lwurl_out_ref(out, "", 0);
    lwurl_out_copy(out, gone, 0);
    lwurl_out_copy(out, gone, sizeof gone - 1);
    memset(gone, '!', sizeof gone); /* lives during the call only */
    lwurl_out_text(out, "");
    lwurl_out_text(out, "text: ");
    lwurl_out_number(out, UINT64_MAX);
    lwurl_out_number(out, 0);
    lwurl_out_ref(out, short_text, sizeof short_text - 1);
    for (size_t i = 0; i < sizeof secret - 1; i++)
        lwurl_base64_put(&b, secret[i]);
    lwurl_base64_end(&b);
    lwurl_out_ref(out, long_text, 33); /* these two touch */
    lwurl_out_ref(out, long_text + 33, sizeof long_text - 34);
    lwurl_out_ref(out, TEXT("\r\n\r\n"));
}

static const char expected[] =
    "GET a text that is longer than what is copied into the room, and then "
    "somecopiedtext: 184467440737095516150exactly thirty-two bytes, 123456"
    "dXNlcjr/AHBhc3M=a text that is longer than what is copied into the room, "
    "and then some\r\n\r\n";

static const size_t expected_n = sizeof expected - 1;

/* One pass from offset `skip`: appends its bytes and returns their number. */
static size_t pass(char *to, size_t skip, size_t room_n, size_t max, bool *full)
{
    struct lwurl_str slices[SLICES_MAX] = {{NULL, 0}};
    struct lwurl_out out = {.slices = slices, .max = max};
    size_t n = 0;

    out.room = guarded(0, room_n);
    out.room_n = room_n;
    out.skip = skip;
    generate(&out);
    assert_in_range(out.n, 0, max);
    for (size_t i = 0; i < out.n; i++) {
        assert_true(slices[i].n > 0);
        memcpy(to + n, slices[i].p, slices[i].n);
        n += slices[i].n;
    }
    *full = out.full;
    return n;
}

/* From every offset, with every room and number of slices: the bytes that
   come are the right ones, some come, and `full` tells whether all did. */
static void from_everywhere(void **state)
{
    char got[512];
    bool full;

    (void)state;
    for (size_t skip = 0; skip <= expected_n; skip++)
        for (size_t room_n = 1; room_n <= 70; room_n++)
            for (size_t max = 1; max <= SLICES_MAX; max++) {
                size_t n = pass(got, skip, room_n, max, &full);
                assert_in_range(n, skip < expected_n, expected_n - skip);
                assert_memory_equal(got, expected + skip, n);
                assert_int_equal(full, skip + n < expected_n);
            }
}

/* Sends of 1, 2, 3 ... bytes until all is out. */
static void in_sends(void **state)
{
    char got[512], all[512];
    bool full = true;

    (void)state;
    for (size_t most = 1; most <= expected_n; most++) {
        size_t at = 0;
        while (full || at < expected_n) {
            size_t n = pass(got, at, 1 + most % 40, 6, &full);
            n = n < most ? n : most;
            memcpy(all + at, got, n);
            at += n;
        }
        assert_int_equal(at, expected_n);
        assert_memory_equal(all, expected, expected_n);
        full = true;
    }
}

/* Without room, what lives elsewhere goes out as it is. */
static void without_room(void **state)
{
    struct lwurl_str slices[2];
    struct lwurl_out out = {.slices = slices, .max = 2};

    (void)state;
    lwurl_out_ref(&out, TEXT("a"));
    lwurl_out_ref(&out, long_text, 10);
    assert_false(out.full);
    assert_int_equal(out.n, 2);
    assert_ptr_equal(slices[1].p, long_text);
    lwurl_out_copy(&out, "b", 1);
    assert_true(out.full);
    lwurl_out_ref(&out, TEXT("c"));
    assert_int_equal(out.n, 2);
}

/* A head leaves in few slices: short pieces and copies are gathered, and
   neighbours joined. */
static void few_slices(void **state)
{
    struct lwurl_str slices[SLICES_MAX];
    struct lwurl_out out = {.slices = slices, .max = SLICES_MAX};

    (void)state;
    out.room = guarded(0, 256);
    out.room_n = 256;
    generate(&out);
    assert_false(out.full);
    assert_int_equal(out.n, 5);
    assert_ptr_equal(slices[1].p, long_text);
    assert_ptr_equal(slices[3].p, long_text);
    assert_int_equal(slices[3].n, sizeof long_text - 1);
}

static void numbers(void **state)
{
    char expected_text[32], room[32];
    uint64_t value = 1;

    (void)state;
    for (unsigned i = 0; i < 64 * 3; i++) {
        struct lwurl_str slice;
        struct lwurl_out out = {
            .slices = &slice, .max = 1, .room = room, .room_n = sizeof room};
        uint64_t v = value + i % 3 - 1; /* around each power of two */
        lwurl_out_number(&out, v);
        snprintf(expected_text, sizeof expected_text, "%llu",
                 (unsigned long long)v);
        assert_int_equal(slice.n, strlen(expected_text));
        assert_memory_equal(slice.p, expected_text, slice.n);
        value <<= i % 3 == 2;
    }
}

/* RFC 4648 4, bit by bit. */
static void encode(const unsigned char *p, size_t n, char *to)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t bit = 0; bit < 8 * n; bit += 6) {
        unsigned value = 0;
        for (size_t i = bit; i < bit + 6; i++) {
            unsigned byte = i < 8 * n ? p[i / 8] : 0;
            value = value * 2 + ((byte >> (7 - i % 8)) & 1u);
        }
        *to++ = alphabet[value];
    }
    for (size_t i = n; i % 3 != 0; i++)
        *to++ = '=';
    *to = '\0';
}

static void check_base64(const unsigned char *p, size_t n, const char *text)
{
    char room[512];
    struct lwurl_str slice = {room, 0};
    struct lwurl_out out = {
        .slices = &slice, .max = 1, .room = room, .room_n = sizeof room};
    struct lwurl_base64 b = {&out, 0, 0};

    for (size_t i = 0; i < n; i++)
        lwurl_base64_put(&b, p[i]);
    lwurl_base64_end(&b);
    assert_int_equal(slice.n, strlen(text));
    assert_memory_equal(slice.p, text, slice.n);
}

static void base64(void **state)
{
    static const char *const rfc[][2] = {
        /* RFC 4648 10 */
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    unsigned char bytes[256];
    char text[400];

    (void)state;
    for (size_t i = 0; i < sizeof rfc / sizeof rfc[0]; i++)
        check_base64((const unsigned char *)rfc[i][0], strlen(rfc[i][0]),
                     rfc[i][1]);
    for (size_t n = 0; n < sizeof bytes; n++) {
        for (size_t i = 0; i < n; i++)
            bytes[i] = (unsigned char)(i * 151 + n * 7);
        encode(bytes, n, text);
        check_base64(bytes, n, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_everywhere), cmocka_unit_test(in_sends),
        cmocka_unit_test(without_room),    cmocka_unit_test(few_slices),
        cmocka_unit_test(numbers),         cmocka_unit_test(base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
