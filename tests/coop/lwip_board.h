/* SPDX-License-Identifier: MIT */
/* lwIP for the programs of this folder: a PC's numbers, or the defaults. */
#ifndef TESTS_COOP_LWIP_BOARD_H
#define TESTS_COOP_LWIP_BOARD_H

#ifdef TESTS_COOP_SMALL
#define TCPIP_THREAD_STACKSIZE 65536
#define MEMP_NUM_NETDB         1
#else
#include "slirp/lwip_pc.h"
#endif

#define LWIP_STATS          1
#define LWIP_HAVE_LOOPIF    1
#define LWIP_BOARD_DNS_PORT 1

#endif
