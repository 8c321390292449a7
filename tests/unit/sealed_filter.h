/* SPDX-License-Identifier: MIT */
/*
 * A filter whose wire looks like TLS from outside: a handshake in records, then
 * content in records that are SEAL bytes longer. Nothing in it is secret.
 */
#ifndef SEALED_FILTER_H
#define SEALED_FILTER_H

#include "lwurl_handler.h"

#define SEALED_MAX 600 /* most bytes of a record */

struct sealed_slot {
    struct lwurl *owner;
    unsigned char out[SEALED_MAX], in[SEALED_MAX];
    size_t out_n, staged; /* wire bytes that wait; content behind them */
    size_t in_n, app_at;  /* of the record that comes in; content taken of it */
    unsigned records;     /* that came in */
    bool ended, closing;
};

/* "https" over it; its state is a struct sealed_slot. */
extern const struct lwurl_handler_ops sealed_ops;

/* Writes the server's handshake, or content in records of `piece` bytes, behind
   to[at]; returns the new end. */
size_t sealed_hello(unsigned char *to, size_t at, size_t seal);
size_t sealed_records(unsigned char *to, size_t at, const char *p, size_t n,
                      size_t piece);

/* What a handshake is, on either way; and what a record has beside content. */
#define SEALED_SEAL    24u
#define SEALED_HELLO_N (5u + 30u + 5u + 1u + 5u + 16u + SEALED_SEAL)
#define SEALED_EXTRA   (5u + SEALED_SEAL)

#endif
