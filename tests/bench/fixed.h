/* SPDX-License-Identifier: MIT */
/* Entropy and a clock that say the same each time: so do the instructions. */
#ifndef FIXED_H
#define FIXED_H

#include <string.h>

#include "lwurl_tls.h"

#define FIXED_UNIX_S 1767225600 /* the certificates of the tests are valid */

static int fixed_entropy(void *ctx, void *p, size_t n)
{
    (void)ctx;
    memset(p, 42, n);
    return 0;
}

static int fixed_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = FIXED_UNIX_S;
    return 0;
}

static const struct lwurl_entropy entropy = {NULL, fixed_entropy};
static const struct lwurl_clock wall = {NULL, fixed_clock};

#endif
