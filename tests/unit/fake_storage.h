/* SPDX-License-Identifier: MIT */
/*
 * Flash in memory, for tests, as lwurl_storage.h has it: what may be relied on
 * and no more. A breach of the rules fails the running test: half a unit, an
 * address outside, a bit turned from 0 to 1, a write to what is not blank.
 * Power can be cut in any write or erase, and may leave anything there.
 */
#ifndef FAKE_STORAGE_H
#define FAKE_STORAGE_H

#include <stdbool.h>

#include "lwurl_storage.h"

#define FAKE_STORAGE_MAX 65536u

struct fake_storage {
    struct lwurl_storage storage;
    unsigned writes, erases; /* calls so far */
    unsigned cut_at;         /* number of the write or erase in which the power
                                goes, counted from 1 over both; 0: none */
    unsigned fail_at;        /* the same, but it only fails; 0: none */
    unsigned reads;          /* calls so far */
    unsigned fail_read_at;   /* number of the read that fails; 0: none */
    uint32_t seed;           /* of what is left there then */
    bool dead;               /* the power is off: every call fails */
    unsigned char bytes[FAKE_STORAGE_MAX];
};

/* Blank flash, ready. */
void fake_storage_begin(struct fake_storage *f, uint32_t size,
                        uint32_t erase_unit, uint32_t write_unit);

/* The power comes back: counting begins anew, and nothing is cut. */
void fake_storage_restart(struct fake_storage *f);

/* Writes and erases since. */
unsigned fake_storage_calls(const struct fake_storage *f);

#endif
