/* SPDX-License-Identifier: MIT */
/* The URL of a fetch: what was given, completed as curl does. */
#ifndef TARGET_H
#define TARGET_H

#include "lwurl_types.h"

#include "options.h"

/* The URL for one that was given, with "http://" where it has no scheme, the
   data of -G in its query, the name of -T's file where it ends in a slash. It
   stays until the next call. A URL that would be too long is left as it is. */
const char *target_url(const struct options *o, const char *given,
                       struct lwurl_str query);

#endif
