/* SPDX-License-Identifier: MIT */
/* What a fetch can be asked at any time: core/response.c, lwurl_fail(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_handler.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

/* The first error stays, but for a status, whose response can be read. */
static void first_error_sticks(void **state)
{
    struct lwurl u = {0};
    struct lwurl_error e;

    (void)state;
    lwurl_error(&u, &e);
    assert_int_equal(e.code, LWURL_OK);
    assert_false(e.retry);
    assert_int_equal(lwurl_fail(&u, LWURL_ERR_STATUS, 404), LWURL_ERR_STATUS);
    assert_int_equal(lwurl_fail(&u, LWURL_ERR_RESET, 7), LWURL_ERR_RESET);
    assert_int_equal(lwurl_fail(&u, LWURL_ERR_DNS, 8), LWURL_ERR_RESET);
    lwurl_error(&u, &e);
    assert_int_equal(e.code, LWURL_ERR_RESET);
    assert_int_equal(e.detail, 7);
    assert_true(e.retry);
}

/* Which errors may pass by themselves. */
static void what_may_pass(void **state)
{
    static const int passing[] = {
        LWURL_ERR_BUSY,    LWURL_ERR_ENTROPY,      LWURL_ERR_INCOMPLETE,
        LWURL_ERR_NETDOWN, LWURL_ERR_DISCONNECTED, LWURL_ERR_TLS_TRUNCATED,
        LWURL_ERR_DNS,     LWURL_ERR_REFUSED,      LWURL_ERR_UNREACHABLE,
        LWURL_ERR_RESET,   LWURL_ERR_DEADLINE,     LWURL_ERR_IDLE,
        LWURL_ERR_STACK,   LWURL_ERR_CLOCK,        LWURL_ERR_RETRY,
        LWURL_ERR_RANGE};
    struct lwurl_error e;

    (void)state;
    for (int code = LWURL_ERR_CALL; code >= LWURL_ERR_STACK; code--) {
        struct lwurl u = {0};
        bool pass = false;
        for (size_t i = 0; i < N(passing); i++)
            pass = pass || code == passing[i];
        (void)lwurl_fail(&u, code, 0);
        lwurl_error(&u, &e);
        assert_int_equal(e.retry, pass);
    }
}

static void statuses_that_may_pass(void **state)
{
    static const unsigned passing[] = {408, 425, 429, 500, 503, 599};
    static const unsigned staying[] = {300, 304, 400, 401, 404, 409, 499, 600};
    struct lwurl_error e;

    (void)state;
    for (size_t i = 0; i < N(passing) + N(staying); i++) {
        bool pass = i < N(passing);
        struct lwurl u = {0};
        u.status = (uint16_t)(pass ? passing[i] : staying[i - N(passing)]);
        (void)lwurl_fail(&u, LWURL_ERR_STATUS, u.status);
        lwurl_error(&u, &e);
        assert_int_equal(e.retry, pass);
        assert_int_equal(e.status, u.status);
    }
}

/* The URL without whom and with what password. */
static void url_for_logs(void **state)
{
    static const char *const urls[][3] = {
        {"http://h/", "http://", "h/"},
        {"http://u:p@h:1/a@b?c@d#e@f", "http://", "h:1/a@b?c@d#e@f"},
        {"http://u:p@q@h", "http://", "h"},
        {"http://u:p@h?a@b", "http://", "h?a@b"},
        {"http://u:p@h#a@b", "http://", "h#a@b"},
        {"http://u@", "http://", ""},
        {"data:,a@b", "data:,a@b", ""},
        {"x:/a@b", "x:/a@b", ""},
        {"x:", "x:", ""},
        {"nothing", "nothing", ""},
        {"", "", ""},
    };
    (void)state;
    for (size_t i = 0; i < N(urls); i++) {
        struct lwurl u = {.url = {urls[i][0], strlen(urls[i][0])}};
        struct lwurl_str out[2] = {{"junk", 4}, {"junk", 4}};
        lwurl_url_public(&u, out);
        assert_int_equal(lwurl_url(&u).n, u.url.n);
        for (int k = 0; k < 2; k++) {
            assert_int_equal(out[k].n, strlen(urls[i][1 + k]));
            assert_memory_equal(out[k].p, urls[i][1 + k], out[k].n);
        }
    }
}

/* After a fetch, and after one that was refused. */
static void what_is_left(void **state)
{
    static struct fake fake;
    static struct fetch t;
    struct fake_peer peer = {
        .says = {{SAY("HTTP/1.0 404 N\r\nContent-Length: 5\r\n\r\nhel", 1)}},
        .end = LWURL_PORT_EOF};
    struct lwurl_request get = {.url = "http://h/"}, bad = {.url = "http://"};
    struct lwurl_error e;

    (void)state;
    fake_begin(&fake, &peer, 1);
    fetch_init(&t, &fake, 128);
    fetch_run(&t, &get);
    lwurl_close(&t.u);
    lwurl_error(&t.u, &e);
    assert_int_equal(e.code, LWURL_ERR_INCOMPLETE);
    assert_int_equal(e.detail, 2);
    assert_int_equal(e.phase, LWURL_PHASE_BODY);
    assert_int_equal(e.status, 404);
    assert_int_equal(e.bytes, 3);
    assert_int_equal(lwurl_version(&t.u), 10);
    fetch_run(&t, &bad);
    lwurl_error(&t.u, &e);
    assert_int_equal(e.code, LWURL_ERR_NO_HOST);
    assert_int_equal(e.status, 0);
    assert_int_equal(e.bytes, 0);
    assert_int_equal(e.phase, LWURL_PHASE_IDLE);
    assert_int_equal(lwurl_version(&t.u), 0);
    assert_true(lwurl_length(&t.u) == UINT64_MAX);
    fetch_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_error_sticks),
        cmocka_unit_test(what_may_pass),
        cmocka_unit_test(statuses_that_may_pass),
        cmocka_unit_test(url_for_logs),
        cmocka_unit_test(what_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
