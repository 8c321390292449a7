/* SPDX-License-Identifier: MIT */
#ifndef BOARD_NS_H
#define BOARD_NS_H

#include <stdint.h>

/* Nanoseconds since start on a board; under QEMU's -icount shift=0 these are
   instructions. */
uint64_t board_ns(void);

#endif
