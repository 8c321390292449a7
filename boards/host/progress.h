/* SPDX-License-Identifier: MIT */
/* A line on stderr that says how far a long transfer is. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* A transfer begins, `from` bytes of it are here already; it is not shown
   without `wanted` or a terminal. */
void progress_begin(bool wanted, uint64_t from);

/* So many of so many bytes came; UINT64_MAX: nobody knows the whole. */
void progress_show(uint64_t n, uint64_t of);

/* Takes the line away again. */
void progress_end(void);

#endif
