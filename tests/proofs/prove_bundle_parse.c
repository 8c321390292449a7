/* SPDX-License-Identifier: MIT */
/* Proves core/tls/bundle_parse.c core/tls/hash.c core/tls/verify.c
   core/tls/sign.c core/text/bytes.c core/text/str.c
   BearSSL's hashes and checks of a signature are models here, which check what
   they touch and say anything. */
#include "tls/bundle_parse.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

#ifdef __CPROVER__

/* A reader of any bytes, wherever it is. */
#define IS_READER(r) (HOLDS(r) && __CPROVER_r_ok((r)->p, (r)->n))

#define HAS_READ(r) (HOLDS(r) && (r)->at >= OLD((r)->at))

/* It goes on only if it did before, and is at least n bytes further then. */
#define GOES_ON_BY(r, by) \
    IMPLIES(!(r)->bad, !OLD((r)->bad) && (r)->at - OLD((r)->at) >= (by))

/* clang-format off */

static const unsigned char *next_sized(struct reader *r, unsigned width,
                                       size_t min, size_t max, size_t *n)
__CPROVER_requires(IS_READER(r) && (width == 1 || width == 2) && min > 0)
__CPROVER_assigns(READER(r), *n)
__CPROVER_ensures(HAS_READ(r) && GOES_ON_BY(r, width))
__CPROVER_ensures((RESULT == NULL) == r->bad)
__CPROVER_ensures(RESULT == NULL || (*n >= min && *n <= max &&
                                     r->at - OLD(r->at) == *n + width &&
                                     RESULT == r->p + (r->at - *n)));

static void next_key(struct reader *r, br_x509_pkey *key)
__CPROVER_requires(IS_READER(r))
__CPROVER_assigns(READER(r), *key)
__CPROVER_ensures(HAS_READ(r) && GOES_ON_BY(r, 1));

static void next_anchor(struct reader *r, br_x509_trust_anchor *anchor)
__CPROVER_requires(IS_READER(r))
__CPROVER_assigns(READER(r), *anchor)
__CPROVER_ensures(HAS_READ(r) && GOES_ON_BY(r, 1));

static bool next_signed(struct reader *r, const struct lwurl_signer *signer,
                        struct lwurl_str prefix, struct lwurl_str text)
__CPROVER_requires(IS_READER(r) && IS_GOOD(prefix) && IS_GOOD(text))
__CPROVER_requires(__CPROVER_r_ok(signer, sizeof *signer))
__CPROVER_assigns(READER(r))
__CPROVER_ensures(HAS_READ(r) && GOES_ON_BY(r, 3) && IMPLIES(RESULT, !r->bad));

/* clang-format on */

#endif

/* ---------------------------------------------------------------- BearSSL */

static void init_any(const br_hash_class **context)
{
    PROVE(WRITABLE(context, sizeof(br_md5_context)));
    PROVE(WRITABLE(context, sizeof(br_sha256_context)));
}

static void update_any(const br_hash_class **context, const void *p, size_t n)
{
    PROVE(WRITABLE(context, sizeof(br_sha256_context)));
    PROVE(READABLE(p, n));
}

static void out_any(const br_hash_class *const *context, void *out)
{
    PROVE(READABLE(context, sizeof(br_sha256_context)));
    PROVE(WRITABLE(out, br_sha256_SIZE));
    BECOMES_ANY(out, br_sha256_SIZE);
}

const br_hash_class br_md5_vtable = {
    .init = init_any, .update = update_any, .out = out_any};
const br_hash_class br_sha256_vtable = {
    .init = init_any, .update = update_any, .out = out_any};

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

static struct lwurl_signer any_signer(void)
{
    return (struct lwurl_signer){.key = any_memory(sizeof(br_x509_pkey)),
                                 .ecdsa = any_bool() ? any_ecdsa : NULL,
                                 .rsa = any_bool() ? any_rsa : NULL};
}

/* ----------------------------------------------------------------- reader */

static struct reader any_reader(void)
{
    struct lwurl_str s = any_str();

    return (struct reader){(const unsigned char *)s.p, any_length(s.n), s.n,
                           any_bool()};
}

PROOF(next_sized)
{
    struct reader r = any_reader();
    size_t n;

    next_sized(&r, any_byte(), any_size(), any_size(), &n);
}

static bool was_read(const struct reader *r, const unsigned char *p, size_t n)
{
    return is_within((struct lwurl_str){(const char *)p, n},
                     (struct lwurl_str){(const char *)r->p, r->at});
}

PROOF(next_key)
{
    struct reader r = any_reader();
    br_x509_pkey key;

    next_key(&r, &key);
    if (r.bad)
        return;
    if (key.key_type == BR_KEYTYPE_EC) {
        PROVE(was_read(&r, key.key.ec.q, key.key.ec.qlen));
    } else {
        PROVE(was_read(&r, key.key.rsa.n, key.key.rsa.nlen));
        PROVE(was_read(&r, key.key.rsa.e, key.key.rsa.elen));
    }
}

PROOF(next_anchor)
{
    struct reader r = any_reader();
    br_x509_trust_anchor anchor;

    next_anchor(&r, &anchor);
    if (!r.bad)
        PROVE(was_read(&r, anchor.dn.data, anchor.dn.len));
}

PROOF(next_signed)
{
    struct reader r = any_reader();
    struct lwurl_signer signer = any_signer();

    next_signed(&r, &signer, any_str(), any_str());
}

/* ----------------------------------------------------------------- bundle */

/* What bundle_parse() says of a bundle that it takes. */
static bool is_whole(const struct bundle *b)
{
    return b->keys_end > BUNDLE_AT_KEYS && b->keys_end <= b->signed_n &&
           b->signed_n <= b->n;
}

static struct bundle any_bundle(void)
{
    struct lwurl_str s = any_str();

    return (struct bundle){.p = (const unsigned char *)s.p,
                           .n = s.n,
                           .keys_end = any_size(),
                           .signed_n = any_size()};
}

PROOF(bundle_head)
{
    uint32_t sequence;

    bundle_head(any_memory(BUNDLE_HEAD), &sequence);
}

PROOF(bundle_parse)
{
    struct bundle b = any_bundle();
    size_t max = any_length(ANY_MAX / sizeof(br_x509_trust_anchor));
    int32_t detail = 0;

    if (bundle_parse(&b, any_memory(max * sizeof(br_x509_trust_anchor)), max,
                     &detail) == LWURL_OK)
        PROVE(is_whole(&b));
    else
        PROVE(detail >= 0 && (size_t)detail <= b.n);
}

PROOF(bundle_is_signed)
{
    struct bundle b = any_bundle();
    struct lwurl_signer first = any_signer();

    ASSUME(is_whole(&b));
    bundle_is_signed(&b, &first);
}

PROOF(bundle_has_keys_of)
{
    struct bundle b = any_bundle(), old = any_bundle();

    ASSUME(is_whole(&b) && is_whole(&old));
    bundle_has_keys_of(&b, &old);
}
