/* SPDX-License-Identifier: MIT */
/* Writes Ethernet frames to a file that Wireshark and tcpdump read. */
#ifndef PCAP_H
#define PCAP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Writes the file's head. */
void pcap_begin(FILE *to);

/* Adds a frame, as of now. */
void pcap_frame(FILE *to, const uint8_t *frame, size_t n);

#endif
