/* SPDX-License-Identifier: MIT */
/* core/store: records, and what a power cut leaves of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fake_storage.h"
#include "lwurl_record.h"
#include "text/bytes.h"

#define IDS    4u
#define LONG   40u
#define ERASE  128u
#define SCRIPT 60u

static struct fake_storage flash;
static struct lwurl_records records;

/* What ought to be there: the content is made of the id and a number. */
struct model {
    unsigned number[IDS]; /* of the put; 0: none */
};

/* Length of a content, 1 to LONG: every number another one. */
static size_t content(unsigned id, unsigned number, unsigned char *p)
{
    size_t n = 1 + (id * 7 + number * 13) % LONG;

    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(id ^ number ^ i * 3);
    return n;
}

static int put(unsigned id, unsigned number)
{
    unsigned char p[LONG];

    return lwurl_records_put(&records, id, p,
                             number == 0 ? 0 : content(id, number, p));
}

static bool is_there(unsigned id, unsigned number)
{
    unsigned char good[LONG], p[LONG];
    size_t good_n = number == 0 ? 0 : content(id, number, good), n;

    assert_int_equal(lwurl_records_get(&records, id, p, sizeof p, &n),
                     LWURL_OK);
    return n == good_n && memcmp(p, good, n) == 0;
}

static void open_records(uint32_t at, uint32_t size)
{
    memset(&records, 0, sizeof records);
    records.storage = &flash.storage;
    records.at = at;
    records.size = size;
    assert_int_equal(lwurl_records_open(&records), LWURL_OK);
}

static void begin(uint32_t write_unit, uint32_t units)
{
    uint32_t size = 2 * units * ERASE;

    fake_storage_begin(&flash, size + ERASE, ERASE, write_unit);
    memset(flash.bytes, 0x5A, ERASE); /* somebody else's */
    open_records(ERASE, size);
}

static void test_empty(void **state)
{
    size_t n = 9;

    (void)state;
    begin(4, 1);
    assert_int_equal(lwurl_records_get(&records, 1, NULL, 0, &n), LWURL_OK);
    assert_int_equal(n, 0);
    assert_int_equal(put(1, 0), LWURL_OK);
    assert_int_equal(fake_storage_calls(&flash), 0);
    memset(flash.bytes, 0x5A, sizeof flash.bytes); /* was something else */
    open_records(ERASE, 2 * ERASE);
    assert_true(is_there(1, 0));
    assert_int_equal(put(1, 1), LWURL_OK);
    assert_true(is_there(1, 1));
}

static void test_geometry(void **state)
{
    static const uint32_t bad[][4] = {
        /* at, size, erase unit, write unit */
        {0, 0, 128, 4},    {0, 128, 128, 4},   {0, 384, 128, 4},
        {64, 256, 128, 4}, {896, 256, 128, 4}, {0, 2048, 128, 4},
        {0, 256, 128, 0},  {0, 256, 128, 33},  {0, 256, 0, 4},
        {0, 256, 128, 3},  {0, 257, 128, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        fake_storage_begin(&flash, 1024, bad[i][2], bad[i][3]);
        records.storage = &flash.storage;
        records.at = bad[i][0];
        records.size = bad[i][1];
        assert_int_equal(lwurl_records_open(&records), LWURL_ERR_CALL);
    }
    records.storage = NULL;
    assert_int_equal(lwurl_records_open(&records), LWURL_ERR_CALL);
}

static void test_room(void **state)
{
    unsigned char p[LWURL_RECORD_MAX + 1] = {1}, one;
    size_t n;

    (void)state;
    begin(4, 1); /* a half: 12, and 116 for records */
    assert_int_equal(lwurl_records_put(&records, 1, p, 109), LWURL_ERR_ROOM);
    assert_int_equal(lwurl_records_put(&records, 1, p, sizeof p),
                     LWURL_ERR_ROOM);
    assert_int_equal(lwurl_records_put(&records, 65535, p, 1), LWURL_ERR_CALL);
    assert_int_equal(fake_storage_calls(&flash), 0);
    assert_int_equal(lwurl_records_put(&records, 1, p, 108), LWURL_OK);
    open_records(ERASE, 2 * ERASE); /* to the last byte */
    assert_int_equal(lwurl_records_put(&records, 2, p, 1), LWURL_ERR_ROOM);
    assert_int_equal(lwurl_records_get(&records, 1, &one, 1, &n),
                     LWURL_ERR_ROOM);
    assert_int_equal(n, 108);
    assert_int_equal(lwurl_records_put(&records, 1, p, 2), LWURL_OK);
    assert_int_equal(lwurl_records_put(&records, 65534, p, 1), LWURL_OK);
    assert_int_equal(lwurl_records_get(&records, 65534, &one, 1, &n), LWURL_OK);
    assert_int_equal(n, 1);
}

/* Longer than what is copied at once, and across erase units. */
static void test_long(void **state)
{
    unsigned char p[LWURL_RECORD_MAX], q[LWURL_RECORD_MAX];
    size_t n;

    (void)state;
    fake_storage_begin(&flash, 16384, 2048, 8);
    open_records(0, 16384);
    for (size_t i = 0; i < sizeof p; i++)
        p[i] = (unsigned char)(i * 7);
    for (unsigned round = 0; round < 5; round++) {
        assert_int_equal(lwurl_records_put(&records, 3, p + round, 4000),
                         LWURL_OK);
        assert_int_equal(put(1, round + 1), LWURL_OK);
        open_records(0, 16384);
        assert_int_equal(lwurl_records_get(&records, 3, q, sizeof q, &n),
                         LWURL_OK);
        assert_int_equal(n, 4000);
        assert_memory_equal(q, p + round, n);
        assert_true(is_there(1, round + 1));
    }
}

/* ------------------------------------------------------------- power cuts */

/* The script: what is put when. Every fifth removes. */
static unsigned id_at(unsigned i)
{
    return (i * i + i / 3) % IDS;
}

static unsigned number_at(unsigned i)
{
    return i % 5 == 4 ? 0 : i + 1;
}

/* Runs the script from *i until its end or an error. */
static int run(struct model *m, unsigned *i)
{
    int err = LWURL_OK;

    for (; *i < SCRIPT && err == LWURL_OK; ++*i) {
        err = put(id_at(*i), number_at(*i));
        if (err != LWURL_OK)
            return err;
        m->number[id_at(*i)] = number_at(*i);
    }
    return err;
}

static void check_all(const struct model *m)
{
    for (unsigned id = 0; id < IDS; id++)
        assert_true(is_there(id, m->number[id]));
    for (uint32_t i = 0; i < ERASE; i++)
        assert_int_equal(flash.bytes[i], 0x5A);
}

/* After a restart: all is as it was, but the put under way may have come. */
static void check_cut(struct model *m, unsigned i)
{
    if (is_there(id_at(i), number_at(i)))
        m->number[id_at(i)] = number_at(i);
    check_all(m);
}

/* Cuts the power in call `first`, and again in the `second` one behind. */
static bool cut(uint32_t write_unit, uint32_t units, unsigned first,
                unsigned second)
{
    struct model m = {{0}};
    unsigned i = 0;
    const unsigned cuts[2] = {first, second};

    begin(write_unit, units);
    flash.seed = first * 2654435761u + second;
    for (unsigned n = 0; n < 2 && cuts[n] > 0; n++) {
        flash.cut_at = cuts[n];
        if (run(&m, &i) == LWURL_OK)
            return false; /* the script ended before */
        fake_storage_restart(&flash);
        open_records(ERASE, 2 * units * ERASE);
        check_cut(&m, i);
    }
    assert_int_equal(run(&m, &i), LWURL_OK);
    check_all(&m);
    open_records(ERASE, 2 * units * ERASE);
    check_all(&m);
    return true;
}

static void test_power_cuts(void **state)
{
    static const uint32_t write_units[] = {1, 2, 4, 8, 16, 32};

    (void)state;
    for (size_t w = 0; w < sizeof write_units / sizeof write_units[0]; w++)
        for (uint32_t units = w < 4 ? 2 : 4; units <= 4; units += 2) {
            unsigned n = 1;
            while (cut(write_units[w], units, n, 0))
                n++;
            assert_true(n > SCRIPT);
        }
}

static void test_power_cuts_in_a_row(void **state)
{
    (void)state;
    for (unsigned n = 1; cut(8, 2, n, 1); n++)
        for (unsigned m = 2; m < 40 && cut(8, 2, n, m); m++)
            ;
}

/* A write that fails, and power stays: the store goes on in the other half. */
static void test_failed_write(void **state)
{
    (void)state;
    for (unsigned n = 1; n < 60; n++) {
        struct model m = {{0}};
        unsigned i = 0;

        begin(4, 2);
        flash.seed = n;
        flash.fail_at = n;
        assert_int_equal(run(&m, &i), LWURL_ERR_STORAGE);
        check_all(&m);
        assert_int_equal(run(&m, &i), LWURL_OK);
        check_all(&m);
    }
}

/* What was not read gives nothing and takes nothing. */
static void expect_closed(void)
{
    unsigned calls = fake_storage_calls(&flash), reads = flash.reads;
    size_t n = 9;

    assert_int_equal(lwurl_records_get(&records, 1, NULL, 0, &n),
                     LWURL_ERR_STORAGE);
    assert_int_equal(n, 0);
    assert_int_equal(put(1, 1), LWURL_ERR_STORAGE);
    assert_int_equal(put(1, 0), LWURL_ERR_STORAGE);
    assert_int_equal(fake_storage_calls(&flash), calls);
    assert_int_equal(flash.reads, reads);
}

/* A half that cannot be read may be the one in use: the older one is not taken
   in its place, and nothing is written until it was read. */
static void test_failed_read_of_open(void **state)
{
    unsigned failed = 0, good = 0;
    bool over = false;
    int err;

    (void)state;
    begin(4, 1);
    do { /* until both halves have a header */
        assert_int_equal(put(0, ++good), LWURL_OK);
        assert_int_equal(put(1, good), LWURL_OK);
    } while (records.generation < 3);
    for (unsigned n = 1; !over; n++) {
        fake_storage_restart(&flash);
        flash.fail_read_at = n;
        err = lwurl_records_open(&records);
        over = flash.reads < n;
        flash.fail_read_at = 0;
        if (err != LWURL_OK) {
            assert_int_equal(err, LWURL_ERR_STORAGE);
            expect_closed();
            failed++;
            open_records(ERASE, 2 * ERASE);
        }
        assert_true(is_there(0, good) && is_there(1, good));
    }
    assert_true(failed > 5);
}

/* A read that fails in a put, at any place: all is as it was, but that put may
   have come. */
static void test_failed_read_of_put(void **state)
{
    bool over = false;

    (void)state;
    for (unsigned n = 1; !over; n += 1 + n / 100) {
        struct model m = {{0}};
        unsigned i = 0;

        begin(4, 2);
        fake_storage_restart(&flash);
        flash.fail_read_at = n;
        over = run(&m, &i) == LWURL_OK;
        flash.fail_read_at = 0;
        if (!over) {
            check_cut(&m, i);
            open_records(ERASE, 4 * ERASE);
            check_cut(&m, i);
        }
        assert_int_equal(run(&m, &i), LWURL_OK);
        check_all(&m);
    }
}

static void test_failed_read_of_get(void **state)
{
    unsigned char p[LONG];
    size_t n = 9;
    int err;

    (void)state;
    begin(4, 1);
    assert_int_equal(put(0, 1), LWURL_OK);
    assert_int_equal(put(1, 2), LWURL_OK);
    for (unsigned fail = 1; fail <= 3; fail++) { /* two heads, a content */
        fake_storage_restart(&flash);
        flash.fail_read_at = fail;
        err = lwurl_records_get(&records, 1, p, sizeof p, &n);
        assert_int_equal(err, LWURL_ERR_STORAGE);
        assert_true(is_there(0, 1) && is_there(1, 2));
    }
}

/* Any one bit that turned makes a record not whole, and none behind it count;
   it never gives another content. */
static void test_rot(void **state)
{
    (void)state;
    begin(4, 1);
    assert_int_equal(put(0, 1), LWURL_OK);
    assert_int_equal(put(1, 2), LWURL_OK);
    for (unsigned bit = 0; bit < ERASE * 8; bit++) {
        flash.bytes[ERASE + bit / 8] ^= (unsigned char)(1u << bit % 8);
        open_records(ERASE, 2 * ERASE);
        assert_true(is_there(0, 1) || is_there(0, 0));
        assert_true(is_there(1, 2) || is_there(1, 0));
        flash.bytes[ERASE + bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
}

static void test_crc(void **state)
{
    (void)state;
    assert_int_equal(crc_add(0, "123456789", 9), 0xCBF43926u);
    assert_int_equal(crc_add(crc_add(0, "1234", 4), "56789", 5), 0xCBF43926u);
    assert_int_equal(crc_add(0, "", 0), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_geometry),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_power_cuts),
        cmocka_unit_test(test_power_cuts_in_a_row),
        cmocka_unit_test(test_failed_write),
        cmocka_unit_test(test_failed_read_of_open),
        cmocka_unit_test(test_failed_read_of_put),
        cmocka_unit_test(test_failed_read_of_get),
        cmocka_unit_test(test_rot),
        cmocka_unit_test(test_crc),
    };

    return cmocka_run_group_tests_name("core/store/record", tests, NULL, NULL);
}
