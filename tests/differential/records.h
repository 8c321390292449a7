/* SPDX-License-Identifier: MIT */
/*
 * A program that another language asks: a record per line on standard input,
 * its answer per line on standard output, both words between blanks.
 *
 *     NAME ARGUMENT ...   ->   ERROR RESULT ...
 *
 * A text is hexadecimal behind an 'x'; "-" is an absent one. The texts of
 * arguments lie in memory of exactly their size.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include "lwurl_types.h"

/* Reads the next record, and frees the last. False at the end. */
int record_next(void);

const char *record_name(void);
size_t record_args(void);

/* Argument i; {NULL, 0} where there is none. */
struct lwurl_str record_text(size_t i);

/* The same as a C string, or NULL; as a number that was written in decimal. */
const char *record_string(size_t i);
unsigned long record_number(size_t i);

/* Prints " x..." or " -". */
void record_print(struct lwurl_str s);

/* Memory of exactly n bytes, to be freed. */
void *record_allocate(size_t n);

/* Ends the program. */
void record_die(const char *why);

#endif
