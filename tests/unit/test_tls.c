/* SPDX-License-Identifier: MIT */
/* core/tls: handshakes, names, certificates, set-up, against BearSSL's own
   server engine in one process. */
#include "tls_client.h"

#include <string.h>

/* --------------------------------------------------------------- exchanges */

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

    for (size_t i = 0; i < 72; i++) {
        tls_set_up(state);
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
        tls_tear_down(state);
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

/* Asymmetric operations since the count was last set to 0. */
static unsigned operations;

static uint32_t count_rsa(const unsigned char *x, size_t n,
                          const unsigned char *hash, size_t hash_n,
                          const br_rsa_public_key *key, unsigned char *out)
{
    operations++;
    return br_rsa_i31_pkcs1_vrfy(x, n, hash, hash_n, key, out);
}

static uint32_t count_ecdsa(const br_ec_impl *ec, const void *hash, size_t n,
                            const br_ec_public_key *key, const void *sig,
                            size_t sig_n)
{
    operations++;
    return br_ecdsa_i31_vrfy_asn1(ec, hash, n, key, sig, sig_n);
}

/* The key exchange: this and a multiplication of the generator. */
static uint32_t count_mul(unsigned char *point, size_t n,
                          const unsigned char *x, size_t x_n, int curve)
{
    operations++;
    return br_ec_p256_m31.mul(point, n, x, x_n, curve);
}

/* What the time of a step hangs on: never two operations in one. BearSSL's
   server puts all its messages into one record, which is the worst case. */
static void test_one_operation_a_step(void **state)
{
    static const char *const chains[] = {"rsa", "ec"};
    struct lwurl_tls_profile counting = lwurl_tls_fast;
    br_ec_impl ec = br_ec_p256_m31;

    ec.mul = count_mul;
    counting.ec = &ec;
    counting.ecdsa = count_ecdsa;
    counting.rsa = count_rsa;
    for (size_t i = 0; i < 2; i++) {
        unsigned all = 0;

        tls_set_up(state);
        tls.profile = &counting;
        load_identity(&id, chains[i]);
        assert_int_equal(start(), LWURL_OK);
        peer_start(&peer, &id);
        operations = 0;
        while (peer_step(&peer, &tls)) {
            assert_in_range(operations, 0, 1);
            all += operations;
            operations = 0;
        }
        assert_int_equal(events, 1);
        assert_int_equal(all, 4); /* two certificates, signature, exchange */
        tls_tear_down(state);
    }
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
    tls_tear_down(state);

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
        tls_set_up(state);
        set_host(good[i].host);
        how.tls_name = good[i].tls_name;
        connect_good(0);
        assert_string_equal(name_seen(), good[i].seen);
        tls_tear_down(state);
    }
}

static void test_names_that_are_refused(void **state)
{
    static char long_name[300];
    static const struct {
        const char *host, *tls_name;
    } bad[] = {
        {"192.0.2.700", NULL},
        {".", NULL},
        {"", NULL},
        {"device.test", ""},
        {"device.test", "1:2:3"},
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
        tls_set_up(state);
        set_host(bad[i]);
        connect_peer(0);
        assert_int_equal(error_of(&detail), LWURL_ERR_CERT_NAME);
        tls_tear_down(state);
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
        {"future", LWURL_ERR_CERT_NOT_YET, 70},
        {"stranger", LWURL_ERR_CERT_TRUST, BR_ERR_X509_NOT_TRUSTED},
        {"gap", LWURL_ERR_CERT_TRUST, BR_ERR_X509_NOT_TRUSTED},
        {"self", LWURL_ERR_CERT_TRUST, BR_ERR_X509_NOT_TRUSTED},
        {"weak", LWURL_ERR_CERT, BR_ERR_X509_WEAK_PUBLIC_KEY},
    };
    int32_t detail;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tls_set_up(state);
        load_identity(&id, bad[i].chain);
        connect_peer(i % 2);
        assert_int_equal(error_of(&detail), bad[i].err);
        assert_int_equal(detail, bad[i].detail);
        assert_int_equal(events, 0);
        tls_tear_down(state);
    }
}

/* The same chain, seen too early and too late: the clock is what is asked. */
static void test_clock_decides(void **state)
{
    static const int64_t wrong[] = {
        0, 1700000000 /* 2023 */, 1704067199, 2524608000 /* 2050 */, 4102444800,
    };
    int32_t detail;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        tls_set_up(state);
        clock_now = wrong[i];
        connect_peer(0);
        assert_int_equal(error_of(&detail),
                         i < 3 ? LWURL_ERR_CERT_NOT_YET : LWURL_ERR_CERT_TIME);
        tls_tear_down(state);
    }
    tls_set_up(state);
    clock_now = 1704067200; /* the first second, 2024-01-01 */
    connect_good(0);
    tls_tear_down(state);
    tls_set_up(state);
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
    tls_tear_down(state);
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
        tls_set_up(state);
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
        tls_tear_down(state);
    }
}

static void test_another_key_than_the_known(void **state)
{
    static const char *const others[] = {"rsa", "stranger"};
    br_x509_knownkey_context known;
    int32_t detail;

    for (size_t i = 0; i < 2; i++) {
        tls_set_up(state);
        known = known_key_of("ec");
        load_identity(&id, others[i]);
        tls.trust = &lwurl_tls_known_key;
        tls.known = &known;
        connect_peer(0);
        assert_int_equal(error_of(&detail), LWURL_ERR_CERT_TRUST);
        tls_tear_down(state);
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
    br_x509_knownkey_context known = known_key_of("ec");
    tls.known = &known;
    assert_int_equal(start(), LWURL_OK);
    ops->stop(&tls);
    tls.pins_n = 1; /* it looks at none */
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.pins_n = 0;
    tls.trust = NULL;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.trust = &lwurl_tls_chain;
    tls.record = NULL;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    tls.record = record;
    tls.slot = NULL;
    assert_int_equal(start(), LWURL_ERR_TLS_SETUP);
    assert_null(ops->owner(&tls));
    tls.slot = &slot;
    assert_int_equal(start(), LWURL_OK);
}

static void test_nobody_listens(void **state)
{
    (void)state;
    tls.event = NULL;
    connect_peer(0);
    assert_int_equal(events, 0);
    exchange(100);
}

/* Nothing was moved: nothing changes. */
static void test_nothing_moved(void **state)
{
    static const unsigned all[] = {LWURL_FILTER_WIRE_OUT, LWURL_FILTER_WIRE_IN,
                                   LWURL_FILTER_APP_OUT, LWURL_FILTER_APP_IN};
    struct lwurl_tls_slot before;

    (void)state;
    assert_int_equal(start(), LWURL_OK);
    for (int twice = 0; twice < 2; twice++) {
        before = slot;
        for (size_t i = 0; i < 4; i++)
            ops->ack(&tls, all[i], 0);
        assert_memory_equal(&slot, &before, sizeof slot);
        events = 0;
        connect_good(0);
    }
    exchange(100);
}

static void test_unknown_time_is_refused(void **state)
{
    (void)state;
    clock_result = -1;
    assert_int_equal(start(), LWURL_ERR_CLOCK);
    clock_result = 0;
    clock_now = -1;
    assert_int_equal(start(), LWURL_ERR_CLOCK);
    clock_now = TODAY;
    tls.built_s = TODAY + 1;
    assert_int_equal(start(), LWURL_ERR_CLOCK);
    tls.clock = NULL;
    assert_int_equal(start(), LWURL_ERR_CLOCK);
    tls.time = LWURL_TLS_TIME_FLOOR;
    assert_int_equal(start(), LWURL_OK);
    tls.built_s = 0; /* no floor either */
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
    tls_tear_down(state);
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
    tls.lent_n = sizeof(br_x509_minimal_context);
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TLS_TEST(test_exchanges),
        TLS_TEST(test_p384_chain),
        TLS_TEST(test_flight_is_gathered),
        TLS_TEST(test_one_operation_a_step),
        TLS_TEST(test_chacha_first_then_gcm),
        TLS_TEST(test_wide_profile_speaks_aes_256),
        TLS_TEST(test_names),
        TLS_TEST(test_names_that_are_refused),
        TLS_TEST(test_longest_name),
        TLS_TEST(test_wildcard_covers_one_label),
        TLS_TEST(test_bad_certificates),
        TLS_TEST(test_clock_decides),
        TLS_TEST(test_leaf_as_anchor),
        TLS_TEST(test_known_key),
        TLS_TEST(test_another_key_than_the_known),
        TLS_TEST(test_incomplete_set_up),
        TLS_TEST(test_nobody_listens),
        TLS_TEST(test_nothing_moved),
        TLS_TEST(test_unknown_time_is_refused),
        TLS_TEST(test_no_entropy_no_https),
        TLS_TEST(test_randoms_differ),
        TLS_TEST(test_too_little_memory),
        TLS_TEST(test_busy),
        TLS_TEST(test_restart_by_its_owner),
    };

    return cmocka_run_group_tests_name("core/tls", tests, NULL, NULL);
}
