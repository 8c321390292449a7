/* SPDX-License-Identifier: MIT */
/* --connect-to: other ways to some origins, redirects included. */
#ifndef CONNECT_TO_H
#define CONNECT_TO_H

#include "lwurl_handler.h"

#include "options.h"

/* A line of the opener, before that of proxies. */
extern const struct lwurl_handler_ops connect_to_ops;

/* Reads them. 0, or an exit status: said what is wrong on stderr. */
int connect_to_init(const struct options *o);

#endif
