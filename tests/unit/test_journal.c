/* SPDX-License-Identifier: MIT */
/* core/journal.c, core/store/region.c: what a download finds after a reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "download.h"
#include "fake_sink.h"

/* ------------------------------------------------------------- the journal */

/* An entry of another URL, another check, or none of ours. */
static void test_foreign_entries(void **state)
{
    (void)state;
    for (int kind = 0; kind < 5; kind++) {
        dl_begin();
        dl.server.drops = 1;
        dl.server.drop_at = 1400;
        dl.verify.told = true; /* as if the server had sent a digest */
        assert_int_equal(dl_run(), LWURL_ERR_RESET);
        dl_boot();
        if (kind == 0)
            dl.get.url = "http://h:80/file";
        else if (kind == 1)
            dl.get.url = "http://H2/file";
        else if (kind == 2)
            dl.what.verify = NULL;
        else if (kind == 3)
            assert_int_equal(
                lwurl_records_put(&dl.records, JOURNAL, "garbage", 7),
                LWURL_OK);
        else
            assert_int_equal(lwurl_records_put(&dl.records, JOURNAL,
                                               dl.flash.bytes,
                                               LWURL_JOURNAL_MAX + 1),
                             LWURL_OK);
        assert_int_equal(dl_run(), LWURL_OK);
        assert_int_equal(dl.server.asked[1] > 0, kind == 0); /* the same URL */
        assert_int_equal(valid_version(), 1);
    }
}

/* With no check at all there is less to be noted, and it goes on as well. */
static void test_no_check(void **state)
{
    (void)state;
    dl_begin();
    dl.server.drops = 1;
    dl.server.drop_at = 1400;
    dl.what.verify = NULL;
    assert_int_equal(dl_run(), LWURL_ERR_RESET);
    dl_boot();
    dl.what.verify = NULL;
    assert_int_equal(dl_run(), LWURL_OK);
    assert_true(dl.server.asked[1] > 0);
    assert_int_equal(valid_version(), 1);
}

/* An entry of a firmware that kept longer tags. */
static void test_entry_with_a_long_tag(void **state)
{
    unsigned char entry[LWURL_JOURNAL_MAX];
    size_t n;

    (void)state;
    for (int by = 0; by < 2; by++) {
        dl_begin();
        dl.server.drops = 1;
        dl.server.drop_at = 1400;
        assert_int_equal(dl_run(), LWURL_ERR_RESET);
        assert_int_equal(
            lwurl_records_get(&dl.records, JOURNAL, entry, sizeof entry, &n),
            LWURL_OK);
        assert_int_equal(entry[n - 5], 4); /* "v1" with its quotes */
        entry[n - 5] = (unsigned char)(by == 0 ? 4 : LWURL_ETAG_MAX + 1);
        dl_boot();
        assert_int_equal(lwurl_records_put(&dl.records, JOURNAL, entry, n),
                         LWURL_OK);
        assert_int_equal(dl_run(), LWURL_OK);
        assert_int_equal(dl.server.asked[1] > 0, by == 0);
        assert_whole(1);
    }
}

#define WORLD_64 "SG6kYiTRu0+2gPNPfJrZao8k7Ii+c+qOWmxlJg6cuKc="

/* A digest of the first answer is a digest of the whole, and survives. */
static void test_digest_in_the_journal(void **state)
{
    (void)state;
    dl_begin();
    dl.server.manner.fields = "Repr-Digest: sha-256=:" WORLD_64 ":\r\n";
    dl.server.drops = 1;
    dl.server.drop_at = 1400;
    assert_int_equal(dl_run(), LWURL_ERR_RESET);
    dl_boot();
    dl.server.manner.fields = NULL;
    assert_int_equal(dl_run(), LWURL_ERR_CONTENT);
    assert_true(dl.server.asked[1] > 0);
    assert_int_equal(valid_version(), 0);
    dl_boot();
    assert_int_equal(dl_run(), LWURL_OK); /* and is forgotten with it */
    assert_int_equal(dl.server.asked[2], 0);
    assert_whole(1);
}

/* A check of the application's own, by adding up. */
static uint64_t sum;
static int sum_err;

static void sum_begin(struct lwurl_verify *v)
{
    (void)v;
    sum = 0;
}

static void sum_add(struct lwurl_verify *v, const void *p, size_t n)
{
    (void)v;
    for (size_t i = 0; i < n; i++)
        sum += ((const unsigned char *)p)[i];
}

static int sum_end(struct lwurl_verify *v)
{
    (void)v;
    return sum_err;
}

static void sum_save(const struct lwurl_verify *v, unsigned char to[32])
{
    (void)v;
    memset(to, 0, 32);
    memcpy(to, &sum, sizeof sum);
}

static void sum_load(struct lwurl_verify *v, const unsigned char from[32],
                     uint64_t at)
{
    (void)v;
    assert_int_equal(at % 64, 0);
    memcpy(&sum, from, sizeof sum);
}

/* One that cannot be saved: what it saw is lost with a reset. What it refuses
   is as bad as a digest that does not match. */
static void test_own_check(void **state)
{
    static const struct lwurl_verify_ops saves = {sum_begin, sum_add, sum_end,
                                                  sum_save, sum_load};
    static const struct lwurl_verify_ops forgets = {sum_begin, sum_add, sum_end,
                                                    NULL, NULL};
    uint64_t good = 0;

    (void)state;
    for (uint64_t i = 0; i < SIZE; i++)
        good += range_server_byte(1, i);
    for (int kind = 0; kind < 3; kind++) {
        dl_begin();
        dl.server.drops = 1;
        dl.server.drop_at = 1400;
        dl.verify.ops = kind == 0 ? &forgets : &saves;
        sum_err = kind == 2 ? LWURL_ERR_SIGNATURE : LWURL_OK;
        assert_int_equal(dl_run(), LWURL_ERR_RESET);
        dl_boot();
        sum = 0;
        dl.verify.ops = kind == 0 ? &forgets : &saves;
        assert_int_equal(dl_run(), sum_err);
        assert_int_equal(dl.server.asked[1] > 0, kind != 0);
        assert_true(sum == good);
        assert_int_equal(valid_version(), kind != 2);
        dl_boot(); /* nothing is left to go on with */
        assert_int_equal(dl_run(), LWURL_OK);
        assert_int_equal(dl.server.asked[2], 0);
    }
}

/* ------------------------------------------------------------- other sinks */

static struct fake_sink own;

/* Entries are where the sink, the hash and the caller want them. */
static void test_grains(void **state)
{
    static const struct {
        uint32_t grain, every;
        uint64_t from; /* that the next call asks for */
    } rows[] = {
        {0, 0, 0},      {1, 0, 8192},     {64, 0, 8192}, {96, 0, 2 * 4224},
        {100, 0, 9600}, {4096, 64, 8192}, {1, 1, 9984},  {48, 1000, 9216},
    };

    (void)state;
    for (size_t i = 0; i < N(rows); i++) {
        dl_begin();
        dl.server.size = 20000;
        dl.server.drops = 1;
        dl.server.drop_at = 10100;
        fake_sink_begin(&own, rows[i].grain);
        dl.what.sink = &own.sink;
        dl.resume.every = rows[i].every;
        assert_int_equal(dl_run(), LWURL_ERR_RESET);
        dl_boot();
        fake_sink_restart(&own);
        dl.what.sink = &own.sink;
        assert_int_equal(dl_run(), LWURL_OK);
        assert_int_equal(dl.server.asked[1], rows[i].from);
        assert_true(own.committed);
        assert_int_equal(own.n, 20000);
        for (uint64_t k = 0; k < own.n; k++)
            assert_int_equal(own.bytes[k], range_server_byte(1, k));
        assert_digest_of(1);
    }
}

/* A sink that cannot sync any more, or cannot keep what it had: anew. */
static void test_sink_lost_it(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        dl_begin();
        dl.server.drops = 1;
        dl.server.drop_at = 1400;
        fake_sink_begin(&own, 64);
        dl.what.sink = &own.sink;
        assert_int_equal(dl_run(), LWURL_ERR_RESET);
        dl_boot();
        fake_sink_restart(&own);
        own.fail_with = LWURL_ERR_STORAGE;
        own.fail_at = kind == 1;
        if (kind == 0)
            own.sink.sync = NULL;
        dl.what.sink = &own.sink;
        assert_int_equal(dl_run(), LWURL_OK);
        assert_int_equal(dl.server.asked[1], 0);
        assert_int_equal(own.n, SIZE);
        assert_digest_of(1);
    }
}

/* Each of its calls fails once, on the way: the error is the sink's. */
static void test_sink_fails(void **state)
{
    unsigned at = 0, failed = 0;

    (void)state;
    do {
        dl_begin();
        dl.server.size = 700;
        fake_sink_begin(&own, 64);
        own.fail_at = ++at;
        own.fail_with = LWURL_ERR_STORAGE;
        dl.what.sink = &own.sink;
        dl.resume.tries = 3;
        int err = dl_run();
        failed += err != LWURL_OK;
        assert_int_equal(err, own.calls < at ? LWURL_OK : LWURL_ERR_STORAGE);
        assert_int_equal(own.committed, err == LWURL_OK);
        assert_int_equal(dl.server.requests, 1);
    } while (own.calls >= at);
    assert_true(failed > 700 / 64 * 2);
}

/* More than the caller takes, which shows in the journal already. */
static void test_size_max(void **state)
{
    (void)state;
    for (int chunked = 0; chunked < 2; chunked++) {
        dl_begin();
        dl.server.manner.chunked = chunked != 0;
        dl.server.drops = 1;
        dl.server.drop_at = 1700;
        assert_int_equal(dl_run(), LWURL_ERR_RESET);
        dl_boot();
        dl.what.size_max = 2000;
        assert_int_equal(dl_run(), LWURL_ERR_SIZE);
        assert_true(dl.server.asked[1] > 0);
        dl_boot();
        assert_int_equal(dl_run(), LWURL_OK);
        assert_int_equal(dl.server.asked[2], 0); /* of the rest none was kept */
        assert_whole(1);
    }
}

/* A region that became smaller, or whose units larger, with a new firmware. */
static void test_other_geometry(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        dl_begin();
        dl.server.manner.chunked = true;
        dl.server.drops = 1;
        dl.server.drop_at = 1500;
        assert_int_equal(dl_run(), LWURL_ERR_RESET);
        if (kind == 1)
            dl.flash.storage.erase_unit = 2 * UNIT;
        dl_boot();
        dl.region.size = kind == 0 ? 4 * UNIT : dl.region.size;
        dl.server.size = 900;
        assert_int_equal(dl_run(), LWURL_OK);
        assert_int_equal(dl.server.asked[1], 0);
        assert_whole(1);
    }
}

/* What another download does to the same sink ends what the journal tells. */
static void test_whole_in_between(void **state)
{
    static const struct lwurl_header part[] = {{"Range", "bytes=0-"}};

    (void)state;
    dl_begin();
    dl.server.drops = 1;
    dl.server.drop_at = 1400;
    assert_int_equal(dl_run(), LWURL_ERR_RESET);
    dl_boot();
    dl.server.version = 2;
    dl.server.manner.no_ranges = true;
    dl.server.drops = 1;
    dl.get.headers = part;
    dl.get.headers_n = 1;
    assert_int_equal(dl_run(), LWURL_ERR_RESET);
    dl.get.headers_n = 0;
    dl_boot();
    dl.server.version = 1;
    dl.server.manner.no_ranges = false;
    assert_int_equal(dl_run(), LWURL_OK);
    assert_whole(1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_foreign_entries),
        cmocka_unit_test(test_no_check),
        cmocka_unit_test(test_entry_with_a_long_tag),
        cmocka_unit_test(test_digest_in_the_journal),
        cmocka_unit_test(test_own_check),
        cmocka_unit_test(test_grains),
        cmocka_unit_test(test_sink_lost_it),
        cmocka_unit_test(test_sink_fails),
        cmocka_unit_test(test_size_max),
        cmocka_unit_test(test_other_geometry),
        cmocka_unit_test(test_whole_in_between),
    };

    return cmocka_run_group_tests_name("core/journal", tests, NULL, NULL);
}
