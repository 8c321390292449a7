/* SPDX-License-Identifier: MIT */
/* What the sources of schemes other than http have in common. */
#ifndef LWURL_SCHEME_SOURCE_H
#define LWURL_SCHEME_SOURCE_H

#include "http/engine.h"
#include "text/str.h"

/* Moves the window of unread bytes to the front of the work buffer and receives
   behind it, as conn_recv(). There is room: in_n < work_max. */
int source_fill(struct lwurl *u);

/* Delivers a field: 1 for the turn FIELD, 0 to go on, < 0 for an error. The
   value must live until the next step. */
int source_field(struct lwurl *u, const char *name, struct lwurl_str value);

/* The turns behind the last field: RESPONSE once, BODY while in_left is not 0,
   then DONE. */
int source_turn(struct lwurl *u);

/* A member `close` for sources that hold nothing. */
void source_close(struct lwurl *u, bool keep);

/* The body is shorter than promised. */
int source_incomplete(struct lwurl *u);

#endif
