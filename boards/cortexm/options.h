/* SPDX-License-Identifier: MIT */
/* What program.c is told by its arguments. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#define URLS_MAX 4

struct options {
    const char *urls[URLS_MAX];
    size_t urls_n;
    const char *user; /* NULL: none */
    const char *password;
    uint32_t deadline_ms; /* of each fetch; 0: none */
    uint32_t anchor;      /* trust this one alone, from 1; 0: all */
};

/* Over what is in *o. Strings are kept where they are; that of -u is cut in
   two. 0, or -1: not understood. */
int options_parse(struct options *o, int argc, char *argv[]);

#endif
