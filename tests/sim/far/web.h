/* SPDX-License-Identifier: MIT */
/* The web server: connections, and how they misbehave. */
#ifndef TESTS_SIM_WEB_H
#define TESTS_SIM_WEB_H

#include "lwip/ip_addr.h"

/* Before world_keep(). */
void web_prepare(void);

/* Listens at `at`, ports 80 and 443. */
void web_listen(const ip_addr_t *at);

/* Resets every connection, and those that come. */
void web_stop(void);

#endif
