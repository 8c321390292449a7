/* SPDX-License-Identifier: MIT */
/*
 * Numbers for lwIP on a PC, where memory is no matter: include it in a board's
 * lwip_board.h. A window of 1 MB, dozens of sockets; about 5 MB.
 */
#ifndef SLIRP_LWIP_PC_H
#define SLIRP_LWIP_PC_H

#define TCPIP_THREAD_STACKSIZE    65536
#define TCPIP_MBOX_SIZE           250
#define DEFAULT_TCP_RECVMBOX_SIZE 250
#define DEFAULT_UDP_RECVMBOX_SIZE 16
#define DEFAULT_ACCEPTMBOX_SIZE   16

#define MEMP_NUM_NETCONN         64
#define MEMP_NUM_TCP_PCB         256
#define MEMP_NUM_TCP_PCB_LISTEN  8
#define MEMP_NUM_NETBUF          64
#define MEMP_NUM_NETDB           4
#define MEMP_NUM_TCPIP_MSG_API   64
#define MEMP_NUM_TCPIP_MSG_INPKT 256

#define ARP_TABLE_SIZE     10
#define ARP_QUEUE_LEN      64
#define MEMP_NUM_ARP_QUEUE 128

#define DNS_TABLE_SIZE 16

#define TCP_MSS          1460
#define LWIP_WND_SCALE   1
#define TCP_RCV_SCALE    4
#define TCP_WND          (240 * TCP_MSS)
#define TCP_SND_BUF      (240 * TCP_MSS)
#define TCP_SNDLOWAT     (8 * TCP_MSS)
#define MEMP_NUM_TCP_SEG 4096

#define PBUF_POOL_SIZE 1024
#define MEMP_NUM_PBUF  1024
#define MEM_SIZE       (4 * 1024 * 1024)

#endif
