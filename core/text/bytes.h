/* SPDX-License-Identifier: MIT */
/* Numbers and bytes in records that outlive a program; big-endian. */
#ifndef LWURL_TEXT_BYTES_H
#define LWURL_TEXT_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* Writes n <= 8 bytes of a number; returns where the next one goes. */
unsigned char *put_number(unsigned char *p, uint64_t value, unsigned n);
unsigned char *put_bytes(unsigned char *p, const void *bytes, size_t n);

/* Reads what these wrote, and moves *p behind it. */
uint64_t take_number(const unsigned char **p, unsigned n);
void take_bytes(const unsigned char **p, void *bytes, size_t n);

/* CRC-32 (IEEE 802.3) of bytes behind those that gave `crc`; 0 at the start. */
uint32_t crc_add(uint32_t crc, const void *p, size_t n);

#endif
