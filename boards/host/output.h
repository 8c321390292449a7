/* SPDX-License-Identifier: MIT */
/* Where a body goes: standard output, or the file of -o. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/* For one URL; path NULL or "-": standard output. Nothing is opened yet. */
void output_begin(const char *path);

/* What comes is added to what the file has. Before the first byte. */
void output_append(void);

/* Writes; the file comes into being with the first byte. False: it cannot be
   written, which was said on stderr. */
bool output_write(const void *p, size_t n);

/* Closes. A file that nothing was written to comes into being now, where
   `whole` says that its content is nothing. False: as above. */
bool output_end(bool whole);

#endif
