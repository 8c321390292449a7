/* SPDX-License-Identifier: MIT */
/* The bytes of a bundle of trust anchors (lwurl_bundle.h), taken apart where
   they lie. */
#ifndef LWURL_TLS_BUNDLE_PARSE_H
#define LWURL_TLS_BUNDLE_PARSE_H

#include "lwurl_bundle.h"

#define BUNDLE_HEAD        12u /* magic, length, sequence number */
#define BUNDLE_AT_SEQUENCE 8u
#define BUNDLE_AT_KEYS     12u
#define BUNDLE_LENGTH      2u

/* Begin with {p, n}, the bytes. */
struct bundle {
    const unsigned char *p;
    size_t n;
    uint32_t sequence;
    size_t keys_end; /* they begin at BUNDLE_AT_KEYS, with their number */
    size_t anchors_n;
    size_t signed_n; /* bytes before the signature */
};

/* What a bundle's head says: length of what is signed, and its sequence number;
   0: it is none. BUNDLE_HEAD bytes are looked at. Behind what is signed are
   BUNDLE_LENGTH bytes with the length of the signature, and that. */
uint32_t bundle_head(const unsigned char *p, uint32_t *sequence);

/* Takes all of p[0..n) apart, and its first `max` anchors into the list, which
   point into p. LWURL_OK, or LWURL_ERR_BUNDLE with the offset in *detail.
   No signature is checked; the functions below take what was good here. */
int bundle_parse(struct bundle *b, br_x509_trust_anchor *list, size_t max,
                 int32_t *detail);

/* Is each of its keys signed by the one before, and all of it by the last?
   Bytes that are cut short are not. */
bool bundle_is_signed(const struct bundle *b, const struct lwurl_signer *first);

/* Does it name the keys that `old` names, in the same place? */
bool bundle_has_keys_of(const struct bundle *b, const struct bundle *old);

#endif
