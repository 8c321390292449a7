/* SPDX-License-Identifier: MIT */
/*
 * lwIP's numbers where RAM is no concern: 4 MB. What limits them is the chip's
 * receive FIFO of 10,560 bytes. -DTCP_MSS=536 makes everything that depends on
 * it smaller; -DLWIP_IPV6=1 brings IPv6.
 */
#ifndef LWIP_BOARD_H
#define LWIP_BOARD_H

#include <sys/time.h> /* newlib: struct timeval of SO_RCVTIMEO and select() */

#ifndef LWIP_IPV6
#define LWIP_IPV6 0
#endif

/* -DBOARD_ASSERTS=1 brings assertions. */
#if !defined(BOARD_ASSERTS) && !defined(LWIP_NOASSERT)
#define LWIP_NOASSERT 1
#endif

#ifndef TCP_MSS
#define TCP_MSS 1460
#endif

/* As many segments as the FIFO holds: a server may send them at once. With two
   connections at the same time, half as many lose none. */
#ifndef TCP_WND
#define TCP_WND (6 * TCP_MSS)
#endif

/* Each a whole frame of 1,514 bytes and two in front. The window and two; what
   comes while these are in use can wait in the FIFO. */
#ifndef PBUF_POOL_BUFSIZE
#define PBUF_POOL_BUFSIZE 1516
#endif
#ifndef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE 8
#endif

#ifndef TCP_SND_BUF
#define TCP_SND_BUF (4 * TCP_MSS)
#endif

/* Requests leave in one piece: nothing is reserved for bytes to come. */
#ifndef TCP_OVERSIZE
#define TCP_OVERSIZE 0
#endif

/* As measured on lm3s6965evb: 488 bytes, and 864 in the deepest chain. */
#ifndef TCPIP_THREAD_STACKSIZE
#define TCPIP_THREAD_STACKSIZE 1024
#endif

/* The driver's frames take no message each, nor a place in the mailbox. */
#define MEMP_NUM_TCPIP_MSG_INPKT 1

#endif
