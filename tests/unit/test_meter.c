/* SPDX-License-Identifier: MIT */
/* core/meter.c: what was counted, against what went over the fake wire, and a
   cap at every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "exchange.h"
#include "lwurl_meter.h"
#include "lwurl_proxy.h"
#include "lwurl_redirect.h"
#include "sealed_filter.h"
#include "tls/records.h"

static struct fake fake;
static struct fetch t;
static struct sealed_slot slot;
static struct lwurl_meter meter = {.inner = &fake.port};
static const struct lwurl_port metered = LWURL_METER_PORT(&meter);
static char redirect_room[256];
static struct lwurl_redirect redirect = {.room = redirect_room,
                                         .room_n = sizeof redirect_room};
static const struct lwurl_proxy_entry entry = {"https", "proxy:3128"};
static struct lwurl_proxies proxy = {.table = &entry, .table_n = 1};
static const struct lwurl_handler table[] = {LWURL_METER(&meter),
                                             LWURL_REDIRECT(&redirect),
                                             LWURL_HTTP,
                                             {&sealed_ops, &slot},
                                             LWURL_PROXY(&proxy)};

static struct lwurl_meter_count sent, received;

#define HEAD_5  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define CHUNKS  "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n" /* 5 bytes, 16 of framing */
#define N(text) (sizeof(text) - 1)

static void begin(const struct fake_peer *peers, size_t n)
{
    memset(&slot, 0, sizeof slot);
    fake_begin(&fake, peers, n);
    fetch_init(&t, &fake, 256);
    t.opener.port = &metered;
    t.opener.handlers = table;
    t.opener.handlers_n = sizeof table / sizeof table[0] - 1;
}

/* One fetch, and what it cost while it is open, which is the same after. */
static void fetch(const struct lwurl_request *request)
{
    struct lwurl_meter_count counts[2];

    fetch_run(&t, request);
    lwurl_meter_read(&meter, &counts[0], &counts[1]);
    lwurl_close(&t.u);
    lwurl_meter_read(&meter, &sent, &received);
    assert_memory_equal(&counts[0], &sent, sizeof sent);
    assert_memory_equal(&counts[1], &received, sizeof received);
    assert_int_equal(sent.wire, sent.head + sent.body + sent.tls);
    assert_int_equal(received.wire,
                     received.head + received.body + received.tls);
}

/* Bytes that all connections carried. */
static uint64_t heard_n(void)
{
    uint64_t n = 0;

    for (size_t i = 0; i < fake.conns_n; i++)
        n += fake.conns[i].sent_n;
    return n;
}

static uint64_t said_n(void)
{
    uint64_t n = 0;

    for (size_t i = 0; i < fake.conns_n; i++)
        n += fake.conns[i].said;
    return n;
}

static void check(const struct lwurl_meter_count *c, uint64_t head,
                  uint64_t body, uint64_t tls)
{
    assert_int_equal(c->head, head);
    assert_int_equal(c->body, body);
    assert_int_equal(c->tls, tls);
}

/* -------------------------------------------------------------- what it cost
 */

static void test_http(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(HEAD_5 "abcde", 1)}, {SAY(CHUNKED CHUNKS, 2)}}}};
    static const struct lwurl_request get = {.url = "http://h/"};
    static const struct lwurl_request post = {
        .url = "http://h/", .body = "body", .body_n = 4};

    (void)state;
    begin(peers, 1);
    meter.total = 0;
    fetch(&get);
    check(&sent, heard_n(), 0, 0);
    check(&received, N(HEAD_5), 5, 0);
    uint64_t first = heard_n();
    fetch(&post); /* on the same connection: its own cost alone */
    assert_int_equal(fake.conns_n, 1);
    check(&sent, heard_n() - first - 4, 4, 0);
    check(&received, N(CHUNKED), N(CHUNKS), 0);
    assert_int_equal(meter.total, heard_n() + said_n());
    fetch_end(&t);
}

static unsigned char script[8192];

/* A server behind the filter: the handshake, then what it says to each head. */
static struct fake_peer sealed_peer(const char *first, const char *second,
                                    size_t piece)
{
    struct fake_peer peer = {.lines = false};
    const char *const says[] = {first, second};
    size_t at = sealed_hello(script, 0, SEALED_SEAL);

    peer.says[0] = (struct fake_say){.p = (char *)script, .n = at};
    for (int i = 0; i < 2 && says[i] != NULL; i++) {
        size_t end =
            sealed_records(script, at, says[i], strlen(says[i]), piece);
        peer.says[i + 1] = (struct fake_say){
            .p = (char *)script + at, .n = end - at, .heads = (unsigned)i + 1};
        at = end;
    }
    return peer;
}

static void test_https(void **state)
{
    static const struct lwurl_request get = {.url = "https://h/"};
    static const struct lwurl_request post = {
        .url = "https://h/", .body = "body", .body_n = 4};

    (void)state;
    for (size_t piece = 1; piece < 100; piece += 7) {
        struct fake_peer peer =
            sealed_peer(HEAD_5 "abcde", CHUNKED CHUNKS, piece);
        unsigned records = (unsigned)((N(HEAD_5) + 5 + piece - 1) / piece);
        begin(&peer, 1);
        fetch(&get);
        check(&sent, heard_n() - SEALED_HELLO_N - SEALED_EXTRA, 0,
              SEALED_HELLO_N + SEALED_EXTRA);
        check(&received, N(HEAD_5), 5, SEALED_HELLO_N + records * SEALED_EXTRA);
        uint64_t first = heard_n();
        fetch(&post); /* without a handshake */
        assert_int_equal(fake.conns_n, 1);
        check(&sent, heard_n() - first - SEALED_EXTRA - 4, 4, SEALED_EXTRA);
        records = (unsigned)((N(CHUNKED CHUNKS) + piece - 1) / piece);
        check(&received, N(CHUNKED), N(CHUNKS), records * SEALED_EXTRA);
        fetch_end(&t);
    }
}

/* The headers of records cut anywhere; seals of other ciphers. */
static void test_records(void **state)
{
    static const char text[] = "some content, cut into records";
    static const unsigned char rest[] = {0x15, 3,    3, 0, 0, 0x17, 3,
                                         3,    0x40, 0, 1, 2, 3,    4};
    unsigned char wire[512];

    (void)state;
    size_t n = sealed_hello(wire, 0, SEALED_SEAL);
    n = sealed_records(wire, n, text, N(text), 7);
    n += 5; /* an empty record of something else, then a part of one */
    memcpy(wire + n - 5, rest, sizeof rest);
    n += sizeof rest - 5;
    for (size_t piece = 1; piece <= n; piece++) {
        struct lwurl_meter_records r;
        uint64_t content = 0;
        records_begin(&r);
        for (size_t at = 0; at < n; at += piece)
            content +=
                records_pass(&r, wire + at, n - at < piece ? n - at : piece);
        assert_int_equal(content, N(text));
    }
    for (unsigned seal = 0; seal < 40; seal++) {
        struct lwurl_meter_records r;
        records_begin(&r);
        n = sealed_hello(wire, 0, seal);
        assert_int_equal(records_pass(&r, wire, n), 0);
        assert_int_equal(records_pass(&r, "\x17\3\3\0\x28", 5), 0);
        assert_int_equal(records_pass(&r, text, 30), 0);
        assert_int_equal(records_pass(&r, text, 10), 40 - seal);
    }
}

/* Records that are too short to hold what they should: no content, and a seal
   that stays. */
static void test_short_records(void **state)
{
    static const char zeros[64];
    struct lwurl_meter_records r;

    (void)state;
    records_begin(&r);
    assert_int_equal(records_pass(&r, "\x14\3\3\0\1\1", 6), 0);
    assert_int_equal(records_pass(&r, "\x16\3\3\0\x0F", 5), 0);
    assert_int_equal(records_pass(&r, zeros, 15), 0); /* no Finished */
    assert_int_equal(records_pass(&r, "\x17\3\3\0\1x", 6), 1);
    assert_int_equal(records_pass(&r, "\x14\3\3\0\1\1", 6), 0);
    assert_int_equal(records_pass(&r, "\x16\3\3\0\x20", 5), 0);
    assert_int_equal(records_pass(&r, zeros, 32), 0); /* one with 16 more */
    for (unsigned n = 0; n < 20; n++) {
        char head[5] = {0x17, 3, 3, 0, (char)n};
        uint64_t content = records_pass(&r, head, 5);
        content += records_pass(&r, zeros, n);
        assert_int_equal(content, n > 16 ? n - 16 : 0);
    }
}

/* Junk is TLS, and harmless. */
static void test_records_of_junk(void **state)
{
    struct lwurl_meter_records r;
    unsigned char bytes[64];
    uint32_t random = 1;
    uint64_t content = 0;

    (void)state;
    records_begin(&r);
    for (int i = 0; i < 100000; i++) {
        for (size_t k = 0; k < sizeof bytes; k++) {
            random = random * 1664525 + 1013904223;
            bytes[k] = (unsigned char)(random >> 24);
        }
        content += records_pass(&r, bytes, sizeof bytes);
    }
    assert_true(content <= 100000 * sizeof bytes);
}

/* All hops of a fetch, their bodies and connections that were dead. */
static void test_hops(void **state)
{
    const struct fake_peer peers[] = {
        {.says = {{SAY(HEAD_5 "abcde", 1)}},
         .end = LWURL_PORT_EOF,
         .end_heads = 2},
        {.says = {{SAY("HTTP/1.1 302 See\r\nLocation: https://i/\r\n"
                       "Content-Length: 3\r\n\r\nxyz",
                       1)}}},
        sealed_peer(HEAD_5 "abcde", NULL, 100),
    };
    static const struct lwurl_request get = {.url = "http://h/"};
    const uint64_t tls = SEALED_HELLO_N + SEALED_EXTRA;

    (void)state;
    begin(peers, 3);
    fetch(&get);
    uint64_t sent_n = heard_n(), said = said_n();
    fetch(&get);
    assert_int_equal(t.got.err, LWURL_OK);
    assert_int_equal(fake.conns_n, 3);
    check(&sent, heard_n() - sent_n - tls, 0, tls);
    assert_int_equal(received.wire, said_n() - said);
    check(&received, said_n() - said - 3 - 5 - tls, 3 + 5, tls);
    fetch_end(&t);
}

static void test_tunnel(void **state)
{
    static const char opened[] = "HTTP/1.1 200 Opened\r\n\r\n";
    static const struct lwurl_request get = {.url = "https://h/"};
    struct fake_peer peer = sealed_peer(HEAD_5 "abcde", NULL, 100);
    const uint64_t tls = SEALED_HELLO_N + SEALED_EXTRA;

    (void)state;
    peer.says[2] = peer.says[1];
    peer.says[2].heads = 2;
    peer.says[1] = peer.says[0];
    peer.says[1].heads = 1;
    peer.says[1].after = 4;
    peer.says[0] = (struct fake_say){.p = opened, .n = N(opened), .heads = 1};
    begin(&peer, 1);
    t.opener.handlers_n++;
    fetch(&get);
    assert_int_equal(t.got.err, LWURL_OK);
    check(&sent, heard_n() - tls, 0, tls);
    check(&received, N(opened) + N(HEAD_5), 5, tls);
    fetch_end(&t);
}

/* Fetches that end early. */
static void test_failures(void **state)
{
    static const struct fake_peer cut[] = {
        {.says = {{SAY("HTTP/1.1 200 O", 1)}}, .end = LWURL_PORT_EOF}};
    static const struct fake_peer bare[] = {
        {.says = {{SAY("\x16\3", 0)}}, .end = LWURL_PORT_EOF}};

    (void)state;
    begin(cut, 1);
    fetch(&(struct lwurl_request){.url = "http://h/"});
    assert_int_equal(t.got.err, LWURL_ERR_INCOMPLETE);
    assert_int_equal(received.wire, 14);
    fetch_end(&t);
    begin(bare, 1);
    fetch(&(struct lwurl_request){.url = "https://h/"});
    assert_int_equal(t.got.err, LWURL_ERR_TLS_TRUNCATED);
    check(&sent, 0, 0, SEALED_HELLO_N);
    check(&received, 0, 0, 2);
    fetch_end(&t);
    begin(NULL, 0);
    fetch(&(struct lwurl_request){.url = "gopher://h/"});
    check(&sent, 0, 0, 0);
    fetch_end(&t);
}

/* ----------------------------------------------------------------------- cap
 */

/* The same fetch with a cap at every byte. */
static void cap_at(const struct fake_peer *peers, size_t n,
                   const struct lwurl_request *request)
{
    uint64_t cost;

    meter.max = 0;
    begin(peers, n);
    fetch(request);
    assert_int_equal(t.got.err, LWURL_OK);
    cost = sent.wire + received.wire;
    fetch_end(&t);
    for (meter.max = 1; meter.max < cost; meter.max++) {
        begin(peers, n);
        fetch(request);
        assert_int_equal(t.got.err, LWURL_ERR_METER);
        assert_int_equal(t.got.detail, meter.max);
        assert_int_equal(sent.wire + received.wire, meter.max);
        assert_int_equal(heard_n() + said_n(), meter.max);
        fetch_end(&t);
    }
    begin(peers, n);
    fetch(request);
    assert_int_equal(t.got.err, LWURL_OK);
    fetch_end(&t);
    assert_int_equal(t.u.err, LWURL_OK);
    meter.max = 0;
}

static void test_cap(void **state)
{
    static struct fake_peer plain[] = {
        {.says = {{SAY("HTTP/1.1 302 See\r\nLocation: /b\r\n"
                       "Content-Length: 3\r\n\r\nxyz",
                       1)},
                  {SAY(HEAD_5 "abcde", 2)}}}};
    struct fake_peer secured[] = {sealed_peer(CHUNKED CHUNKS, NULL, 30)};

    (void)state;
    for (size_t piece = 0; piece < 3; piece++) {
        plain[0].piece = plain[0].take = piece;
        secured[0].piece = secured[0].take = piece;
        cap_at(plain, 1, &(struct lwurl_request){.url = "http://h/"});
        cap_at(secured, 1, &(struct lwurl_request){.url = "https://h/"});
        cap_at(secured, 1,
               &(struct lwurl_request){
                   .url = "https://h/", .body = "body", .body_n = 4});
    }
}

/* The detail of the error tells the cap, or the most that it can. */
static void test_cap_of_gigabytes(void **state)
{
    static const struct fake_peer peer = {.says = {{SAY(HEAD_5 "abcde", 1)}}};

    (void)state;
    begin(&peer, 1);
    meter.max = 5000000000u;
    t.request = (struct lwurl_request){.url = "http://h/"};
    assert_int_equal(fetch_begin(&t, &t.request), LWURL_OK);
    meter.done[0].wire = meter.max - 9; /* before a redirect, say */
    assert_int_equal(fetch_until(&t, 1u << LWURL_TURN_DONE), LWURL_ERR_METER);
    lwurl_meter_read(&meter, &sent, &received);
    assert_true(sent.wire == meter.max);
    assert_int_equal(t.u.detail, INT32_MAX);
    fetch_end(&t);
    meter.max = 0;
}

/* On a connection that was kept there is no other try: it costs. */
static void test_cap_on_a_kept_connection(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(HEAD_5 "abcde", 1)}, {SAY(HEAD_5 "abcde", 2)}}}};
    static const struct lwurl_request get = {.url = "http://h/"};

    (void)state;
    for (meter.max = 70; meter.max < 150; meter.max++) {
        uint64_t max = meter.max;
        meter.max = 0;
        begin(peers, 1);
        fetch(&get);
        uint64_t cost = sent.wire + received.wire;
        meter.max = max;
        fetch(&get);
        assert_int_equal(t.got.err, max < cost ? LWURL_ERR_METER : LWURL_OK);
        assert_int_equal(fake.conns_n, 1);
        assert_int_equal(sent.wire + received.wire, max < cost ? max : cost);
        fetch_end(&t);
    }
    meter.max = 0;
}

/* What a filter says behind a complete body is counted, and no error where the
   cap forbids it. */
static void test_cap_and_the_end_of_a_filter(void **state)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
                               "Content-Length: 5\r\n\r\n";
    static const struct lwurl_request get = {.url = "https://h/"};
    const uint64_t end_n = 5 + 2 + SEALED_SEAL;
    struct fake_peer peer =
        sealed_peer("HTTP/1.1 200 OK\r\nConnection: close\r\n"
                    "Content-Length: 5\r\n\r\nabcde",
                    NULL, 100);

    (void)state;
    meter.max = 0;
    for (uint64_t less = 0; less <= end_n + 1; less++) {
        begin(&peer, 1);
        fetch_run(&t, &get);
        lwurl_close(&t.u);
        lwurl_meter_read(&meter, &sent, &received);
        int want = less <= end_n ? LWURL_OK : LWURL_ERR_METER;
        assert_int_equal(t.got.err, want);
        assert_int_equal(t.u.err, want);
        if (want == LWURL_OK)
            check(&received, N(head), 5, SEALED_HELLO_N + SEALED_EXTRA);
        uint64_t cost = sent.wire + received.wire;
        fetch_end(&t);
        meter.max = less == 0 ? cost - 1 : meter.max - 1;
    }
    meter.max = 0;
}

/* Between fetches only the total grows. */
static void test_between_fetches(void **state)
{
    static const struct fake_peer peers[] = {
        {.says = {{SAY(HEAD_5 "abcde", 1)}}, .waits = 2}};
    static const struct lwurl_request get = {.url = "http://h/"};
    char body[8];
    size_t n;

    (void)state;
    begin(peers, 1);
    fake.names[0].waits = 2;
    meter.max = 1000;
    meter.total = 0;
    assert_int_equal(lwurl_open(&t.u, &t.opener, &get, t.work, t.work_n),
                     LWURL_OK); /* waits by the meter's port */
    assert_int_equal(lwurl_read_all(&t.u, body, sizeof body, &n), LWURL_OK);
    lwurl_close(&t.u);
    char byte;
    assert_int_equal(metered.recv(&meter, 10, &byte, 1), 0);
    assert_int_equal(metered.send(&meter, 10, &(struct lwurl_str){"x", 1}, 1),
                     1);
    lwurl_meter_read(&meter, &sent, &received);
    assert_int_equal(meter.total, sent.wire + received.wire + 1);
    fetch_end(&t);
    begin(peers, 1);
    fake.names[0].waits = FAKE_NEVER;
    assert_int_equal(fetch_begin(&t, &get), LWURL_OK);
    assert_int_equal(lwurl_step(&t.u), LWURL_TURN_WAIT);
    lwurl_end(&t.u);
    assert_int_equal(fake.cancels, 1);
    fetch_end(&t);
    meter.max = 0;
}

static void test_wake(void **state)
{
    (void)state;
    begin(NULL, 0);
    metered.wake(&meter);
    assert_int_equal(fake.wakes, 1);
    fake.port.wake = NULL;
    metered.wake(&meter);
    fetch_end(&t);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_https),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_short_records),
        cmocka_unit_test(test_records_of_junk),
        cmocka_unit_test(test_hops),
        cmocka_unit_test(test_tunnel),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_cap_of_gigabytes),
        cmocka_unit_test(test_cap_on_a_kept_connection),
        cmocka_unit_test(test_cap_and_the_end_of_a_filter),
        cmocka_unit_test(test_between_fetches),
        cmocka_unit_test(test_wake),
    };

    return cmocka_run_group_tests_name("core/meter", tests, NULL, NULL);
}
