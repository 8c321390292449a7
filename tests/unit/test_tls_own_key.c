/* SPDX-License-Identifier: MIT */
/* core/tls: certificates of our own, with keys in memory and behind a hook. */
#include "tls_client.h"

#include <string.h>

static struct identity ours;
static br_x509_trust_anchor client_roots[8];
static unsigned char client_room[4096];
static struct lwurl_anchors client_anchors;
static br_x509_minimal_context clients;
static struct lwurl_tls_ec_key ec;
static struct lwurl_tls_rsa_key rsa;
static struct lwurl_tls_key own;

/* A server that wants certificates which end at ec-root. */
static void serve(unsigned flags)
{
    char text[8192];
    size_t n = load(pki("ec-root", ".pem"), text, sizeof text);

    lwurl_anchors_init(&client_anchors, client_roots, 8, client_room,
                       sizeof client_room);
    assert_int_equal(lwurl_anchors_add(&client_anchors, text, n), LWURL_OK);
    assert_int_equal(lwurl_anchors_end(&client_anchors), LWURL_OK);
    peer_start(&peer, &id);
    br_x509_minimal_init_full(&clients, client_roots, client_anchors.n);
    br_x509_minimal_set_time(&clients, 719528 + TODAY / 86400, 0);
    br_ssl_engine_set_x509(&peer.server.eng, &clients.vtable);
    br_ssl_engine_set_default_rsavrfy(&peer.server.eng);
    br_ssl_engine_set_default_ecdsa(&peer.server.eng);
    br_ssl_server_set_trust_anchor_names_alt(&peer.server, client_roots,
                                             client_anchors.n);
    br_ssl_engine_add_flags(&peer.server.eng, flags);
}

static void take_identity(const char *name)
{
    load_identity(&ours, name);
    own = (struct lwurl_tls_key){
        .ops = &lwurl_tls_key_class,
        .chain = ours.chain,
        .chain_n = ours.chain_n,
        .type = br_skey_decoder_key_type(&ours.key),
    };
    if (own.type == BR_KEYTYPE_EC) {
        ec = (struct lwurl_tls_ec_key){&br_ec_p256_m31, br_ecdsa_i31_sign_asn1,
                                       *br_skey_decoder_get_ec(&ours.key)};
        own.sign = lwurl_tls_sign_ec;
        own.ctx = &ec;
    } else {
        rsa = (struct lwurl_tls_rsa_key){br_rsa_i31_pkcs1_sign,
                                         *br_skey_decoder_get_rsa(&ours.key)};
        own.sign = lwurl_tls_sign_rsa;
        own.ctx = &rsa;
    }
    tls.own = &own;
}

/* Both kinds of key, by servers of both kinds, into every size of record. */
static void test_good(void **state)
{
    static const char *const clients_of[] = {"client-ec", "client-rsa"};
    static const char *const servers[] = {"ec", "rsa"};
    static const size_t records[] = {LWURL_TLS_RECORD_ANY,
                                     LWURL_TLS_RECORD_512};

    for (size_t i = 0; i < 8; i++) {
        tls_set_up(state);
        load_identity(&id, servers[i % 2]);
        take_identity(clients_of[i / 2 % 2]);
        tls.record_n = records[i / 4];
        tls.lent = lent;
        tls.lent_n = sizeof lent;
        assert_int_equal(start(), LWURL_OK);
        serve(0);
        peer_run(&peer, &tls);
        assert_int_equal(events, 1);
        exchange(2000);
        tls_tear_down(state);
    }
}

/* Who asks for none gets none. */
static void test_not_asked(void **state)
{
    (void)state;
    take_identity("client-ec");
    own.sign = NULL;
    connect_good(0);
    exchange(100);
}

static void test_none(void **state)
{
    int32_t detail;

    (void)state;
    assert_int_equal(start(), LWURL_OK);
    serve(BR_OPT_TOLERATE_NO_CLIENT_AUTH);
    peer_run(&peer, &tls);
    exchange(100);
    ops->stop(&tls);
    assert_int_equal(start(), LWURL_OK);
    serve(0);
    peer_run(&peer, &tls);
    assert_int_equal(events, 1);
    ops->wire_end(&tls);
    assert_true(error_of(&detail) < 0);
}

/* It takes no signature that this key can make: no certificate goes out, and
   the server says what it thinks of that. */
static void test_another_kind_wanted(void **state)
{
    static const struct {
        const char *name;
        uint32_t types; /* RSA: bits 0 to 6 by hash; ECDSA: 8 to 14 */
        bool fits;
    } cases[] = {
        {"client-ec", 1u << (8 + br_sha256_ID), true},
        {"client-ec", 1u << br_sha256_ID, false},
        {"client-ec", 1u << (8 + br_sha384_ID), false},
        {"client-rsa", 1u << br_sha256_ID, true},
        {"client-rsa", 1u << (8 + br_sha256_ID), false},
        {"client-rsa", 0, false},
    };
    br_ssl_client_certificate choice;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        take_identity(cases[i].name);
        memset(&choice, 0xAA, sizeof choice);
        own.ops->choose(&own.ops, &slot.client, cases[i].types, &choice);
        assert_int_equal(choice.chain_len, cases[i].fits ? own.chain_n : 0);
        assert_int_equal(choice.auth_type, !cases[i].fits ? 0
                                           : i < 3        ? BR_AUTH_ECDSA
                                                          : BR_AUTH_RSA);
    }
}

/* handshake_failure means "no common version" only in answer to the hello. */
static void test_alert_for_want_of_one(void **state)
{
    int32_t detail;

    (void)state;
    assert_int_equal(start(), LWURL_OK);
    serve(0);
    peer_run(&peer, &tls);
    memcpy(peer.to_client.bytes + peer.to_client.n, "\x15\3\3\0\2\2\x28", 7);
    peer.to_client.n += 7;
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS_ALERT);
    assert_int_equal(detail, 40);
}

/* The key does not fit the certificate, or the certificate is not trusted:
   the server ends it. BearSSL's sends no alert. */
static void test_refused(void **state)
{
    static const char *const bad[] = {"client-stranger", "client-expired"};

    for (size_t i = 0; i < 3; i++) {
        tls_set_up(state);
        take_identity(i < 2 ? bad[i] : "client-ec");
        if (i == 2)
            ec.key = *br_skey_decoder_get_ec(&id.key); /* not its own */
        assert_int_equal(start(), LWURL_OK);
        serve(0);
        peer_run(&peer, &tls);
        assert_int_equal(events, 0);
        assert_int_not_equal(br_ssl_engine_last_error(&peer.server.eng), 0);
        tls_tear_down(state);
    }
}

/* -------------------------------------------------------------------- hook */

static unsigned asked;
static size_t answer_n;

/* As a secure element: it knows the key, we know the hash. */
static size_t element(void *ctx, const unsigned char hash[32],
                      unsigned char *out, size_t max)
{
    asked++;
    if (answer_n != 0)
        return answer_n;
    return lwurl_tls_sign_ec(ctx, hash, out, max);
}

static size_t broken_element(void *ctx, const unsigned char hash[32],
                             unsigned char *out, size_t max)
{
    (void)ctx;
    (void)hash;
    (void)out;
    (void)max;
    return 0;
}

static void test_hook(void **state)
{
    int32_t detail;

    (void)state;
    asked = 0;
    answer_n = 0;
    take_identity("client-ec");
    own.sign = element;
    assert_int_equal(start(), LWURL_OK);
    serve(0);
    peer_run(&peer, &tls);
    assert_int_equal(events, 1);
    assert_int_equal(asked, 1);
    exchange(100);
    ops->stop(&tls);
    own.sign = broken_element;
    assert_int_equal(start(), LWURL_OK);
    serve(0);
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS);
    ops->stop(&tls);
    own.sign = element;
    answer_n = SIZE_MAX; /* longer than there is room: refused */
    assert_int_equal(start(), LWURL_OK);
    serve(0);
    peer_run(&peer, &tls);
    assert_int_equal(error_of(&detail), LWURL_ERR_TLS);
    assert_int_equal(events, 1);
}

static uint32_t broken_rsa(const unsigned char *oid, const unsigned char *hash,
                           size_t n, const br_rsa_private_key *key,
                           unsigned char *out)
{
    (void)oid;
    (void)hash;
    (void)n;
    (void)key;
    (void)out;
    return 0;
}

static void test_room_for_a_signature(void **state)
{
    unsigned char hash[32] = {1}, out[600];

    (void)state;
    take_identity("client-ec");
    assert_int_equal(lwurl_tls_sign_ec(&ec, hash, out, 138), 0);
    assert_in_range(lwurl_tls_sign_ec(&ec, hash, out, 139), 68, 72);
    take_identity("client-rsa");
    assert_int_equal(lwurl_tls_sign_rsa(&rsa, hash, out, 255), 0);
    assert_int_equal(lwurl_tls_sign_rsa(&rsa, hash, out, 256), 256);
    rsa.sign = broken_rsa;
    assert_int_equal(lwurl_tls_sign_rsa(&rsa, hash, out, 256), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TLS_TEST(test_good),
        TLS_TEST(test_not_asked),
        TLS_TEST(test_another_kind_wanted),
        TLS_TEST(test_alert_for_want_of_one),
        TLS_TEST(test_none),
        TLS_TEST(test_refused),
        TLS_TEST(test_hook),
        TLS_TEST(test_room_for_a_signature),
    };

    return cmocka_run_group_tests_name("core/tls: own key", tests, NULL, NULL);
}
