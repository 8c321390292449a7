/* SPDX-License-Identifier: MIT */
/*
 * The names that need no name server: localhost, which for lwIP is another
 * address than for the PC, and those of --resolve.
 */
#ifndef HOSTS_H
#define HOSTS_H

#include "lwurl_types.h"

#include "options.h"

struct lwurl_lwip;

/* Reads --resolve. 0, or -1: said what is wrong on stderr. */
int hosts_init(const struct options *o);

/* Points *lw to the names as they are for a fetch of this URL. */
void hosts_for(struct lwurl_lwip *lw, struct lwurl_str host, unsigned port);

/* The PC's loopback as lwIP knows it, for the text of an address; any other
   stays as it is. */
const char *hosts_to_lwip(const char *address);
const char *hosts_to_pc(const char *address);

#endif
