/* SPDX-License-Identifier: MIT */
/* Validators, for handlers that hold some: struct lwurl_conditional is a state
   of theirs, and these are its members of lwurl_handler_ops. */
#ifndef LWURL_HANDLERS_CONDITIONAL_H
#define LWURL_HANDLERS_CONDITIONAL_H

#include "lwurl_conditional.h"
#include "lwurl_handler.h"

void conditional_begin(struct lwurl *u, void *state);
void conditional_request(struct lwurl *u, void *state, struct lwurl_out *out);
int conditional_field(struct lwurl *u, void *state,
                      const struct lwurl_field *f);
int conditional_response(struct lwurl *u, void *state);

/* The hash of the current URL. */
uint64_t conditional_url(const struct lwurl *u);

#endif
