/* SPDX-License-Identifier: MIT */
/* Small files that keep something from one run to the next. */
#ifndef REPLACE_H
#define REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Gives a file n bytes in place of what it had: they are written beside, as
   PATH.part, which takes the name when it is whole. So a full disk or a power
   cut leaves the file as it was. What is no plain file (a device, a pipe, a
   link), or has a folder that takes no new file, is written where it is.
   A file that is made gets `mode`, as far as umask() lets it; one that is
   there keeps its own, or loses the bits that `mode` does not have.
   False: errno says why. */
bool replace_file(const char *path, const void *p, size_t n, mode_t mode);

#endif
