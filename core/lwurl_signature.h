/* SPDX-License-Identifier: MIT */
/*
 * Whose signature makes a download good: of an image, or of a bundle of trust
 * anchors. Signatures are over SHA-256: ECDSA as ASN.1 (RFC 3279 2.2.3), or RSA
 * PKCS#1 v1.5, as `openssl dgst -sha256 -sign key.pem` makes them.
 *
 *     make anchors PEM=signer.pem KEY=1 NAME=signer_key OUT=signer.h
 *
 *     static const struct lwurl_signer signer = LWURL_SIGNER_EC(signer_key);
 *
 * One key, one use: what it signed as an image must not pass as a bundle.
 */
#ifndef LWURL_SIGNATURE_H
#define LWURL_SIGNATURE_H

#include <bearssl.h>

#include "lwurl_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A public key, and the code of BearSSL that checks with it. A kind of key
   whose code is NULL is refused, and its code not linked. */
struct lwurl_signer {
    const br_x509_pkey *key;
    const br_ec_impl *ec; /* knows the key's curve */
    br_ecdsa_vrfy ecdsa;
    br_rsa_pkcs1_vrfy rsa;
};

/* For a key that `make anchors KEY=1` wrote: on P-256, or RSA up to 4096 bits;
   with the code of lwurl_tls_fast. */
/* clang-format off */
#define LWURL_SIGNER_EC(known) \
    {&(known).pkey, &br_ec_p256_m31, br_ecdsa_i31_vrfy_asn1, 0}
#define LWURL_SIGNER_RSA(known) {&(known).pkey, 0, 0, br_rsa_i31_pkcs1_vrfy}
/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif
