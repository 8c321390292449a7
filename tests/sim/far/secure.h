/* SPDX-License-Identifier: MIT */
/* The far side's TLS: BearSSL's server, one for each connection. Bytes of the
   wire go in and out here; what is sent on the wire is the caller's affair. */
#ifndef TESTS_SIM_SECURE_H
#define TESTS_SIM_SECURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECURE_MAX 32

/* Before world_keep(); and at the beginning of a seed. */
void secure_prepare(void);
void secure_start(void);

/* Connection i begins; its entropy is that of the seed. */
void secure_accept(int i);

/* Takes bytes of the wire; how many, 0 when it is closed or broken. */
size_t secure_wire_in(int i, const uint8_t *p, size_t n);

/* Takes what the client says; how many bytes. */
size_t secure_read(int i, uint8_t *p, size_t max);

/* Says something to the client, in a record of its own; how many bytes. */
size_t secure_write(int i, const char *p, size_t n);

/* Bytes for the wire, in place; then, how many are gone. */
const uint8_t *secure_wire_out(int i, size_t *n);
void secure_wire_gone(int i, size_t n);

/* Says close_notify; it is on its way when nothing is left for the wire. */
void secure_close(int i);

#endif
