/* SPDX-License-Identifier: MIT */
/* The near side's lwIP: as on a device, but counted. */
#ifndef TESTS_SIM_LWIP_BOARD_H
#define TESTS_SIM_LWIP_BOARD_H

#define LWIP_STATS             1
#define LWIP_DHCP              0
#define TCPIP_THREAD_STACKSIZE 65536

#endif
