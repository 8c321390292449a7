/* SPDX-License-Identifier: MIT */
/* -C: a download goes on behind what the output has, as curl does it: without
   looking whether it is of the same version. */
#ifndef CONTINUED_H
#define CONTINUED_H

#include "lwurl.h"

#include "options.h"

/* For one URL: the offset that -C says, or the length of the output; 0: all is
   wanted. */
uint64_t continued_begin(const struct options *o, const char *path);

/* A field of the response. */
void continued_field(const struct lwurl_field *f);

/* What a response means for it. */
enum continued {
    CONTINUED_ALL,     /* take it as it comes */
    CONTINUED_REST,    /* the same, it goes behind what is there */
    CONTINUED_SKIP,    /* the first bytes are to be dropped: no HTTP */
    CONTINUED_WHOLE,   /* there is nothing left to get */
    CONTINUED_REFUSED, /* an error: what is there stays */
    CONTINUED_NOT      /* the server does not go on there */
};
enum continued continued_judge(const struct lwurl *u);

#endif
