/* SPDX-License-Identifier: MIT */
/* core/resume.c: downloads that break, and servers that honour, ignore or break
   ranges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "download.h"

/* ------------------------------------------------------------------- drops */

/* The connection breaks at any byte; in the same call the rest is asked for. */
static void test_drop_anywhere(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++)
        for (uint64_t at = 1; at < SIZE + 150; at += kind == 0 ? 1 : 37) {
            dl_begin();
            dl.server.manner.dated = kind == 1;
            dl.server.manner.chunked = kind == 2;
            dl.server.drops = 1;
            dl.server.drop_at = at;
            dl.server.piece = 100;
            dl.resume.tries = 2;
            assert_int_equal(dl_run(), LWURL_OK);
            assert_whole(1);
            if (dl.server.requests == 2 && at > 300)
                assert_in_range(dl.server.asked[1], at - 300, at);
        }
}

/* It goes on breaking: as often as the caller lets it. */
static void test_tries(void **state)
{
    (void)state;
    for (uint16_t tries = 0; tries < 6; tries++) {
        dl_begin();
        dl.server.drops = 3;
        dl.server.drop_at = 700;
        dl.resume.tries = tries;
        assert_int_equal(dl_run(), tries < 4 ? LWURL_ERR_RESET : LWURL_OK);
        assert_int_equal(dl.server.requests, tries == 0  ? 1
                                             : tries < 4 ? tries
                                                         : 4);
        assert_int_equal(valid_version(), tries < 4 ? 0 : 1);
    }
    dl_begin();
    dl.server.refuses = true;
    dl.resume.tries = 3;
    assert_int_equal(dl_run(), LWURL_ERR_REFUSED);
}

/* The next call, after a reset, goes on at the last erase unit. */
static void test_next_call(void **state)
{
    (void)state;
    for (uint64_t at = 200; at < SIZE + 150; at += 61) {
        dl_begin();
        dl.server.drops = 1;
        dl.server.drop_at = at;
        if (dl_run() == LWURL_OK)
            break;
        assert_int_equal(valid_version(), 0);
        dl_boot();
        assert_int_equal(dl_run(), LWURL_OK);
        assert_whole(1);
        assert_int_equal(dl.server.requests, 2);
        assert_int_equal(dl.server.asked[1] % UNIT, 0);
        assert_true(dl.server.asked[1] + 2 * UNIT + 200 > at);
        dl_boot(); /* and after a success there is no journal */
        assert_int_equal(dl_run(), LWURL_OK);
        assert_int_equal(dl.server.asked[2], 0);
        assert_whole(1);
    }
}

/* ---------------------------------------------------------------- the matrix
 */

static const struct {
    const char *name;
    struct manner manner;
    int err;       /* of the call that goes on */
    unsigned asks; /* requests in it */
    bool goes_on;  /* its first one is not for all */
} servers[] = {
    {"good", {0}, 0, 1, true},
    {"dated", {.dated = true}, 0, 1, true},
    {"chunked", {.chunked = true}, 0, 1, true},
    {"small parts", {.part_max = 300}, 0, 6, true},
    {"no ranges", {.no_ranges = true}, 0, 1, true},
    {"no validator", {.no_validator = true}, 0, 1, false},
    {"weak", {.weak = true}, 0, 1, false},
    {"young", {.young = true}, 0, 1, false},
    {"coded", {.coded = true}, 0, 1, false},
    {"silent", {.silent = true}, 0, 2, true},
    {"416", {.always_416 = true}, 0, 2, true},
    {"multipart", {.multipart = true}, LWURL_ERR_RANGE, 1, true},
    {"no Content-Range", {.no_range_field = true}, LWURL_ERR_RANGE, 1, true},
    {"no total", {.star = true}, 0, 1, true},
    {"first +1", {.first_off = 1}, LWURL_ERR_RANGE, 1, true},
    {"first -1", {.first_off = -1}, LWURL_ERR_RANGE, 1, true},
    {"last -1", {.last_off = -1}, LWURL_ERR_RANGE, 1, true},
    {"last +1", {.last_off = 1}, LWURL_ERR_RANGE, 1, true},
    {"total +1", {.total_off = 1}, LWURL_ERR_RANGE, 1, true},
    {"both +1", {.first_off = 1, .last_off = 1}, LWURL_ERR_RANGE, 1, true},
    {"chunked, first +1",
     {.chunked = true, .first_off = 1},
     LWURL_ERR_RANGE,
     1,
     true},
    {"chunked, first -1",
     {.chunked = true, .first_off = -1},
     LWURL_ERR_RANGE,
     1,
     true},
    {"chunked, last -1",
     {.chunked = true, .last_off = -1},
     LWURL_ERR_RANGE,
     1,
     true},
    {"chunked, total -1",
     {.chunked = true, .total_off = -1},
     LWURL_ERR_RANGE,
     1,
     true},
    {"always 206", {.always_206 = true}, 0, 1, true},
};

/* A first call breaks, the second one meets the server: its own way in both. */
static void test_matrix(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(servers); i++)
        for (int live = 0; live < 2; live++) {
            if (live && servers[i].manner.always_206)
                continue; /* test_unasked() */
            dl_begin();
            dl.server.manner = servers[i].manner;
            dl.server.manner.always_206 = false;
            dl.server.drops = 1;
            dl.server.drop_at = 1400;
            if (live) {
                dl.resume.tries = 2;
            } else {
                assert_int_equal(dl_run(), LWURL_ERR_RESET);
                dl_boot();
            }
            dl.server.manner = servers[i].manner;
            int err = dl_run();
            if (err != servers[i].err)
                fail_msg("%s: %d", servers[i].name, err);
            if (err == LWURL_OK)
                assert_whole(1);
            else
                assert_int_equal(valid_version(), 0);
            assert_int_equal(dl.server.asked[1] > 0, servers[i].goes_on);
            assert_int_equal(dl.server.requests, 1 + servers[i].asks);
            dl_boot();
            dl.server.manner.always_206 = false;
            assert_int_equal(dl_run(), LWURL_OK); /* anew, after an error */
            assert_whole(1);
        }
}

#define ZEROS10 "0000000000"
#define ZEROS150                                                            \
    ZEROS10 ZEROS10 ZEROS10 ZEROS10 ZEROS10 ZEROS10 ZEROS10 ZEROS10 ZEROS10 \
        ZEROS10 ZEROS10 ZEROS10 ZEROS10 ZEROS10 ZEROS10

/* Servers that are odd from one answer on. */
static const struct {
    const char *name;
    struct manner first, then;
    int err;       /* of the call that goes on */
    unsigned asks; /* requests in it */
    bool goes_on;  /* its first one is not for all */
} odd[] = {
    {"identity is no coding",
     {.fields = "Content-Encoding: identity\r\n"},
     {.fields = "Content-Encoding: identity\r\n"},
     0,
     1,
     true},
    {"coded from now on",
     {0},
     {.fields = "Content-Encoding: x\r\n"},
     0,
     2,
     true},
    {"two ranges",
     {0},
     {.fields = "Content-Range: bytes 0-1/3000\r\n"},
     LWURL_ERR_RANGE,
     1,
     true},
    {"a range longer than the work buffer",
     {0},
     {.no_range_field = true,
      .fields = "Content-Range: bytes 768-2999/" ZEROS150 "3000\r\n"},
     LWURL_ERR_RANGE,
     1,
     true},
    {"more than all",
     {0},
     {.star = true, .last_off = 1},
     LWURL_ERR_RANGE,
     1,
     true},
    {"nobody knows the length",
     {.chunked = true},
     {.chunked = true, .star = true},
     LWURL_ERR_RANGE,
     1,
     true},
    {"cut short, chunked",
     {0},
     {.chunked = true, .body_less = 9},
     LWURL_ERR_INCOMPLETE,
     1,
     true},
    {"dated, and no Date",
     {.dated = true, .no_date = true},
     {.dated = true},
     0,
     1,
     false},
    {"dated, and no good Date",
     {.dated = true, .fields = "Date: today\r\n"},
     {.dated = true},
     0,
     1,
     false},
    {"a Date longer than the work buffer does not count",
     {.dated = true, .fields = "Date: Sun, 06 Nov 1994 " ZEROS150 "\r\n"},
     {.dated = true},
     0,
     1,
     true},
};

static void test_odd_servers(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(odd); i++) {
        dl_begin();
        dl.server.manner = odd[i].first;
        dl.server.drops = 1;
        dl.server.drop_at = 1700;
        assert_int_equal(dl_run(), LWURL_ERR_RESET);
        dl_boot();
        dl.server.manner = odd[i].then;
        int err = dl_run();
        if (err != odd[i].err)
            fail_msg("%s: %d", odd[i].name, err);
        if (err == LWURL_OK)
            assert_whole(1);
        else
            assert_int_equal(valid_version(), 0);
        assert_int_equal(dl.server.asked[1] > 0, odd[i].goes_on);
        assert_int_equal(dl.server.requests, 1 + odd[i].asks);
    }
}

/* Errors that are not tried again, though the caller lets it. */
static void test_no_second_try(void **state)
{
    struct lwurl_error error;

    (void)state;
    dl_begin();
    dl.server.manner.only_416 = true;
    dl.resume.tries = 3;
    assert_int_equal(dl_run(), LWURL_ERR_STATUS);
    assert_int_equal(dl.server.requests, 1);

    dl_begin();
    dl.server.drops = 1;
    dl.server.drop_at = 1400;
    dl.server.cancels =
        &dl.r.u; /* from an interrupt, as the connection breaks */
    dl.resume.tries = 3;
    assert_int_equal(dl_run(), LWURL_ERR_CANCELED);
    lwurl_error(&dl.r.u, &error);
    assert_int_equal(error.code, LWURL_ERR_RESET);
    assert_int_equal(dl.server.requests, 1);
    assert_int_equal(valid_version(), 0);
}

/* The same servers, and another version since: never a byte of both. */
static void test_matrix_changed(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(servers); i++)
        for (int kind = 0; kind < 4; kind++) {
            dl_begin();
            dl.server.manner = servers[i].manner;
            dl.server.manner.always_206 = false;
            dl.server.drops = 1;
            dl.server.drop_at = 1400;
            dl.server.change_at = 2;
            if (kind % 2 == 1) {
                dl.resume.tries = 2;
            } else {
                assert_int_equal(dl_run(), LWURL_ERR_RESET);
                dl_boot();
            }
            dl.server.manner = servers[i].manner;
            dl.server.manner.no_if_range = kind >= 2;
            int err = dl_run();
            if (err != LWURL_OK && err != LWURL_ERR_RANGE)
                fail_msg("%s: %d", servers[i].name, err);
            if (err == LWURL_OK)
                assert_whole(2);
            else
                assert_int_equal(valid_version(), 0);
        }
}

/* A body that begins too late, where the head says what was asked for: nobody
   sees it but the digest. */
static void test_lying_body(void **state)
{
    unsigned char good[32];

    (void)state;
    dl_begin();
    assert_int_equal(dl_run(), LWURL_OK);
    memcpy(good, dl.verify.result, sizeof good);
    dl_begin();
    dl.verify.sha256 = good;
    dl.server.drops = 1;
    dl.server.drop_at = 1400;
    dl.server.manner.body_off = 1;
    dl.resume.tries = 2;
    assert_int_equal(dl_run(), LWURL_ERR_CONTENT);
    assert_int_equal(valid_version(), 0);
    dl_boot();
    dl.verify.sha256 = good;
    assert_int_equal(dl_run(), LWURL_OK); /* from the first byte */
    assert_int_equal(dl.server.asked[2], 0);
    assert_whole(1);
}

/* A 206 that nobody asked for, with the line and without. */
static void test_unasked(void **state)
{
    (void)state;
    dl_begin();
    dl.server.manner.always_206 = true;
    assert_int_equal(dl_run(), LWURL_ERR_RANGE);
    assert_int_equal(valid_version(), 0);
    dl.what.resume = NULL;
    assert_int_equal(dl_run(), LWURL_ERR_RANGE);
    assert_int_equal(valid_version(), 0);
}

/* A caller's own Range is the caller's affair: a part is what it wants. */
static void test_own_range(void **state)
{
    static const struct lwurl_header own = {"Range", "bytes=100-"};
    uint64_t length;

    (void)state;
    dl_begin();
    dl.get.headers = &own;
    dl.get.headers_n = 1;
    assert_int_equal(dl_run(), LWURL_OK);
    dl.get.headers_n = 0;
    assert_int_equal(lwurl_region_length(&dl.region, &length), LWURL_OK);
    assert_int_equal(length, SIZE - 100);
    assert_int_equal(dl.flash.bytes[REGION_AT], range_server_byte(1, 100));
}

/* One that is to be left out is not sent, and nothing goes on. */
static void test_range_left_out(void **state)
{
    static const struct lwurl_header none[] = {{"X", "1"}, {"range", NULL}};

    (void)state;
    dl_begin();
    dl.server.drops = 1;
    dl.server.drop_at = 1400;
    assert_int_equal(dl_run(), LWURL_ERR_RESET);
    dl_boot();
    dl.get.headers = none;
    dl.get.headers_n = N(none);
    assert_int_equal(dl_run(), LWURL_OK);
    assert_int_equal(dl.server.asked[1], 0);
    assert_whole(1);
    dl.server.manner.always_206 = true; /* which was not asked for */
    assert_int_equal(dl_run(), LWURL_ERR_RANGE);
    assert_int_equal(valid_version(), 1);
    dl.get.headers = NULL; /* fields that are not there */
    assert_int_equal(dl_run(), LWURL_ERR_CALL);
    dl.get.headers_n = 0;
}

/* A fetch without a download, over the same opener, is for all. */
static void test_fetch_after_a_drop(void **state)
{
    static char all[SIZE];
    size_t n;

    (void)state;
    dl_begin();
    dl.server.drops = 2;
    dl.server.drop_at = 1400;
    assert_int_equal(dl_run(), LWURL_ERR_RESET);
    assert_int_equal(dl_run(), LWURL_ERR_RESET);
    assert_true(dl.server.asked[1] > 0);
    assert_int_equal(
        lwurl_open(&dl.r.u, &dl.opener, &dl.get, dl.work, sizeof dl.work),
        LWURL_OK);
    assert_int_equal(lwurl_read_all(&dl.r.u, all, sizeof all, &n), LWURL_OK);
    lwurl_end(&dl.r.u);
    assert_int_equal(n, SIZE);
    assert_int_equal(dl.server.asked[2], 0);
}

/* Nothing survives a reset without records; within a call it goes on. */
static void test_no_records(void **state)
{
    static const struct lwurl_header part[] = {{"Range", "bytes=0-"}};

    (void)state;
    dl_begin();
    dl.resume.records = NULL;
    dl.server.drops = 2;
    dl.server.drop_at = 1400;
    dl.resume.tries = 2;
    assert_int_equal(dl_run(), LWURL_ERR_RESET);
    assert_true(dl.server.asked[1] > 0);
    dl_boot();
    dl.resume.records = NULL;
    assert_int_equal(dl_run(), LWURL_OK);
    assert_int_equal(dl.server.asked[2], 0);
    assert_whole(1);
    dl.get.headers = part; /* which removes an entry, if there is one */
    dl.get.headers_n = 1;
    assert_int_equal(dl_run(), LWURL_OK);
    dl.get.headers_n = 0;
}

/* ------------------------------------------------------- other schemes, ends
 */

/* What has no validator, and no authority, is whole or is not. */
static void test_data_url(void **state)
{
    static const struct lwurl_handler data[] = {LWURL_RESUME(&dl.resume),
                                                LWURL_DATA};
    static const struct lwurl_opener plain = {&dl.server.port, data, 2};
    uint64_t length;

    (void)state;
    dl_begin();
    dl.server.drops = 1;
    dl.server.drop_at = 1400;
    assert_int_equal(dl_run(), LWURL_ERR_RESET); /* leaves an entry */
    dl_boot();
    dl.get.url = "data:,hello";
    assert_int_equal(
        lwurl_retrieve(&dl.r, &plain, &dl.what, dl.work, sizeof dl.work),
        LWURL_OK);
    lwurl_end(&dl.r.u);
    assert_int_equal(lwurl_region_length(&dl.region, &length), LWURL_OK);
    assert_int_equal(length, 5);
    assert_memory_equal(dl.flash.bytes + REGION_AT, "hello", 5);
}

static void begin_once(struct lwurl *u, void *state)
{
    if (++*(unsigned *)state > 1)
        (void)lwurl_fail(u, LWURL_ERR_METER, 0);
}

/* A handler that lets the first request go, but not the one for the rest. */
static void test_rest_is_refused(void **state)
{
    static const struct lwurl_handler_ops once = {.begin = begin_once};
    static unsigned begins;
    static const struct lwurl_handler table[] = {
        {&once, &begins}, LWURL_RESUME(&dl.resume), LWURL_HTTP};
    static const struct lwurl_opener limited = {&dl.server.port, table, 3};

    (void)state;
    dl_begin();
    dl.server.drops = 1;
    dl.server.drop_at = 1400;
    dl.resume.tries = 3;
    begins = 0;
    assert_int_equal(
        lwurl_retrieve(&dl.r, &limited, &dl.what, dl.work, sizeof dl.work),
        LWURL_ERR_METER);
    lwurl_end(&dl.r.u);
    assert_int_equal(dl.server.requests, 1);
    dl_boot(); /* the entry is there */
    assert_int_equal(dl_run(), LWURL_OK);
    assert_true(dl.server.asked[1] > 0);
    assert_whole(1);
}

/* A redirect leads to another file than before, which has the same length and
   ETag: no byte of the first one stays. */
static void test_moved_between(void **state)
{
    (void)state;
    for (unsigned version = 1; version <= 2; version++) {
        dl_begin();
        dl.server.manner.moves = true;
        dl.server.drops = 1;
        dl.server.drop_at = 1400;
        assert_int_equal(dl_run(), LWURL_ERR_RESET);
        dl_boot();
        dl.server.version = version;
        assert_int_equal(dl_run(), LWURL_OK);
        assert_whole(version);
        assert_int_equal(dl.server.asked[1] > 0, 1); /* it tried to go on */
        assert_int_equal(dl.server.requests, version + 1);
    }
}

static void test_no_line(void **state)
{
    static const struct lwurl_handler http[] = {LWURL_HTTP};
    static const struct lwurl_opener plain = {&dl.server.port, http, 1};

    (void)state;
    dl_begin();
    assert_int_equal(
        lwurl_retrieve(&dl.r, &plain, &dl.what, dl.work, sizeof dl.work),
        LWURL_ERR_CALL);
    lwurl_end(&dl.r.u);
    dl.resume.ops = NULL;
    assert_int_equal(
        lwurl_retrieve(&dl.r, &dl.opener, &dl.what, dl.work, sizeof dl.work),
        LWURL_ERR_CALL);
}

static void test_too_large(void **state)
{
    (void)state;
    dl_begin();
    dl.server.size = REGION_N + 1;
    assert_int_equal(dl_run(), LWURL_ERR_ROOM);
    dl.server.manner.chunked = true;
    assert_int_equal(dl_run(), LWURL_ERR_ROOM);
    dl.server.manner.chunked = false;
    dl.server.size = REGION_N;
    assert_int_equal(dl_run(), LWURL_OK);
    assert_whole(1);
}

/* A closed download keeps what it has. */
static void test_close(void **state)
{
    (void)state;
    dl_begin();
    dl.server.piece = 50;
    assert_int_equal(lwurl_retrieve_begin(&dl.r, &dl.opener, &dl.what, dl.work,
                                          sizeof dl.work),
                     LWURL_OK);
    while (lwurl_retrieve_done(&dl.r) < 1000)
        assert_true(lwurl_retrieve_step(&dl.r) > 0);
    lwurl_retrieve_close(&dl.r);
    lwurl_end(&dl.r.u);
    assert_false(dl.server.open);
    dl_boot();
    assert_int_equal(dl_run(), LWURL_OK);
    assert_int_equal(dl.server.asked[1], 768);
    assert_whole(1);
}

/* ----------------------------------------------------------- power cuts */

/* One life: a power cut in some call of the flash, or none. */
static int live(unsigned cut_at, uint32_t seed)
{
    fake_storage_restart(&dl.flash);
    dl_boot();
    dl.flash.cut_at = cut_at;
    dl.flash.seed = seed;
    int err = dl_run();
    dl.flash.dead = false;
    return err;
}

/* A download with a cut in call n, then lives until it is done. */
static bool cut_download(unsigned n, bool again, bool changes)
{
    int err;

    dl_begin();
    if (again) { /* over a version that was valid */
        dl.server.version = 2;
        assert_int_equal(dl_run(), LWURL_OK);
        dl.server.version = 1;
        dl.server.requests = 0;
    }
    dl.server.change_at = changes ? 2 : 0;
    err = live(n, n * 2654435761u);
    if (err == LWURL_OK)
        return false;
    dl_boot();
    unsigned version = valid_version();
    assert_true(version == 0 || version == 1 || (again && version == 2));
    err = live(n % 17 + 1, n); /* another cut, soon */
    if (err != LWURL_OK) {
        dl_boot();
        (void)valid_version();
        assert_int_equal(live(0, 0), LWURL_OK);
    }
    assert_whole(dl.server.version);
    return true;
}

static void test_power_cuts(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        unsigned n = 1;
        while (cut_download(n, kind % 2 == 1, kind >= 2))
            n++;
        print_message("cut in each of %u calls\n", n - 1);
        assert_true(n > 60);
    }
}

/* Progress is kept: with a cut after every 40th call it still comes to an
   end, and asks for less and less. */
static void test_many_cuts(void **state)
{
    unsigned lives = 1;

    (void)state;
    dl_begin();
    while (live(40, lives) != LWURL_OK)
        assert_true(++lives < 40);
    assert_whole(1);
    for (unsigned i = 1; i < dl.server.requests; i++)
        assert_true(dl.server.asked[i] >= dl.server.asked[i - 1]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drop_anywhere),
        cmocka_unit_test(test_tries),
        cmocka_unit_test(test_next_call),
        cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_odd_servers),
        cmocka_unit_test(test_no_second_try),
        cmocka_unit_test(test_matrix_changed),
        cmocka_unit_test(test_lying_body),
        cmocka_unit_test(test_unasked),
        cmocka_unit_test(test_own_range),
        cmocka_unit_test(test_range_left_out),
        cmocka_unit_test(test_fetch_after_a_drop),
        cmocka_unit_test(test_no_records),
        cmocka_unit_test(test_data_url),
        cmocka_unit_test(test_rest_is_refused),
        cmocka_unit_test(test_moved_between),
        cmocka_unit_test(test_no_line),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_power_cuts),
        cmocka_unit_test(test_many_cuts),
    };

    return cmocka_run_group_tests_name("core/resume", tests, NULL, NULL);
}
