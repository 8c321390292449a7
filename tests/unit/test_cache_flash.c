/* SPDX-License-Identifier: MIT */
/* What the cache keeps in flash that may lose its power at any write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cache_device.h"
#include "seen.h"

/* To the byte, and longer than a slot: given on, and not kept. */
static void sizes(void **state)
{
    static const size_t lengths[] = {
        1, 7, 8, 9, 255, 256, 257, 511, 1023, BODY_MAX, BODY_MAX + 1, 2000};
    static const uint32_t units[] = {1, 4, 32};

    (void)state;
    for (size_t i = 0; i < 3 * N(lengths); i++) {
        static char text[4096];
        size_t n = lengths[i / 3];
        struct fake_peer peer = {.says = {long_body(text, n, 'X', 1, "")},
                                 .piece = i % 2 ? 0 : 33};
        device_begin_on(&peer, 1, units[i % 3]);
        assert_int_equal(get(A, 0), LWURL_OK);
        expect_version(n, 'X');
        device_reboot();
        if (n > BODY_MAX) {
            assert_int_equal(get(A, LWURL_CACHE_OFFLINE), LWURL_ERR_NOT_CACHED);
        } else {
            assert_int_equal(get(A, LWURL_CACHE_OFFLINE), LWURL_OK);
            expect_version(n, 'X');
        }
        device_end();
    }
    /* chunked: its length is seen when it is too long */
    static char text[4096];
    int at = sprintf(text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                           "\r\n401\r\n");
    memset(text + at, 'x', 1025);
    (void)sprintf(text + at + 1025, "\r\n0\r\n\r\n");
    struct fake_peer peer = {.says = {say(text, 1)}};
    device_begin(&peer, 1);
    assert_int_equal(get(A, 0), LWURL_OK);
    assert_int_equal(dev.body_n, 1025);
    assert_int_equal(lwurl_cache_stored(&dev.cache), LWURL_ERR_ROOM);
    expect_not_kept(A);
    device_end();
}

/* Bits that flip: a body that is not what it was is not there. */
static void decay(void **state)
{
    static char text[2048];
    struct fake_peer peers[] = {{.says = {long_body(text, 500, 'X', 1, FRESH60),
                                          say(OK("", "other"), 2)}}};

    (void)state;
    for (uint32_t i = 0; i < 500; i += 83) {
        device_begin(peers, 1);
        assert_int_equal(get(A, 0), LWURL_OK);
        dev.flash.bytes[i] ^= 1;
        if (i % 2 == 0)
            expect_not_kept(A);
        expect(A, 0, LWURL_FROM_NETWORK, "other");
        assert_int_equal(seen_count(&dev.fake, "If-"), 0);
        device_end();
    }
}

/* A body is read in steps before it is used, to the byte. */
static void checked_in_steps(void **state)
{
    static char text[4 * BODY_MAX + 512];
    const size_t lengths[] = {2047, 2048, 2049, 4095, 4096};
    struct lwurl_request request = {.url = A};

    (void)state;
    for (size_t i = 0; i < N(lengths); i++) {
        struct fake_peer peer = {
            .says = {long_body(text, lengths[i], 'X', 1, FRESH60)}};
        unsigned steps = lengths[i] > 2048 ? 2 : 1;
        struct lwurl_wants wants;

        device_begin_large(&peer, 1);
        assert_int_equal(get(A, 0), LWURL_OK);
        assert_int_equal(
            lwurl_cache_begin(&dev.cache, &dev.u, &dev.opener, &request, 0),
            LWURL_OK);
        for (unsigned step = 1; step < steps; step++) {
            assert_int_equal(lwurl_cache_step(&dev.cache), LWURL_TURN_WAIT);
            lwurl_cache_wants(&dev.cache, &wants);
            assert_int_equal(wants.ms, 0);
        }
        assert_int_equal(lwurl_cache_step(&dev.cache), LWURL_TURN_RESPONSE);
        assert_int_equal(lwurl_cache_from(&dev.cache), LWURL_FROM_FRESH);
        assert_int_equal(lwurl_cache_read_all(&dev.cache, dev.body,
                                              sizeof dev.body, &dev.body_n),
                         LWURL_OK);
        expect_version(lengths[i], 'X');
        lwurl_cache_close(&dev.cache);
        device_end();
    }
}

/* Each read fails once: a body that cannot be read is not there, and comes
   anew; one that fails while it is given on is an error. */
static void reads_fail(void **state)
{
    const struct fake_peer peer = {
        .says = {say(OK(FRESH60, "first"), 1), say(OK(FRESH60, "other"), 2)}};
    unsigned anew = 0, errors = 0, n = 0;
    bool over;

    (void)state;
    do {
        device_begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        fake_storage_restart(&dev.flash);
        dev.flash.fail_read_at = ++n;
        int err = get(A, 0);
        over = dev.flash.reads < n;
        dev.flash.fail_read_at = 0;
        if (err != LWURL_OK) {
            assert_int_equal(err, LWURL_ERR_STORAGE);
            assert_int_equal(seen_n(&dev.fake), 1);
            errors++;
        } else if (seen_n(&dev.fake) == 2) {
            assert_string_equal(dev.body, "other");
            anew++;
        } else {
            assert_string_equal(dev.body, "first");
            assert_true(over);
        }
        device_end();
    } while (!over);
    assert_true(anew > 1);
    assert_int_equal(errors, 1);
}

/* ------------------------------------------------------------------ eviction
 */

/* Three slots keep two URLs: the one confirmed longest ago goes, when a third
   is whole. */
static void eviction(void **state)
{
    static const char torn[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nother";
    const struct fake_peer peers[] = {
        {.says = {say(OK("ETag: \"a\"\r\n", "of a "), 1),
                  say(OK("", "of b "), 2), say(SAME(""), 3), say(torn, 4)},
         .end = LWURL_PORT_EOF,
         .end_heads = 4},
        {.says = {say(OK("", "of c "), 1)}}};

    (void)state;
    for (int i = 0; i < 2; i++) {
        device_begin(peers, 2);
        expect(A, 0, LWURL_FROM_NETWORK, "of a ");
        expect(B, 0, LWURL_FROM_NETWORK, "of b ");
        expect(A, 0, LWURL_FROM_CONFIRMED, "of a ");
        assert_int_equal(get("http://h/c", 0), LWURL_ERR_INCOMPLETE);
        if (i == 1)
            device_reboot();
        expect_kept(A, "of a "); /* nothing was lost to it */
        expect_kept(B, "of b ");
        expect("http://h/c", 0, LWURL_FROM_NETWORK, "of c ");
        if (i == 1)
            device_reboot();
        expect_kept(A, "of a ");
        expect_kept("http://h/c", "of c ");
        expect_not_kept(B);
        device_end();
    }
}

static void held(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK("", "first"), 1), say(OK("", "other"), 2),
                  say(OK("", "other"), 3)}}};
    struct lwurl_request request = {.url = A};

    (void)state;
    device_begin(peers, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(ask(&request, LWURL_CACHE_HOLD), LWURL_OK);
    assert_string_equal(dev.body, "other");
    assert_int_equal(lwurl_cache_stored(&dev.cache), LWURL_ERR_NOT_CACHED);
    lwurl_cache_close(&dev.cache); /* it was no good */
    assert_int_equal(lwurl_cache_keep(&dev.cache), LWURL_ERR_CALL);
    expect_kept(A, "first");
    assert_int_equal(ask(&request, LWURL_CACHE_HOLD), LWURL_OK);
    assert_int_equal(lwurl_cache_keep(&dev.cache), LWURL_OK);
    assert_int_equal(lwurl_cache_keep(&dev.cache), LWURL_OK);
    lwurl_cache_close(&dev.cache);
    expect_kept(A, "other");
    device_end();
}

/* -------------------------------------------------------- the power goes off
 */

#define OLD_N 300
#define NEW_N 700

/* One update of a, while b is kept; the power goes at the nth write or erase.
   Returns whether the update was over before. */
static bool update_until(unsigned n, uint32_t unit, uint32_t seed, int kind)
{
    static char old[2048], new[2048];
    unsigned heads = kind == 2 ? 5 : 4;
    const struct fake_say c = say(OK("", "of c "), 4), none = {.p = NULL};
    const struct fake_peer peers[] = {
        {.says = {say(OK("", "of b "), 1),
                  long_body(old, OLD_N, 'X', 2, "ETag: \"v\"\r\n"),
                  say(SAME(FRESH60), 3), kind == 2 ? c : none,
                  kind == 0 ? say(SAME(FRESH60), heads)
                            : long_body(new, NEW_N, 'Y', heads, FRESH60)}},
        {.says = {long_body(new, NEW_N, 'Y', 1, FRESH60)}}};
    struct lwurl_cache_view view;

    device_begin_on(peers, 2, unit);
    dev.fake.now = 0x12345;
    expect(B, 0, LWURL_FROM_NETWORK, "of b ");
    assert_int_equal(get(A, 0), LWURL_OK);
    device_pass(100);
    assert_int_equal(get(A, LWURL_CACHE_ASK), LWURL_OK);
    assert_int_equal(lwurl_cache_from(&dev.cache), LWURL_FROM_CONFIRMED);
    if (kind == 2)
        expect("http://h/c", 0, LWURL_FROM_NETWORK, "of c ");
    device_pass(100);
    fake_storage_restart(&dev.flash);
    dev.flash.seed = n * 7919u + seed;
    dev.flash.cut_at = n;
    int err = get(A, 0);
    bool over = !dev.flash.dead;
    if (kind != 0 || over) /* what comes is given on, whatever happens */
        assert_int_equal(err, LWURL_OK);
    device_reboot();
    assert_int_equal(get(A, LWURL_CACHE_OFFLINE), LWURL_OK);
    bool is_new = dev.body_n == NEW_N;
    expect_version(is_new ? NEW_N : OLD_N, is_new ? 'Y' : 'X');
    assert_true(!over || is_new == (kind != 0));
    assert_int_equal(lwurl_cache_look(&dev.cache, &dev.opener, A, &view),
                     LWURL_OK);
    if (over)
        assert_int_equal(view.fresh_s, 60);
    if (kind == 2)
        expect_kept("http://h/c", "of c ");
    else
        expect_kept(B, "of b ");
    /* and it works on */
    lwurl_cache_close(&dev.cache);
    assert_int_equal(get(A, LWURL_CACHE_ASK), LWURL_OK);
    expect_version(NEW_N, 'Y');
    device_reboot();
    assert_int_equal(get(A, 0), LWURL_OK);
    assert_int_equal(lwurl_cache_from(&dev.cache), LWURL_FROM_FRESH);
    expect_version(NEW_N, 'Y');
    device_end();
    return over;
}

/* At every write and erase of a 304, of a 200, and of one after an eviction;
   what the cut leaves there is another thing each time. */
static void power_cuts(void **state)
{
    static const uint32_t units[] = {1, 8, 32};
    unsigned cuts = 0;

    (void)state;
    for (unsigned i = 0; i < 9 * 4; i++) {
        unsigned n = 1;
        while (!update_until(n, units[i % 3], i, (int)(i / 3 % 3)))
            n++;
        assert_true(n > 1);
        cuts += n - 1;
    }
    print_message("# %u power cuts\n", cuts);
}

/* A third URL drives one of two out: the one that was confirmed last stays, and
   of the others there is all or nothing. */
static void power_cuts_of_an_eviction(void **state)
{
    static char long_c[2048];
    const struct fake_peer peer = {
        .says = {say(OK("", "of a "), 1), say(OK("", "of b "), 2),
                 long_body(long_c, NEW_N, 'C', 3, "")}};
    unsigned n = 0, whole = 0;
    bool over;

    (void)state;
    do {
        device_begin(&peer, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "of a ");
        expect(B, 0, LWURL_FROM_NETWORK, "of b ");
        fake_storage_restart(&dev.flash);
        dev.flash.seed = n;
        dev.flash.cut_at = ++n;
        assert_int_equal(get("http://h/c", 0), LWURL_OK);
        over = !dev.flash.dead;
        device_reboot();
        expect_kept(B, "of b ");
        if (get(A, LWURL_CACHE_OFFLINE) == LWURL_OK)
            assert_string_equal(dev.body, "of a ");
        bool old = dev.body_n != 0;
        if (get("http://h/c", LWURL_CACHE_OFFLINE) == LWURL_OK) {
            expect_version(NEW_N, 'C');
            whole++;
        } else {
            assert_true(old && !over);
        }
        device_end();
    } while (!over);
    assert_true(n > 5 && whole >= 1);
}

/* Flash that fails once is no failure of a fetch. */
static void flash_fails(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK("", "first"), 1), say(OK("", "other"), 2)}}};
    struct lwurl_request request = {.url = A};
    unsigned n = 0, failed = 0;
    bool over;

    (void)state;
    do {
        device_begin(peers, 1);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        fake_storage_restart(&dev.flash);
        dev.flash.fail_at = ++n;
        assert_int_equal(ask(&request, 0), LWURL_OK);
        assert_string_equal(dev.body, "other");
        over = fake_storage_calls(&dev.flash) < n;
        if (!over) {
            assert_int_equal(lwurl_cache_stored(&dev.cache), LWURL_ERR_STORAGE);
            failed++;
        }
        lwurl_cache_close(&dev.cache);
        dev.flash.fail_at = 0;
        assert_int_equal(get(A, LWURL_CACHE_OFFLINE), LWURL_OK);
        if (over)
            assert_string_equal(dev.body, "other");
        else
            assert_string_equal(dev.body, "first");
        device_end();
    } while (!over);
    assert_true(failed > 2);
}

/* What cannot be forgotten says so, and is tried again. */
static void forgetting_fails(void **state)
{
    const struct fake_peer peer = {
        .says = {say(OK("", "first"), 1), say(OK("", "other"), 2)}};

    (void)state;
    device_begin(&peer, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    fake_storage_restart(&dev.flash);
    dev.flash.fail_at = 1;
    assert_int_equal(lwurl_cache_forget(&dev.cache, A), LWURL_ERR_STORAGE);
    assert_int_equal(lwurl_cache_forget(&dev.cache, A), LWURL_OK);
    device_reboot();
    expect_not_kept(A);
    device_end();
}

/* What is to be doubted, and cannot be marked so, is not used any more. */
static void doubt_fails(void **state)
{
    const struct fake_peer peer = {
        .says = {say(OK(FRESH60, "first"), 1),
                 say("HTTP/1.1 204 Done\r\n\r\n", 2)}};
    struct lwurl_request unsafe = {.url = A, .method = "PUT"};

    (void)state;
    device_begin(&peer, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    fake_storage_restart(&dev.flash);
    dev.flash.fail_at = 1;
    assert_int_equal(
        lwurl_open(&dev.u, &dev.opener, &unsafe, dev.work, sizeof dev.work),
        LWURL_OK);
    lwurl_close(&dev.u);
    assert_true(fake_storage_calls(&dev.flash) >= 1);
    expect_not_kept(A);
    device_reboot();
    expect_not_kept(A);
    device_end();
}

/* A record that cannot be read any more is as if it were not there. */
static void reading_fails(void **state)
{
    const struct fake_peer peer = {
        .says = {say(OK(FRESH60, "first"), 1), say(OK(FRESH60, "other"), 2)}};

    (void)state;
    device_begin(&peer, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    dev.flash.fail_read_at = dev.flash.reads + 1;
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    assert_int_equal(seen_count(&dev.fake, "If-"), 0);
    expect(A, 0, LWURL_FROM_FRESH, "other");
    device_end();
}

/* -------------------------------------------------------------- odd records */

/* Writes `value` over byte `at` of what is kept, from the end where at < 0,
   and cuts it to n bytes. */
static void forge(int at, unsigned value, size_t most)
{
    unsigned char record[512];
    size_t n = 0;
    unsigned id = dev.cache.id;

    for (; n == 0; id++)
        assert_int_equal(
            lwurl_records_get(&dev.records, id, record, sizeof record, &n),
            LWURL_OK);
    record[at < 0 ? (int)n + at : at] = (unsigned char)value;
    assert_int_equal(
        lwurl_records_put(&dev.records, id - 1, record, n < most ? n : most),
        LWURL_OK);
}

/* Records of another version, of a cache with other sizes, or of nobody: they
   are whole, and still no entries of this one. The next one takes the place. */
static void forged(void **state)
{
    static const struct {
        int at;
        unsigned value;
        size_t n;
    } ways[] = {
        {0, 2, 512},    /* version */
        {0, 1, 10},     /* shorter than any */
        {0, 1, 80},     /* shorter than it says */
        {45, 255, 512}, /* a body that fits no slot */
        {68, 255, 512}, /* ETag, Last-Modified and URL that are too long */
        {69, 255, 512},
        {70, 255, 512},
        {-(int)sizeof A + 1, ':', 512}, /* no URL */
    };

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        const struct fake_peer peers[] = {
            {.says = {say(OK("ETag: \"v\"\r\n", "first"), 1)}},
            {.says = {say(OK("", "other"), 1)}}};
        device_begin(peers, 2);
        expect(A, 0, LWURL_FROM_NETWORK, "first");
        expect_kept(A, "first");
        forge(ways[i].at, ways[i].value, ways[i].n);
        device_reboot();
        expect_not_kept(A);
        expect(A, 0, LWURL_FROM_NETWORK, "other");
        assert_int_equal(seen_count(&dev.fake, "If-"), 0);
        device_reboot();
        expect_kept(A, "other");
        device_end();
    }
}

/* A record that is longer than the room, which was larger once. */
static void smaller_room(void **state)
{
    static const char url[] =
        "http://h/0123456789012345678901234567890123456789012345678901234";
    const struct fake_peer peers[] = {
        {.says = {say(OK("ETag: \"0123456789012345678901234567890123456789"
                         "0123456789012345678901234567890123456\"\r\n"
                         "Last-Modified: Sun, 06 Nov 1994 08:33:57 GMT\r\n",
                         "first"),
                      1)}},
        {.says = {say(OK("", "other"), 1)}}};

    (void)state;
    device_begin(peers, 2);
    expect(url, 0, LWURL_FROM_NETWORK, "first");
    expect_kept(url, "first");
    device_reboot();
    dev.cache.room_n = LWURL_CACHE_ROOM(1);
    assert_int_equal(lwurl_cache_init(&dev.cache), LWURL_OK);
    expect_not_kept(url);
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    device_reboot();
    expect_not_kept(url); /* its place was taken */
    expect_kept(A, "other");
    device_end();
}

static struct lwurl_cache_slot *slot_of(uint32_t order)
{
    size_t i = 0;

    while (dev.slots[i].order != order)
        assert_true(++i < SLOTS);
    return &dev.slots[i];
}

/* Two URLs of one hash are two URLs. */
static void same_hash(void **state)
{
    const struct fake_peer peer = {
        .says = {say(OK(FRESH60, "of a "), 1), say(OK(FRESH60, "of b "), 2)}};

    (void)state;
    device_begin(&peer, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "of a ");
    expect(B, 0, LWURL_FROM_NETWORK, "of b ");
    assert_true(slot_of(1) < slot_of(2));
    slot_of(1)->url = slot_of(2)->url;
    expect(B, 0, LWURL_FROM_FRESH, "of b ");
    device_end();
}

static void set_up_wrongly(void **state)
{
    struct lwurl_storage storage;
    struct lwurl_cache good;

    (void)state;
    device_begin(NULL, 0);
    good = dev.cache;
#define WRONG(member, value)                                            \
    do {                                                                \
        dev.cache = good;                                               \
        dev.cache.member = (value);                                     \
        assert_int_equal(lwurl_cache_init(&dev.cache), LWURL_ERR_CALL); \
    } while (0)
    WRONG(slots_n, 1);
    WRONG(slots_n, 65);
    WRONG(slots_n, 6);
    WRONG(body_max, 0);
    WRONG(body_max, ERASE + 1);
    WRONG(at, 1);
    WRONG(at, 0xFFFFFF00u);
    WRONG(room_n, 100);
    WRONG(records, NULL);
    WRONG(storage, NULL);
    WRONG(id, 65500);
    for (int i = 0; i < 3; i++) {
        storage = dev.flash.storage;
        if (i == 0)
            storage.erase_unit = 0;
        else
            storage.write_unit = i == 1 ? 0 : LWURL_WRITE_UNIT_MAX + 1;
        WRONG(storage, &storage);
    }
#undef WRONG
    dev.cache = good;
    assert_int_equal(lwurl_cache_step(&dev.cache), LWURL_ERR_CALL);
    assert_int_equal(lwurl_cache_take(&dev.cache, dev.body, 1), LWURL_ERR_CALL);
    assert_int_equal(lwurl_cache_keep(&dev.cache), LWURL_ERR_CALL);
    lwurl_cache_close(&dev.cache);
    device_end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(decay),
        cmocka_unit_test(checked_in_steps),
        cmocka_unit_test(reads_fail),
        cmocka_unit_test(eviction),
        cmocka_unit_test(held),
        cmocka_unit_test(power_cuts),
        cmocka_unit_test(power_cuts_of_an_eviction),
        cmocka_unit_test(flash_fails),
        cmocka_unit_test(forgetting_fails),
        cmocka_unit_test(doubt_fails),
        cmocka_unit_test(reading_fails),
        cmocka_unit_test(forged),
        cmocka_unit_test(smaller_room),
        cmocka_unit_test(same_hash),
        cmocka_unit_test(set_up_wrongly),
    };

    return cmocka_run_group_tests_name("core/cache, in flash", tests, NULL,
                                       NULL);
}
