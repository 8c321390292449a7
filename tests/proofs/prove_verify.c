/* SPDX-License-Identifier: MIT */
/* Proves core/tls/verify.c core/tls/sign.c core/text/str.c
   BearSSL's checks of a signature are models here, which check what they touch
   and say anything. */
#include "tls/verify.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

static uint32_t any_ecdsa(const br_ec_impl *impl, const void *hash,
                          size_t hash_n, const br_ec_public_key *key,
                          const void *signature, size_t n)
{
    (void)impl;
    PROVE(READABLE(hash, hash_n) && READABLE(key, sizeof *key));
    PROVE(READABLE(signature, n));
    return any_u32();
}

static uint32_t any_rsa(const unsigned char *signature, size_t n,
                        const unsigned char *oid, size_t hash_n,
                        const br_rsa_public_key *key, unsigned char *hash)
{
    PROVE(READABLE(signature, n) && READABLE(key, sizeof *key));
    PROVE(READABLE(oid, 1) && READABLE(oid, oid[0] + 1u));
    PROVE(WRITABLE(hash, hash_n));
    BECOMES_ANY(hash, hash_n);
    return any_u32();
}

PROOF(verify_signature)
{
    struct lwurl_str signature = any_str();
    br_x509_pkey *key = any_memory(sizeof *key);
    struct lwurl_signer signer = {.key = key,
                                  .ecdsa = any_bool() ? any_ecdsa : NULL,
                                  .rsa = any_bool() ? any_rsa : NULL};

    if (verify_signature(&signer, any_memory(br_sha256_SIZE), signature.p,
                         signature.n))
        PROVE(signature.n <= VERIFY_SIGNATURE_MAX);
}
