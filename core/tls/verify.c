/* SPDX-License-Identifier: MIT */
#include "tls/verify.h"

#include <string.h>

#include "lwurl_signature.h"
#include "tls/tls.h"

static bool is_ec(const struct lwurl_signer *signer,
                  const unsigned char sha256[32], const void *signature,
                  size_t n)
{
    return signer->ecdsa != NULL &&
           signer->ecdsa(signer->ec, sha256, br_sha256_SIZE,
                         &signer->key->key.ec, signature, n) == 1;
}

static bool is_rsa(const struct lwurl_signer *signer,
                   const unsigned char sha256[32], const void *signature,
                   size_t n)
{
    unsigned char signed_hash[br_sha256_SIZE];

    return signer->rsa != NULL &&
           signer->rsa(signature, n, tls_sha256_oid, br_sha256_SIZE,
                       &signer->key->key.rsa, signed_hash) == 1 &&
           memcmp(signed_hash, sha256, br_sha256_SIZE) == 0;
}

bool verify_signature(const struct lwurl_signer *signer,
                      const unsigned char sha256[32], const void *signature,
                      size_t n)
{
    if (n > VERIFY_SIGNATURE_MAX)
        return false;
    if (signer->key->key_type == BR_KEYTYPE_EC)
        return is_ec(signer, sha256, signature, n);
    return signer->key->key_type == BR_KEYTYPE_RSA &&
           is_rsa(signer, sha256, signature, n);
}
