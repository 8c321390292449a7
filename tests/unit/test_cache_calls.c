/* SPDX-License-Identifier: MIT */
/* The cache's own calls: step by step, amid a body, out of turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cache_device.h"
#include "lwurl_auth.h"
#include "seen.h"

/* Step by step, byte by byte, and over before its end. */
static void steps(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60, "first"), 1)}, .piece = 1}};
    struct lwurl_request request = {.url = A};
    struct lwurl_wants wants;
    char to[8] = "";
    int n = 0;

    (void)state;
    device_begin(peers, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(
        lwurl_cache_begin(&dev.cache, &dev.u, &dev.opener, &request, 0),
        LWURL_OK);
    lwurl_cache_wants(&dev.cache, &wants);
    assert_int_equal(wants.ms, 0);
    assert_int_equal(lwurl_cache_step(&dev.cache), LWURL_TURN_RESPONSE);
    assert_int_equal(lwurl_cache_length(&dev.cache), 5);
    for (; lwurl_cache_step(&dev.cache) == LWURL_TURN_BODY; n++)
        assert_int_equal(lwurl_cache_take(&dev.cache, to + n, 1), 1);
    assert_int_equal(n, 5);
    assert_string_equal(to, "first");
    assert_int_equal(lwurl_cache_take(&dev.cache, to, 1), 0);
    assert_int_equal(lwurl_cache_step(&dev.cache), LWURL_TURN_DONE);
    lwurl_cache_close(&dev.cache);
    assert_int_equal(lwurl_cache_step(&dev.cache), LWURL_ERR_CALL);
    device_end();

    device_begin(peers, 1); /* closed amid the body */
    assert_int_equal(
        lwurl_cache_open(&dev.cache, &dev.u, &dev.opener, &request, 0),
        LWURL_OK);
    assert_true(lwurl_cache_read(&dev.cache, to, 3) > 0);
    lwurl_cache_close(&dev.cache);
    expect_not_kept(A);
    device_end();
}

/* What was superseded does not come back, when what superseded it is gone. */
static void forgotten(void **state)
{
    const struct fake_peer peer = {
        .says = {say(OK("", "first"), 1), say(OK("", "other"), 2)}};

    (void)state;
    device_begin(&peer, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    assert_int_equal(lwurl_cache_forget(&dev.cache, A), LWURL_OK);
    expect_not_kept(A);
    device_reboot();
    expect_not_kept(A);
    device_end();
}

/* What is not asked to be forgotten stays. */
static void one_of_two_forgotten(void **state)
{
    const struct fake_peer peer = {
        .says = {say(OK("", "first"), 1), say(OK("", "other"), 2)}};

    (void)state;
    device_begin(&peer, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    expect(B, 0, LWURL_FROM_NETWORK, "other");
    assert_int_equal(lwurl_cache_forget(&dev.cache, A), LWURL_OK);
    device_reboot();
    expect_not_kept(A);
    expect_kept(B, "other");
    device_end();
}

static void too_long_for_memory(void **state)
{
    const struct fake_peer peers[] = {{.says = {say(OK("", "first"), 1)}}};
    struct lwurl_request request = {.url = A};
    size_t n = 9;

    (void)state;
    device_begin(peers, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(lwurl_cache_open(&dev.cache, &dev.u, &dev.opener, &request,
                                      LWURL_CACHE_OFFLINE),
                     LWURL_OK);
    assert_int_equal(lwurl_cache_read_all(&dev.cache, dev.body, 4, &n),
                     LWURL_ERR_ROOM);
    assert_int_equal(n, 0);
    device_end();
}

/* Schemes that have no freshness, and fetches past the cache's own calls. */
static void others(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {say(OK(FRESH60 "ETag: \"v\"\r\n", "first"), 1),
                  say(OK("", "plain"), 2), say(SAME("ETag: \"w\"\r\n"), 3)}}};
    static const struct lwurl_header own = {"If-None-Match", "\"mine\""};
    struct lwurl_request request = {.url = A};
    size_t n;

    (void)state;
    device_begin(peers, 1);
    expect("data:,yes", 0, LWURL_FROM_NETWORK, "yes");
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    assert_int_equal(
        lwurl_open(&dev.u, &dev.opener, &request, dev.work, sizeof dev.work),
        LWURL_OK);
    assert_int_equal(lwurl_read_all(&dev.u, dev.body, 9, &n), LWURL_OK);
    lwurl_close(&dev.u);
    assert_memory_equal(dev.body, "plain", 5);
    assert_int_equal(seen_count(&dev.fake, "If-"), 0);
    request.headers = &own; /* a 304 of its own is no business of the cache */
    request.headers_n = 1;
    assert_int_equal(
        lwurl_open(&dev.u, &dev.opener, &request, dev.work, sizeof dev.work),
        LWURL_OK);
    assert_int_equal(lwurl_status(&dev.u), 304);
    lwurl_close(&dev.u);
    assert_int_equal(seen_count(&dev.fake, "If-None-Match: \"mine\"\r\n"), 1);
    expect(A, 0, LWURL_FROM_FRESH, "first");
    device_end();
}

/* Without a clock the port's time tells, until the next start. */
static void without_clock(void **state)
{
    const struct fake_peer peers[] = {{.says = {say(OK(FRESH60, "first"), 1)}},
                                      {.says = {say(OK(FRESH60, "other"), 1)}}};

    (void)state;
    device_begin(peers, 2);
    dev.cache.clock = NULL;
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    device_pass(59);
    expect(A, 0, LWURL_FROM_FRESH, "first");
    device_reboot();
    dev.cache.clock = NULL;
    expect(A, 0, LWURL_FROM_NETWORK, "other");
    device_end();
}

/* Calls that cannot be meant. */
static void wrong_calls(void **state)
{
    struct lwurl_request good = {.url = A}, no_url = {.url = NULL},
                         no_fields = {.url = A, .headers_n = 1};
    struct lwurl_opener portless = {NULL, NULL, 0};
    struct lwurl_cache_view view;
    const struct {
        struct lwurl_cache *cache;
        struct lwurl *u;
        const struct lwurl_opener *opener;
        const struct lwurl_request *request;
    } calls[] = {
        {NULL, &dev.u, &dev.opener, &good},
        {&dev.cache, NULL, &dev.opener, &good},
        {&dev.cache, &dev.u, NULL, &good},
        {&dev.cache, &dev.u, &portless, &good},
        {&dev.cache, &dev.u, &dev.opener, NULL},
        {&dev.cache, &dev.u, &dev.opener, &no_url},
        {&dev.cache, &dev.u, &dev.opener, &no_fields},
    };

    (void)state;
    device_begin(NULL, 0);
    for (size_t i = 0; i < N(calls); i++)
        for (unsigned how = 0; how < 2; how++)
            assert_int_equal(lwurl_cache_begin(calls[i].cache, calls[i].u,
                                               calls[i].opener,
                                               calls[i].request, how),
                             LWURL_ERR_CALL);
    assert_int_equal(
        lwurl_cache_look(&dev.cache, &dev.opener, "http://h:x/", &view),
        LWURL_ERR_URL);
    assert_int_equal(lwurl_cache_forget(&dev.cache, "http:///a"),
                     LWURL_ERR_NO_HOST);
    assert_int_equal(
        lwurl_cache_begin(&dev.cache, &dev.u, &dev.opener, &good, 0),
        LWURL_OK); /* amid a fetch nothing else can be asked */
    assert_int_equal(lwurl_cache_look(&dev.cache, &dev.opener, B, &view),
                     LWURL_ERR_CALL);
    assert_int_equal(lwurl_cache_forget(&dev.cache, A), LWURL_ERR_CALL);
    device_end();
}

/* A body that stops: the error sticks, and nothing of it is kept; what was not
   to be kept anyway stays so for its own reason. */
static void stalls(void **state)
{
    static const struct {
        const char *says;
        int stored;
    } ways[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
         LWURL_ERR_NOT_CACHED},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\nhalf", LWURL_ERR_ROOM},
    };
    struct lwurl_request request = {.url = A, .idle_ms = 500};
    struct lwurl_wants wants;
    char to[4];

    (void)state;
    for (size_t i = 0; i < N(ways); i++) {
        const struct fake_peer peer = {.says = {say(ways[i].says, 1)}};
        device_begin(&peer, 1);
        assert_int_equal(
            lwurl_cache_open(&dev.cache, &dev.u, &dev.opener, &request, 0),
            LWURL_OK);
        assert_int_equal(lwurl_cache_read(&dev.cache, to, 0), 0);
        assert_int_equal(lwurl_cache_read(&dev.cache, to, 4), 4);
        assert_int_equal(lwurl_cache_take(&dev.cache, to, 4), 0);
        assert_int_equal(lwurl_cache_step(&dev.cache), LWURL_TURN_WAIT);
        lwurl_cache_wants(&dev.cache, &wants);
        assert_in_range(wants.ms, 1, 500);
        assert_int_equal(lwurl_cache_read(&dev.cache, to, 4), LWURL_ERR_IDLE);
        assert_int_equal(lwurl_cache_step(&dev.cache), LWURL_ERR_IDLE);
        assert_int_equal(lwurl_cache_take(&dev.cache, to, 4), LWURL_ERR_IDLE);
        assert_int_equal(lwurl_cache_keep(&dev.cache), LWURL_ERR_CALL);
        assert_int_equal(lwurl_cache_stored(&dev.cache), ways[i].stored);
        lwurl_cache_wants(&dev.cache, &wants);
        assert_int_equal(wants.ms, 0);
        lwurl_cache_close(&dev.cache);
        expect_not_kept(A);
        device_end();
    }
}

/* A streamed request, and fields as they come, go through as in a fetch. */
static void turns_of_a_fetch(void **state)
{
    const struct fake_peer peer = {
        .says = {{SAY("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                      "\r\n5\r\nfirst\r\n0\r\nTrailer: x\r\n\r\n",
                      1),
                  .after = 4}}};
    struct lwurl_request request = {
        .url = A, .body_n = 4, .flags = LWURL_BODY_STREAM | LWURL_ASK_FIELDS};

    (void)state;
    device_begin(&peer, 1);
    assert_int_equal(
        lwurl_cache_open(&dev.cache, &dev.u, &dev.opener, &request, 0),
        LWURL_OK);
    assert_int_equal(lwurl_status(&dev.u), 0); /* it waits for the body */
    assert_int_equal(lwurl_write(&dev.u, "body", 4), LWURL_OK);
    assert_int_equal(lwurl_finish(&dev.u), LWURL_OK);
    assert_int_equal(lwurl_cache_length(&dev.cache), UINT64_MAX);
    assert_int_equal(
        lwurl_cache_read_all(&dev.cache, dev.body, 99, &dev.body_n), LWURL_OK);
    assert_int_equal(dev.body_n, 5);
    assert_memory_equal(dev.body, "first", 5);
    assert_int_equal(lwurl_cache_from(&dev.cache), LWURL_FROM_NETWORK);
    assert_int_equal(lwurl_cache_stored(&dev.cache), LWURL_ERR_NOT_CACHED);
    device_end();
}

/* Nobody is there who knows a password. */
static void asked_for_a_password(void **state)
{
    static char realm[16];
    static struct lwurl_basic basic = {.realm = realm, .realm_n = sizeof realm};
    static const struct lwurl_handler lines[] = {
        LWURL_CACHE(&dev.cache), LWURL_BASIC(&basic), LWURL_HTTP};
    const struct fake_peer peer = {
        .says = {say("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=r\r\n"
                     "Content-Length: 0\r\n\r\n",
                     1)}};
    struct lwurl_request request = {.url = A, .flags = LWURL_ASK_CREDENTIALS};

    (void)state;
    device_begin(&peer, 1);
    dev.opener.handlers = lines;
    dev.opener.handlers_n = N(lines);
    assert_int_equal(
        lwurl_cache_open(&dev.cache, &dev.u, &dev.opener, &request, 0),
        LWURL_ERR_STATUS);
    assert_int_equal(lwurl_status(&dev.u), 401);
    assert_int_equal(seen_n(&dev.fake), 1);
    device_end();
}

/* Nobody knows how long the device was off. */
static void unknown_age(void **state)
{
    const struct fake_peer peer = {.says = {say(OK(FRESH60, "first"), 1)}};
    struct lwurl_cache_view view;

    (void)state;
    device_begin(&peer, 1);
    expect(A, 0, LWURL_FROM_NETWORK, "first");
    dev.wall = NOBODY;
    device_reboot();
    assert_int_equal(lwurl_cache_look(&dev.cache, &dev.opener, A, &view),
                     LWURL_OK);
    assert_int_equal(view.age_s, UINT32_MAX);
    assert_int_equal(view.fresh_s, 0);
    assert_int_equal(view.came_s, EPOCH);
    device_end();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps),
        cmocka_unit_test(forgotten),
        cmocka_unit_test(one_of_two_forgotten),
        cmocka_unit_test(too_long_for_memory),
        cmocka_unit_test(others),
        cmocka_unit_test(without_clock),
        cmocka_unit_test(wrong_calls),
        cmocka_unit_test(stalls),
        cmocka_unit_test(turns_of_a_fetch),
        cmocka_unit_test(asked_for_a_password),
        cmocka_unit_test(unknown_age),
    };

    return cmocka_run_group_tests_name("core/cache, call by call", tests, NULL,
                                       NULL);
}
