/* SPDX-License-Identifier: MIT */
/*
 * lwIP's numbers on 64 KB of RAM, where a TLS connection takes 19.8 to 22.9 KB
 * and the task that runs it 5 KB. -DTCP_MSS=536 makes everything that depends
 * on it smaller; -DLWIP_IPV6=1 brings IPv6.
 */
#ifndef LWIP_BOARD_H
#define LWIP_BOARD_H

#include <sys/time.h> /* newlib: struct timeval of SO_RCVTIMEO and select() */

#ifndef LWIP_IPV6
#define LWIP_IPV6 0
#endif

/* Assertions cost about 9 KB of flash: -DBOARD_ASSERTS=1 brings them. */
#if !defined(BOARD_ASSERTS) && !defined(LWIP_NOASSERT)
#define LWIP_NOASSERT 1
#endif

#ifndef TCP_MSS
#define TCP_MSS 1460
#endif

/* Three segments: a server that is far away waits sooner, but these are what
   the pool is made for. */
#ifndef TCP_WND
#define TCP_WND (3 * TCP_MSS)
#endif

/* Pieces of 304 bytes, in which five hold a frame of 1514 and two one of 590.
   While a task computes for half a second, broadcasts come in: in buffers of
   a full frame each, four of them would leave no room for TCP. */
#ifndef PBUF_POOL_BUFSIZE
#define PBUF_POOL_BUFSIZE 304
#endif
#ifndef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE (TCP_MSS > 1000 ? 3 * 5 + 5 : 3 * 2 + 3)
#endif

/* A segment of ours on its way, two small ones, DHCP's state, a few
   acknowledgements: requests are short. For uploads, a MSS more. */
#ifndef MEM_SIZE
#define MEM_SIZE (TCP_MSS + 768)
#endif

/* The fetch's connection, and one for the rest of the program. */
#ifndef MEMP_NUM_NETCONN
#define MEMP_NUM_NETCONN 2
#endif
#ifndef MEMP_NUM_TCP_PCB_LISTEN
#define MEMP_NUM_TCP_PCB_LISTEN 0
#endif

/* Those of a window that may be sent, and a few that came after a gap. */
#ifndef MEMP_NUM_TCP_SEG
#define MEMP_NUM_TCP_SEG (TCP_SND_QUEUELEN + 4)
#endif

/* Requests leave in one piece: nothing is reserved for bytes to come. 336
   bytes of flash. */
#ifndef TCP_OVERSIZE
#define TCP_OVERSIZE 0
#endif

/* Limits of blocking sockets are not lwurl's; SO_RCVTIMEO stays, for others. */
#ifndef LWIP_SO_SNDTIMEO
#define LWIP_SO_SNDTIMEO 0
#endif
#ifndef LWIP_SO_LINGER
#define LWIP_SO_LINGER 0
#endif
#ifndef LWIP_TCP_KEEPALIVE
#define LWIP_TCP_KEEPALIVE 0
#endif

/* Measured: 488 bytes. The deepest chain of calls is 864. */
#ifndef TCPIP_THREAD_STACKSIZE
#define TCPIP_THREAD_STACKSIZE 1024
#endif

/* The driver's frames take no message each, nor a place in the mailbox. */
#define TCPIP_MBOX_SIZE          8
#define MEMP_NUM_TCPIP_MSG_INPKT 1

#endif
