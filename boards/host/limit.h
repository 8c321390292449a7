/* SPDX-License-Identifier: MIT */
/* --limit-rate: so many bytes a second in one direction, on average over a
   quarter of a second. */
#ifndef LIMIT_H
#define LIMIT_H

#include <stddef.h>
#include <stdint.h>

struct limit {
    size_t rate;    /* bytes a second; 0: no limit */
    double n;       /* that may pass now */
    int64_t now_us; /* when there were so many; 0: at no time yet */
};

/* How many of n bytes may pass now. */
size_t limit_room(struct limit *l, size_t n);

/* So many did. */
void limit_used(struct limit *l, size_t n);

/* Milliseconds until the next may, or 0. */
uint32_t limit_wait_ms(const struct limit *l);

#endif
