/* SPDX-License-Identifier: MIT */
/* core/retry.c: what a fetch that ended allows, with whole fetches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_auth.h"
#include "lwurl_redirect.h"
#include "lwurl_retry.h"

static struct fake fake;
static struct fetch t;
static struct lwurl_retry_rules rules;
static struct lwurl_breaker breakers[2];
static struct lwurl_manners manners;
static struct lwurl_retry retry;
static uint32_t clock_ms; /* from one fetch to the next */
static char redirect_room[256];
static struct lwurl_redirect redirect = {.room = redirect_room,
                                         .room_n = sizeof redirect_room};
static const struct lwurl_handler table[] = {
    LWURL_RETRY(&retry), LWURL_REDIRECT(&redirect), LWURL_HTTP};

#define GET   .url = "http://h/"
#define REPLY "HTTP/1.1 "

static const struct lwurl_request get = {GET};

static void init(void)
{
    memset(&rules, 0, sizeof rules);
    memset(breakers, 0, sizeof breakers);
    memset(&retry, 0, sizeof retry);
    manners = (struct lwurl_manners){
        .rules = &rules, .breakers = breakers, .breakers_n = 2};
    retry.manners = &manners;
    clock_ms = 1000;
    lwurl_manners_seed(&manners, "7", 1);
    fetch_init(&t, &fake, 512);
    t.opener.handlers = table;
    t.opener.handlers_n = sizeof table / sizeof table[0];
}

/* One fetch from these servers, one each connection: what may come next. */
static int next(const struct fake_peer *peers, size_t n,
                const struct lwurl_request *request)
{
    int r;

    lwurl_end(&t.u);
    fake_begin(&fake, peers, n);
    fake.now = clock_ms;
    fetch_run(&t, request);
    r = lwurl_retry_next(&retry, &t.u);
    clock_ms = fake.now;
    lwurl_end(&t.u);
    fake_end(&fake);
    return r;
}

static int next_one(const char *says, const struct lwurl_request *request)
{
    struct fake_peer peer = {
        .says = {{.p = says, .n = strlen(says), .heads = 1}},
        .end = LWURL_PORT_EOF,
    };

    return next(&peer, 1, request);
}

static int next_refused(void)
{
    static const struct fake_peer nobody[2] = {{.refuse = LWURL_ERR_REFUSED},
                                               {.refuse = LWURL_ERR_REFUSED}};

    return next(nobody, 2, &get);
}

/* ------------------------------------------------------- which may be tried */

struct end {
    const char *says; /* the server's response, then it closes */
    int want;         /* of lwurl_retry_next(); 1: any wait */
};

static const struct end ends[] = {
    {REPLY "200 OK\r\nContent-Length: 2\r\n\r\nok", 0},
    {REPLY "204 OK\r\n\r\n", 0},
    {REPLY "200 OK\r\nContent-Length: 2\r\n\r\no", 1},
    {REPLY "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\no", 1},
    {REPLY "200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     LWURL_ERR_CHUNK},
    {"", 1},
    {"smtp ready\r\n", LWURL_ERR_STATUS_LINE},
    {REPLY "400 No\r\nContent-Length: 0\r\n\r\n", LWURL_ERR_STATUS},
    {REPLY "401 No\r\nContent-Length: 0\r\n\r\n", LWURL_ERR_STATUS},
    {REPLY "404 No\r\nContent-Length: 0\r\n\r\n", LWURL_ERR_STATUS},
    {REPLY "404 No\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
     LWURL_ERR_STATUS},
    {REPLY "408 No\r\nContent-Length: 0\r\n\r\n", 1},
    {REPLY "425 No\r\nContent-Length: 0\r\n\r\n", 1},
    {REPLY "429 No\r\nContent-Length: 0\r\n\r\n", 1},
    {REPLY "500 No\r\nContent-Length: 0\r\n\r\n", 1},
    {REPLY "502 No\r\nContent-Length: 0\r\n\r\n", 1},
    {REPLY "503 No\r\nContent-Length: 0\r\n\r\n", 1},
    {REPLY "504 No\r\nContent-Length: 0\r\n\r\n", 1},
};

static void test_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        init();
        int r = next_one(ends[i].says, &get);
        if (r > 0 ? ends[i].want != 1 : r != ends[i].want)
            fail_msg("%s: %d", ends[i].says, r);
        assert_true(r <= 1001); /* the longest first wait */
    }
}

static void test_the_road(void **state)
{
    (void)state;
    init();
    assert_in_range(next_refused(), 1, 1001);

    init();
    fake_begin(&fake, NULL, 0);
    fake.down = true;
    fetch_run(&t, &get);
    assert_in_range(lwurl_retry_next(&retry, &t.u), 1, 1001);
    fetch_end(&t);

    init();
    fake_begin(&fake, NULL, 0);
    fetch_begin(&t, &(struct lwurl_request){.url = "gopher://h/"});
    assert_int_equal(lwurl_retry_next(&retry, &t.u), LWURL_ERR_SCHEME);
    fetch_begin(&t, &(struct lwurl_request){.url = "http://h:x/"});
    assert_int_equal(lwurl_retry_next(&retry, &t.u), LWURL_ERR_URL);
    fetch_end(&t);
}

/* What may not be done twice (RFC 9110 9.2.2). */
static const struct {
    const char *says;
    struct lwurl_request request;
    int want;
} repeats[] = {
    {"", {GET, .method = "PUT", .body = "x", .body_n = 1}, 1},
    {"", {GET, .method = "DELETE"}, 1},
    {"", {GET, .method = "HEAD"}, 1},
    {"", {GET, .method = "PATCH"}, LWURL_ERR_MAYBE_SENT},
    {"", {GET, .body = "x", .body_n = 1}, LWURL_ERR_MAYBE_SENT},
    {"", {GET, .body = "x", .body_n = 1, .flags = LWURL_REPEATABLE}, 1},
    {REPLY "408 A\r\nContent-Length: 0\r\n\r\n",
     {GET, .body = "x", .body_n = 1},
     1},
    {REPLY "425 A\r\nContent-Length: 0\r\n\r\n",
     {GET, .body = "x", .body_n = 1},
     1},
    {REPLY "429 A\r\nContent-Length: 0\r\n\r\n",
     {GET, .body = "x", .body_n = 1},
     1},
    {REPLY "429 A\r\nContent-Length: 0\r\n\r\n",
     {GET, .method = "PATCH", .body = "x", .body_n = 1},
     1},
    {REPLY "503 A\r\nContent-Length: 0\r\n\r\n",
     {GET, .body = "x", .body_n = 1},
     1},
    {REPLY "500 A\r\nContent-Length: 0\r\n\r\n",
     {GET, .body = "x", .body_n = 1},
     LWURL_ERR_MAYBE_SENT},
    {REPLY "502 A\r\nContent-Length: 0\r\n\r\n",
     {GET, .body = "x", .body_n = 1},
     LWURL_ERR_MAYBE_SENT},
    {REPLY "200 A\r\nContent-Length: 1\r\n\r\n",
     {GET, .body = "x", .body_n = 1},
     LWURL_ERR_MAYBE_SENT},
    {"",
     {GET, .method = "PUT", .body_n = 3, .flags = LWURL_BODY_STREAM},
     LWURL_ERR_REPLAY},
    {"", {GET, .method = "PUT", .flags = LWURL_BODY_CHUNKED}, LWURL_ERR_REPLAY},
    {"",
     {GET, .method = "PUT", .body_n = 3,
      .flags = LWURL_BODY_STREAM | LWURL_BODY_REWINDS},
     1},
    {"",
     {GET, .body_n = 3, .flags = LWURL_BODY_STREAM | LWURL_BODY_REWINDS},
     LWURL_ERR_MAYBE_SENT},
};

static void test_repeats(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof repeats / sizeof repeats[0]; i++) {
        struct fake_peer peer = {
            .says = {{.p = repeats[i].says,
                      .n = strlen(repeats[i].says),
                      .heads = 1}},
            .end = LWURL_PORT_EOF,
            .end_heads = 1,
            .end_ms = 9,
        };
        init();
        t.out = "abc";
        t.out_n = 3;
        int r = next(&peer, 1, &repeats[i].request);
        if (r > 0 ? repeats[i].want != 1 : r != repeats[i].want)
            fail_msg("row %zu: %d", i, r);
    }
}

/* Nothing of a POST was sent: it may be. */
static void test_a_post_that_never_left(void **state)
{
    static const struct fake_peer nobody[2] = {{.refuse = LWURL_ERR_REFUSED},
                                               {.fail = LWURL_ERR_REFUSED}};
    static const struct lwurl_request post = {GET, .body = "x", .body_n = 1};
    static const struct lwurl_request stream = {GET, .body_n = 3,
                                                .flags = LWURL_BODY_STREAM};

    (void)state;
    init();
    assert_in_range(next(nobody, 2, &post), 1, 1001);
    init();
    assert_in_range(next(nobody, 2, &stream), 1, 1001);
}

/* The POST was acted on when its 303 came: what fails behind it is a GET, but
   the next try would be a POST again. */
static void test_a_post_behind_its_redirect(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(REPLY "303 See\r\nLocation: http://other/\r\n"
                             "Content-Length: 0\r\n\r\n",
                       1)}}},
        {.refuse = LWURL_ERR_REFUSED},
        {.refuse = LWURL_ERR_REFUSED},
    };
    static const struct fake_peer busy[] = {
        {.says = {{SAY(REPLY "303 See\r\nLocation: /b\r\n"
                             "Content-Length: 0\r\n\r\n",
                       1)},
                  {SAY(REPLY "503 Busy\r\nContent-Length: 0\r\n\r\n", 2)}}},
    };
    static const struct lwurl_request post = {GET, .body = "x", .body_n = 1};
    static const struct lwurl_request stream = {
        GET, .body_n = 3, .flags = LWURL_BODY_STREAM | LWURL_REPEATABLE};

    (void)state;
    init();
    assert_int_equal(next(peers, 3, &post), LWURL_ERR_MAYBE_SENT);
    init();
    assert_int_equal(next(busy, 1, &post), LWURL_ERR_MAYBE_SENT);
    init();
    assert_in_range(next(peers, 3, &get), 1, 1001);
    init();
    t.out = "abc";
    t.out_n = 3;
    assert_int_equal(next(peers, 3, &stream), LWURL_ERR_REPLAY);
}

/* A POST that was passed on as such: the first server may have acted. */
static void test_a_post_behind_its_307(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(REPLY "307 Go\r\nLocation: http://other/\r\n"
                             "Content-Length: 0\r\n\r\n",
                       1)}}},
        {.refuse = LWURL_ERR_REFUSED},
        {.refuse = LWURL_ERR_REFUSED},
    };
    static const struct lwurl_request post = {GET, .body = "x", .body_n = 1,
                                              .flags = LWURL_RESEND_BODY};

    (void)state;
    init();
    assert_int_equal(next(peers, 3, &post), LWURL_ERR_MAYBE_SENT);
}

/* A 401 was the answer to the first POST, and the connection ended with it. */
static void test_a_post_behind_its_401(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(REPLY "401 No\r\nWWW-Authenticate: Basic realm=r\r\n"
                             "Connection: close\r\nContent-Length: 0\r\n\r\n",
                       1)}}},
        {.refuse = LWURL_ERR_REFUSED},
        {.refuse = LWURL_ERR_REFUSED},
    };
    static struct lwurl_basic basic;
    static const struct lwurl_handler asked[] = {
        LWURL_RETRY(&retry), LWURL_BASIC(&basic), LWURL_HTTP};
    static const struct lwurl_request post = {GET, .body = "x", .body_n = 1,
                                              .user = "u", .password = "p"};
    static const struct lwurl_request stream = {GET, .body_n = 3, .user = "u",
                                                .password = "p",
                                                .flags = LWURL_BODY_STREAM};

    (void)state;
    for (int i = 0; i < 2; i++) {
        memset(&basic, 0, sizeof basic);
        init();
        t.opener.handlers = asked;
        t.opener.handlers_n = sizeof asked / sizeof asked[0];
        t.out = "abc";
        t.out_n = 3;
        assert_int_equal(next(peers, 3, i == 0 ? &post : &stream),
                         i == 0 ? LWURL_ERR_MAYBE_SENT : LWURL_ERR_REPLAY);
    }
}

/* ----------------------------------------------------------------- sequence */

#define BUSY REPLY "503 Busy\r\nContent-Length: 0\r\n\r\n"
#define FINE REPLY "200 OK\r\nContent-Length: 0\r\n\r\n"

static void test_tries(void **state)
{
    (void)state;
    init();
    rules.fails_max = 100;
    rules.tries = 4;
    for (int round = 0; round < 3; round++) {
        for (unsigned retries = 0; retries < 3; retries++)
            assert_in_range(next_one(BUSY, &get), 1, (1000 << retries) + 1);
        assert_int_equal(next_one(BUSY, &get), LWURL_ERR_STATUS);
    }
    assert_true(next_one(BUSY, &get) > 0);
    assert_true(next_one(BUSY, &get) > 0);
    assert_int_equal(next_one(FINE, &get), 0);
    assert_in_range(next_one(BUSY, &get), 1, 1001); /* begins anew */
}

static void test_many_tries(void **state)
{
    unsigned long sum = 0;

    (void)state;
    init();
    rules.fails_max = rules.tries = rules.day_max = LWURL_RETRY_NO_LIMIT;
    rules.cap_ms = 9000;
    for (int i = 0; i < 400; i++) {
        int ms = next_one(BUSY, &get);
        assert_in_range(ms, 1, 9001);
        sum += i >= 4 ? (unsigned)ms : 0;
    }
    assert_in_range(sum / 396, 4100, 4900);
    retry.retries = UINT16_MAX; /* is as many as can be counted */
    assert_in_range(next_one(BUSY, &get), 1, 9001);
    assert_int_equal(retry.retries, UINT16_MAX);
}

static void test_budget(void **state)
{
    (void)state;
    init();
    rules.fails_max = rules.tries = LWURL_RETRY_NO_LIMIT;
    rules.day_max = 6; /* 3 at once, then one in 6 hours */
    for (int i = 0; i < 3; i++)
        assert_true(next_one(BUSY, &get) > 0);
    assert_int_equal(next_one(BUSY, &get), LWURL_ERR_RETRY);
    assert_in_range(retry.wait_s, 21590, 21600);
    assert_int_equal(t.got.err, LWURL_ERR_STATUS); /* the fetch's own */
    assert_int_equal(next_one(FINE, &get), 0);     /* no retry, no matter */
    assert_int_equal(retry.wait_s, 0);
    clock_ms += 21590000;
    assert_int_equal(next_one(BUSY, &get), LWURL_ERR_RETRY);
    assert_in_range(retry.wait_s, 1, 10);
    clock_ms += retry.wait_s * 1000;
    assert_true(next_one(BUSY, &get) > 0);
    assert_int_equal(next_one(BUSY, &get), LWURL_ERR_RETRY);
}

static void test_breaker(void **state)
{
    static const struct lwurl_request other = {.url = "http://other/"};
    struct lwurl_error e;

    (void)state;
    init();
    rules.fails_max = 3;
    rules.open_ms = 10000;
    assert_true(next_one(BUSY, &get) > 0);
    assert_true(next_refused() > 0);
    assert_int_equal(next_one("", &get), LWURL_ERR_RETRY);
    assert_in_range(retry.wait_s, 10, 20);

    fake_begin(&fake, NULL, 0); /* nobody is asked */
    fake.now = clock_ms;
    assert_int_equal(fetch_begin(&t, &get), LWURL_ERR_RETRY);
    lwurl_error(&t.u, &e);
    assert_int_equal(e.code, LWURL_ERR_RETRY);
    assert_true(e.retry);
    assert_in_range(e.detail, 10, 20);
    assert_int_equal(e.detail, retry.wait_s);
    assert_int_equal(lwurl_retry_next(&retry, &t.u), LWURL_ERR_RETRY);
    assert_int_equal(retry.wait_s, e.detail);
    assert_int_equal(next_one(FINE, &other), 0); /* another host is */

    clock_ms += (uint32_t)e.detail * 1000;
    assert_int_equal(next_one(BUSY, &get), LWURL_ERR_RETRY); /* let through */
    assert_int_equal(t.got.err, LWURL_ERR_STATUS);
    assert_int_equal(next_one(BUSY, &get), LWURL_ERR_RETRY);
    assert_int_equal(t.got.err, LWURL_ERR_RETRY);
    clock_ms += retry.wait_s * 1000;
    assert_int_equal(next_one(FINE, &get), 0);
    assert_true(next_one(BUSY, &get) > 0);
    assert_true(next_one(BUSY, &get) > 0);
}

/* What is wrong on this side is not the host's fault. */
static void test_breaker_and_we(void **state)
{
    static const struct fake_peer no_socket[2] = {{.refuse = LWURL_ERR_STACK},
                                                  {.refuse = LWURL_ERR_STACK}};

    (void)state;
    init();
    rules.fails_max = 1;
    fake_begin(&fake, NULL, 0);
    fake.down = true;
    fetch_run(&t, &get);
    assert_true(lwurl_retry_next(&retry, &t.u) > 0);
    fetch_end(&t);
    assert_true(next(no_socket, 2, &get) > 0);
    fake_begin(&fake, NULL, 0);
    fake.names[0].waits = FAKE_NEVER;
    fetch_begin(&t, &get);
    lwurl_step(&t.u);
    lwurl_cancel(&t.u);
    assert_int_equal(lwurl_step(&t.u), LWURL_ERR_CANCELED);
    assert_int_equal(lwurl_retry_next(&retry, &t.u), LWURL_ERR_CANCELED);
    fetch_end(&t);
    assert_int_equal(next_one("", &get), LWURL_ERR_RETRY);
}

/* -------------------------------------------------------------- Retry-After */

static void test_retry_after(void **state)
{
    bool early = false, late = false;

    (void)state;
    for (unsigned char seed = 0; seed < 100; seed++) {
        init();
        lwurl_manners_seed(&manners, &seed, 1);
        int ms = next_one(REPLY "503 A\r\nRetry-After: 20\r\n"
                                "Content-Length: 0\r\n\r\n",
                          &get);
        assert_in_range(ms, 20001, 40001);
        early = early || ms < 22000;
        late = late || ms > 38000;
    }
    assert_true(early && late);
    init();
    rules.cap_ms = 500;
    assert_in_range(next_one(REPLY "503 A\r\nRetry-After: 3600\r\n"
                                   "Content-Length: 0\r\n\r\n",
                             &get),
                    3600001, 3600501);
    init();
    rules.after_max_s = UINT32_MAX;
    rules.cap_ms = UINT32_MAX;
    assert_in_range(next_one(REPLY "503 A\r\nRetry-After: 99999999999\r\n"
                                   "Content-Length: 0\r\n\r\n",
                             &get),
                    1000000001, 2000000001);
}

/* It is of the response that failed, not of one before it. */
static void test_retry_after_of_another_head(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(REPLY "302 See\r\nLocation: /b\r\nRetry-After: 900\r\n"
                             "Content-Length: 0\r\n\r\n",
                       1)},
                  {SAY(BUSY, 2)}}},
    };
    uint32_t s = 7;

    (void)state;
    init();
    assert_in_range(next(peers, 1, &get), 1, 1001);
    assert_false(lwurl_retry_after(&retry, &s));
    init();
    assert_true(next_one(REPLY "503 A\r\nRetry-After: 9\r\n"
                               "Content-Length: 0\r\n\r\n",
                         &get) > 9000);
    assert_in_range(next_refused(), 1, 2001);
}

/* --------------------------------------------------------------------- calls
 */

static void test_calls(void **state)
{
    (void)state;
    init();
    manners.seeded = false;
    fake_begin(&fake, NULL, 0);
    assert_int_equal(fetch_begin(&t, &get), LWURL_ERR_CALL);
    assert_int_equal(lwurl_retry_next(&retry, &t.u), LWURL_ERR_CALL);
    fetch_end(&t);

    init();
    t.opener.handlers = table + 1; /* without LWURL_RETRY */
    t.opener.handlers_n--;
    assert_int_equal(next_one(BUSY, &get), LWURL_ERR_CALL);
    assert_int_equal(next_one(FINE, &get), LWURL_ERR_CALL);
}

static void cancel(struct fake *f)
{
    if (f->now > 1100)
        lwurl_cancel(&t.u);
}

static void test_wait(void **state)
{
    static const struct fake_peer busy = {.says = {{SAY(BUSY, 1)}}};
    static const struct fake_peer fine = {.says = {{SAY(FINE, 1)}}};

    (void)state;
    init();
    rules.base_ms = 100000;
    fake_begin(&fake, &busy, 1);
    fake.now = UINT32_MAX - 50; /* wraps meanwhile */
    fetch_run(&t, &get);
    uint32_t from = fake.now;
    assert_int_equal(lwurl_retry_wait(&retry, &t.u), 1);
    assert_in_range(fake.now - from, 1000, 100001);
    lwurl_end(&t.u);
    fake_begin(&fake, &fine, 1);
    fetch_run(&t, &get);
    assert_int_equal(lwurl_retry_wait(&retry, &t.u), 0);
    lwurl_end(&t.u);
    fake_begin(&fake, &busy, 1);
    fetch_run(&t, &get);
    fake.during_wait = cancel;
    assert_int_equal(lwurl_retry_wait(&retry, &t.u), 1);
    lwurl_end(&t.u);
    fake_begin(&fake, &busy, 1);
    fetch_run(&t, &get);
    fake.now = 2000;
    fake.during_wait = cancel;
    assert_int_equal(lwurl_retry_wait(&retry, &t.u), LWURL_ERR_CANCELED);
    lwurl_end(&t.u);
    fake_begin(&fake, &busy, 1);
    fetch_run(&t, &get);
    lwurl_cancel(&t.u); /* before it waits */
    from = fake.now;
    assert_int_equal(lwurl_retry_wait(&retry, &t.u), LWURL_ERR_CANCELED);
    assert_int_equal(fake.now, from);
    fetch_end(&t);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_the_road),
        cmocka_unit_test(test_repeats),
        cmocka_unit_test(test_a_post_that_never_left),
        cmocka_unit_test(test_a_post_behind_its_redirect),
        cmocka_unit_test(test_a_post_behind_its_307),
        cmocka_unit_test(test_a_post_behind_its_401),
        cmocka_unit_test(test_tries),
        cmocka_unit_test(test_many_tries),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_breaker),
        cmocka_unit_test(test_breaker_and_we),
        cmocka_unit_test(test_retry_after),
        cmocka_unit_test(test_retry_after_of_another_head),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_wait),
    };

    return cmocka_run_group_tests_name("core/retry", tests, NULL, NULL);
}
