/* SPDX-License-Identifier: MIT */
/* Dates, as people and servers write them. */
#ifndef TIMES_H
#define TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* "21 Oct 2015 07:28", "2015-10-21", "now", the forms of HTTP-date ...: UTC,
   unless a zone as +0200 follows. False: it is none of these. */
bool times_read(const char *text, time_t *out);

/* As HTTP has it: "Wed, 21 Oct 2015 07:28:00 GMT". */
#define TIMES_N 30
void times_write(time_t when, char out[TIMES_N]);

#endif
