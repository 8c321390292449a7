/* SPDX-License-Identifier: MIT */
/* The far side's lwIP: raw API without a system, with room to spare. The near
   one keeps the options that a device has. */
#ifndef TESTS_SIM_FAR_LWIPOPTS_H
#define TESTS_SIM_FAR_LWIPOPTS_H

#include <stdint.h>

uint32_t sim_far_rand(void);
void sim_assert(const char *what) __attribute__((noreturn));

#define LWIP_RAND()                sim_far_rand()
#define LWIP_PLATFORM_ASSERT(what) sim_assert(what)
#define LWIP_PLATFORM_DIAG(arguments) \
    do {                              \
    } while (0)

#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0
#define LWIP_STATS           1
#define LWIP_ARP             0
#define LWIP_ETHERNET        0
#define LWIP_RAW             0
#define LWIP_IPV6            1
#define LWIP_IPV6_MLD        0
#define LWIP_IPV6_FRAG       0
#define LWIP_IPV6_REASS      0
#define IP_FRAG              0
#define IP_REASSEMBLY        0
#define LWIP_TIMEVAL_PRIVATE 0

#define MEM_ALIGNMENT   __SIZEOF_POINTER__
#define MEM_LIBC_MALLOC 0
#define MEMP_MEM_MALLOC 0
#define MEM_SIZE        262144

#define TCP_MSS                 1460
#define TCP_WND                 (8 * TCP_MSS)
#define TCP_SND_BUF             (8 * TCP_MSS)
#define TCP_SND_QUEUELEN        128
#define MEMP_NUM_TCP_SEG        1024
#define MEMP_NUM_TCP_PCB        32
#define MEMP_NUM_TCP_PCB_LISTEN 6
#define PBUF_POOL_SIZE          64
#define MEMP_NUM_PBUF           64

#endif
