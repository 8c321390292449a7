/* SPDX-License-Identifier: MIT */
/*
 * A reader that goes forward only: what is not there, or not as it has to be,
 * stops it where it is, and all that is read after that is empty. So lengths
 * are checked in one place, and one test at the end suffices.
 */
#include "tls/bundle_parse.h"

#include <string.h>

#include "text/bytes.h"
#include "text/proof.h"
#include "tls/hash.h"
#include "tls/verify.h"

#define KIND_RSA     1u
#define RSA_MIN      256u /* bytes: 2,048 bits, as for certificates */
#define RSA_MAX      512u /* what BearSSL can do */
#define EXPONENT_MAX 4u

static const unsigned char magic[4] = {'l', 'w', 'b', 1};
static const struct lwurl_str key_prefix = {"lwk\1", 4}, none = {"", 0};

struct reader {
    const unsigned char *p;
    size_t at, n;
    bool bad;
};

/* For loops: what a reader's functions write; invariant; never back. */
#define READER(r)  (r)->at, (r)->bad
#define HOLDS(r)   ((r)->at <= (r)->n)
#define GOES_ON(r) ((r)->at >= AT_ENTRY((r)->at))

/* Stops at what began `back` bytes ago. */
static void refuse(struct reader *r, size_t back)
{
    if (!r->bad)
        r->at -= back;
    r->bad = true;
}

/* The next n bytes; NULL once it has stopped. */
static const unsigned char *next_bytes(struct reader *r, size_t n)
{
    const unsigned char *p = r->p + r->at;

    if (r->bad || n > r->n - r->at) {
        refuse(r, 0);
        return NULL;
    }
    r->at += n;
    return p;
}

static uint32_t next_number(struct reader *r, unsigned n)
{
    const unsigned char *p = next_bytes(r, n);

    return p != NULL ? (uint32_t)take_number(&p, n) : 0;
}

/* Bytes behind their length, of which `width` bytes tell. */
static const unsigned char *next_sized(struct reader *r, unsigned width,
                                       size_t min, size_t max, size_t *n)
{
    *n = next_number(r, width);
    if (*n < min || *n > max)
        refuse(r, width);
    return next_bytes(r, *n);
}

/* A number without a leading zero. */
static unsigned char *next_integer(struct reader *r, unsigned width, size_t min,
                                   size_t max, size_t *n)
{
    const unsigned char *p = next_sized(r, width, min, max, n);

    if (p != NULL && p[0] == 0)
        refuse(r, *n);
    return (unsigned char *)p; /* BearSSL's structs know no const */
}

static void next_rsa(struct reader *r, br_rsa_public_key *key)
{
    key->n = next_integer(r, 2, RSA_MIN, RSA_MAX, &key->nlen);
    key->e = next_integer(r, 1, 1, EXPONENT_MAX, &key->elen);
}

static void next_ec(struct reader *r, br_ec_public_key *key, int curve)
{
    static const unsigned char lengths[] = {65, 97, 133};
    const unsigned char *p;

    key->curve = curve;
    key->qlen = lengths[curve - BR_EC_secp256r1];
    p = next_bytes(r, key->qlen);
    key->q = (unsigned char *)p;
    if (p != NULL && p[0] != 4)
        refuse(r, key->qlen);
}

static void next_key(struct reader *r, br_x509_pkey *key)
{
    uint32_t kind = next_number(r, 1);

    memset(key, 0, sizeof *key);
    if (kind == KIND_RSA) {
        key->key_type = BR_KEYTYPE_RSA;
        next_rsa(r, &key->key.rsa);
    } else if (kind >= BR_EC_secp256r1 && kind <= BR_EC_secp521r1) {
        key->key_type = BR_KEYTYPE_EC;
        next_ec(r, &key->key.ec, (int)kind);
    } else {
        refuse(r, 1);
    }
}

static const unsigned char *next_signature(struct reader *r, size_t *n)
{
    return next_sized(r, 2, 1, VERIFY_SIGNATURE_MAX, n);
}

static void next_keys(struct reader *r)
{
    uint32_t left = next_number(r, 1);

    if (left > LWURL_BUNDLE_KEYS_MAX)
        refuse(r, 1);
    for (; !r->bad && left > 0; left--)
        LOOP_WRITES((left, READER(r)), HOLDS(r) && GOES_ON(r), left)
    {
        br_x509_pkey key;
        size_t n;

        next_key(r, &key);
        (void)next_signature(r, &n);
    }
}

/* A SEQUENCE that fills n >= 2 bytes, with the shortest length (X.690 10.1). */
static bool is_sequence(const unsigned char *p, size_t n)
{
    if (p[0] != 0x30)
        return false;
    if (n < 2 + 0x80)
        return p[1] == n - 2;
    if (n < 4 + 0x100)
        return p[1] == 0x81 && p[2] >= 0x80 && p[2] == n - 3;
    return p[1] == 0x82 && (size_t)(p[2] << 8 | p[3]) == n - 4;
}

static void next_anchor(struct reader *r, br_x509_trust_anchor *anchor)
{
    uint32_t flags = next_number(r, 1);
    const unsigned char *name;

    if (flags > 1)
        refuse(r, 1);
    anchor->flags = flags == 1 ? BR_X509_TA_CA : 0;
    name = next_sized(r, 2, 2, UINT16_MAX, &anchor->dn.len);
    anchor->dn.data = (unsigned char *)name;
    if (name != NULL && !is_sequence(name, anchor->dn.len))
        refuse(r, anchor->dn.len);
    next_key(r, &anchor->pkey);
}

static size_t next_anchors(struct reader *r, br_x509_trust_anchor *list,
                           size_t max)
{
    size_t count = next_number(r, 2);

    if (count == 0)
        refuse(r, 2);
    for (size_t i = 0; !r->bad && i < count; i++)
        LOOP_WRITES((i, READER(r), ALL_OF(list)),
                    HOLDS(r) && GOES_ON(r) && i <= count, count - i)
    {
        br_x509_trust_anchor anchor;

        next_anchor(r, &anchor);
        if (i < max)
            list[i] = anchor;
    }
    return count;
}

uint32_t bundle_head(const unsigned char *p, uint32_t *sequence)
{
    const unsigned char *at = p + sizeof magic;
    uint32_t n = (uint32_t)take_number(&at, 4);

    *sequence = (uint32_t)take_number(&at, 4);
    return memcmp(p, magic, sizeof magic) == 0 ? n : 0;
}

/* The head alone; the reader goes on behind it. */
static void next_head(struct reader *r, struct bundle *b)
{
    const unsigned char *p = next_bytes(r, BUNDLE_HEAD);

    if (p == NULL)
        return;
    b->signed_n = bundle_head(p, &b->sequence);
    if (b->signed_n == 0)
        refuse(r, BUNDLE_HEAD);
}

int bundle_parse(struct bundle *b, br_x509_trust_anchor *list, size_t max,
                 int32_t *detail)
{
    struct reader r = {b->p, 0, b->n, false};
    size_t signature_n;

    next_head(&r, b);
    next_keys(&r);
    b->keys_end = r.at;
    b->anchors_n = next_anchors(&r, list, max);
    if (!r.bad && r.at != b->signed_n)
        refuse(&r, r.at - sizeof magic);
    (void)next_signature(&r, &signature_n);
    if (!r.bad && r.at == r.n)
        return LWURL_OK;
    *detail = (int32_t)r.at;
    return LWURL_ERR_BUNDLE;
}

/* -------------------------------------------------------------- signatures */

/* Does a signature of prefix and p[0..n) by this signer come next? */
static bool next_signed(struct reader *r, const struct lwurl_signer *signer,
                        struct lwurl_str prefix, struct lwurl_str text)
{
    unsigned char sha256[HASH_MAX];
    struct hash h;
    size_t n;
    const unsigned char *signature = next_signature(r, &n);

    hash_begin(&h, &hash_sha256);
    hash_add(&h, prefix.p, prefix.n);
    hash_add(&h, text.p, text.n);
    (void)hash_end(&h, sha256);
    return signature != NULL && verify_signature(signer, sha256, signature, n);
}

static struct lwurl_str between(const struct reader *r, size_t from, size_t to)
{
    struct lwurl_str text = {(const char *)r->p + from, to - from};

    return text;
}

bool bundle_is_signed(const struct bundle *b, const struct lwurl_signer *first)
{
    struct reader r = {b->p, BUNDLE_AT_KEYS + 1, b->n, false};
    struct lwurl_signer signer = *first;
    br_x509_pkey key;

    while (r.at < b->keys_end)
        LOOP_WRITES((READER(&r), signer.key, key),
                    HOLDS(&r) && !r.bad &&
                        (signer.key == first->key || signer.key == &key),
                    r.n - r.at)
    {
        size_t at = r.at;
        br_x509_pkey next;

        next_key(&r, &next);
        if (!next_signed(&r, &signer, key_prefix, between(&r, at, r.at)))
            return false;
        key = next;
        signer.key = &key;
    }
    r.at = b->signed_n;
    return next_signed(&r, &signer, none, between(&r, 0, b->signed_n));
}

bool bundle_has_keys_of(const struct bundle *b, const struct bundle *old)
{
    size_t from = BUNDLE_AT_KEYS + 1;

    return b->p[BUNDLE_AT_KEYS] >= old->p[BUNDLE_AT_KEYS] &&
           b->keys_end >= old->keys_end &&
           memcmp(b->p + from, old->p + from, old->keys_end - from) == 0;
}
