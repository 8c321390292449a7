/* SPDX-License-Identifier: MIT */
/* One seed, from its beginning to its end. */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include <stdint.h>

/* A property does not hold. The first one is kept. */
void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Declared in far/lwipopts.h, too, which includes nothing of ours. */
/* NOLINTNEXTLINE(readability-redundant-declaration) */
void sim_assert(const char *what) __attribute__((noreturn));

/* How a fetch ended, for the table: an error or LWURL_OK. */
void sim_count(int end);

/* With --verbose: what happened. */
void sim_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
