/* SPDX-License-Identifier: MIT */
/* core/tls: the filter against BearSSL's own server engine, in one process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lwurl_anchors.h"
#include "lwurl_port.h"
#include "tls/filter.h"
#include "tls_peer.h"

#define TODAY 1767225600 /* 2026-01-01 */

static const struct lwurl_filter_ops *const ops = &lwurl_tls_filter;

/* ---------------------------------------------------------------- a client */

static int64_t clock_now;
static int clock_result;
static unsigned char entropy_byte;
static int entropy_result;
static size_t entropy_asked;
static unsigned events;

static int read_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = clock_now;
    return clock_result;
}

static int read_entropy(void *ctx, void *p, size_t n)
{
    (void)ctx;
    memset(p, ++entropy_byte, n);
    entropy_asked += n;
    return entropy_result;
}

static void on_event(void *ctx, const struct lwurl_tls *tls,
                     enum lwurl_tls_event event)
{
    (void)tls;
    assert_int_equal(event, LWURL_TLS_READY);
    ++*(unsigned *)ctx;
}

static const struct lwurl_clock test_clock = {.now = read_clock};
static const struct lwurl_entropy test_entropy = {.read = read_entropy};

static struct lwurl_tls_slot slot;
static unsigned char record[LWURL_TLS_RECORD_ANY];
static uint64_t lent[(LWURL_TLS_LENT + 7) / 8];
static br_x509_trust_anchor anchor_list[8];
static unsigned char anchor_room[4096];
static struct lwurl_anchors anchors;
static struct identity id;
static struct peer peer;
static struct lwurl owner, other;

static struct lwurl_tls tls; /* const in a program; here each test sets it */
static struct lwurl_filter_start how;

static void trust_roots(const char *name)
{
    static char text[16384];
    size_t n = load(pki(name, ".pem"), text, sizeof text);

    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, text, n), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
}

static void set_host(const char *host)
{
    how.host.p = host;
    how.host.n = strlen(host);
}

/* Everything as it should be: an EC chain, a full record, the right name. */
static int set_up(void **state)
{
    (void)state;
    memset(&slot, 0, sizeof slot);
    memset(record, 0xAA, sizeof record);
    memset(&how, 0, sizeof how);
    clock_now = TODAY;
    clock_result = entropy_result = 0;
    entropy_asked = events = 0;
    trust_roots("roots");
    tls = (struct lwurl_tls){
        .slot = &slot,
        .record = record,
        .record_n = sizeof record,
        .profile = &lwurl_tls_fast,
        .trust = &lwurl_tls_chain,
        .anchors = anchor_list,
        .anchors_n = anchors.n,
        .entropy = &test_entropy,
        .clock = &test_clock,
        .event = on_event,
        .event_ctx = &events,
    };
    set_host("device.test");
    how.port = 443;
    how.owner = &owner;
    load_identity(&id, "ec");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ops->stop(&tls);
    return 0;
}

static int start(void)
{
    return ops->start(&tls, &how);
}

static unsigned bits(void)
{
    return ops->state(&tls);
}

static int error_of(int32_t *detail)
{
    *detail = 0;
    assert_true((bits() & LWURL_FILTER_CLOSED) != 0);
    return ops->error(&tls, detail);
}

/* Starts and runs until nothing moves; the handshake may have failed. */
static void connect_peer(size_t piece)
{
    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    peer.piece = piece;
    peer_run(&peer, &tls);
}

static void connect_good(size_t piece)
{
    connect_peer(piece);
    assert_int_equal(bits(), LWURL_FILTER_WIRE_IN | LWURL_FILTER_APP_OUT);
    assert_int_equal(events, 1);
}

static void client_write(const void *data, size_t n)
{
    const unsigned char *from = data;

    while (n > 0) {
        size_t room;
        unsigned char *to = ops->buf(&tls, LWURL_FILTER_APP_OUT, &room);

        if (to != NULL) {
            room = room < n ? room : n;
            memcpy(to, from, room);
            ops->ack(&tls, LWURL_FILTER_APP_OUT, room);
            from += room;
            n -= room;
            ops->flush(&tls);
        }
        peer_run(&peer, &tls);
    }
}

static size_t client_read(void *data, size_t max)
{
    unsigned char *to = data;
    size_t n, got = 0;

    peer_run(&peer, &tls);
    for (;;) {
        const unsigned char *from = ops->buf(&tls, LWURL_FILTER_APP_IN, &n);

        if (from == NULL)
            return got;
        n = n < max - got ? n : max - got;
        memcpy(to + got, from, n);
        got += n;
        ops->ack(&tls, LWURL_FILTER_APP_IN, n);
        peer_run(&peer, &tls);
    }
}

static unsigned char pattern(size_t i)
{
    return (unsigned char)(i * 7 + i / 251);
}

/* --------------------------------------------------------------- exchanges */

/* A request, a response of n bytes, and the server's orderly close. */
static void exchange(size_t n)
{
    static unsigned char body[40000], got[40000];
    char request[32];
    int32_t detail;

    for (size_t i = 0; i < n; i++)
        body[i] = pattern(i);
    client_write("GET / HTTP/1.1\r\n\r\n", 18);
    assert_int_equal(peer_read(&peer, request, sizeof request), 18);
    assert_memory_equal(request, "GET / HTTP/1.1\r\n\r\n", 18);
    peer_write(&peer, body, n);
    assert_int_equal(client_read(got, sizeof got), n);
    assert_memory_equal(got, body, n);
    br_ssl_engine_close(&peer.server.eng);
    peer_run(&peer, &tls);
    assert_int_equal(bits(), LWURL_FILTER_CLOSED);
    assert_int_equal(error_of(&detail), LWURL_OK);
    assert_int_equal(br_ssl_engine_current_state(&peer.server.eng),
                     BR_SSL_CLOSED);
    assert_int_equal(br_ssl_engine_last_error(&peer.server.eng), 0);
}

static const struct lwurl_tls_profile *const profiles[] = {
    &lwurl_tls_fast, &lwurl_tls_small, &lwurl_tls_careful, &lwurl_tls_wide};

/* Chains of both kinds through an intermediate, by every profile, with the
   X.509 context at the end of the record buffer or in lent memory. */
static void test_exchanges(void **state)
{
    static const char *const chains[] = {"rsa", "ec"};
    static const size_t records[] = {
        LWURL_TLS_RECORD_ANY, LWURL_TLS_RECORD_4096, LWURL_TLS_RECORD_512};
    static const size_t pieces[] = {0, 1, 100};

    for (size_t i = 0; i < 2 * 4 * 3 * 3; i++) {
        set_up(state);
        load_identity(&id, chains[i % 2]);
        tls.profile = profiles[i / 2 % 4];
        tls.record_n = records[i / 8 % 3];
        if (tls.record_n == LWURL_TLS_RECORD_512) {
            tls.lent = lent;
            tls.lent_n = sizeof lent;
        }
        connect_good(pieces[i / 24]);
        assert_int_equal(entropy_asked, 32);
        assert_in_range(peer.offer_max, 5, 128);
        exchange(tls.record_n == sizeof record ? 40000 : 6000);
        tear_down(state);
    }
}

static void test_p384_chain(void **state)
{
    (void)state;
    trust_roots("p384-root");
    tls.anchors_n = anchors.n;
    tls.profile = &lwurl_tls_small;
    load_identity(&id, "p384");
    connect_good(0);
}

/* ClientKeyExchange, ChangeCipherSpec and Finished leave as one. */
static void test_flight_is_gathered(void **state)
{
    const unsigned char *sent;

    (void)state;
    connect_good(0);
    assert_int_equal(peer.offers, 2);
    assert_int_equal(peer.last_offer, 75 + 6 + 37);
    sent = peer.to_server.bytes + peer.to_server.n - peer.last_offer;
    assert_int_equal(sent[0], 22);
    assert_int_equal(sent[75], 20);
    assert_int_equal(sent[75 + 6], 22);
}

static void test_chacha_first_then_gcm(void **state)
{
    static const uint16_t gcm[] = {BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
    struct lwurl_tls_info info;

    lwurl_tls_info(&tls, &info);
    assert_int_equal(info.version, 0);
    connect_good(0);
    lwurl_tls_info(&tls, &info);
    assert_int_equal(info.version, BR_TLS12);
    assert_string_equal(lwurl_tls_suite_name(info.suite),
                        "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
    assert_false(info.resumed);
    tear_down(state);

    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    br_ssl_engine_set_suites(&peer.server.eng, gcm, 1);
    peer_run(&peer, &tls);
    exchange(3000);
    lwurl_tls_info(&tls, &info);
    assert_string_equal(lwurl_tls_suite_name(info.suite),
                        "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    assert_string_equal(lwurl_tls_suite_name(0), "unknown");
}

static void test_wide_profile_speaks_aes_256(void **state)
{
    static const uint16_t only[] = {BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384};

    (void)state;
    load_identity(&id, "rsa");
    tls.profile = &lwurl_tls_wide;
    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    br_ssl_engine_set_suites(&peer.server.eng, only, 1);
    peer_run(&peer, &tls);
    exchange(3000);
}

/* ------------------------------------------------------------------- names */

static const char *name_seen(void)
{
    return br_ssl_engine_get_server_name(&peer.server.eng);
}

static void test_names(void **state)
{
    static const struct {
        const char *host, *tls_name, *seen;
    } good[] = {
        {"device.test", NULL, "device.test"},
        {"DEVICE.Test", NULL, "device.test"},
        {"device.test.", NULL, "device.test"},
        {"anything.example", "localhost", "localhost"},
        {"192.0.2.7", "Device.Test.", "device.test"},
        {"::1", "device.test", "device.test"},
        {"a.wild.test", NULL, "a.wild.test"},
    };

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        set_up(state);
        set_host(good[i].host);
        how.tls_name = good[i].tls_name;
        connect_good(0);
        assert_string_equal(name_seen(), good[i].seen);
        tear_down(state);
    }
}

static void test_names_that_are_refused(void **state)
{
    static char long_name[300];
    static const struct {
        const char *host, *tls_name;
    } bad[] = {
        {"192.0.2.7", NULL},
        {"::1", NULL},
        {"fe80::1%eth0", NULL},
        {".", NULL},
        {"", NULL},
        {"device.test", ""},
        {"device.test", "192.0.2.7"},
        {long_name, NULL},
    };

    (void)state;
    memset(long_name, 'a', 254);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        set_host(bad[i].host);
        how.tls_name = bad[i].tls_name;
        assert_int_equal(start(), LWURL_ERR_TLS_NAME);
        assert_null(ops->owner(&tls));
    }
}

static void test_longest_name(void **state)
{
    static char name[254];
    int32_t detail;

    (void)state;
    memset(name, 'a', 253);
    set_host(name);
    connect_peer(0);
    assert_string_equal(name_seen(), name);
    assert_int_equal(error_of(&detail), LWURL_ERR_CERT_NAME);
}

static void test_wildcard_covers_one_label(void **state)
{
    static const char *const bad[] = {"wild.test", "a.b.wild.test",
                                      "awild.test"};
    int32_t detail;

    for (size_t i = 0; i < 3; i++) {
        set_up(state);
        set_host(bad[i]);
        connect_peer(0);
        assert_int_equal(error_of(&detail), LWURL_ERR_CERT_NAME);
        tear_down(state);
    }
}

/* ------------------------------------------------------------ certificates */

static void test_bad_certificates(void **state)
{
    static const struct {
        const char *chain;
        int err;
        int32_t detail;
    } bad[] = {
        {"other-host", LWURL_ERR_CERT_NAME, BR_ERR_X509_BAD_SERVER_NAME},
        {"expired", LWURL_ERR_CERT_TIME, BR_ERR_X509_EXPIRED},
        {"future", LWURL_ERR_CERT_TIME, BR_ERR_X509_EXPIRED},
        {"stranger", LWURL_ERR_CERT_TRUST, BR_ERR_X509_NOT_TRUSTED},
        {"gap", LWURL_ERR_CERT_TRUST, BR_ERR_X509_NOT_TRUSTED},
        {"self", LWURL_ERR_CERT_TRUST, BR_ERR_X509_NOT_TRUSTED},
        {"weak", LWURL_ERR_CERT, BR_ERR_X509_WEAK_PUBLIC_KEY},
    };
    int32_t detail;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        set_up(state);
        load_identity(&id, bad[i].chain);
        connect_peer(i % 2);
        assert_int_equal(error_of(&detail), bad[i].err);
        assert_int_equal(detail, bad[i].detail);
        assert_int_equal(events, 0);
        tear_down(state);
    }
}

/* The same chain, seen too early and too late: the clock is what is asked. */
static void test_clock_decides(void **state)
{
    static const int64_t wrong[] = {0, 1700000000 /* 2023 */,
                                    2556144000 /* 2051 */, 4102444800};
    int32_t detail;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        set_up(state);
        clock_now = wrong[i];
        connect_peer(0);
        assert_int_equal(error_of(&detail), LWURL_ERR_CERT_TIME);
        tear_down(state);
    }
    set_up(state);
    clock_now = 1704067200; /* the first second, 2024-01-01 */
    connect_good(0);
    tear_down(state);
    set_up(state);
    clock_now = 2524607999; /* the last second, 2049-12-31 */
    connect_good(0);
}

static void test_leaf_as_anchor(void **state)
{
    int32_t detail;

    load_identity(&id, "self");
    trust_roots("self");
    tls.anchors_n = anchors.n;
    connect_good(0);
    tear_down(state);
    set_host("wrong.test");
    connect_peer(0);
    assert_int_equal(error_of(&detail), LWURL_ERR_CERT_NAME);
}

/* The part of the known-key context that a macro cannot be given at run
   time: a program writes LWURL_TLS_KNOWN_EC with constants. */
static br_x509_knownkey_context known_key_of(const char *name)
{
    static struct identity from;
    const br_x509_pkey *key;

    load_identity(&from, name);
    key = leaf_key(&from);
    if (key->key_type == BR_KEYTYPE_EC)
        return (br_x509_knownkey_context)LWURL_TLS_KNOWN_EC(
            key->key.ec.curve, key->key.ec.q, key->key.ec.qlen);
    return (br_x509_knownkey_context)LWURL_TLS_KNOWN_RSA(
        key->key.rsa.n, key->key.rsa.nlen, key->key.rsa.e, key->key.rsa.elen);
}

/* A known key needs no anchors, clock, name or lent memory. */
static void test_known_key(void **state)
{
    static const char *const chains[] = {"rsa", "ec"};
    br_x509_knownkey_context known;

    for (size_t i = 0; i < 2; i++) {
        set_up(state);
        known = known_key_of(chains[i]);
        load_identity(&id, chains[i]);
        set_host("192.0.2.7");
        tls.trust = &lwurl_tls_known_key;
        tls.known = &known;
        tls.anchors = NULL;
        tls.clock = NULL;
        tls.record_n = LWURL_TLS_RECORD_512;
        connect_good(1);
        assert_string_equal(name_seen(), "");
        exchange(3000);
        tear_down(state);
    }
}

static void test_another_key_than_the_known(void **state)
{
    static const char *const others[] = {"rsa", "stranger"};
    br_x509_knownkey_context known;
    int32_t detail;

    for (size_t i = 0; i < 2; i++) {
        set_up(state);
        known = known_key_of("ec");
        load_identity(&id, others[i]);
        tls.trust = &lwurl_tls_known_key;
        tls.known = &known;
        connect_peer(0);
        assert_int_equal(error_of(&detail), LWURL_ERR_CERT_TRUST);
        tear_down(state);
    }
}

/* ------------------------------------------------------------------ set-up */

static void test_incomplete_set_up(void **state)
{
    (void)state;
    tls.anchors_n = 0;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.anchors_n = anchors.n;
    tls.anchors = NULL;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.anchors = anchor_list;
    tls.profile = NULL;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.profile = &lwurl_tls_fast;
    tls.trust = &lwurl_tls_known_key;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.trust = NULL;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.trust = &lwurl_tls_chain;
    tls.record = NULL;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.record = record;
    assert_int_equal(start(), LWURL_OK);
}

static void test_unknown_time_is_refused(void **state)
{
    (void)state;
    clock_result = -1;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    clock_result = 0;
    clock_now = -1;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    clock_now = (int64_t)1 << 39;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.clock = NULL;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
}

static void test_no_entropy_no_https(void **state)
{
    (void)state;
    entropy_result = -1;
    assert_int_equal(start(), LWURL_ERR_ENTROPY);
    tls.entropy = NULL;
    assert_int_equal(start(), LWURL_ERR_ENTROPY);
    assert_null(ops->owner(&tls));
}

/* Every connection is seeded anew. */
static void test_randoms_differ(void **state)
{
    unsigned char first[32];

    connect_good(0);
    memcpy(first, slot.client.eng.client_random, 32);
    tear_down(state);
    connect_peer(0);
    assert_memory_not_equal(first, slot.client.eng.client_random, 32);
}

static void test_too_little_memory(void **state)
{
    (void)state;
    tls.record_n = LWURL_TLS_RECORD_512 - 1;
    assert_int_equal(start(), LWURL_ERR_ROOM);
    tls.record_n = 0;
    assert_int_equal(start(), LWURL_ERR_ROOM);
    tls.record_n = LWURL_TLS_RECORD_2048; /* no place for the chain */
    assert_int_equal(start(), LWURL_ERR_ROOM);
    tls.lent = lent;
    tls.lent_n = LWURL_TLS_LENT - 1;
    assert_int_equal(start(), LWURL_ERR_ROOM);
    tls.lent_n = LWURL_TLS_LENT;
    assert_int_equal(start(), LWURL_OK);
}

static void test_busy(void **state)
{
    (void)state;
    assert_null(ops->owner(&tls));
    connect_good(0);
    assert_ptr_equal(ops->owner(&tls), &owner);
    how.owner = &other;
    assert_int_equal(start(), LWURL_ERR_BUSY);
    assert_ptr_equal(ops->owner(&tls), &owner);
    exchange(100);
    assert_int_equal(start(), LWURL_ERR_BUSY);
    ops->stop(&tls);
    assert_null(ops->owner(&tls));
    events = 0;
    connect_good(0);
    assert_ptr_equal(ops->owner(&tls), &other);
}

static void test_restart_by_its_owner(void **state)
{
    (void)state;
    assert_int_equal(start(), LWURL_OK);
    connect_good(0);
    exchange(100);
    events = 0;
    connect_good(0);
    exchange(100);
}

/* ------------------------------------------------------- broken and closed */

/* The server's bytes after the ClientHello, and nothing else. */
static void answer_hello(const void *bytes, size_t n)
{
    size_t out;

    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    while (ops->buf(&tls, LWURL_FILTER_WIRE_OUT, &out) != NULL)
        ops->ack(&tls, LWURL_FILTER_WIRE_OUT, out);
    memcpy(peer.to_client.bytes, bytes, n);
    peer.to_client.n = n;
    peer_run(&peer, &tls);
}

static void test_answers_to_the_hello(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        int err;
        int32_t detail;
    } cases[] = {
        {"\x15\3\3\0\2\2\x46", 7, LWURL_ERR_TLS_VERSION, 70},
        {"\x15\3\1\0\2\2\x46", 7, LWURL_ERR_TLS_VERSION, 70},
        {"\x15\3\3\0\2\2\x28", 7, LWURL_ERR_TLS_VERSION, 40},
        {"\x15\3\3\0\2\2\x47", 7, LWURL_ERR_TLS_VERSION, 71},
        {"\x15\3\3\0\2\2\x50", 7, LWURL_ERR_TLS_ALERT, 80},
        {"\x15\3\3\0\2\2\x70", 7, LWURL_ERR_TLS_ALERT, 112},
        {"\x15\3\3\0\2\1\0", 7, LWURL_ERR_TLS_ALERT, 0},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", 28, LWURL_ERR_TLS,
         BR_ERR_UNSUPPORTED_VERSION},
        {"\x16\2\0\0\1\0", 6, LWURL_ERR_TLS_VERSION,
         BR_ERR_UNSUPPORTED_VERSION},
        {"\x17\3\3\0\1\0", 6, LWURL_ERR_TLS, BR_ERR_UNEXPECTED},
        {"\x16\3\3\x40\1\2", 6, LWURL_ERR_TLS, BR_ERR_BAD_LENGTH},
    };
    int32_t detail;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_up(state);
        answer_hello(cases[i].bytes, cases[i].n);
        assert_int_equal(error_of(&detail), cases[i].err);
        assert_int_equal(detail, cases[i].detail);
        tear_down(state);
    }
}

static void test_nothing_in_common(void **state)
{
    static const uint16_t cbc[] = {BR_TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA};
    int32_t detail;

    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    br_ssl_engine_set_suites(&peer.server.eng, cbc, 1);
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS_VERSION);
    tear_down(state);
    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    br_ssl_engine_set_versions(&peer.server.eng, BR_TLS10, BR_TLS11);
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS_VERSION);
}

/* The wire ends at every place of the handshake, whole and cut in records:
   always an error, never a connection. */
static void test_truncated_handshake(void **state)
{
    size_t whole;
    int32_t detail;

    connect_good(0);
    whole = peer.passed_n;
    tear_down(state);
    for (size_t cut = 1; cut < whole; cut += cut % 97 == 0 ? 31 : 1 + cut / 9) {
        set_up(state);
        assert_int_equal(start(), LWURL_OK);
        peer_start(&peer, &id);
        peer.cut_at = cut;
        peer_run(&peer, &tls);
        assert_int_equal(bits(), LWURL_FILTER_CLOSED);
        assert_int_equal(error_of(&detail), LWURL_ERR_TLS_TRUNCATED);
        assert_int_equal(events, 0);
        tear_down(state);
    }
}

/* A connection after its handshake, to be gone back to. */
static struct lwurl_tls_slot saved_slot;
static unsigned char saved_record[LWURL_TLS_RECORD_ANY];

/* Server's bytes of a response in two records, and its close_notify. */
static size_t response(unsigned char *bytes)
{
    size_t n;

    connect_good(0);
    client_write("?", 1);
    peer_read(&peer, bytes, 1);
    peer.to_client.at = peer.to_client.n = 0;
    saved_slot = slot;
    memcpy(saved_record, record, sizeof record);
    peer_write(&peer, "first,", 6);
    peer_write(&peer, "second", 6);
    br_ssl_engine_close(&peer.server.eng);
    (void)br_ssl_engine_sendrec_buf(&peer.server.eng, &n);
    memcpy(peer.to_client.bytes + peer.to_client.n,
           br_ssl_engine_sendrec_buf(&peer.server.eng, &n), n);
    n += peer.to_client.n;
    memcpy(bytes, peer.to_client.bytes, n);
    return n;
}

/* What the client has to read now, added to text. */
static size_t drain(char *text, size_t got)
{
    size_t n;
    const unsigned char *from;

    while ((from = ops->buf(&tls, LWURL_FILTER_APP_IN, &n)) != NULL) {
        memcpy(text + got, from, n);
        ops->ack(&tls, LWURL_FILTER_APP_IN, n);
        got += n;
    }
    return got;
}

/* Feeds the saved connection with n bytes, and then ends its wire while the
   last of them may be unread. Returns the length of the text it got. */
static size_t replay(const unsigned char *bytes, size_t n, char *text)
{
    size_t room, got = 0;

    slot = saved_slot;
    memcpy(record, saved_record, sizeof record);
    while (n > 0) {
        unsigned char *to = ops->buf(&tls, LWURL_FILTER_WIRE_IN, &room);

        if (to == NULL && (bits() & LWURL_FILTER_APP_IN) == 0)
            break;
        if (to == NULL) {
            got = drain(text, got);
            continue;
        }
        room = room < n ? room : n;
        memcpy(to, bytes, room);
        ops->ack(&tls, LWURL_FILTER_WIRE_IN, room);
        bytes += room;
        n -= room;
    }
    ops->wire_end(&tls);
    return drain(text, got);
}

/* The wire ends after every byte of a response: what was whole can be read,
   and only the close_notify makes the end an orderly one. */
static void test_truncated_response(void **state)
{
    static unsigned char bytes[QUEUE_MAX];
    size_t n = response(bytes), first = 6 + 21, both = 2 * first, got;
    char text[64];
    int32_t detail;

    (void)state;
    assert_int_equal(n, both + 2 + 21);
    for (size_t cut = 0; cut <= n; cut++) {
        got = replay(bytes, cut, text);
        assert_int_equal(got, cut < first ? 0 : cut < both ? 6 : 12);
        assert_memory_equal(text, "first,second", got);
        assert_int_equal(bits(), LWURL_FILTER_CLOSED);
        assert_int_equal(error_of(&detail),
                         cut < n ? LWURL_ERR_TLS_TRUNCATED : LWURL_OK);
    }
}

/* Any changed bit of a record is noticed, before its bytes are handed out. */
static void test_forged_response(void **state)
{
    static unsigned char bytes[QUEUE_MAX];
    size_t n = response(bytes), first = 6 + 21;
    char text[64];
    int32_t detail;

    (void)state;
    for (size_t i = 0; i < n * 8; i++) {
        size_t got;

        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        got = replay(bytes, n, text);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_int_equal(got, i / 8 < first ? 0 : i / 8 < 2 * first ? 6 : 12);
        assert_memory_equal(text, "first,second", got);
        assert_int_not_equal(error_of(&detail), LWURL_OK);
    }
}

/* A server that sends more than it was asked to. */
static void test_record_larger_than_the_buffer(void **state)
{
    static unsigned char body[3000];
    int32_t detail;

    (void)state;
    tls.record_n = LWURL_TLS_RECORD_512;
    tls.lent = lent;
    tls.lent_n = sizeof lent;
    connect_good(0);
    assert_int_equal(peer.server.eng.max_frag_len, 512);
    peer.server.eng.max_frag_len = 2048;
    peer_write(&peer, body, 512);
    assert_int_equal(client_read(body, sizeof body), 512);
    peer_write(&peer, body, 2048);
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS_RECORD);
    assert_int_equal(detail, 5 + 2048 + 16);
}

/* Our own close: the server sees close_notify, and no error remains, whether
   it answers with its own or not, and whatever was left unread. */
static void test_close(void **state)
{
    static unsigned char body[600];
    int32_t detail;

    for (int unread = 0; unread < 2; unread++)
        for (int answers = 0; answers < 2; answers++) {
            set_up(state);
            connect_good(0);
            if (unread)
                peer_write(&peer, body, sizeof body);
            peer_run(&peer, &tls);
            ops->close(&tls);
            assert_int_equal(bits() & LWURL_FILTER_WIRE_OUT,
                             LWURL_FILTER_WIRE_OUT);
            if (answers)
                peer_run(&peer, &tls);
            else
                ops->wire_end(&tls);
            assert_int_equal(error_of(&detail), LWURL_OK);
            assert_int_equal(br_ssl_engine_last_error(&peer.server.eng), 0);
            if (answers)
                assert_int_equal(br_ssl_engine_current_state(&peer.server.eng),
                                 BR_SSL_CLOSED);
            tear_down(state);
        }
}

/* The server's end is seen before our own close_notify can leave. */
static void test_close_by_the_server(void **state)
{
    unsigned after = LWURL_FILTER_CLOSED | LWURL_FILTER_WIRE_OUT;
    int32_t detail;
    size_t n;

    (void)state;
    connect_good(0);
    br_ssl_engine_close(&peer.server.eng);
    while ((bits() & LWURL_FILTER_CLOSED) == 0) {
        const unsigned char *from =
            br_ssl_engine_sendrec_buf(&peer.server.eng, &n);
        size_t room;
        unsigned char *to = ops->buf(&tls, LWURL_FILTER_WIRE_IN, &room);

        room = room < n ? room : n;
        memcpy(to, from, room);
        br_ssl_engine_sendrec_ack(&peer.server.eng, room);
        ops->ack(&tls, LWURL_FILTER_WIRE_IN, room);
    }
    assert_int_equal(bits(), after);
    assert_int_equal(error_of(&detail), LWURL_OK);
    ops->wire_end(&tls);
    assert_int_equal(bits(), LWURL_FILTER_CLOSED);
    assert_int_equal(error_of(&detail), LWURL_OK);
}

/* Renegotiation is refused, and the connection stays what it was. */
static void test_renegotiation_is_refused(void **state)
{
    size_t n;

    (void)state;
    connect_good(0);
    assert_int_equal(br_ssl_engine_renegotiate(&peer.server.eng), 1);
    peer_run(&peer, &tls);
    assert_int_equal(br_ssl_engine_last_error(&peer.server.eng),
                     BR_ERR_RECV_FATAL_ALERT + 100);
    assert_int_equal(events, 1);
    assert_non_null(ops->buf(&tls, LWURL_FILTER_APP_OUT, &n));
    assert_true(n > 128);
}

/* ----------------------------------------------------------------- secrets */

static bool holds(const void *memory, size_t n, const void *what, size_t what_n)
{
    const unsigned char *p = memory;

    for (size_t i = 0; i + what_n <= n; i++)
        if (memcmp(p + i, what, what_n) == 0)
            return true;
    return false;
}

static void test_secrets_are_wiped(void **state)
{
    unsigned char master[48];
    struct lwurl_tls_info before, after;
    char text[64];

    (void)state;
    connect_good(0);
    memcpy(master, slot.client.eng.session.master_secret, sizeof master);
    assert_memory_equal(master, peer.server.eng.session.master_secret, 48);
    lwurl_tls_info(&tls, &before);
    client_write("the password", 12);
    assert_int_equal(peer_read(&peer, text, sizeof text), 12);
    peer_write(&peer, "the secret", 10);
    assert_int_equal(client_read(text, sizeof text), 10);
    assert_true(holds(record, sizeof record, "the secret", 10));
    ops->stop(&tls);
    assert_false(holds(&slot, sizeof slot, master, 4));
    for (size_t i = 0; i < sizeof record; i++)
        assert_int_equal(record[i], 0);
    lwurl_tls_info(&tls, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(start(), LWURL_OK);
    lwurl_tls_info(&tls, &after);
    assert_int_equal(after.version, 0);
}

static void test_keylog(void **state)
{
    static const char hex[] = "0123456789abcdef";
    char line[LWURL_TLS_KEYLOG_N], want[LWURL_TLS_KEYLOG_N] = "CLIENT_RANDOM ";
    const br_ssl_engine_context *server = &peer.server.eng;
    char *at = want + 14;

    (void)state;
    connect_good(0);
    lwurl_tls_keylog(&tls, line);
    for (size_t i = 0; i < 32; i++) {
        *at++ = hex[server->client_random[i] >> 4];
        *at++ = hex[server->client_random[i] & 15];
    }
    *at++ = ' ';
    for (size_t i = 0; i < 48; i++) {
        *at++ = hex[server->session.master_secret[i] >> 4];
        *at++ = hex[server->session.master_secret[i] & 15];
    }
    *at = '\0';
    assert_string_equal(line, want);
}

/* ----------------------------------------------------------------- anchors */

static char bundle[16384];

static size_t load_bundle(void)
{
    return load(pki("roots", ".pem"), bundle, sizeof bundle);
}

static void test_anchors_in_pieces(void **state)
{
    static br_x509_trust_anchor whole[8];
    size_t n = load_bundle();

    (void)state;
    assert_int_equal(anchors.n, 2);
    memcpy(whole, anchor_list, sizeof whole);
    assert_int_equal(whole[0].flags, BR_X509_TA_CA);
    assert_int_equal(whole[0].pkey.key_type, BR_KEYTYPE_RSA);
    assert_int_equal(whole[1].pkey.key_type, BR_KEYTYPE_EC);
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(lwurl_anchors_add(&anchors, bundle + i, 1), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
    assert_int_equal(anchors.n, 2);
    assert_int_equal(anchor_list[1].dn.len, whole[1].dn.len);
    connect_good(0);
}

static void test_anchors_without_last_newline(void **state)
{
    size_t n = load_bundle();

    (void)state;
    while (bundle[n - 1] == '\n')
        n--;
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
    assert_int_equal(anchors.n, 2);
}

/* Every room that is too small says so and keeps what fits. */
static void test_anchors_without_room(void **state)
{
    size_t n = load_bundle(), needed = anchors.room_n;

    (void)state;
    for (size_t room = 0; room < needed; room++) {
        lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room, room);
        assert_int_equal(lwurl_anchors_add(&anchors, bundle, n),
                         LWURL_ERR_ROOM);
        assert_int_equal(lwurl_anchors_end(&anchors), LWURL_ERR_ROOM);
        assert_in_range(anchors.n, 0, 1);
        assert_true(anchors.room_n <= room);
    }
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room, needed);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_OK);
    lwurl_anchors_init(&anchors, anchor_list, 1, anchor_room, needed);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_ERR_ROOM);
    assert_int_equal(anchors.n, 1);
}

/* A certificate with a kind of key that BearSSL does not know is passed over,
   and leaves nothing behind. */
static void test_anchors_of_unknown_kind(void **state)
{
    size_t n = load(pki("odd", ".pem"), bundle, sizeof bundle);

    (void)state;
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_OK);
    assert_int_equal(anchors.skipped, 1);
    assert_int_equal(anchors.room_n, 0);
    n = load_bundle();
    assert_int_equal(lwurl_anchors_add(&anchors, bundle, n), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_OK);
    assert_int_equal(anchors.n, 2);
}

static void test_anchors_from_junk(void **state)
{
    static const char broken[] = "-----BEGIN CERTIFICATE-----\n%%%%\n"
                                 "-----END CERTIFICATE-----\n";
    static const char empty[] = "-----BEGIN CERTIFICATE-----\nMAA=\n"
                                "-----END CERTIFICATE-----\n";
    static const char key[] = "-----BEGIN PRIVATE KEY-----\nMAA=\n"
                              "-----END PRIVATE KEY-----\n";

    (void)state;
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_ERR_CERT);
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, broken, sizeof broken - 1),
                     LWURL_ERR_CERT);
    lwurl_anchors_init(&anchors, anchor_list, 8, anchor_room,
                       sizeof anchor_room);
    assert_int_equal(lwurl_anchors_add(&anchors, empty, sizeof empty - 1),
                     LWURL_OK);
    assert_int_equal(lwurl_anchors_add(&anchors, key, sizeof key - 1),
                     LWURL_OK);
    assert_int_equal(anchors.skipped, 1);
    assert_int_equal(anchors.room_n, 0);
    assert_int_equal(lwurl_anchors_end(&anchors), LWURL_ERR_CERT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_exchanges),
        TEST(test_p384_chain),
        TEST(test_flight_is_gathered),
        TEST(test_chacha_first_then_gcm),
        TEST(test_wide_profile_speaks_aes_256),
        TEST(test_names),
        TEST(test_names_that_are_refused),
        TEST(test_longest_name),
        TEST(test_wildcard_covers_one_label),
        TEST(test_bad_certificates),
        TEST(test_clock_decides),
        TEST(test_leaf_as_anchor),
        TEST(test_known_key),
        TEST(test_another_key_than_the_known),
        TEST(test_incomplete_set_up),
        TEST(test_unknown_time_is_refused),
        TEST(test_no_entropy_no_https),
        TEST(test_randoms_differ),
        TEST(test_too_little_memory),
        TEST(test_busy),
        TEST(test_restart_by_its_owner),
        TEST(test_answers_to_the_hello),
        TEST(test_nothing_in_common),
        TEST(test_truncated_handshake),
        TEST(test_truncated_response),
        TEST(test_forged_response),
        TEST(test_record_larger_than_the_buffer),
        TEST(test_close),
        TEST(test_close_by_the_server),
        TEST(test_renegotiation_is_refused),
        TEST(test_secrets_are_wiped),
        TEST(test_keylog),
        TEST(test_anchors_in_pieces),
        TEST(test_anchors_without_last_newline),
        TEST(test_anchors_without_room),
        TEST(test_anchors_of_unknown_kind),
        TEST(test_anchors_from_junk),
    };

    return cmocka_run_group_tests_name("core/tls", tests, NULL, NULL);
}
