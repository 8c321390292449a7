/* SPDX-License-Identifier: MIT */
/*
 * Small records that survive a reset, and a power cut at any moment: the
 * journal of a download, a retry budget, what a cache knows of its slots.
 *
 *     static struct lwurl_records records = {
 *         .storage = &board_flash, .at = 0x3F000, .size = 2048,
 *     };
 *     ... lwurl_records_open(&records) after a reset
 *     ... lwurl_records_put(&records, 7, &settings, sizeof settings)
 *     ... lwurl_records_get(&records, 7, &settings, sizeof settings, &n)
 *
 * Rules
 *  - A record has an id of your choice, 0 to 65534, and up to
 *    LWURL_RECORD_MAX bytes. The last one put with an id is the record.
 *  - After a power cut in a put there is the old record or the new one, whole,
 *    and every other record as it was.
 *  - The part of the storage is two halves, each of whole erase units. Records
 *    are appended to one half; when it is full, those that count are copied to
 *    the other one. A half thus holds all records at once, or LWURL_ERR_ROOM;
 *    the larger it is, the rarer is an erase.
 *  - A record takes 8 bytes more than it has, in whole write units; a half
 *    takes 12 bytes for itself.
 *  - Each part has one struct lwurl_records, for one task at a time. There is
 *    no copy in RAM: get and put read from the storage.
 *
 * Stack: 384 bytes at most, above the port (make stack).
 */
#ifndef LWURL_RECORD_H
#define LWURL_RECORD_H

#include <stdbool.h>

#include "lwurl_storage.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LWURL_RECORD_MAX 4096u

/* Zero, but for the first three. */
struct lwurl_records {
    const struct lwurl_storage *storage;
    uint32_t at;   /* where the part begins, at an erase unit */
    uint32_t size; /* its bytes, an even number of erase units */
    /* private */
    uint32_t generation; /* of the half in use; 0: none is */
    uint32_t end;        /* address behind its last record */
    uint8_t half;        /* 0 or 1 */
    bool full;           /* nothing can be appended */
    bool open;           /* it was read; nothing can be had or put before */
};

/* Finds what is there; writes nothing. A part that was never used, or was used
   for something else, holds no records. LWURL_ERR_CALL: at or size do not suit
   the storage. LWURL_ERR_STORAGE: it cannot be read; then get and put give
   LWURL_ERR_STORAGE and touch nothing, until an open went well. */
int lwurl_records_open(struct lwurl_records *r);

/* Copies the record with this id to p: *n is its length, 0 where there is
   none. LWURL_ERR_ROOM: it has more than max bytes, *n says how many.
   LWURL_ERR_STORAGE: it cannot be read. */
int lwurl_records_get(const struct lwurl_records *r, unsigned id, void *p,
                      size_t max, size_t *n);

/* Makes p[0..n) the record with this id; n 0 removes it. LWURL_OK: it is
   there, whatever happens now. LWURL_ERR_ROOM: the half cannot hold it beside
   the others. LWURL_ERR_STORAGE: the old one is there, or the new one. */
int lwurl_records_put(struct lwurl_records *r, unsigned id, const void *p,
                      size_t n);

#ifdef __cplusplus
}
#endif

#endif
