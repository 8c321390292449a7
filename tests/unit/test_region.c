/* SPDX-License-Identifier: MIT */
/* core/store/region.c, call by call; whole downloads into it are in
   test_resume.c and test_journal.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fake_storage.h"
#include "lwurl_retrieve.h"

#define UNIT 256u

static struct fake_storage flash;
static struct lwurl_records records;
static struct lwurl_region region;
static struct lwurl_sink sink;

static void begin(void)
{
    fake_storage_begin(&flash, 8 * UNIT, UNIT, 8);
    memset(&records, 0, sizeof records);
    records.storage = &flash.storage;
    records.size = 4 * UNIT;
    assert_int_equal(lwurl_records_open(&records), LWURL_OK);
    memset(&region, 0, sizeof region);
    region.storage = &flash.storage;
    region.at = 4 * UNIT;
    region.size = 4 * UNIT;
    region.records = &records;
    region.id = 3;
    lwurl_region_sink(&region, &sink);
}

static int store(const char *text, size_t n)
{
    int err = sink.begin(sink.ctx, LWURL_LENGTH_UNKNOWN, 0);

    if (err == LWURL_OK)
        err = sink.write(sink.ctx, 0, text, n);
    return err == LWURL_OK ? sink.commit(sink.ctx, n) : err;
}

static uint64_t length(void)
{
    uint64_t n;

    assert_int_equal(lwurl_region_length(&region, &n), LWURL_OK);
    return n;
}

/* Without records the bytes are there, and nobody knows how many. */
static void test_no_records(void **state)
{
    (void)state;
    begin();
    region.records = NULL;
    assert_int_equal(store("hello", 5), LWURL_OK);
    assert_memory_equal(flash.bytes + region.at, "hello\xff\xff\xff", 8);
    assert_int_equal(length(), 0);
}

/* The note is in the record, behind the length; too long a one is refused. */
static void test_note(void **state)
{
    static const char note[LWURL_REGION_NOTE_MAX + 1] = "v7";
    unsigned char entry[8 + LWURL_REGION_NOTE_MAX];
    size_t n;

    (void)state;
    for (size_t note_n = 0; note_n <= LWURL_REGION_NOTE_MAX; note_n += 28) {
        begin();
        region.note = note;
        region.note_n = note_n;
        assert_int_equal(store("hello", 5), LWURL_OK);
        assert_int_equal(length(), 5);
        assert_int_equal(
            lwurl_records_get(&records, 3, entry, sizeof entry, &n), LWURL_OK);
        assert_int_equal(n, 8 + note_n);
        assert_memory_equal(entry, "\0\0\0\0\0\0\0\5", 8);
        assert_memory_equal(entry + 8, note, note_n);
    }
    region.note_n = LWURL_REGION_NOTE_MAX + 1;
    assert_int_equal(store("other", 5), LWURL_ERR_ROOM);
    assert_int_equal(length(), 0); /* the old one went with begin */
}

/* A record of somebody else's under this id is no length. */
static void test_foreign_record(void **state)
{
    uint64_t n = 9;

    (void)state;
    begin();
    assert_int_equal(lwurl_records_put(&records, 3, "seven b", 7), LWURL_OK);
    assert_int_equal(length(), 0);
    assert_int_equal(lwurl_records_put(&records, 3, flash.bytes, 99), LWURL_OK);
    assert_int_equal(lwurl_region_length(&region, &n), LWURL_ERR_ROOM);
    assert_int_equal(n, 0);
}

/* Nothing is written behind the region, wherever it is to begin. */
static void test_bounds(void **state)
{
    static const char bytes[4 * UNIT + 1];

    (void)state;
    begin();
    assert_int_equal(store(bytes, 4 * UNIT), LWURL_OK);
    assert_int_equal(store(bytes, 4 * UNIT + 1), LWURL_ERR_ROOM);
    assert_int_equal(sink.begin(sink.ctx, 4 * UNIT + 1, 0), LWURL_ERR_ROOM);
    assert_int_equal(sink.begin(sink.ctx, 4 * UNIT, 4 * UNIT), LWURL_OK);
    assert_int_equal(sink.write(sink.ctx, 4 * UNIT, bytes, 1), LWURL_ERR_ROOM);
    assert_int_equal(sink.write(sink.ctx, 4 * UNIT + 1, bytes, 1),
                     LWURL_ERR_ROOM);
    assert_int_equal(sink.write(sink.ctx, UINT64_MAX, bytes, 1),
                     LWURL_ERR_ROOM);
    assert_int_equal(sink.begin(sink.ctx, LWURL_LENGTH_UNKNOWN, 5 * UNIT),
                     LWURL_ERR_STORAGE);
    assert_int_equal(sink.begin(sink.ctx, LWURL_LENGTH_UNKNOWN, UNIT + 8),
                     LWURL_ERR_STORAGE);
}

/* Each call of the flash fails once: old or nothing, until commit returned. */
static void test_failures(void **state)
{
    unsigned at = 0;
    int err;

    (void)state;
    do {
        begin();
        assert_int_equal(store("the old", 7), LWURL_OK);
        fake_storage_restart(&flash);
        flash.fail_at = ++at;
        err = store("hello, world", 12);
        assert_int_equal(err, fake_storage_calls(&flash) < at
                                  ? LWURL_OK
                                  : LWURL_ERR_STORAGE);
        if (err == LWURL_OK)
            assert_int_equal(length(), 12);
        else if (at == 1) /* the removal of the record */
            assert_true(length() == 7 || length() == 0);
        else
            assert_int_equal(length(), 0);
    } while (err != LWURL_OK);
    assert_true(at > 5); /* record, erase, two writes, record */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_records),     cmocka_unit_test(test_note),
        cmocka_unit_test(test_foreign_record), cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_failures),
    };

    return cmocka_run_group_tests_name("core/store/region", tests, NULL, NULL);
}
