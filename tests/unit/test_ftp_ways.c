/* SPDX-License-Identifier: MIT */
/* Where the connections of ftp: go, and what they stand beside: routes, other
   fetches, http. core/schemes/ftp.c; test_ftp.c has the dialogue itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_ftp.h"
#include "lwurl_proxy.h"

/* A file of five bytes. */
static const struct fake_peer control = {
    .lines = true,
    .says = {{SAY("220 hi\r\n", 0)},
             {SAY("331 password\r\n", 1)},
             {SAY("230 in\r\n", 2)},
             {SAY("250 there\r\n", 3)},
             {SAY("200 type\r\n", 4)},
             {SAY("213 5\r\n", 5)},
             {SAY("227 Entering Passive Mode (10,9,8,7,4,1).\r\n", 6)},
             {SAY("150 go\r\n226 done\r\n", 7)}},
    .end = LWURL_PORT_EOF};
static const struct fake_peer data = {.says = {{SAY("hello", 0)}},
                                      .end = LWURL_PORT_EOF};

static struct fake f;
static struct fetch t;
static struct lwurl_ftp ftp;
static const struct lwurl_handler ftp_only[] = {LWURL_FTP(&ftp)};

static void begin_with(const struct fake_peer *peers, size_t n,
                       const struct lwurl_handler *lines, size_t lines_n)
{
    fake_begin(&f, peers, n);
    fetch_init(&t, &f, LWURL_WORK_MIN);
    t.opener.handlers = lines;
    t.opener.handlers_n = lines_n;
    memset(&ftp, 0, sizeof ftp);
}

/* A server with the file, for ftp alone. */
static void begin(void)
{
    static struct fake_peer both[2];

    both[0] = control;
    both[1] = data;
    begin_with(both, 2, ftp_only, 1);
}

/* ------------------------------------------------------------------- routes */

static void connect_to(void **state)
{
    struct lwurl_request request = {.url = "ftp://h:2121/f"};

    (void)state;
    begin();
    fetch_run(&t, &request);
    assert_int_equal(f.conns[0].to.port, 2121);
    assert_string_equal(f.name, "h");
    fetch_end(&t);
    request.connect_to = "other";
    begin();
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(f.conns[0].to.port, 2121);
    assert_string_equal(f.name, "other");
    fetch_end(&t);
    request.connect_to = "[::1]:99";
    begin();
    fetch_run(&t, &request);
    assert_int_equal(f.conns[0].to.port, 99);
    assert_string_equal(f.name, "::1");
    fetch_end(&t);
    request.connect_to = ":";
    begin();
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_ERR_NO_HOST);
    fetch_end(&t);
}

/* Through a proxy it is http, never a tunnel, and connections are kept as
   there. */
static void by_proxy(void **state)
{
    static const struct lwurl_proxy_entry entry = {"ftp", "proxy:3128"};
    static struct lwurl_proxies proxies = {.table = &entry, .table_n = 1};
    static const struct lwurl_handler lines[] = {LWURL_PROXY(&proxies),
                                                 LWURL_FTP(&ftp)};
    static const struct fake_peer proxy[2] = {
        {.says = {{SAY("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", 1)},
                  {SAY("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 2)}}},
        {.lines = true, .says = {{SAY("530 direct\r\n", 0)}}}};
    struct lwurl_request request = {.url = "ftp://me:pw@h/d/f;type=a#x"};

    (void)state;
    for (int tunnel = 0; tunnel < 2; tunnel++) {
        request.proxy = NULL;
        proxies.tunnel = tunnel != 0;
        begin_with(proxy, 2, lines, 2);
        fetch_run(&t, &request);
        assert_int_equal(t.got.status, 200);
        assert_string_equal(t.got.body, "ab");
        assert_string_equal(f.name, "proxy");
        assert_int_equal(f.conns[0].to.port, 3128);
        const char *start = "GET ftp://h/d/f;type=a HTTP/1.1\r\nHost: h\r\n";
        assert_memory_equal(heard(&f, 0), start, strlen(start));
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_ERR_STATUS);
        assert_int_equal(f.conns_n, 1);
        request.proxy = "";
        fetch_run(&t, &request);
        assert_int_equal(t.got.err, LWURL_ERR_FTP);
        assert_int_equal(f.conns_n, 2);
        fetch_end(&t);
    }
}

/* A handler's way that is no proxy, and one that fails. */
static int way_result;

static int way_route(struct lwurl *u, void *state, struct lwurl_route *out)
{
    (void)u;
    (void)state;
    *out = (struct lwurl_route){
        .host = {TEXT("gate")}, .port = 2121, .how = LWURL_ROUTE_DIRECT};
    return way_result;
}

static const struct lwurl_handler_ops way_ops = {.route = way_route};

static void by_another_way(void **state)
{
    static const struct lwurl_handler lines[] = {{&way_ops, NULL},
                                                 LWURL_FTP(&ftp)};
    const struct fake_peer both[] = {control, data};
    struct lwurl_request request = {.url = "ftp://h/f"};

    (void)state;
    way_result = 1;
    begin_with(both, 2, lines, 2);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_string_equal(t.got.body, "hello");
    assert_string_equal(f.name, "gate");
    assert_int_equal(f.conns[0].to.port, 2121);
    assert_memory_equal(heard(&f, 0), "USER anonymous\r\n", 16);
    fetch_end(&t);
    way_result = LWURL_ERR_NETDOWN;
    begin_with(both, 2, lines, 2);
    fetch_run(&t, &request);
    assert_int_equal(t.got.err, LWURL_ERR_NETDOWN);
    assert_int_equal(f.calls, 0);
    fetch_end(&t);
}

/* ------------------------------------------------------------------- others */

/* One state, two fetches: the second one waits until the first is closed. */
static void busy(void **state)
{
    static struct lwurl other;
    struct lwurl_request request = {.url = "ftp://h/d1/d2/f.txt"};
    char work[LWURL_WORK_MIN];

    (void)state;
    begin();
    assert_int_equal(fetch_begin(&t, &request), LWURL_OK);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_BODY), LWURL_TURN_BODY);
    assert_int_equal(
        lwurl_begin(&other, &t.opener, &request, work, sizeof work),
        LWURL_ERR_BUSY);
    lwurl_end(&other);
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), LWURL_TURN_DONE);
    assert_string_equal(t.got.body, "hello");
    lwurl_close(&t.u);
    assert_int_equal(
        lwurl_begin(&other, &t.opener, &request, work, sizeof work), LWURL_OK);
    assert_int_equal(fetch_begin(&t, &request), LWURL_ERR_BUSY);
    lwurl_end(&other);
    fetch_end(&t);
}

/* A connection that http kept is closed, not taken for ftp's; and the other
   way round. */
static void beside_http(void **state)
{
    static const struct lwurl_handler both[] = {LWURL_HTTP, LWURL_FTP(&ftp)};
    const struct fake_peer empty = {
        .says = {{SAY("HTTP/1.1 204 No\r\n\r\n", 1)}}};
    const struct fake_peer four[] = {empty, control, data, empty};
    struct lwurl_request http = {.url = "http://h/"};
    struct lwurl_request file = {.url = "ftp://h:80/f"};

    (void)state;
    begin_with(four, 4, both, 2);
    fetch_run(&t, &http);
    assert_int_equal(t.got.status, 204);
    fetch_run(&t, &file);
    assert_string_equal(t.got.body, "hello");
    fetch_run(&t, &http);
    assert_int_equal(t.got.status, 204);
    assert_int_equal(f.conns_n, 4);
    fetch_end(&t);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(connect_to),     cmocka_unit_test(by_proxy),
        cmocka_unit_test(by_another_way), cmocka_unit_test(busy),
        cmocka_unit_test(beside_http),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
