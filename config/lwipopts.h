/* SPDX-License-Identifier: MIT */
/*
 * lwIP's options for lwurl: sockets with static memory only.
 *
 * A board sets numbers of its own in a lwip_board.h on the include path, which
 * is read first, or with -D; all that is guarded by #ifndef here may be set.
 * The defaults suit one or two connections at MSS 1460 and take 18 KB of RAM,
 * 20 KB with IPv6, the tcpip thread's stack included. Sizes in this file are
 * for a 32-bit machine, with IPv6 in brackets where that differs.
 */
#ifndef LWURL_LWIPOPTS_H
#define LWURL_LWIPOPTS_H

#include <stdint.h>

#if defined(__has_include)
#if __has_include("lwip_board.h")
#include "lwip_board.h"
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What the program provides ---- */

/* 32 bits that an outsider cannot guess, from the first call on (ports, DNS
   and DHCP transaction numbers). Seeded before tcpip_init(). */
uint32_t lwip_board_rand(void);

/* The first sequence number of a connection (RFC 6528: a clock plus a keyed
   hash of the four). The addresses are ip_addr_t, in host byte order ports. */
uint32_t lwip_board_isn(const void *local_addr, uint16_t local_port,
                        const void *remote_addr, uint16_t remote_port);

/* lwIP found its own state broken. Does not return. */
void lwip_board_assert(const char *what) __attribute__((noreturn));

#define LWIP_RAND() lwip_board_rand()
#define LWIP_HOOK_TCP_ISN(local, local_port, remote, remote_port) \
    lwip_board_isn(local, local_port, remote, remote_port)

/* Assertions cost about 12 KB of flash: -DLWIP_NOASSERT leaves them out. */
#define LWIP_PLATFORM_ASSERT(what) lwip_board_assert(what)

/* newlib's ctype tables, for isdigit(). */
#define LWIP_NO_CTYPE_H 1

/* Diagnostics would pull in printf. */
#define LWIP_PLATFORM_DIAG(arguments) \
    do {                              \
    } while (0)

/* For tests against a DNS server on a port that needs no privilege: 1 makes
   it a variable of the program's. */
#ifndef LWIP_BOARD_DNS_PORT
#define LWIP_BOARD_DNS_PORT 0
#endif
#if LWIP_BOARD_DNS_PORT
extern uint16_t lwip_board_dns_port;
#define DNS_SERVER_PORT lwip_board_dns_port
#endif

/* ---- System ---- */

#define NO_SYS               0
#define SYS_LIGHTWEIGHT_PROT 1

/* 1: a socket call works in the caller's task under a lock. 0: it sends a
   message to the tcpip thread and waits. */
#ifndef LWIP_TCPIP_CORE_LOCKING
#define LWIP_TCPIP_CORE_LOCKING 1
#endif

/* 0: frames go to the tcpip thread by mailbox, from an interrupt, too. 1: a
   driver's task works on them itself, under the lock. */
#ifndef LWIP_TCPIP_CORE_LOCKING_INPUT
#define LWIP_TCPIP_CORE_LOCKING_INPUT 0
#endif

/* Bytes of stack of the tcpip thread. */
#ifndef TCPIP_THREAD_STACKSIZE
#define TCPIP_THREAD_STACKSIZE 1536
#endif
#ifndef TCPIP_THREAD_PRIO
#define TCPIP_THREAD_PRIO 1
#endif

/* Messages (pointers, 4 bytes each) that wait for the tcpip thread, for the
   reader of a connection, of a UDP socket, of a listening socket. A connection
   needs a place for each segment of its window. */
#ifndef TCPIP_MBOX_SIZE
#define TCPIP_MBOX_SIZE 8
#endif
#ifndef DEFAULT_TCP_RECVMBOX_SIZE
#define DEFAULT_TCP_RECVMBOX_SIZE 8
#endif
#ifndef DEFAULT_UDP_RECVMBOX_SIZE
#define DEFAULT_UDP_RECVMBOX_SIZE 2
#endif
#ifndef DEFAULT_RAW_RECVMBOX_SIZE
#define DEFAULT_RAW_RECVMBOX_SIZE 2
#endif
#ifndef DEFAULT_ACCEPTMBOX_SIZE
#define DEFAULT_ACCEPTMBOX_SIZE 2
#endif

/* Timers beyond lwIP's own, 16 bytes each. */
#ifndef LWIP_BOARD_TIMEOUTS
#define LWIP_BOARD_TIMEOUTS 1
#endif
#define MEMP_NUM_SYS_TIMEOUT \
    (LWIP_NUM_SYS_TIMEOUT_INTERNAL + LWIP_BOARD_TIMEOUTS)

/* Off: counters and their 200 to 400 bytes. Tests switch them on. */
#ifndef LWIP_STATS
#define LWIP_STATS 0
#endif

/* ---- Protocols ---- */

#define LWIP_IPV4     1
#define LWIP_ARP      1
#define LWIP_ETHERNET 1
#define LWIP_ICMP     1
#define LWIP_UDP      1
#define LWIP_TCP      1
#define LWIP_DNS      1
#define LWIP_RAW      0
#define LWIP_IGMP     0

#ifndef LWIP_DHCP
#define LWIP_DHCP 1
#endif

/* About 17 KB of flash and 1.7 KB of RAM. */
#ifndef LWIP_IPV6
#define LWIP_IPV6 1
#endif
#define LWIP_IPV6_FRAG  0
#define LWIP_IPV6_REASS 0

/* 1: asks by ARP for a few seconds whether the address is free before DHCP
   binds it (RFC 2131 4.4.1, a SHOULD). */
#ifndef LWIP_DHCP_DOES_ACD_CHECK
#define LWIP_DHCP_DOES_ACD_CHECK 0
#endif
#define LWIP_ACD LWIP_DHCP_DOES_ACD_CHECK

/* No packet of ours is larger than the link takes. */
#define IP_FRAG       0
#define IP_REASSEMBLY 0

#define LWIP_NETIF_HOSTNAME        1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_LINK_CALLBACK   1

/* 127.0.0.1 and ::1 inside lwIP. */
#ifndef LWIP_HAVE_LOOPIF
#define LWIP_HAVE_LOOPIF 0
#endif
#ifndef LWIP_NETIF_LOOPBACK
#define LWIP_NETIF_LOOPBACK LWIP_HAVE_LOOPIF
#endif

/* ---- Ethernet ---- */

/* Two bytes before a frame align the IP header to 4. */
#define ETH_PAD_SIZE 2

/* Neighbours with IPv4, 24 bytes each. */
#ifndef ARP_TABLE_SIZE
#define ARP_TABLE_SIZE 4
#endif

/* Packets that wait for an address: without them, the SYN of a second first
   connection is lost. One for each task that connects; 8 bytes each, and the
   packet. */
#define ARP_QUEUEING 1
#ifndef ARP_QUEUE_LEN
#define ARP_QUEUE_LEN 3
#endif
#ifndef MEMP_NUM_ARP_QUEUE
#define MEMP_NUM_ARP_QUEUE 6
#endif

/* ---- IPv6 ---- */

#if LWIP_IPV6

/* 24 bytes each, of one interface: link-local, and one of a router's prefix
   (unique local, global). */
#ifndef LWIP_IPV6_NUM_ADDRESSES
#define LWIP_IPV6_NUM_ADDRESSES 3
#endif
#define LWIP_IPV6_AUTOCONFIG 1

/* 44, 48, 28, 12 bytes each; multicast groups 32, one for each address. */
#ifndef LWIP_ND6_NUM_NEIGHBORS
#define LWIP_ND6_NUM_NEIGHBORS 4
#endif
#ifndef LWIP_ND6_NUM_DESTINATIONS
#define LWIP_ND6_NUM_DESTINATIONS 4
#endif
#ifndef LWIP_ND6_NUM_PREFIXES
#define LWIP_ND6_NUM_PREFIXES 2
#endif
#ifndef LWIP_ND6_NUM_ROUTERS
#define LWIP_ND6_NUM_ROUTERS 2
#endif
#ifndef MEMP_NUM_ND6_QUEUE
#define MEMP_NUM_ND6_QUEUE 4
#endif
#ifndef MEMP_NUM_MLD6_GROUP
#define MEMP_NUM_MLD6_GROUP 4
#endif

#endif

/* ---- Sockets ---- */

#define LWIP_NETCONN 1
#define LWIP_SOCKET  1

/* lwip_ names only: a PC's C library and newlib have the others. */
#define LWIP_COMPAT_SOCKETS         0
#define LWIP_POSIX_SOCKETS_IO_NAMES 0

/* struct timeval and fd_set are the C library's too. */
#define LWIP_TIMEVAL_PRIVATE 0
#include <sys/time.h>

/* errno and its numbers are those of the C library; include lwip/errno.h and
   compare with names, as newlib's numbers are not Linux'. */
#define LWIP_ERRNO_STDINCLUDE 1

/* What lwip_setsockopt() knows; lwurl does without. Flash and RAM of all four:
   200 bytes, and 48. */
#ifndef LWIP_SO_RCVTIMEO
#define LWIP_SO_RCVTIMEO 1
#endif
#ifndef LWIP_SO_SNDTIMEO
#define LWIP_SO_SNDTIMEO 1
#endif
#ifndef LWIP_SO_LINGER
#define LWIP_SO_LINGER 1
#endif
#ifndef LWIP_TCP_KEEPALIVE
#define LWIP_TCP_KEEPALIVE 1
#endif

/* Sockets, 164 bytes each with mailboxes of 8 on port/coop. */
#ifndef MEMP_NUM_NETCONN
#define MEMP_NUM_NETCONN 3
#endif

/* lwIP 2.2.1 begins at a random port and counts on; where that is 65535, the
   next one is 0, and the first connection after one start in 16,384 fails. Here
   the last one is never drawn. */
#define TCP_LOCAL_PORT_RANGE_START 0xc000
#define TCP_LOCAL_PORT_RANGE_END   0xffff
#define TCP_ENSURE_LOCAL_PORT_RANGE(port) \
    ((u16_t)(TCP_LOCAL_PORT_RANGE_START + \
             (port) %                     \
                 (TCP_LOCAL_PORT_RANGE_END - TCP_LOCAL_PORT_RANGE_START)))

/* Connections, 164 bytes each (204). One that we closed first stays for 20 s
   or more: two to spare, so that the next can open meanwhile. */
#ifndef MEMP_NUM_TCP_PCB
#define MEMP_NUM_TCP_PCB (MEMP_NUM_NETCONN + 2)
#endif
#ifndef MEMP_NUM_TCP_PCB_LISTEN
#define MEMP_NUM_TCP_PCB_LISTEN 1
#endif

/* DHCP's, one for each DNS request, one of the program's; 32 bytes each (80).
 */
#ifndef MEMP_NUM_UDP_PCB
#define MEMP_NUM_UDP_PCB (LWIP_DHCP + DNS_TABLE_SIZE + 1)
#endif

/* Received UDP datagrams of sockets, 16 bytes each (36). */
#ifndef MEMP_NUM_NETBUF
#define MEMP_NUM_NETBUF 2
#endif

/* Answers of lwip_getaddrinfo(), 180 bytes each; lwurl does without. */
#ifndef MEMP_NUM_NETDB
#define MEMP_NUM_NETDB 0
#endif

/* Calls to the tcpip thread and frames on their way to it, 16 bytes each. */
#ifndef MEMP_NUM_TCPIP_MSG_API
#define MEMP_NUM_TCPIP_MSG_API 4
#endif
#ifndef MEMP_NUM_TCPIP_MSG_INPKT
#define MEMP_NUM_TCPIP_MSG_INPKT PBUF_POOL_SIZE
#endif

/* ---- DNS ---- */

/* Names asked for or remembered; 28 bytes and the name each. Cloud hosts have
   names over 64 bytes. */
#ifndef DNS_MAX_NAME_LENGTH
#define DNS_MAX_NAME_LENGTH 128
#endif
#ifndef DNS_TABLE_SIZE
#define DNS_TABLE_SIZE 2
#endif
#ifndef DNS_MAX_SERVERS
#define DNS_MAX_SERVERS 2
#endif

/* ---- TCP ---- */

/* Payload of a segment in bytes: 1460 fills an Ethernet frame; 536 is what
   every IPv4 host takes and makes smaller buffers. */
#ifndef TCP_MSS
#define TCP_MSS 1460
#endif

/* Bytes that the peer may send ahead. What waits is in the pool below. */
#ifndef TCP_WND
#define TCP_WND (4 * TCP_MSS)
#endif

/* Bytes not yet acknowledged, of one connection, in MEM_SIZE below. */
#ifndef TCP_SND_BUF
#define TCP_SND_BUF (2 * TCP_MSS)
#endif

/* Segments of all connections, 16 bytes each. */
#ifndef MEMP_NUM_TCP_SEG
#define MEMP_NUM_TCP_SEG (2 * TCP_SND_QUEUELEN)
#endif

/* Segments that came after a gap are kept (in the pool): one lost frame then
   costs one. */
#ifndef TCP_QUEUE_OOSEQ
#define TCP_QUEUE_OOSEQ 1
#endif

/* Milliseconds until the first segment is sent again (RFC 6298), and how often
   a SYN is: lwIP does not wait longer each time, so a connection to a dead
   address is given up after RTO_TIME * (SYNMAXRTX + 1) or so. */
#ifndef LWIP_TCP_RTO_TIME
#define LWIP_TCP_RTO_TIME 1000
#endif
#ifndef TCP_SYNMAXRTX
#define TCP_SYNMAXRTX 10
#endif

/* ---- Memory ---- */

#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_ALIGNMENT   __SIZEOF_POINTER__

/* Bytes of lwIP's own heap, a static array: data being sent, DHCP's state and
   messages, DNS questions. One connection that sends all it may, and 1.5 KB. */
#ifndef MEM_SIZE
#define MEM_SIZE (TCP_SND_BUF + 1536)
#endif

/* Frames received and not yet read, TCP_MSS + 72 bytes each (92). A window
   and two, so that an ARP or DNS answer finds room. */
#ifndef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE 6
#endif

/* Headers of packets whose bytes are elsewhere, 16 bytes each. */
#ifndef MEMP_NUM_PBUF
#define MEMP_NUM_PBUF 4
#endif

#ifdef __cplusplus
}
#endif

#endif
