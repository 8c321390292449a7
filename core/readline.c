/* SPDX-License-Identifier: MIT */
/* Reading a body line by line, waiting for it. */
#include <limits.h>

#include "lwurl.h"

/* Byte by byte: sources take few bytes at a time through the work buffer, and
   nothing behind the line may be taken. */
int lwurl_readline(struct lwurl *u, void *dst, size_t n)
{
    char *to = dst;
    size_t have = 0;
    int r = 1;

    if (n > INT_MAX)
        n = INT_MAX;
    while (r > 0 && have < n && (have == 0 || to[have - 1] != '\n')) {
        r = lwurl_read(u, to + have, 1);
        have += r > 0;
    }
    return r < 0 ? r : (int)have;
}
