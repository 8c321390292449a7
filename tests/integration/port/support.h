/* SPDX-License-Identifier: MIT */
/* What the tests of port/lwip share. lwip/sockets.h is for the far side only:
   the near side is tested through struct lwurl_port. */
#ifndef PORT_TEST_SUPPORT_H
#define PORT_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lwip/lwurl_lwip.h"

#define PATTERN_N (1024u * 1024u)

extern struct lwurl_lwip net;
extern const struct lwurl_port port;

/* Starts lwIP and the port, in the running task. */
void start_lwip(void);

/* Byte number `at` of what is sent in both directions, and a hash over bytes
   (FNV-1a, 64 bits; start with HASH_START). */
#define HASH_START 14695981039346656037u
uint8_t pattern(size_t at);
uint64_t hash(uint64_t so_far, const void *p, size_t n);
uint64_t hash_of_pattern(size_t n);

struct lwurl_addr ip4(uint8_t a, uint8_t b, uint8_t c, uint8_t d,
                      uint16_t tcp_port);

/* Waits for the end of a connect: 1, or its error; 0 when max_ms is over. */
int finish_connect(int fd, uint32_t max_ms);

/* connect and finish_connect; the test fails where they fail. */
int connected_to(const struct lwurl_addr *to);

/* recv, waiting up to 10 s; 0 when they are over. */
int receive(int fd, void *p, size_t n);

/* Sends all of p[0..n). */
void send_all(int fd, const void *p, size_t n);

/* Asks for a name until there is an answer, 60 s at most (0). */
int resolve(const char *name, unsigned attempt, struct lwurl_addr *out);

/* TCP PCBs in use, those of listening sockets not counted. */
unsigned pcbs_in_use(void);

#endif
