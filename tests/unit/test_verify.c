/* SPDX-License-Identifier: MIT */
/* core/tls/verify.c: signatures that are good, and all that are not. */
#include "tls/verify.h"

#include <string.h>

#include "lwurl_signature.h"
#include "lwurl_verify.h"
#include "tls_client.h"

static unsigned char hash[32], signature[600];
static size_t signature_n;
static br_x509_pkey key;
static struct lwurl_signer signer;

/* The signature of some hash by an identity of the test PKI, and its key. */
static void sign_as(const char *name)
{
    struct lwurl_tls_ec_key ec = {&br_ec_p256_m31, br_ecdsa_i31_sign_asn1, {0}};
    struct lwurl_tls_rsa_key rsa = {br_rsa_i31_pkcs1_sign, {0}};

    load_identity(&id, name);
    key = *leaf_key(&id);
    for (size_t i = 0; i < sizeof hash; i++)
        hash[i] = (unsigned char)(i * 3);
    if (key.key_type == BR_KEYTYPE_EC) {
        ec.key = *br_skey_decoder_get_ec(&id.key);
        signature_n = lwurl_tls_sign_ec(&ec, hash, signature, 600);
    } else {
        rsa.key = *br_skey_decoder_get_rsa(&id.key);
        signature_n = lwurl_tls_sign_rsa(&rsa, hash, signature, 600);
    }
    assert_true(signature_n > 0);
    signer = (struct lwurl_signer){
        &key, &br_ec_p256_m31, br_ecdsa_i31_vrfy_asn1, br_rsa_i31_pkcs1_vrfy};
}

static bool is_good(void)
{
    return verify_signature(&signer, hash, signature, signature_n);
}

static const char *const kinds[] = {"ec", "rsa", "rsa4096"};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        sign_as(kinds[i]);
        assert_true(is_good());
    }
}

/* Each bit of an EC signature, the first and last bytes of an RSA one. */
static void test_changed_signature(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        sign_as(kinds[i]);
        for (size_t bit = 0; bit < 8 * signature_n; bit++) {
            if (i == 1 && bit == 64)
                bit = 8 * signature_n - 64;
            signature[bit / 8] ^= (unsigned char)(1u << bit % 8);
            assert_false(is_good());
            signature[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
        assert_true(is_good());
    }
}

static void test_changed_hash(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        sign_as(kinds[i]);
        for (size_t at = 0; at < sizeof hash; at++) {
            hash[at] ^= 0x80;
            assert_false(is_good());
            hash[at] ^= 0x80;
        }
    }
}

static void test_every_truncation(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        sign_as(kinds[i]);
        for (size_t n = signature_n; n-- > 0;)
            assert_false(verify_signature(&signer, hash, signature, n));
        memset(signature + signature_n, 0, 20);
        for (size_t n = signature_n + 1; n < signature_n + 20; n++)
            assert_false(verify_signature(&signer, hash, signature, n));
        assert_false(verify_signature(&signer, hash, signature, 100000));
    }
}

static void test_another_key(void **state)
{
    (void)state;
    sign_as("ec");
    load_identity(&id, "stranger");
    key = *leaf_key(&id);
    assert_false(is_good());
    sign_as("rsa");
    load_identity(&id, "ec");
    key = *leaf_key(&id);
    assert_false(is_good());
    key.key_type = 99;
    assert_false(is_good());
}

static void test_kind_without_code(void **state)
{
    (void)state;
    sign_as("ec");
    signer.rsa = NULL;
    assert_true(is_good());
    signer.ecdsa = NULL;
    assert_false(is_good());
    sign_as("rsa");
    signer.ecdsa = NULL;
    assert_true(is_good());
    signer.rsa = NULL;
    assert_false(is_good());
}

/* What the header's macros name. */
static void test_macros(void **state)
{
    br_x509_knownkey_context known = {NULL, {0, {{NULL, 0, NULL, 0}}}, 0};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct lwurl_signer by_ec = LWURL_SIGNER_EC(known);
        struct lwurl_signer by_rsa = LWURL_SIGNER_RSA(known);

        sign_as(kinds[i]);
        known.pkey = key;
        assert_int_equal(verify_signature(&by_ec, hash, signature, signature_n),
                         i == 0);
        assert_int_equal(
            verify_signature(&by_rsa, hash, signature, signature_n), i == 1);
    }
}

/* The same behind a download: lwurl_verify_signature. */
static int end_of(struct lwurl_verify *v)
{
    static const char content[] = "what was downloaded, in two pieces";
    br_sha256_context h;

    v->ops = &lwurl_verify_signature;
    v->ops->begin(v);
    v->ops->add(v, content, 10);
    v->ops->add(v, content + 10, sizeof content - 11);
    br_sha256_init(&h);
    br_sha256_update(&h, content, sizeof content - 1);
    br_sha256_out(&h, hash);
    int err = v->ops->end(v);
    assert_memory_equal(v->result, hash, sizeof hash);
    return err;
}

static void test_signed_content(void **state)
{
    struct lwurl_verify v = {0};
    struct lwurl_tls_ec_key ec = {&br_ec_p256_m31, br_ecdsa_i31_sign_asn1, {0}};
    unsigned char digest[32];

    (void)state;
    assert_int_equal(end_of(&v), LWURL_ERR_SIGNATURE); /* by nobody */
    sign_as("ec");
    v.signer = &signer;
    assert_int_equal(end_of(&v), LWURL_ERR_SIGNATURE); /* none */
    v.signature = signature;
    v.signature_n = signature_n;
    assert_int_equal(end_of(&v), LWURL_ERR_SIGNATURE); /* of something else */
    ec.key = *br_skey_decoder_get_ec(&id.key);
    v.signature_n = lwurl_tls_sign_ec(&ec, hash, signature, sizeof signature);
    assert_int_equal(end_of(&v), LWURL_OK);
    memcpy(digest, hash, sizeof digest);
    v.sha256 = digest;
    assert_int_equal(end_of(&v), LWURL_OK);
    digest[31] ^= 1; /* what it must be comes first */
    assert_int_equal(end_of(&v), LWURL_ERR_CONTENT);
    v.sha256 = NULL;
    signature[signature_n / 2] ^= 1;
    assert_int_equal(end_of(&v), LWURL_ERR_SIGNATURE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TLS_TEST(test_good),         TLS_TEST(test_changed_signature),
        TLS_TEST(test_changed_hash), TLS_TEST(test_every_truncation),
        TLS_TEST(test_another_key),  TLS_TEST(test_kind_without_code),
        TLS_TEST(test_macros),       TLS_TEST(test_signed_content),
    };

    return cmocka_run_group_tests_name("core/tls/verify", tests, NULL, NULL);
}
