/* SPDX-License-Identifier: MIT */
/* lwIP for the programs of this folder. */
#ifndef TESTS_COOP_LWIP_BOARD_H
#define TESTS_COOP_LWIP_BOARD_H

#include "slirp/lwip_pc.h"

#define LWIP_STATS 1
#define LWIP_HAVE_LOOPIF 1
#define LWIP_BOARD_DNS_PORT 1

#endif
