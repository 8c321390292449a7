/* SPDX-License-Identifier: MIT */
/* lwIP for the tests of port/lwip: both ends of a connection in one stack. */
#ifndef PORT_TEST_LWIP_BOARD_H
#define PORT_TEST_LWIP_BOARD_H

#define LWIP_HAVE_LOOPIF          1
#define LWIP_BOARD_DNS_PORT       1
#define LWIP_STATS                1
#define LWIP_SO_RCVBUF            0
#define MEMP_NUM_NETCONN          24
#define MEMP_NUM_TCP_PCB          12
#define MEMP_NUM_TCP_PCB_LISTEN   8
#define MEMP_NUM_SELECT_CB        8
#define MEMP_NUM_TCP_SEG          128
#define MEMP_NUM_NETBUF           8
#define MEM_SIZE                  65536
#define PBUF_POOL_SIZE            32
#define DEFAULT_ACCEPTMBOX_SIZE   4
#define DEFAULT_UDP_RECVMBOX_SIZE 4
#define TCPIP_MBOX_SIZE           32
#define DEFAULT_TCP_RECVMBOX_SIZE 64
#define TCPIP_THREAD_STACKSIZE    65536

#endif
