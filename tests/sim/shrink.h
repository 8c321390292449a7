/* SPDX-License-Identifier: MIT */
/* A plan made smaller: its fields one by one as they are where nothing happens,
   and those that a failure does not need stay so. */
#ifndef TESTS_SIM_SHRINK_H
#define TESTS_SIM_SHRINK_H

#include <stdbool.h>
#include <stddef.h>

#define SHRINK_MAX 256

/* The fields of a plan that can be neutral: their number, at most SHRINK_MAX.
 */
size_t shrink_fields(void);

/* Makes field i of the plan neutral, or reads its name ("fetch1.post_n"). */
void shrink_field(size_t i);
void shrink_name(size_t i, char *out, size_t max);

/* The field of a name, or shrink_fields(). */
size_t shrink_find(const char *name, size_t n);

/* Whether field i is neutral; prints it, if not, when asked to. */
bool shrink_is_neutral(size_t i, bool print);

#endif
