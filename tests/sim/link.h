/* SPDX-License-Identifier: MIT */
/* The wire: IP packets in both directions, late, out of order, lost, twice or
   with a wrong byte, as the plan says. All that passes goes into the trace. */
#ifndef TESTS_SIM_LINK_H
#define TESTS_SIM_LINK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum link_way { LINK_OUT, LINK_IN };

#define LINK_MTU 1500u

/* Before world_keep(). */
void link_prepare(void);

/* pcap may be NULL. */
void link_start(FILE *pcap);
void link_send(enum link_way way, const uint8_t *packet, size_t n);

/* The trace: a hash over what happened and when, the same on every machine. */
extern uint64_t trace;
void trace_word(uint64_t word);

/* Where packets arrive; the other end is peer_input(). */
void near_input(const uint8_t *packet, size_t n);

#endif
