/* SPDX-License-Identifier: MIT */
/*
 * The slots of a cache: records that say what they hold, and bodies.
 * Invariant: after cache_load() one slot is free at least. A free slot may
 * still have a record; it is removed before anything of the body is erased.
 */
#ifndef LWURL_HANDLERS_CACHE_SLOTS_H
#define LWURL_HANDLERS_CACHE_SLOTS_H

#include "handlers/freshness.h"
#include "lwurl_cache.h"
#include "text/url.h"

#define CACHE_NONE (-1)

/* lwurl_cache_entry.flags */
enum {
    ENTRY_DOUBTFUL = 1, /* something unsafe was done to its URL */
    ENTRY_REDIRECTED = 2
};

/* Reads the records. LWURL_ERR_CALL: the cache is set up wrongly. */
int cache_load(struct lwurl_cache *c);

/* The slot of a URL, with its entry in c->entry; or CACHE_NONE. */
int cache_find(struct lwurl_cache *c, const struct url *url);

/* Makes c->entry the record of a slot, the newest of all, and frees what that
   supersedes. */
int cache_put(struct lwurl_cache *c, int slot, const struct url *url);

/* Frees a slot, until the next cache_load(); and for ever. */
void cache_drop(struct lwurl_cache *c, int slot);
int cache_remove(struct lwurl_cache *c, int slot);

/* Removes all records of a URL, superseded ones too: they would come back. */
int cache_forget(struct lwurl_cache *c, const struct url *url);

/* Reads n bytes of the body in a slot. */
int cache_read(const struct lwurl_cache *c, int slot, uint32_t at, void *p,
               size_t n);

/* A new body: into a free slot, c->store. Of an error it gives up, c->store is
   CACHE_NONE and c->stored says why. */
void cache_store_begin(struct lwurl_cache *c);
void cache_store_add(struct lwurl_cache *c, const void *p, size_t n);
void cache_store_end(struct lwurl_cache *c, const struct url *url);
void cache_store_abort(struct lwurl_cache *c, int why);

/* The time; FRESH_UNKNOWN also where something is kept that came later. */
int64_t cache_now(const struct lwurl_cache *c);

/* Seconds that the response in a slot has been there since it came; FRESH_MOST:
   not known. */
uint32_t cache_here(const struct lwurl_cache *c, int slot, uint32_t now_ms);

/* Forgets port times that are about to come round. */
void cache_tick(struct lwurl_cache *c, uint32_t now_ms);

#endif
