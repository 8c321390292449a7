/* SPDX-License-Identifier: MIT */
/* Requests as they come, and whether they should have come. */
#ifndef TESTS_SIM_REQUEST_H
#define TESTS_SIM_REQUEST_H

#include "conn.h"

/* Takes bytes of a request; once it is whole, c->answering. */
void request_take(struct conn *c, const uint8_t *p, size_t n);

#endif
