/* SPDX-License-Identifier: MIT */
/* Signatures of who is named in a struct lwurl_signer (lwurl_signature.h). */
#ifndef LWURL_TLS_VERIFY_H
#define LWURL_TLS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

struct lwurl_signer;

/* Longest signature: RSA with 4096 bits. */
#define VERIFY_SIGNATURE_MAX 512u

/* Is this the signer's signature of what has this SHA-256? One asymmetric
   operation; 2.2 KB of stack. */
bool verify_signature(const struct lwurl_signer *signer,
                      const unsigned char sha256[32], const void *signature,
                      size_t n);

#endif
