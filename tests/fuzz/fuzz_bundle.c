/* SPDX-License-Identifier: MIT */
/* A bundle of anchors of any bytes, by a signer who signs everything: it is
   refused and nothing changes, or it is in use, before a restart and behind
   it, with anchors that lie inside of it and are of lengths that BearSSL takes;
   and it is not taken twice. */
#include "lwurl_bundle.h"
#include "wire.h"

#define REGION 2048u
#define MAX    6u

static unsigned char flash[2 * REGION], room[REGION];
static br_x509_trust_anchor list[MAX];

static int read_flash(void *ctx, uint32_t at, void *p, size_t n)
{
    (void)ctx;
    CHECK(at <= sizeof flash && n <= sizeof flash - at);
    memcpy(p, flash + at, n);
    return LWURL_OK;
}

static int write_flash(void *ctx, uint32_t at, const void *p, size_t n)
{
    (void)ctx;
    CHECK(at <= sizeof flash && n <= sizeof flash - at && at % 4 == 0 &&
          n % 4 == 0);
    memcpy(flash + at, p, n);
    return LWURL_OK;
}

static int erase_flash(void *ctx, uint32_t at)
{
    (void)ctx;
    CHECK(at < sizeof flash && at % 256 == 0);
    memset(flash + at, 0xFF, 256);
    return LWURL_OK;
}

static uint32_t any_signature(const br_ec_impl *impl, const void *hash,
                              size_t hash_n, const br_ec_public_key *key,
                              const void *signature, size_t n)
{
    (void)impl;
    (void)hash;
    CHECK(hash_n == 32 && key->qlen >= 65 && n > 0 && signature != NULL);
    return 1;
}

static const br_x509_pkey signer_key = {BR_KEYTYPE_EC,
                                        {.ec = {BR_EC_secp256r1, flash, 65}}};
static const struct lwurl_signer signer = {&signer_key, NULL, any_signature,
                                           NULL};
static const struct lwurl_storage storage = {
    NULL, sizeof flash, 256, 4, read_flash, write_flash, erase_flash};

static void check_inside(const struct lwurl_bundle *b, const unsigned char *p,
                         size_t n)
{
    size_t at = (size_t)(p - room);

    CHECK(p >= room && at <= b->room_n && n <= b->room_n - at);
}

static void check_key(const struct lwurl_bundle *b, const br_x509_pkey *key)
{
    if (key->key_type == BR_KEYTYPE_RSA) {
        CHECK(key->key.rsa.nlen >= 256 && key->key.rsa.nlen <= 512);
        check_inside(b, key->key.rsa.n, key->key.rsa.nlen);
        check_inside(b, key->key.rsa.e, key->key.rsa.elen);
    } else {
        CHECK(key->key_type == BR_KEYTYPE_EC && key->key.ec.q[0] == 4);
        check_inside(b, key->key.ec.q, key->key.ec.qlen);
    }
}

static void check_anchors(const struct lwurl_bundle *b)
{
    CHECK(b->tls->anchors == list && b->tls->anchors_n >= 1 &&
          b->tls->anchors_n <= MAX);
    for (size_t i = 0; i < b->tls->anchors_n; i++) {
        check_inside(b, list[i].dn.data, list[i].dn.len);
        check_key(b, &list[i].pkey);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct lwurl_tls tls = {.slot = NULL};
    struct lwurl_bundle b = {
        .tls = &tls,
        .storage = &storage,
        .size = sizeof flash,
        .signer = &signer,
        .list = list,
        .max = MAX,
        .room = room,
        .room_max = sizeof room,
    };
    uint32_t sequence;

    memset(flash, 0xFF, sizeof flash);
    CHECK(lwurl_bundle_load(&b) == LWURL_OK && tls.anchors_n == 0);
    if (lwurl_bundle_install(&b, data, n) != LWURL_OK) {
        CHECK(b.sequence == 0 && tls.anchors_n == 0);
        /* In the storage, where anything may be behind it, it can be good. */
        memcpy(flash, data, n < REGION ? n : REGION);
        if (lwurl_bundle_load(&b) == LWURL_OK && b.sequence > 0)
            check_anchors(&b);
        else
            CHECK(b.sequence == 0 && tls.anchors_n == 0);
        return 0;
    }
    check_anchors(&b);
    sequence = b.sequence;
    CHECK(sequence > 0 &&
          lwurl_bundle_install(&b, data, n) == LWURL_ERR_BUNDLE);
    CHECK(lwurl_bundle_load(&b) == LWURL_OK && b.sequence == sequence);
    check_anchors(&b);
    return 0;
}
