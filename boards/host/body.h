/* SPDX-License-Identifier: MIT */
/* The request body in one piece: what -d and its kin say, or the file of -T. */
#ifndef BODY_H
#define BODY_H

#include "lwurl_types.h"

#include "options.h"

/* Reads it, files and standard input included. 0, or an exit status: said what
   is wrong on stderr. *out is {NULL, 0} where there is none. */
int body_read(const struct given_list *data, struct lwurl_str *out);

/* The same for one file. */
int body_read_file(const char *path, struct lwurl_str *out);

#endif
