/* SPDX-License-Identifier: MIT */
/* Bytes of any number to a storage that writes whole units only. */
#ifndef LWURL_STORE_GATHER_H
#define LWURL_STORE_GATHER_H

#include "lwurl_storage.h"

/* Begin with {.storage = storage, .at = where a write unit begins}. */
/* Writes n bytes behind the last ones, the rest of a unit excepted. LWURL_OK,
   or LWURL_ERR_STORAGE: what is behind `at` is then not known. */
int gather_put(struct lwurl_gather *g, const void *p, size_t n);

/* Writes that rest, 0xFF behind it; `at` moves to the next unit. */
int gather_end(struct lwurl_gather *g);

/* n, rounded up to whole write units. */
static inline uint32_t gather_round(const struct lwurl_storage *storage,
                                    uint32_t n)
{
    uint32_t rest = n % storage->write_unit;

    return rest == 0 ? n : n + storage->write_unit - rest;
}

#endif
