/* SPDX-License-Identifier: MIT */
/* The network of the examples: a board's, or a PC's. */
#ifndef NETWORK_H
#define NETWORK_H

#include "lwurl_port.h"

/* lwurl's port, after network_up(). */
extern const struct lwurl_port net_port;

/* Waits for an address, some seconds at the most; without one, it is lwurl that
   says so. url: what will be fetched. LWURL_OK, or LWURL_ERR_STACK. */
int network_up(const char *url);

#endif
