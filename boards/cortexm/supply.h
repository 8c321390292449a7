/* SPDX-License-Identifier: MIT */
/*
 * What a board cannot know by itself and gets from outside of the chip. One
 * file gives all four; board.mk says which:
 *
 *   supply_semihosting.c  from the debugger or emulator. Stops a chip that has
 *                         none: for QEMU and the bench.
 *   supply_none.c         nothing: no arguments, no entropy (https refuses to
 *                         start), no time, exit is sleep.
 *   yours                 SUPPLY=path/to/it.c, for a product: a TRNG or a seed
 *                         file for entropy, an RTC for time.
 */
#ifndef SUPPLY_H
#define SUPPLY_H

#include <stddef.h>
#include <stdint.h>

/* Arguments of the program, separated by single spaces and NUL-terminated;
   empty when there are none. The line is split where it lies. */
char *supply_args(void);

/* Fills p[0..n) with bytes that nobody can predict, never the same ones
   twice, also after a restart: 0. Or -1: there are none. */
int supply_entropy(void *p, size_t n);

/* Seconds since 1970-01-01 UTC now, or -1: unknown. */
int64_t supply_time(void);

/* The program is over, or died. Must not return. Interrupts may be off, and
   nothing but the stack in use is to be relied upon. */
_Noreturn void supply_exit(int code);

#endif
