/* SPDX-License-Identifier: MIT */
/* A real exchange as a test: what a captured server sent, in its segments, in
   place of what the plan's would. The link and the program stay the seed's. */
#ifndef TESTS_SIM_REPLAY_H
#define TESTS_SIM_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

/* Reads a capture (pcap, one connection, IPv4 in Ethernet or without), and the
   body that a client makes of it. Ends the program where it cannot. Before
   world_keep(). */
void replay_load(const char *pcap, const char *expected);

bool replay_is_on(void);

/* Makes each fetch of the plan one of the captured resource. */
void replay_plan(void);

/* Bytes that the server sent, up to 65,536. */
const uint8_t *replay_bytes(uint32_t *n);

/* Bytes of the segment that begins at `at`, or of what is left of it. */
uint32_t replay_segment(uint32_t at);

uint8_t replay_body_byte(uint32_t i);

#endif
