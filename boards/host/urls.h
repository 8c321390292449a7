/* SPDX-License-Identifier: MIT */
/* --parse, --join, --quote, --unquote: urllib.parse on the command line. */
#ifndef URLS_H
#define URLS_H

#include "options.h"

/* Is any of them asked for? Then nothing is fetched. */
bool urls_wanted(const struct options *o);

/* Answers on standard output. 0, or an exit status: said what is wrong on
   stderr. */
int urls_run(const struct options *o);

#endif
