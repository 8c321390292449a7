/* SPDX-License-Identifier: MIT */
/* "Only if it changed": -z, --etag-compare, --etag-save. */
#ifndef CONDITIONS_H
#define CONDITIONS_H

#include <stdbool.h>

#include "lwurl_conditional.h"

#include "options.h"

/* The line of the opener, where conditions_wanted(). */
extern struct lwurl_conditional host_conditional;
bool conditions_wanted(const struct options *o);

/* Reads the files that the options name. 0, or an exit status: said why. */
int conditions_init(const struct options *o);

/* The time of -z with '-' before it, for If-Unmodified-Since; or NULL. */
const char *conditions_unmodified_since(void);

/* Is this response no news, though the server sent it? By Last-Modified, for
   servers that know no condition. */
bool conditions_unmet(void);

/* Writes what --etag-save asks for: 0, or an exit status. */
int conditions_save(const struct options *o);

#endif
