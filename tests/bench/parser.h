/* SPDX-License-Identifier: MIT */
/* What the parsers that are counted share: one response, and where its body
   goes. */
#ifndef PARSER_H
#define PARSER_H

#include <stddef.h>

#define BODY_N 65536u
#define ROOM   4096u /* bytes of a window */

extern char response[2 * BODY_N], body[BODY_N];
extern size_t response_n, body_n;

/* Read the response in pieces of so many bytes. */
void run_lwurl(size_t piece);
void run_http_parser(size_t piece);
void run_copy(size_t piece);

#endif
