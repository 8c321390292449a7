/* SPDX-License-Identifier: MIT */
/*
 * The sink that is a part of a storage. Invariant: [out.at, erased) is blank,
 * and what is below out.at is written.
 */
#include "lwurl_retrieve.h"
#include "store/gather.h"
#include "text/bytes.h"

#define LENGTH 8u

static int forget(const struct lwurl_region *g)
{
    return g->records == NULL ? LWURL_OK
                              : lwurl_records_put(g->records, g->id, NULL, 0);
}

static int region_begin(void *ctx, uint64_t total, uint64_t kept)
{
    struct lwurl_region *g = ctx;

    if (total != LWURL_LENGTH_UNKNOWN && total > g->size)
        return LWURL_ERR_ROOM;
    if (kept > g->size || kept % g->storage->erase_unit != 0)
        return LWURL_ERR_STORAGE;
    g->erased = g->at + (uint32_t)kept;
    g->out.storage = g->storage;
    g->out.at = g->erased;
    g->out.n = 0;
    return forget(g);
}

static int erase_up_to(struct lwurl_region *g, uint32_t end)
{
    const struct lwurl_storage *s = g->storage;

    while (g->erased < end) {
        if (s->erase(s->ctx, g->erased) != LWURL_OK)
            return LWURL_ERR_STORAGE;
        g->erased += s->erase_unit;
    }
    return LWURL_OK;
}

static int region_write(void *ctx, uint64_t at, const void *p, size_t n)
{
    struct lwurl_region *g = ctx;
    int err;

    if (at > g->size || n > g->size - at)
        return LWURL_ERR_ROOM;
    err = erase_up_to(g, g->at + (uint32_t)(at + n));
    return err == LWURL_OK ? gather_put(&g->out, p, n) : err;
}

/* At an erase unit no byte waits, and what is written lasts. */
static int region_sync(void *ctx)
{
    (void)ctx;
    return LWURL_OK;
}

static int region_commit(void *ctx, uint64_t total)
{
    struct lwurl_region *g = ctx;
    unsigned char entry[LENGTH + LWURL_REGION_NOTE_MAX];
    size_t note_n = g->note == NULL ? 0 : g->note_n;
    int err = gather_end(&g->out);

    if (err != LWURL_OK || g->records == NULL)
        return err;
    if (note_n > LWURL_REGION_NOTE_MAX)
        return LWURL_ERR_ROOM;
    (void)put_bytes(put_number(entry, total, LENGTH), g->note, note_n);
    return lwurl_records_put(g->records, g->id, entry, LENGTH + note_n);
}

static void region_abort(void *ctx, int keep)
{
    (void)ctx; /* nothing in it counts */
    (void)keep;
}

void lwurl_region_sink(struct lwurl_region *region, struct lwurl_sink *out)
{
    const struct lwurl_sink sink = {region,
                                    region_begin,
                                    region_write,
                                    region_sync,
                                    region->storage->erase_unit,
                                    region_commit,
                                    region_abort};

    *out = sink;
}

int lwurl_region_length(const struct lwurl_region *region, uint64_t *length)
{
    unsigned char entry[LENGTH + LWURL_REGION_NOTE_MAX];
    const unsigned char *p = entry;
    size_t n = 0;
    int err = region->records == NULL
                  ? LWURL_OK
                  : lwurl_records_get(region->records, region->id, entry,
                                      sizeof entry, &n);

    *length = err == LWURL_OK && n >= LENGTH ? take_number(&p, LENGTH) : 0;
    return err;
}
