/* SPDX-License-Identifier: MIT */
/* core/tls: sessions, what they are bound to and when they end; what the
   handshake agrees on beside the keys. */
#include <stdlib.h>
#include <string.h>

#include "text/bytes.h"
#include "tls/hello.h"
#include "tls/sessions.h"
#include "tls/tls.h"
#include "tls_client.h"

static struct lwurl_tls_session list[3];
static struct lwurl_tls_sessions sessions;

static int set_up(void **state)
{
    struct lwurl_tls_sessions fresh = LWURL_TLS_SESSIONS(list, 3);

    tls_set_up(state);
    peer_forget_sessions();
    memset(list, 0, sizeof list);
    sessions = fresh;
    tls.sessions = &sessions;
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tls_tear_down)

/* One connection that works; was its session resumed? */
static bool resumed(void)
{
    struct lwurl_tls_info info;

    events = 0;
    connect_good(0);
    lwurl_tls_info(&tls, &info);
    exchange(100);
    ops->stop(&tls);
    return info.resumed;
}

static void test_resumed_by_default(void **state)
{
    struct lwurl_tls_info info;

    (void)state;
    assert_false(resumed());
    for (int i = 0; i < 5; i++)
        assert_true(resumed());
    lwurl_tls_info(&tls, &info);
    assert_int_equal(info.version, BR_TLS12);
    assert_int_equal(info.expires_s, 2524607999);
    tls.sessions = NULL;
    assert_false(resumed());
}

static void test_by_every_profile_and_record(void **state)
{
    static const struct lwurl_tls_profile *const profiles[] = {
        &lwurl_tls_fast, &lwurl_tls_small, &lwurl_tls_careful, &lwurl_tls_wide};

    for (size_t i = 0; i < 8; i++) {
        set_up(state);
        tls.profile = profiles[i / 2];
        tls.record_n = i % 2 ? LWURL_TLS_RECORD_512 : LWURL_TLS_RECORD_ANY;
        tls.lent = lent;
        tls.lent_n = sizeof lent;
        assert_false(resumed());
        assert_true(resumed());
        tls_tear_down(state);
    }
}

/* A server that has forgotten is no error. */
static void test_forgotten_by_the_server(void **state)
{
    (void)state;
    assert_false(resumed());
    peer_forget_sessions();
    assert_false(resumed());
    assert_true(resumed());
}

static void test_one_per_origin(void **state)
{
    (void)state;
    assert_false(resumed());
    set_host("localhost");
    assert_false(resumed());
    how.port = 8443;
    assert_false(resumed());
    assert_true(resumed());
    how.port = 443;
    assert_true(resumed());
    set_host("DEVICE.test.");
    assert_true(resumed()); /* the same name */
    how.tls_name = "localhost";
    assert_true(resumed()); /* what was checked was this name */
}

/* Three places: the one that waited longest goes. */
static void test_cache_is_full(void **state)
{
    (void)state;
    for (uint16_t port = 1; port <= 3; port++) {
        how.port = port;
        assert_false(resumed());
    }
    how.port = 1;
    assert_true(resumed());
    how.port = 4;
    assert_false(resumed());
    how.port = 2;
    assert_false(resumed());
    how.port = 1;
    assert_true(resumed());
    how.port = 4;
    assert_true(resumed());
    sessions.n = 0; /* no place at all */
    assert_false(resumed());
}

/* Every part of the trust, changed: looked at again. */
static void test_changed_trust(void **state)
{
    static struct lwurl_tls_pin pin[2];
    char bytes[64];

    (void)state;
    assert_int_equal(load(pki("ec", ".pin"), bytes, sizeof bytes), 32);
    memcpy(pin[0].sha256, bytes, 32);
    assert_false(resumed());
    assert_true(resumed());
    tls.pins = pin; /* a pin more */
    tls.pins_n = 1;
    assert_false(resumed());
    assert_true(resumed());
    tls.pins_n = 2;
    assert_false(resumed());
    pin[1].sha256[31] ^= 1;
    assert_false(resumed());
    tls.trust = &lwurl_tls_pinned_key;
    assert_false(resumed());
    assert_true(resumed());
    tls.trust = &lwurl_tls_chain;
    tls.pins_n = 0;
    memset(list, 0, sizeof list);
    assert_false(resumed());
    trust_roots("ec-root"); /* an anchor less */
    tls.anchors_n = anchors.n;
    assert_false(resumed());
    assert_true(resumed());
    anchor_list[0].pkey.key.ec.q[64] ^= 1; /* in place, and no longer good */
    connect_peer(0);
    assert_true((bits() & LWURL_FILTER_CLOSED) != 0);
}

/* The same of a known key, which has no name to be bound to but the host's. */
static void test_changed_key(void **state)
{
    static unsigned char point[65];
    static const unsigned char exponent[] = {1, 0, 1};
    static const br_x509_knownkey_context ec = LWURL_TLS_KNOWN_EC(
                                              BR_EC_secp256r1, point,
                                              sizeof point),
                                          rsa = LWURL_TLS_KNOWN_RSA(
                                              point, sizeof point, exponent, 3);

    (void)state;
    memcpy(point, leaf_key(&id)->key.ec.q, sizeof point);
    tls.trust = &lwurl_tls_known_key;
    tls.known = &ec;
    set_host("192.0.2.7");
    assert_false(resumed());
    assert_true(resumed());
    set_host("192.0.2.8");
    assert_false(resumed());
    assert_true(resumed());
    point[1] ^= 1; /* another key: no session, and no handshake */
    connect_peer(0);
    assert_true((bits() & LWURL_FILTER_CLOSED) != 0);
    ops->stop(&tls);
    tls.known = &rsa;
    connect_peer(0);
    assert_true((bits() & LWURL_FILTER_CLOSED) != 0);
}

/* Who asks is part of it: another certificate of ours, another session. */
static void test_changed_own_certificate(void **state)
{
    static struct identity ours;
    struct lwurl_tls_key own = {.ops = &lwurl_tls_key_class,
                                .chain = ours.chain};

    (void)state;
    load_identity(&ours, "client-ec");
    own.chain_n = ours.chain_n;
    assert_false(resumed());
    tls.own = &own;
    assert_false(resumed());
    assert_true(resumed());
    ours.der[0][100] ^= 1;
    assert_false(resumed());
    own.chain_n--;
    assert_false(resumed());
    assert_true(resumed());
}

/* 0 stands for a free place: what a session is bound to, hashed, can be 0 as
   well, and then its first connection finds no session in the free places. */
static void test_hash_of_zero(void **state)
{
    static unsigned char certificate[] = "nb.5_3;1VuY6";
    const br_x509_certificate chain = {certificate, sizeof certificate - 1};
    struct lwurl_tls_key own = {
        .ops = &lwurl_tls_key_class, .chain = &chain, .chain_n = 1};
    const struct tls_host host = {.port = 443, .name = "device.test"};

    (void)state;
    tls.own = &own;
    tls.anchors_n = 0;
    assert_false(tls.sessions->ops->offer(&tls, &host));
    assert_true(slot.bound == 1);
    certificate[0]++;
    assert_false(tls.sessions->ops->offer(&tls, &host));
    assert_true(slot.bound > 1);
}

/* A server that gives its session no name does not resume it. */
static void test_nameless_session(void **state)
{
    struct lwurl_tls_session none[3];

    (void)state;
    memset(none, 0, sizeof none);
    connect_good(0);
    memset(list, 0, sizeof list);
    slot.client.eng.session.session_id_len = 0;
    tls.sessions->ops->keep(&tls);
    assert_memory_equal(list, none, sizeof list);
}

/* The trust that let the session begin is gone: it must not be resumed. */
static void test_anchors_replaced(void **state)
{
    int32_t detail;

    (void)state;
    assert_false(resumed());
    assert_true(resumed());
    trust_roots("stranger-root");
    tls.anchors_n = anchors.n;
    connect_peer(0);
    assert_int_equal(error_of(&detail), LWURL_ERR_CERT_TRUST);
}

static void test_end_by_time(void **state)
{
    (void)state;
    assert_false(resumed());
    clock_now += LWURL_TLS_SESSION_S - 1;
    assert_true(resumed());
    clock_now += 1;
    assert_false(resumed());
    assert_true(resumed());
    clock_now -= 1; /* set back: who knows */
    assert_false(resumed());
}

/* "soon" expires at 1768003200, and its session with it. */
static void test_end_with_the_chain(void **state)
{
    int32_t detail;

    (void)state;
    load_identity(&id, "soon");
    clock_now = 1768003000;
    assert_false(resumed());
    clock_now = 1768003200;
    assert_true(resumed());
    clock_now++;
    connect_peer(0);
    assert_int_equal(error_of(&detail), LWURL_ERR_CERT_TIME);
}

static void test_end_by_count(void **state)
{
    (void)state;
    clock_result = -1; /* unknown */
    tls.time = LWURL_TLS_TIME_FLOOR;
    tls.built_s = TODAY;
    assert_false(resumed());
    for (int i = 0; i < LWURL_TLS_SESSION_USES; i++)
        assert_true(resumed());
    assert_false(resumed());
    assert_true(resumed());
    clock_result = 0; /* known now: the chain is looked at with it */
    assert_false(resumed());
    assert_true(resumed());
}

/* After a connection that broke, the session is not resumed. */
static void test_end_by_failure(void **state)
{
    int32_t detail;

    (void)state;
    assert_false(resumed());
    events = 0;
    connect_good(0);
    memcpy(peer.to_client.bytes + peer.to_client.n, "\x17\3\3\0\x20", 5);
    memset(peer.to_client.bytes + peer.to_client.n + 5, 0, 32);
    peer.to_client.n += 37;
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS);
    ops->stop(&tls);
    assert_false(resumed());
    /* A handshake that came to nothing. */
    assert_int_equal(start(), LWURL_OK);
    ops->stop(&tls);
    assert_false(resumed());
    assert_true(resumed());
}

/* A server that resumes with another secret: no connection. */
static void test_wrong_secret(void **state)
{
    (void)state;
    assert_false(resumed());
    list[0].params.master_secret[5] ^= 1;
    connect_peer(0);
    assert_true((bits() & LWURL_FILTER_CLOSED) != 0);
    ops->stop(&tls);
    assert_false(resumed());
}

/* ------------------------------------------------------------------- bytes */

static void test_export_and_import(void **state)
{
    unsigned char bytes[LWURL_TLS_SESSIONS_BYTES(3)];
    struct lwurl_tls_session before[3];
    size_t n;

    (void)state;
    assert_int_equal(lwurl_tls_sessions_export(&sessions, bytes, sizeof bytes),
                     LWURL_TLS_SESSIONS_BYTES(0));
    assert_false(resumed());
    how.port = 8443;
    assert_false(resumed());
    n = LWURL_TLS_SESSIONS_BYTES(2);
    for (size_t max = 0; max < n; max++)
        assert_int_equal(lwurl_tls_sessions_export(&sessions, bytes, max), 0);
    assert_int_equal(lwurl_tls_sessions_export(&sessions, bytes, n), n);
    memset(list, 0, sizeof list);
    for (size_t i = 0; i < n * 8; i++) { /* damaged */
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, n), 0);
        bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (size_t cut = 0; cut < n; cut++)
        assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, cut), 0);
    memset(before, 0, sizeof before);
    assert_memory_equal(list, before, sizeof list);
    assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, n), 2);
    assert_true(resumed());
    how.port = 443;
    assert_true(resumed());
    sessions.n = 1;
    assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, n), 1);
}

/* What is not of our making, though its sum is right. */
static void test_import_of_junk(void **state)
{
    unsigned char bytes[LWURL_TLS_SESSIONS_BYTES(2)];
    static const struct lwurl_tls_session none;
    size_t n = LWURL_TLS_SESSIONS_BYTES(1);

    (void)state;
    assert_false(resumed());
    assert_int_equal(lwurl_tls_sessions_export(&sessions, bytes, n), n);
    bytes[5] = 2; /* it says two, and has one */
    put_number(bytes + n - 4, crc_add(0, bytes, n - 4), 4);
    assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, n), 0);
    assert_int_not_equal(list[0].bound, 0);
    bytes[5] = 1;
    bytes[6 + 26 + 32] = 33; /* a name of 33 bytes, where 32 fit */
    put_number(bytes + n - 4, crc_add(0, bytes, n - 4), 4);
    assert_int_equal(lwurl_tls_sessions_import(&sessions, bytes, n), 1);
    assert_memory_equal(&list[0], &none, sizeof none);
    assert_false(resumed());
}

/* The count has 16 bits. */
static void test_export_of_too_many(void **state)
{
    struct lwurl_tls_session *many = calloc(65536, sizeof *many);
    struct lwurl_tls_sessions all = LWURL_TLS_SESSIONS(many, 65536);
    size_t n = LWURL_TLS_SESSIONS_BYTES(65535);
    unsigned char *bytes = malloc(n + 111);

    (void)state;
    assert_non_null(many);
    assert_non_null(bytes);
    for (size_t i = 0; i < 65536; i++)
        many[i].bound = 1;
    assert_int_equal(lwurl_tls_sessions_export(&all, bytes, n + 111), 0);
    many[7].bound = 0;
    assert_int_equal(lwurl_tls_sessions_export(&all, bytes, n + 111), n);
    free(bytes);
    free(many);
}

/* A restored device has the master secret, and nothing of the old seed: every
   handshake, resumed or not, asks for new bytes. */
static void test_seed_after_a_restore(void **state)
{
    unsigned char bytes[LWURL_TLS_SESSIONS_BYTES(1)], randoms[2][32];
    struct lwurl_tls_slot before;

    (void)state;
    assert_false(resumed());
    assert_int_equal(lwurl_tls_sessions_export(&sessions, bytes, sizeof bytes),
                     sizeof bytes);
    memcpy(&before, &slot, sizeof slot);
    for (int i = 0; i < 2; i++) {
        memcpy(&slot, &before, sizeof slot);
        memset(list, 0, sizeof list);
        assert_int_equal(
            lwurl_tls_sessions_import(&sessions, bytes, sizeof bytes), 1);
        entropy_asked = 0;
        events = 0;
        connect_good(0);
        struct lwurl_tls_info info;
        lwurl_tls_info(&tls, &info);
        assert_true(info.resumed);
        assert_int_equal(entropy_asked, 32);
        memcpy(randoms[i], slot.client.eng.client_random, 32);
        ops->stop(&tls);
    }
    assert_memory_not_equal(randoms[0], randoms[1], 32);
}

/* ---------------------------------------------------------- what is agreed */

static void test_alpn(void **state)
{
    static const char *const theirs[] = {"h2", "http/1.1"};
    struct lwurl_tls_info info;

    (void)state;
    connect_good(0);
    lwurl_tls_info(&tls, &info);
    assert_false(info.alpn);
    ops->stop(&tls);
    assert_int_equal(start(), LWURL_OK);
    peer_start(&peer, &id);
    br_ssl_engine_set_protocol_names(&peer.server.eng, (const char **)theirs,
                                     2);
    peer_run(&peer, &tls);
    assert_string_equal(br_ssl_engine_get_selected_protocol(&peer.server.eng),
                        "http/1.1");
    ops->stop(&tls);
    lwurl_tls_info(&tls, &info);
    assert_true(info.alpn);
}

static void test_fragments(void **state)
{
    static const struct {
        size_t record_n;
        unsigned fragment, record;
    } cases[] = {
        {LWURL_TLS_RECORD_ANY, 4096, 16384},
        {LWURL_TLS_RECORD_4096, 4096, 4392},
        {LWURL_TLS_RECORD_2048, 2048, 2344},
        {LWURL_TLS_RECORD_1024, 1024, 1320},
        {LWURL_TLS_RECORD_512, 512, 808},
        {LWURL_TLS_RECORD_512 + 1, 512, 809},
    };
    static const size_t pieces[] = {0, 1, 3};
    struct lwurl_parts *const parts = (void *)list; /* handed on, no more */
    struct lwurl_tls_info info;
    uint32_t max;

    for (size_t i = 0; i < sizeof cases / sizeof *cases * 3; i++) {
        set_up(state);
        tls.record_n = cases[i / 3].record_n;
        tls.lent = lent;
        tls.lent_n = sizeof lent;
        for (int twice = 0; twice < 2; twice++) {
            events = 0;
            tls.parts = twice ? parts : NULL;
            assert_int_equal(start(), LWURL_OK);
            assert_ptr_equal(ops->parts(&tls, &max), tls.parts);
            assert_int_equal(max, 0); /* nothing is known yet */
            connect_good(pieces[i % 3]);
            assert_ptr_equal(ops->parts(&tls, &max), tls.parts);
            assert_int_equal(max, 0); /* none is longer than the record */
            lwurl_tls_info(&tls, &info);
            assert_int_equal(info.resumed, twice);
            assert_int_equal(info.record_max, cases[i / 3].record);
            assert_int_equal(info.fragment_max, cases[i / 3].fragment);
            ops->stop(&tls);
        }
        tls_tear_down(state);
    }
}

/* A server that says nothing of fragments: what is longer than the record has
   to be fetched in parts, unless every record fits. */
static void test_server_without_fragments(void **state)
{
    static const size_t records[] = {
        LWURL_TLS_RECORD_512, LWURL_TLS_RECORD_4096, LWURL_TLS_RECORD_ANY};
    static const uint32_t expected[] = {808, 4392, 0};
    struct lwurl_tls_info info;
    uint32_t max;

    for (size_t i = 0; i < 3; i++) {
        set_up(state);
        tls.record_n = records[i];
        tls.lent = lent;
        tls.lent_n = sizeof lent;
        connect_good(0);
        slot.hello.agreed = 0; /* BearSSL's server always agrees */
        (void)ops->parts(&tls, &max);
        assert_int_equal(max, expected[i]);
        lwurl_tls_info(&tls, &info);
        assert_int_equal(info.fragment_max, 0);
        tls_tear_down(state);
    }
}

/* A ServerHello with a session of so many bytes and these extensions. */
static size_t write_hello(unsigned char *p, unsigned session,
                          const void *extensions, size_t n)
{
    size_t length = 2 + 32 + 1 + session + 2 + 1 + 2 + n;

    memset(p, 0x5A, 128);
    memcpy(p, "\x16\3\3\0", 4);
    p[4] = (unsigned char)(length + 4);
    memcpy(p + 5, "\2\0\0", 3);
    p[8] = (unsigned char)length;
    p[43] = (unsigned char)session;
    p += 44 + session + 3;
    p[0] = 0;
    p[1] = (unsigned char)n;
    memcpy(p + 2, extensions, n);
    return 9 + length;
}

/* What the ServerHello says of fragments (RFC 6066 4: 1 to 4), beside other
   extensions, in every piece; what follows is none of it. */
static void test_fragment_codes(void **state)
{
    static const unsigned char others[13] = {0xFF, 1, 0, 1, 0, 0, 0,
                                             0,    0, 0, 1, 0, 1};
    unsigned char bytes[256], extensions[32];

    (void)state;
    for (unsigned code = 0; code < 256; code++)
        for (unsigned session = 0; session <= 32; session += 32) {
            size_t n;

            memcpy(extensions, others, sizeof others);
            extensions[13] = (unsigned char)code;
            n = write_hello(bytes, session, extensions, 14);
            memcpy(bytes + n, extensions, 14);
            bytes[n + 13] = 2;
            for (size_t piece = 1; piece <= n + 14; piece++) {
                struct lwurl_tls_hello hello = {0};

                for (size_t at = 0; at < n + 14; at += piece) {
                    size_t left = n + 14 - at;
                    hello_put(&hello, bytes + at, left < piece ? left : piece);
                }
                assert_int_equal(hello.agreed,
                                 code >= 1 && code <= 4 ? 256 << code : 0);
            }
        }
}

/* Of two bytes, or of none: not the extension. */
static void test_fragment_lengths(void **state)
{
    struct lwurl_tls_hello hello = {0};
    unsigned char bytes[256];

    (void)state;
    hello_put(&hello, bytes, write_hello(bytes, 32, "\0\1\0\2\2\2", 6));
    assert_int_equal(hello.agreed, 0);
    memset(&hello, 0, sizeof hello);
    hello_put(&hello, bytes, write_hello(bytes, 32, "\0\1\0\0\0\2\0\1\2", 9));
    assert_int_equal(hello.agreed, 0);
    memset(&hello, 0, sizeof hello);
    hello_put(&hello, bytes, write_hello(bytes, 32, "\0\1\0\1\2", 5));
    assert_int_equal(hello.agreed, 1024);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_resumed_by_default),
        TEST(test_by_every_profile_and_record),
        TEST(test_forgotten_by_the_server),
        TEST(test_one_per_origin),
        TEST(test_cache_is_full),
        TEST(test_changed_trust),
        TEST(test_changed_key),
        TEST(test_changed_own_certificate),
        TEST(test_hash_of_zero),
        TEST(test_nameless_session),
        TEST(test_anchors_replaced),
        TEST(test_end_by_time),
        TEST(test_end_with_the_chain),
        TEST(test_end_by_count),
        TEST(test_end_by_failure),
        TEST(test_wrong_secret),
        TEST(test_export_and_import),
        TEST(test_import_of_junk),
        TEST(test_export_of_too_many),
        TEST(test_seed_after_a_restore),
        TEST(test_alpn),
        TEST(test_fragments),
        TEST(test_server_without_fragments),
        TEST(test_fragment_codes),
        TEST(test_fragment_lengths),
    };

    return cmocka_run_group_tests_name("core/tls: sessions", tests, NULL, NULL);
}
