/* SPDX-License-Identifier: MIT */
/* MD5 and SHA-256, for who needs a hash and no TLS. A kind that nobody names
   is not linked. */
#ifndef LWURL_TLS_HASH_H
#define LWURL_TLS_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_MAX 32u /* bytes of the longest result */

struct hash_kind;
extern const struct hash_kind hash_md5;    /* RFC 1321, 16 bytes */
extern const struct hash_kind hash_sha256; /* FIPS 180-4, 32 bytes */

/* One hash under way; members are private. */
struct hash {
    const struct hash_kind *kind;
    uint64_t room[14]; /* a pointer, a block of 64, a length, 32 of state */
};

void hash_begin(struct hash *h, const struct hash_kind *kind);
void hash_add(struct hash *h, const void *p, size_t n);

/* Writes the result and returns its length. Begin again before the next. */
size_t hash_end(struct hash *h, unsigned char out[HASH_MAX]);

/* SHA-256 only: the state behind a multiple of 64 bytes, and on from there,
   `at` bytes having been added. */
void hash_save(const struct hash *h, unsigned char state[HASH_MAX]);
void hash_load(struct hash *h, const unsigned char state[HASH_MAX],
               uint64_t at);

#endif
