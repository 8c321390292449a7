/* SPDX-License-Identifier: MIT */
/* The groups of test_port_virtual; each returns the number of failures. Order:
   the first one brings up the interface that the others use. */
#ifndef PORT_TEST_VIRTUAL_H
#define PORT_TEST_VIRTUAL_H

#include <stdint.h>

#include "lwip/tcpip.h"
#include "lwurl_port.h"

int run_netif_tests(void);
int run_connect_tests(void);
int run_data_tests(void);
int run_wait_tests(void);
int run_name_tests(void);
int run_shortage_tests(void);

/* Runs `change` in lwIP's thread. */
void in_lwip(tcpip_callback_fn change, void *arg);

/* A server of peers.h; and an address where nobody answers, ever. */
struct lwurl_addr peer(uint16_t tcp_port);
struct lwurl_addr nobody(void);

#endif
