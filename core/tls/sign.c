/* SPDX-License-Identifier: MIT */
/* Signatures with private keys in memory. */
#include "tls/tls.h"

const unsigned char tls_sha256_oid[] = {9,    0x60, 0x86, 0x48, 1,
                                        0x65, 3,    4,    2,    1};

size_t lwurl_tls_sign_ec(void *ctx, const unsigned char hash[32],
                         unsigned char *out, size_t max)
{
    const struct lwurl_tls_ec_key *key = ctx;

    /* P-521: SEQUENCE of two INTEGERs of 66 bytes. */
    if (max < 139)
        return 0;
    return key->sign(key->ec, &br_sha256_vtable, hash, &key->key, out);
}

size_t lwurl_tls_sign_rsa(void *ctx, const unsigned char hash[32],
                          unsigned char *out, size_t max)
{
    const struct lwurl_tls_rsa_key *key = ctx;
    size_t n = (key->key.n_bitlen + 7) / 8;

    if (n > max ||
        !key->sign(tls_sha256_oid, hash, br_sha256_SIZE, &key->key, out))
        return 0;
    return n;
}
