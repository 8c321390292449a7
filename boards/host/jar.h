/* SPDX-License-Identifier: MIT */
/* Cookies: what -b FILE brings along and -c FILE takes away. */
#ifndef JAR_H
#define JAR_H

#include "lwurl_cookies.h"

#include "options.h"

extern struct lwurl_jar host_jar;

/* Is it wanted at all? As with curl, not unless a file is named. */
bool jar_wanted(const struct options *o);

/* Reads the files of -b. 0, or an exit status: said what is wrong on stderr.
   A file that is not there has no cookies. */
int jar_read(const struct options *o);

/* Writes the file of -c. 0, or an exit status as above. */
int jar_write(const struct options *o);

#endif
