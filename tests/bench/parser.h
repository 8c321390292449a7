/* SPDX-License-Identifier: MIT */
/* What the parsers that are counted share: one response, and where its body
   goes. */
#ifndef PARSER_H
#define PARSER_H

#include <stddef.h>

#define BODY_N 65536u
#define ROOM   (2 * BODY_N) /* bytes of a window: any response */

extern char response[ROOM], window[ROOM], body[BODY_N];
extern size_t response_n, head_n, body_n;

/* Read the response in pieces of so many bytes. */
void run_copy(size_t piece); /* what moving the bytes alone costs */
void run_lwurl(size_t piece);
void run_http_parser(size_t piece);
void run_llhttp(size_t piece);
void run_pico(size_t piece);

/* The next piece of the response, from `at` on: its length. */
size_t piece_at(size_t at, size_t piece);

/* Calls `count` for every parser, kind of response and size of pieces; it
   runs run(piece) once. The label is "KIND PIECE PARSER BYTES", BYTES those of
   head or body. False: a parser found another body than was there. */
typedef void run_fn(size_t piece);
int each_parser(void (*count)(const char *label, run_fn *run, size_t piece));

#endif
