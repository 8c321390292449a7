/* SPDX-License-Identifier: MIT */
/* The far side: name server and web server of the plan, on an lwIP of their
   own. Of that lwIP, nothing but these names is seen outside. */
#ifndef TESTS_SIM_PEER_H
#define TESTS_SIM_PEER_H

#include <stddef.h>
#include <stdint.h>

/* Before world_keep(). */
void peer_prepare(void);

void peer_start(void);
void peer_input(const uint8_t *packet, size_t n);

/* Resets every connection, and those that come. */
void peer_stop(void);

/* Connections, segments and packets that the far lwIP still holds. */
unsigned peer_left_over(void);

/* Bytes of a request body that came, the most of all tries. */
uint32_t peer_posted(unsigned fetch);

#endif
