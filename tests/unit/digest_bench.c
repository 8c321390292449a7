/* SPDX-License-Identifier: MIT */
#include "digest_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_filter.h"
#include "lwurl_redirect.h"

/* ------------------------------------------------------------------- entropy
 */

struct noise noise;

static int read_entropy(void *ctx, void *p, size_t n)
{
    static const unsigned char bytes[8] = {0x01, 0x23, 0x45, 0x67,
                                           0x89, 0xab, 0xcd, 0xef};

    (void)ctx;
    assert_int_equal(n, sizeof bytes);
    memcpy(p, bytes, n);
    ((unsigned char *)p)[0] = (unsigned char)(1 + noise.calls++);
    return noise.calls == noise.fails_at ? -1 : noise.result;
}

static const struct lwurl_entropy entropy = {NULL, read_entropy};

/* --------------------------------------------------------------------- bench
 */

static char room[256], realm[16], location[256];
struct lwurl_digest digest;
static struct lwurl_basic basic;
static struct lwurl_redirect redirect;
static struct fake_slot slot;
static const struct lwurl_handler handlers[] = {
    LWURL_DIGEST(&digest), LWURL_BASIC(&basic), LWURL_REDIRECT(&redirect),
    FAKE_HTTPS(&slot), LWURL_HTTP};

struct fake fake;
struct fetch t;

void begin_digest(const struct fake_peer *peers, size_t n)
{
    digest = (struct lwurl_digest){
        .room = room, .room_n = sizeof room, .entropy = &entropy};
    basic = (struct lwurl_basic){.realm = realm, .realm_n = sizeof realm};
    redirect =
        (struct lwurl_redirect){.room = location, .room_n = sizeof location};
    slot = (struct fake_slot){.owner = NULL};
    noise = (struct noise){0, 0, 0};
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, LWURL_WORK_MIN);
    t.opener.handlers = handlers;
    t.opener.handlers_n = sizeof handlers / sizeof handlers[0];
}

void digest_alone(void)
{
    static const struct lwurl_handler lines[] = {LWURL_DIGEST(&digest),
                                                 LWURL_HTTP};

    t.opener.handlers = lines;
    t.opener.handlers_n = 2;
}

const struct lwurl_request plain = {
    .url = "http://h/a", .user = "user", .password = "pass"};
const struct oracle_user user = {"user", "pass"};

struct seen request(unsigned n)
{
    return seen_request(&fake, n, "Authorization");
}

unsigned requests(void)
{
    return seen_n(&fake);
}

void expect_answer(unsigned n, const char *nonce, unsigned count)
{
    struct seen s = request(n);
    char nc[16];

    (void)sprintf(nc, "%08x", count);
    assert_string_not_equal(s.field, "");
    assert_true(oracle_accepts(s.field, s.method, &user));
    assert_string_equal(oracle_param(s.field, "uri"), s.target);
    assert_string_equal(oracle_param(s.field, "nonce"), nonce);
    assert_string_equal(oracle_param(s.field, "nc"), nc);
    assert_string_equal(oracle_param(s.field, "qop"), "auth");
}

void expect_none(unsigned n)
{
    assert_string_equal(request(n).field, "");
}

int run(const struct lwurl_request *r)
{
    fetch_run(&t, r);
    return t.got.err;
}
