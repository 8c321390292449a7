/* SPDX-License-Identifier: MIT */
/* core/resume.c, journal.c, store/region.c: downloads that break, and servers
   that honour, ignore or break ranges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <bearssl.h>
#include <cmocka.h>

#include "fake_storage.h"
#include "http/content_range.h"
#include "lwurl_redirect.h"
#include "lwurl_resume.h"
#include "lwurl_retrieve.h"
#include "lwurl_verify.h"
#include "range_server.h"
#include "text/str.h"

#define N(array) (sizeof(array) / sizeof(array)[0])
#define SIZE     3000u
#define UNIT     256u

/* The flash: journal and index, then the region. */
#define REGION_AT (4 * UNIT)
#define REGION_N  (12 * UNIT)

static struct range_server server;
static struct fake_storage flash;
static struct lwurl_records records;
static struct lwurl_region region;
static struct lwurl_sink sink;
static struct lwurl_verify verify;
static struct lwurl_resume resume;
static struct lwurl_retrieve r;
static struct lwurl_retrieval what;
static unsigned char work[LWURL_RETRIEVE_WORK_MIN];

static struct lwurl_request get = {.url = "http://h/file"};
static char redirect_room[64];
static struct lwurl_redirect redirect = {.room = redirect_room,
                                         .room_n = sizeof redirect_room};
static const struct lwurl_handler lines[] = {
    LWURL_RESUME(&resume), LWURL_VERIFY(&verify), LWURL_REDIRECT(&redirect),
    LWURL_HTTP};
static const struct lwurl_opener opener = {&server.port, lines, N(lines)};

enum { INDEX = 1, JOURNAL = 2 };

/* As a device starts: nothing in RAM, what flash has. */
static void boot(void)
{
    memset(&records, 0, sizeof records);
    memset(&region, 0, sizeof region);
    memset(&verify, 0, sizeof verify);
    memset(&resume, 0, sizeof resume);
    memset(&r, 0, sizeof r);
    records.storage = &flash.storage;
    records.size = REGION_AT;
    assert_int_equal(lwurl_records_open(&records), LWURL_OK);
    region.storage = &flash.storage;
    region.at = REGION_AT;
    region.size = REGION_N;
    region.records = &records;
    region.id = INDEX;
    lwurl_region_sink(&region, &sink);
    verify.ops = &lwurl_verify_sha256;
    resume.ops = &lwurl_resume_ops;
    resume.records = &records;
    resume.id = JOURNAL;
    resume.every = 64;
    what = (struct lwurl_retrieval){
        .request = &get, .sink = &sink, .verify = &verify, .resume = &resume};
    get.url = "http://h/file";
    server.open = false;
}

static void begin(void)
{
    range_server_begin(&server, SIZE);
    fake_storage_begin(&flash, REGION_AT + REGION_N, UNIT, 8);
    boot();
}

static int run(void)
{
    int err = lwurl_retrieve(&r, &opener, &what, work, sizeof work);

    lwurl_end(&r.u);
    assert_false(server.open);
    return err;
}

/* The version that is valid in the region: whole and of one piece; 0: none. */
static unsigned valid_version(void)
{
    uint64_t length;
    unsigned version;

    assert_int_equal(lwurl_region_length(&region, &length), LWURL_OK);
    if (length == 0)
        return 0;
    assert_int_equal(length, server.size);
    version = flash.bytes[REGION_AT] == range_server_byte(1, 0) ? 1 : 2;
    for (uint64_t i = 0; i < length; i++)
        assert_int_equal(flash.bytes[REGION_AT + i],
                         range_server_byte(version, i));
    return version;
}

static void assert_digest_of(unsigned version)
{
    br_sha256_context c;
    unsigned char good[32];

    br_sha256_init(&c);
    for (uint64_t i = 0; i < server.size; i++) {
        unsigned char byte = range_server_byte(version, i);
        br_sha256_update(&c, &byte, 1);
    }
    br_sha256_out(&c, good);
    assert_memory_equal(verify.result, good, sizeof good);
}

static void assert_whole(unsigned version)
{
    assert_int_equal(valid_version(), version);
    assert_digest_of(version);
}

/* ------------------------------------------------------------ Content-Range */

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

/* ------------------------------------------------------------------- drops */

/* The connection breaks at any byte; in the same call the rest is asked for. */
static void test_drop_anywhere(void **state)
{
    (void)state;
    for (int kind = 0; kind < 3; kind++)
        for (uint64_t at = 1; at < SIZE + 150; at += kind == 0 ? 1 : 37) {
            begin();
            server.manner.dated = kind == 1;
            server.manner.chunked = kind == 2;
            server.drops = 1;
            server.drop_at = at;
            server.piece = 100;
            resume.tries = 2;
            assert_int_equal(run(), LWURL_OK);
            assert_whole(1);
            if (server.requests == 2 && at > 300)
                assert_in_range(server.asked[1], at - 300, at);
        }
}

/* It goes on breaking: as often as the caller lets it. */
static void test_tries(void **state)
{
    (void)state;
    for (uint16_t tries = 0; tries < 6; tries++) {
        begin();
        server.drops = 3;
        server.drop_at = 700;
        resume.tries = tries;
        assert_int_equal(run(), tries < 4 ? LWURL_ERR_RESET : LWURL_OK);
        assert_int_equal(server.requests, tries == 0  ? 1
                                          : tries < 4 ? tries
                                                      : 4);
        assert_int_equal(valid_version(), tries < 4 ? 0 : 1);
    }
    begin();
    server.refuses = true;
    resume.tries = 3;
    assert_int_equal(run(), LWURL_ERR_REFUSED);
}

/* The next call, after a reset, goes on at the last erase unit. */
static void test_next_call(void **state)
{
    (void)state;
    for (uint64_t at = 200; at < SIZE + 150; at += 61) {
        begin();
        server.drops = 1;
        server.drop_at = at;
        if (run() == LWURL_OK)
            break;
        assert_int_equal(valid_version(), 0);
        boot();
        assert_int_equal(run(), LWURL_OK);
        assert_whole(1);
        assert_int_equal(server.requests, 2);
        assert_int_equal(server.asked[1] % UNIT, 0);
        assert_true(server.asked[1] + 2 * UNIT + 200 > at);
        boot(); /* and after a success there is no journal */
        assert_int_equal(run(), LWURL_OK);
        assert_int_equal(server.asked[2], 0);
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
            begin();
            server.manner = servers[i].manner;
            server.manner.always_206 = false;
            server.drops = 1;
            server.drop_at = 1400;
            if (live) {
                resume.tries = 2;
            } else {
                assert_int_equal(run(), LWURL_ERR_RESET);
                boot();
            }
            server.manner = servers[i].manner;
            int err = run();
            if (err != servers[i].err)
                fail_msg("%s: %d", servers[i].name, err);
            if (err == LWURL_OK)
                assert_whole(1);
            else
                assert_int_equal(valid_version(), 0);
            assert_int_equal(server.asked[1] > 0, servers[i].goes_on);
            assert_int_equal(server.requests, 1 + servers[i].asks);
            boot();
            server.manner.always_206 = false;
            assert_int_equal(run(), LWURL_OK); /* anew, after an error */
            assert_whole(1);
        }
}

/* The same servers, and another version since: never a byte of both. */
static void test_matrix_changed(void **state)
{
    (void)state;
    for (size_t i = 0; i < N(servers); i++)
        for (int kind = 0; kind < 4; kind++) {
            begin();
            server.manner = servers[i].manner;
            server.manner.always_206 = false;
            server.drops = 1;
            server.drop_at = 1400;
            server.change_at = 2;
            if (kind % 2 == 1) {
                resume.tries = 2;
            } else {
                assert_int_equal(run(), LWURL_ERR_RESET);
                boot();
            }
            server.manner = servers[i].manner;
            server.manner.no_if_range = kind >= 2;
            int err = run();
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
    begin();
    assert_int_equal(run(), LWURL_OK);
    memcpy(good, verify.result, sizeof good);
    begin();
    verify.sha256 = good;
    server.drops = 1;
    server.drop_at = 1400;
    server.manner.body_off = 1;
    resume.tries = 2;
    assert_int_equal(run(), LWURL_ERR_CONTENT);
    assert_int_equal(valid_version(), 0);
    boot();
    verify.sha256 = good;
    assert_int_equal(run(), LWURL_OK); /* from the first byte */
    assert_int_equal(server.asked[2], 0);
    assert_whole(1);
}

/* A 206 that nobody asked for, with the line and without. */
static void test_unasked(void **state)
{
    (void)state;
    begin();
    server.manner.always_206 = true;
    assert_int_equal(run(), LWURL_ERR_RANGE);
    assert_int_equal(valid_version(), 0);
    what.resume = NULL;
    assert_int_equal(run(), LWURL_ERR_RANGE);
    assert_int_equal(valid_version(), 0);
}

/* A caller's own Range is the caller's affair: a part is what it wants. */
static void test_own_range(void **state)
{
    static const struct lwurl_header own = {"Range", "bytes=100-"};
    uint64_t length;

    (void)state;
    begin();
    get.headers = &own;
    get.headers_n = 1;
    assert_int_equal(run(), LWURL_OK);
    get.headers_n = 0;
    assert_int_equal(lwurl_region_length(&region, &length), LWURL_OK);
    assert_int_equal(length, SIZE - 100);
    assert_int_equal(flash.bytes[REGION_AT], range_server_byte(1, 100));
}

/* ------------------------------------------------------------- the journal */

/* An entry of another URL, another check, or none of ours. */
static void test_foreign_entries(void **state)
{
    (void)state;
    for (int kind = 0; kind < 5; kind++) {
        begin();
        server.drops = 1;
        server.drop_at = 1400;
        verify.told = true; /* as if the server had sent a digest */
        assert_int_equal(run(), LWURL_ERR_RESET);
        boot();
        if (kind == 0)
            get.url = "http://h:80/file";
        else if (kind == 1)
            get.url = "http://H2/file";
        else if (kind == 2)
            what.verify = NULL;
        else if (kind == 3)
            assert_int_equal(lwurl_records_put(&records, JOURNAL, "garbage", 7),
                             LWURL_OK);
        else
            assert_int_equal(lwurl_records_put(&records, JOURNAL, flash.bytes,
                                               LWURL_JOURNAL_MAX + 1),
                             LWURL_OK);
        assert_int_equal(run(), LWURL_OK);
        assert_int_equal(server.asked[1] > 0, kind == 0); /* the same URL */
        assert_int_equal(valid_version(), 1);
    }
}

/* A redirect leads to another file than before, which has the same length and
   ETag: no byte of the first one stays. */
static void test_moved_between(void **state)
{
    (void)state;
    for (unsigned version = 1; version <= 2; version++) {
        begin();
        server.manner.moves = true;
        server.drops = 1;
        server.drop_at = 1400;
        assert_int_equal(run(), LWURL_ERR_RESET);
        boot();
        server.version = version;
        assert_int_equal(run(), LWURL_OK);
        assert_whole(version);
        assert_int_equal(server.asked[1] > 0, 1); /* it tried to go on */
        assert_int_equal(server.requests, version + 1);
    }
}

/* What another download does to the same sink ends what the journal tells. */
static void test_whole_in_between(void **state)
{
    static const struct lwurl_header part[] = {{"Range", "bytes=0-"}};

    (void)state;
    begin();
    server.drops = 1;
    server.drop_at = 1400;
    assert_int_equal(run(), LWURL_ERR_RESET);
    boot();
    server.version = 2;
    server.manner.no_ranges = true;
    server.drops = 1;
    get.headers = part;
    get.headers_n = 1;
    assert_int_equal(run(), LWURL_ERR_RESET);
    get.headers_n = 0;
    boot();
    server.version = 1;
    server.manner.no_ranges = false;
    assert_int_equal(run(), LWURL_OK);
    assert_whole(1);
}

static void test_no_line(void **state)
{
    static const struct lwurl_handler http[] = {LWURL_HTTP};
    static const struct lwurl_opener plain = {&server.port, http, 1};

    (void)state;
    begin();
    assert_int_equal(lwurl_retrieve(&r, &plain, &what, work, sizeof work),
                     LWURL_ERR_CALL);
    lwurl_end(&r.u);
    resume.ops = NULL;
    assert_int_equal(lwurl_retrieve(&r, &opener, &what, work, sizeof work),
                     LWURL_ERR_CALL);
}

static void test_too_large(void **state)
{
    (void)state;
    begin();
    server.size = REGION_N + 1;
    assert_int_equal(run(), LWURL_ERR_ROOM);
    server.manner.chunked = true;
    assert_int_equal(run(), LWURL_ERR_ROOM);
    server.manner.chunked = false;
    server.size = REGION_N;
    assert_int_equal(run(), LWURL_OK);
    assert_whole(1);
}

/* A closed download keeps what it has. */
static void test_close(void **state)
{
    (void)state;
    begin();
    server.piece = 50;
    assert_int_equal(
        lwurl_retrieve_begin(&r, &opener, &what, work, sizeof work), LWURL_OK);
    while (lwurl_retrieve_done(&r) < 1000)
        assert_true(lwurl_retrieve_step(&r) > 0);
    lwurl_retrieve_close(&r);
    lwurl_end(&r.u);
    assert_false(server.open);
    boot();
    assert_int_equal(run(), LWURL_OK);
    assert_int_equal(server.asked[1], 768);
    assert_whole(1);
}

/* ----------------------------------------------------------- power cuts */

/* One life: a power cut in some call of the flash, or none. */
static int live(unsigned cut_at, uint32_t seed)
{
    fake_storage_restart(&flash);
    boot();
    flash.cut_at = cut_at;
    flash.seed = seed;
    int err = run();
    flash.dead = false;
    return err;
}

/* A download with a cut in call n, then lives until it is done. */
static bool cut_download(unsigned n, bool again, bool changes)
{
    int err;

    begin();
    if (again) { /* over a version that was valid */
        server.version = 2;
        assert_int_equal(run(), LWURL_OK);
        server.version = 1;
        server.requests = 0;
    }
    server.change_at = changes ? 2 : 0;
    err = live(n, n * 2654435761u);
    if (err == LWURL_OK)
        return false;
    boot();
    unsigned version = valid_version();
    assert_true(version == 0 || version == 1 || (again && version == 2));
    err = live(n % 17 + 1, n); /* another cut, soon */
    if (err != LWURL_OK) {
        boot();
        (void)valid_version();
        assert_int_equal(live(0, 0), LWURL_OK);
    }
    assert_whole(server.version);
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
    begin();
    while (live(40, lives) != LWURL_OK)
        assert_true(++lives < 40);
    assert_whole(1);
    for (unsigned i = 1; i < server.requests; i++)
        assert_true(server.asked[i] >= server.asked[i - 1]);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content_range),
        cmocka_unit_test(test_drop_anywhere),
        cmocka_unit_test(test_tries),
        cmocka_unit_test(test_next_call),
        cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_matrix_changed),
        cmocka_unit_test(test_lying_body),
        cmocka_unit_test(test_unasked),
        cmocka_unit_test(test_own_range),
        cmocka_unit_test(test_foreign_entries),
        cmocka_unit_test(test_moved_between),
        cmocka_unit_test(test_whole_in_between),
        cmocka_unit_test(test_no_line),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_power_cuts),
        cmocka_unit_test(test_many_cuts),
    };

    return cmocka_run_group_tests_name("core/resume", tests, NULL, NULL);
}
