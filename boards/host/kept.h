/* SPDX-License-Identifier: MIT */
/* --cache: responses kept in a file, which stands for a device's flash. */
#ifndef KEPT_H
#define KEPT_H

#include "lwurl_cache.h"

#include "options.h"

extern struct lwurl_cache host_cache;

/* Opens the file of --cache, or makes it. 0, or an exit status: said why. */
int kept_init(const struct options *o);

/* For -v: where the body came from, and whether it is kept. */
const char *kept_from(void);
const char *kept_now(void);

#endif
