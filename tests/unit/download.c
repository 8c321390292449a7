/* SPDX-License-Identifier: MIT */
#include "download.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <bearssl.h>
#include <cmocka.h>

struct download dl;

static char redirect_room[64];
static struct lwurl_redirect redirect = {.room = redirect_room,
                                         .room_n = sizeof redirect_room};
static const struct lwurl_handler lines[] = {
    LWURL_RESUME(&dl.resume), LWURL_VERIFY(&dl.verify),
    LWURL_REDIRECT(&redirect), LWURL_HTTP};

void dl_boot(void)
{
    memset(&dl.records, 0, sizeof dl.records);
    memset(&dl.region, 0, sizeof dl.region);
    memset(&dl.verify, 0, sizeof dl.verify);
    memset(&dl.resume, 0, sizeof dl.resume);
    memset(&dl.r, 0, sizeof dl.r);
    dl.records.storage = &dl.flash.storage;
    dl.records.size = REGION_AT;
    assert_int_equal(lwurl_records_open(&dl.records), LWURL_OK);
    dl.region.storage = &dl.flash.storage;
    dl.region.at = REGION_AT;
    dl.region.size = REGION_N;
    dl.region.records = &dl.records;
    dl.region.id = INDEX;
    lwurl_region_sink(&dl.region, &dl.sink);
    dl.verify.ops = &lwurl_verify_sha256;
    dl.resume.ops = &lwurl_resume_ops;
    dl.resume.records = &dl.records;
    dl.resume.id = JOURNAL;
    dl.resume.every = 64;
    dl.what = (struct lwurl_retrieval){.request = &dl.get,
                                       .sink = &dl.sink,
                                       .verify = &dl.verify,
                                       .resume = &dl.resume};
    dl.get = (struct lwurl_request){.url = "http://h/file"};
    dl.opener = (struct lwurl_opener){&dl.server.port, lines, N(lines)};
    dl.server.open = false;
}

void dl_begin(void)
{
    range_server_begin(&dl.server, SIZE);
    fake_storage_begin(&dl.flash, REGION_AT + REGION_N, UNIT, 8);
    dl_boot();
}

int dl_run(void)
{
    int err =
        lwurl_retrieve(&dl.r, &dl.opener, &dl.what, dl.work, sizeof dl.work);

    lwurl_end(&dl.r.u);
    assert_false(dl.server.open);
    return err;
}

unsigned valid_version(void)
{
    uint64_t length;
    unsigned version;

    assert_int_equal(lwurl_region_length(&dl.region, &length), LWURL_OK);
    if (length == 0)
        return 0;
    assert_int_equal(length, dl.server.size);
    version = dl.flash.bytes[REGION_AT] == range_server_byte(1, 0) ? 1 : 2;
    for (uint64_t i = 0; i < length; i++)
        assert_int_equal(dl.flash.bytes[REGION_AT + i],
                         range_server_byte(version, i));
    return version;
}

void assert_digest_of(unsigned version)
{
    br_sha256_context c;
    unsigned char good[32];

    br_sha256_init(&c);
    for (uint64_t i = 0; i < dl.server.size; i++) {
        unsigned char byte = range_server_byte(version, i);
        br_sha256_update(&c, &byte, 1);
    }
    br_sha256_out(&c, good);
    assert_memory_equal(dl.verify.result, good, sizeof good);
}

void assert_whole(unsigned version)
{
    assert_int_equal(valid_version(), version);
    assert_digest_of(version);
}
