/* SPDX-License-Identifier: MIT */
/* Proxies: those of -x, else those of the environment. */
#ifndef PROXIES_H
#define PROXIES_H

#include "lwurl_proxy.h"

#include "options.h"

extern struct lwurl_proxies host_proxies;

/* Reads options and environment. 0, or an exit status: said what is wrong on
   stderr. */
int proxies_init(const struct options *o);

#endif
