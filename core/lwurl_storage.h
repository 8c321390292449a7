/* SPDX-License-Identifier: MIT */
/*
 * Memory that survives a reset, as a board gives it to whoever keeps something
 * there: journal of a download, cache, cookies, trust anchors, retry budget.
 * It is the interface of NOR flash, which every other memory can play: EEPROM,
 * FRAM or a file erase by writing 0xFF.
 *
 * Rules
 *  - An erased byte is 0xFF. A write turns bits from 1 to 0 only: bytes are
 *    written once between two erases.
 *  - A power cut during a call leaves anything at all in the write units, or
 *    the erase unit, that the call was about; every other byte is unchanged.
 *    What a call that returned 0 did is there after the cut.
 *  - Addresses are bytes from the start of the storage. lwurl passes only whole
 *    units to write and erase, inside `size`; read takes any range inside it.
 *  - 0 is good; < 0: LWURL_ERR_STORAGE, detail is the driver's own affair.
 *  - A call may wait for the flash; a step of a fetch then takes that long.
 */
#ifndef LWURL_STORAGE_H
#define LWURL_STORAGE_H

#include "lwurl_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Largest write unit that lwurl can serve, in bytes. */
#define LWURL_WRITE_UNIT_MAX 32u

struct lwurl_storage {
    void *ctx;
    uint32_t size;       /* bytes, a multiple of erase_unit */
    uint32_t erase_unit; /* bytes, a multiple of write_unit */
    uint32_t write_unit; /* bytes: 1, 2, 4 ... LWURL_WRITE_UNIT_MAX */
    int (*read)(void *ctx, uint32_t at, void *p, size_t n);
    int (*write)(void *ctx, uint32_t at, const void *p, size_t n);
    int (*erase)(void *ctx, uint32_t at); /* the unit that begins there */
};

/* Private, for states that write in units: bytes that wait to be one. */
struct lwurl_gather {
    const struct lwurl_storage *storage;
    uint32_t at; /* where unit[0] belongs */
    uint32_t n;  /* bytes that wait in unit, fewer than a write unit */
    unsigned char unit[LWURL_WRITE_UNIT_MAX];
};

#ifdef __cplusplus
}
#endif

#endif
