/* SPDX-License-Identifier: MIT */
/* What the web server of the plan answers. */
#ifndef TESTS_SIM_ANSWER_H
#define TESTS_SIM_ANSWER_H

#include "conn.h"

/* Writes the answer to c->resource onto the wire of c, as yet unsent. */
void answer_write(struct conn *c, bool with_password);

/* Whether the connection ends after it. */
bool answer_closes(const struct conn *c);

#endif
