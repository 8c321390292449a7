/* SPDX-License-Identifier: MIT */
/*
 * What a download must be before it counts: SHA-256 and signature.
 *
 *     static struct lwurl_verify verify = {
 *         .ops = &lwurl_verify_sha256, .sha256 = digest_of_the_manifest,
 *     };
 *     ... .verify = &verify in struct lwurl_retrieval
 *     ... {LWURL_VERIFY(&verify), LWURL_HTTPS(&tls)} in the opener's table
 *
 * Rules
 *  - The line in the opener is for a digest that the server sends: in
 *    Repr-Digest or Content-Digest (RFC 9530), as sha-256, or in Digest
 *    (RFC 3230). Without the line they are not looked at. Such a digest finds
 *    accidents; against an attacker it is as good as the connection.
 *    Of a body that LWURL_GZIP decodes it says nothing, and is not looked at.
 *  - One that is not as expected is LWURL_ERR_CONTENT; a signature that is not
 *    the signer's, LWURL_ERR_SIGNATURE.
 *  - One download at a time.
 */
#ifndef LWURL_VERIFY_H
#define LWURL_VERIFY_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lwurl_signer; /* lwurl_signature.h */
struct lwurl_verify_ops;

/* Values of .ops: SHA-256, or SHA-256 and a signature over it. What is not
   named is not linked. */
extern const struct lwurl_verify_ops lwurl_verify_sha256;
extern const struct lwurl_verify_ops lwurl_verify_signature;

extern const struct lwurl_handler_ops lwurl_verify_handler;

/* A line of the opener, for a struct lwurl_verify. */
/* clang-format off */
#define LWURL_VERIFY(verify) {&lwurl_verify_handler, (verify)}
/* clang-format on */

/* Private: a digest field as it streams by. */
struct lwurl_digest_field {
    uint8_t name;   /* which of the fields is open */
    uint8_t at;     /* place in "sha-256", or in the digest */
    uint8_t state;  /* of its reader */
    uint8_t sextet; /* the last one of base64 */
    uint8_t sextets;
};

/* Zero, but for the first ones. */
struct lwurl_verify {
    const struct lwurl_verify_ops *ops;
    const unsigned char *sha256; /* 32 bytes that it must be; NULL: any */
    bool required; /* the server has to send a digest: LWURL_ERR_CONTENT */
    /* For lwurl_verify_signature: whose, and the signature itself, which the
       application got before. */
    const struct lwurl_signer *signer;
    const void *signature;
    size_t signature_n;
    unsigned char result[32]; /* SHA-256 of the content, at its end */
    /* private */
    bool told;  /* the server sent a digest ... */
    bool coded; /* ... of coded bytes, which are decoded on the way */
    unsigned char server[32];
    struct lwurl_digest_field field;
    uint64_t room[15];
};

/* For authors of other checks. */
struct lwurl_verify_ops {
    void (*begin)(struct lwurl_verify *v); /* from the first byte */
    void (*add)(struct lwurl_verify *v, const void *p, size_t n);
    int (*end)(struct lwurl_verify *v); /* LWURL_OK, or what is wrong */
    /* State behind a multiple of 64 bytes, for the journal of a download; and
       from there. NULL: it cannot be saved. */
    void (*save)(const struct lwurl_verify *v, unsigned char state[32]);
    void (*load)(struct lwurl_verify *v, const unsigned char state[32],
                 uint64_t at);
};

#ifdef __cplusplus
}
#endif

#endif
