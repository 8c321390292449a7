/* SPDX-License-Identifier: MIT */
/* Chance: one seed, and a stream of its own for everyone who needs some, so
   that a change in one does not move the others. */
#ifndef TESTS_SIM_CHANCE_H
#define TESTS_SIM_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum chance_stream {
    CHANCE_PLAN,
    CHANCE_LINK_OUT, /* near to far */
    CHANCE_LINK_IN,
    CHANCE_NEAR,
    CHANCE_FAR,
    CHANCE_APP,
    CHANCE_SERVER,
    CHANCE_SERVER_ENTROPY,
    CHANCE_ENTROPY, /* the near side's */
    CHANCE_STREAMS
};

void chance_seed(uint64_t seed);

/* 0 to n - 1; n > 0. */
uint32_t chance(enum chance_stream stream, uint32_t n);

/* true in `percent` of 100. */
bool chance_hits(enum chance_stream stream, unsigned percent);

uint32_t chance_word(enum chance_stream stream);
void chance_bytes(enum chance_stream stream, uint8_t *p, size_t n);

#endif
