/* SPDX-License-Identifier: MIT */
/* A client for TLS tests: the filter under test with a good set-up, which each
   test spoils in its own way. */
#ifndef TLS_CLIENT_H
#define TLS_CLIENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lwurl_anchors.h"
#include "tls_peer.h"

#define TODAY 1767225600 /* 2026-01-01 */

extern const struct lwurl_filter_ops *const ops;

/* What the port says, and what it was asked. */
extern int64_t clock_now;
extern int clock_result, entropy_result;
extern size_t entropy_asked;
extern const struct lwurl_clock test_clock;
extern const struct lwurl_entropy test_entropy;

extern struct lwurl_tls tls; /* const in a program */
extern struct lwurl_filter_start how;
extern unsigned events;   /* times that it became ready */
extern unsigned warnings; /* times that a certificate was about to expire */

extern struct lwurl_tls_slot slot;
extern unsigned char record[LWURL_TLS_RECORD_ANY];
extern uint64_t lent[(LWURL_TLS_LENT + 7) / 8];
extern br_x509_trust_anchor anchor_list[8];
extern unsigned char anchor_room[4096];
extern struct lwurl_anchors anchors;
extern struct identity id; /* of the server */
extern struct peer peer;
extern struct lwurl owner, other;

/* Everything as it should be: an EC chain, a full record, the right name. */
int tls_set_up(void **state);
int tls_tear_down(void **state);

#define TLS_TEST(f) \
    cmocka_unit_test_setup_teardown(f, tls_set_up, tls_tear_down)

/* Takes NAME.pem of the test PKI as anchors; .anchors_n is the test's. */
void trust_roots(const char *name);
void set_host(const char *host);

int start(void);
unsigned bits(void);

/* The error of a filter that is over. */
int error_of(int32_t *detail);

/* Starts and runs until nothing moves; the handshake may have failed. */
void connect_peer(size_t piece);

/* The same, and it has not. */
void connect_good(size_t piece);

void client_write(const void *data, size_t n);
size_t client_read(void *data, size_t max);

/* A request, a response of n bytes, and the server's orderly close. */
void exchange(size_t n);

#endif
