/* SPDX-License-Identifier: MIT */
/*
 * Bundles of trust anchors in a storage. There is no record of which of the two
 * regions counts: a bundle is good by its signature, and the newest good one is
 * in use. The first write unit of a bundle is written last, so that one whose
 * writing was cut short has no head, and costs no check at start.
 */
#include "lwurl_bundle.h"

#include <string.h>

#include "store/gather.h"
#include "store/part.h"
#include "tls/bundle_parse.h"

#define REGIONS 2u

static uint32_t region_size(const struct lwurl_bundle *b)
{
    return b->size / REGIONS;
}

static uint32_t region_at(const struct lwurl_bundle *b, unsigned region)
{
    return b->at + region * region_size(b);
}

static int fail(struct lwurl_bundle *b, int err, size_t detail)
{
    b->detail = (int32_t)detail;
    return err;
}

/* What does not lie in a region is as good as erased. */
static int read_from(struct lwurl_bundle *b, unsigned region, uint32_t at,
                     void *p, size_t n)
{
    const struct lwurl_storage *s = b->storage;
    uint32_t size = region_size(b);

    memset(p, 0xFF, n);
    if (at > size || n > size - at ||
        s->read(s->ctx, region_at(b, region) + at, p, n) == LWURL_OK)
        return LWURL_OK;
    return fail(b, LWURL_ERR_STORAGE, 0);
}

static bool is_in_use(const struct lwurl_bundle *b)
{
    return b->tls->slot != NULL && b->tls->slot->owner != NULL;
}

static bool fits(const struct lwurl_bundle *b, size_t n)
{
    return n <= b->room_max && n <= region_size(b);
}

/* Takes a bundle apart, into the list unless it is NULL, and checks all that is
   in its bytes. */
static int check(struct lwurl_bundle *b, struct bundle *parsed,
                 br_x509_trust_anchor *list)
{
    int err = bundle_parse(parsed, list, list != NULL ? b->max : 0, &b->detail);

    if (err != LWURL_OK)
        return err;
    if (parsed->anchors_n > b->max)
        return fail(b, LWURL_ERR_ROOM, parsed->anchors_n);
    return bundle_is_signed(parsed, b->signer)
               ? LWURL_OK
               : fail(b, LWURL_ERR_SIGNATURE, 0);
}

/* -------------------------------------------------------------------- load */

static void use_built_in(struct lwurl_bundle *b)
{
    b->tls->anchors = b->built_in;
    b->tls->anchors_n = b->built_in_n;
    b->sequence = b->built_in_sequence;
    b->room_n = 0;
    b->loaded = 1;
}

/* What a region seems to hold; sequence 0: nothing that counts. */
struct found {
    unsigned region;
    uint32_t n, sequence;
};

static int look(struct lwurl_bundle *b, struct found *found)
{
    unsigned char head[BUNDLE_HEAD], length[BUNDLE_LENGTH];
    uint32_t sequence, n;
    int err = read_from(b, found->region, 0, head, sizeof head);

    n = bundle_head(head, &sequence);
    if (err != LWURL_OK || n == 0 || sequence <= b->built_in_sequence)
        return err;
    err = read_from(b, found->region, n, length, sizeof length);
    if (err != LWURL_OK)
        return err;
    found->sequence = sequence;
    found->n = n + BUNDLE_LENGTH + (uint32_t)(length[0] << 8 | length[1]);
    return LWURL_OK;
}

/* Puts what was found into the room and the list, which .tls does not use now,
   and then into use. LWURL_OK with nothing found, too. */
static int use(struct lwurl_bundle *b, const struct found *found)
{
    struct bundle parsed = {.p = b->room, .n = found->n};
    int err;

    if (found->sequence == 0)
        return LWURL_OK;
    if (!fits(b, found->n))
        return fail(b, LWURL_ERR_ROOM, found->n);
    err = read_from(b, found->region, 0, b->room, found->n);
    if (err == LWURL_OK)
        err = check(b, &parsed, b->list);
    if (err != LWURL_OK)
        return err;
    b->tls->anchors = b->list;
    b->tls->anchors_n = parsed.anchors_n;
    b->sequence = parsed.sequence;
    b->room_n = found->n;
    b->region = (uint8_t)found->region;
    return LWURL_OK;
}

/* Keeps the error of the last that failed, which the detail is about. */
static void keep(int *err, int another)
{
    if (another != LWURL_OK)
        *err = another;
}

int lwurl_bundle_load(struct lwurl_bundle *b)
{
    struct found found[REGIONS] = {{0, 0, 0}, {1, 0, 0}};
    int err = LWURL_OK;
    unsigned newest;

    if (is_in_use(b))
        return LWURL_ERR_BUSY;
    use_built_in(b);
    if (!part_suits(b->storage, b->at, b->size))
        return fail(b, LWURL_ERR_CALL, 0);
    keep(&err, look(b, &found[0]));
    keep(&err, look(b, &found[1]));
    newest = found[1].sequence > found[0].sequence;
    keep(&err, use(b, &found[newest]));
    if (b->room_n == 0)
        keep(&err, use(b, &found[1 - newest]));
    return err;
}

/* ----------------------------------------------------------------- install */

/* Is it newer than what is in use, and of the same line of keys? */
static int compare(struct lwurl_bundle *b, const struct bundle *parsed)
{
    struct bundle old = {.p = b->room, .n = b->room_n};

    if (parsed->sequence <= b->sequence)
        return fail(b, LWURL_ERR_BUNDLE, BUNDLE_AT_SEQUENCE);
    if (b->room_n == 0)
        return LWURL_OK;
    if (bundle_parse(&old, NULL, 0, &b->detail) != LWURL_OK)
        return LWURL_ERR_BUNDLE;
    return bundle_has_keys_of(parsed, &old) ? LWURL_OK
                                            : fail(b, LWURL_ERR_SIGNATURE, 0);
}

static int erase(const struct lwurl_storage *s, uint32_t at, size_t n)
{
    int err = 0;

    for (uint32_t end = at + (uint32_t)n; err == 0 && at < end;
         at += s->erase_unit)
        err = s->erase(s->ctx, at);
    return err;
}

/* A bundle is longer than a write unit: it has a signature and a key. */
static int store(struct lwurl_bundle *b, const unsigned char *p, size_t n)
{
    const struct lwurl_storage *s = b->storage;
    uint32_t at = region_at(b, b->room_n > 0 ? 1u - b->region : 0u);
    struct lwurl_gather rest = {.storage = s, .at = at + s->write_unit};
    int err = erase(s, at, n);

    if (err == LWURL_OK)
        err = gather_put(&rest, p + s->write_unit, n - s->write_unit);
    if (err == LWURL_OK)
        err = gather_end(&rest);
    if (err == LWURL_OK)
        err = s->write(s->ctx, at, p, s->write_unit);
    return err == LWURL_OK ? err : fail(b, LWURL_ERR_STORAGE, 0);
}

int lwurl_bundle_install(struct lwurl_bundle *b, const void *p, size_t n)
{
    struct bundle parsed = {.p = p, .n = n};
    int err;

    if (!b->loaded || !part_suits(b->storage, b->at, b->size))
        return fail(b, LWURL_ERR_CALL, 0);
    if (is_in_use(b))
        return LWURL_ERR_BUSY;
    if (!fits(b, n))
        return fail(b, LWURL_ERR_ROOM, n);
    err = check(b, &parsed, NULL);
    if (err == LWURL_OK)
        err = compare(b, &parsed);
    if (err == LWURL_OK)
        err = store(b, p, n);
    if (err != LWURL_OK)
        return err;
    err = lwurl_bundle_load(b);
    return b->sequence == parsed.sequence ? LWURL_OK : err;
}
