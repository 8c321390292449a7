/* SPDX-License-Identifier: MIT */
/* lwIP's numbers for the host program. */
#ifndef LWIP_BOARD_H
#define LWIP_BOARD_H

#include "slirp/lwip_pc.h"

#define LWIP_BOARD_DNS_PORT 1 /* for --dns-servers ADDRESS:PORT */

#endif
