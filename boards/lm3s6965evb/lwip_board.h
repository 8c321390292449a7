/* SPDX-License-Identifier: MIT */
/*
 * lwIP's numbers on 64 KB of RAM, where a TLS connection takes 19.8 to 22.9 KB
 * and a task of 5.6 KB. -DTCP_MSS=536 makes everything that depends on it
 * smaller; -DLWIP_IPV6=1 brings IPv6.
 */
#ifndef LWIP_BOARD_H
#define LWIP_BOARD_H

#include <sys/time.h> /* newlib: struct timeval of SO_RCVTIMEO and select() */

#ifndef LWIP_IPV6
#define LWIP_IPV6 0
#endif

/* Assertions cost about 9 KB of flash: -DBOARD_ASSERTS brings them. */
#if !defined(BOARD_ASSERTS) && !defined(LWIP_NOASSERT)
#define LWIP_NOASSERT 1
#endif

/* The driver's frames take no message each. */
#define MEMP_NUM_TCPIP_MSG_INPKT 1

#endif
