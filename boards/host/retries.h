/* SPDX-License-Identifier: MIT */
/* --retry and its like, as curl has them: which failures are worth another
   try, and when. What a device should do is core's lwurl_retry.h. */
#ifndef RETRIES_H
#define RETRIES_H

#include <stdbool.h>

#include "lwurl_retry.h"

#include "options.h"
#include "report.h"

/* The line of the opener that reads Retry-After. */
extern struct lwurl_retry host_retry;

/* The transfer of a URL begins. */
void retries_begin(const struct options *o);

/* It ended so: waits, and returns true where it is to be tried again. */
bool retries_again(const struct options *o, const struct report *r);

#endif
