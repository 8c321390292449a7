/* SPDX-License-Identifier: MIT */
/* Which algorithms are offered, and which code of BearSSL does them. */
#include "tls/tls.h"

static const uint16_t suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
};

static const uint16_t wide_suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
};

#define SUITES(list) .suites = (list), .suites_n = sizeof(list) / sizeof *(list)

#define RECORDS                                 \
    .chapol_in = &br_sslrec_in_chapol_vtable,   \
    .chapol_out = &br_sslrec_out_chapol_vtable, \
    .gcm_in = &br_sslrec_in_gcm_vtable, .gcm_out = &br_sslrec_out_gcm_vtable

const struct lwurl_tls_profile lwurl_tls_fast = {
    SUITES(suites),
    RECORDS,
    .ec = &br_ec_p256_m31,
    .chain_ec = &br_ec_p256_m31,
    .ecdsa = br_ecdsa_i31_vrfy_asn1,
    .rsa = br_rsa_i31_pkcs1_vrfy,
    .sha384 = &br_sha384_vtable,
    .chacha20 = br_chacha20_ct_run,
    .poly1305 = br_poly1305_ctmul_run,
    .aes = &br_aes_ct_ctr_vtable,
    .ghash = br_ghash_ctmul,
};

const struct lwurl_tls_profile lwurl_tls_small = {
    SUITES(suites),
    RECORDS,
    .ec = &br_ec_prime_i31,
    .chain_ec = &br_ec_prime_i31,
    .ecdsa = br_ecdsa_i31_vrfy_asn1,
    .rsa = br_rsa_i31_pkcs1_vrfy,
    .sha384 = &br_sha384_vtable,
    .chacha20 = br_chacha20_ct_run,
    .poly1305 = br_poly1305_ctmul32_run,
    .aes = &br_aes_ct_ctr_vtable,
    .ghash = br_ghash_ctmul32,
};

const struct lwurl_tls_profile lwurl_tls_careful = {
    SUITES(suites),
    RECORDS,
    .ec = &br_ec_p256_m15,
    .chain_ec = &br_ec_p256_m15,
    .ecdsa = br_ecdsa_i15_vrfy_asn1,
    .rsa = br_rsa_i15_pkcs1_vrfy,
    .sha384 = &br_sha384_vtable,
    .chacha20 = br_chacha20_ct_run,
    .poly1305 = br_poly1305_ctmul32_run,
    .aes = &br_aes_ct_ctr_vtable,
    .ghash = br_ghash_ctmul32,
};

const struct lwurl_tls_profile lwurl_tls_wide = {
    SUITES(wide_suites),
    RECORDS,
    .ec = &br_ec_all_m31,
    .chain_ec = &br_ec_all_m31,
    .ecdsa = br_ecdsa_i31_vrfy_asn1,
    .rsa = br_rsa_i31_pkcs1_vrfy,
    .sha384 = &br_sha384_vtable,
    .sha512 = &br_sha512_vtable,
    .sha384_prf = br_tls12_sha384_prf,
    .chacha20 = br_chacha20_ct_run,
    .poly1305 = br_poly1305_ctmul_run,
    .aes = &br_aes_ct64_ctr_vtable,
    .ghash = br_ghash_ctmul64,
};

static void use_hash(br_ssl_engine_context *engine, int id,
                     const br_hash_class *hash)
{
    if (hash != NULL)
        br_ssl_engine_set_hash(engine, id, hash);
}

void tls_use_profile(br_ssl_engine_context *engine,
                     const struct lwurl_tls_profile *profile)
{
    br_ssl_engine_set_suites(engine, profile->suites, profile->suites_n);
    use_hash(engine, br_sha256_ID, &br_sha256_vtable);
    use_hash(engine, br_sha384_ID, profile->sha384);
    use_hash(engine, br_sha512_ID, profile->sha512);
    br_ssl_engine_set_prf_sha256(engine, br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(engine, profile->sha384_prf);
    br_ssl_engine_set_ec(engine, profile->ec);
    br_ssl_engine_set_ecdsa(engine, profile->ecdsa);
    br_ssl_engine_set_rsavrfy(engine, profile->rsa);
    br_ssl_engine_set_chapol(engine, profile->chapol_in, profile->chapol_out);
    br_ssl_engine_set_chacha20(engine, profile->chacha20);
    br_ssl_engine_set_poly1305(engine, profile->poly1305);
    br_ssl_engine_set_gcm(engine, profile->gcm_in, profile->gcm_out);
    br_ssl_engine_set_aes_ctr(engine, profile->aes);
    br_ssl_engine_set_ghash(engine, profile->ghash);
}
