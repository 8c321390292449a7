/* SPDX-License-Identifier: MIT */
/* The parser of response heads and trailers (RFC 9112 4 and 5). */
#ifndef LWURL_HEAD_IN_H
#define LWURL_HEAD_IN_H

#include "http/engine.h"

/* struct lwurl.head; the table is in head_in.c */
enum { HEAD_STATUS_LINE, HEAD_NAME, HEAD_VALUE, HEAD_SHOWN };

/* Reads the window up to the next event: enum head_event or an error. */
int head_step(struct lwurl *u);

#endif
