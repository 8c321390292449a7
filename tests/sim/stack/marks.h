/* SPDX-License-Identifier: MIT */
/*
 * How deep core's frames really go while seeds run. app.c is linked to the
 * marked_ twins of the calls that it makes, and to marked_port instead of
 * near_port. A twin remembers where its own frame begins; a function of the
 * port, how far below that it was called. Where a call made none, the painted
 * stack says how deep it went. The end of the program prints, as
 * tests/sim/test_stack.py reads it,
 *
 *     # stack marked_step send 432
 */
#ifndef TESTS_SIM_STACK_MARKS_H
#define TESTS_SIM_STACK_MARKS_H

#include "lwurl.h"
#include "lwurl_port.h"

extern const struct lwurl_port marked_port;

int marked_open(struct lwurl *u, const struct lwurl_opener *opener,
                const struct lwurl_request *request, void *work, size_t n);
int marked_read(struct lwurl *u, void *dst, size_t n);
int marked_begin(struct lwurl *u, const struct lwurl_opener *opener,
                 const struct lwurl_request *request, void *work, size_t n);
int marked_step(struct lwurl *u);
int marked_take(struct lwurl *u, void *dst, size_t n);
void marked_close(struct lwurl *u);
void marked_end(struct lwurl *u);

#endif
