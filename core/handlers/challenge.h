/* SPDX-License-Identifier: MIT */
/* The reader of WWW-Authenticate and Proxy-Authenticate (RFC 9110 11.6.1). */
#ifndef LWURL_CHALLENGE_H
#define LWURL_CHALLENGE_H

#include "lwurl_auth.h"

enum challenge_event {
    CHALLENGE_MORE,   /* the input is used up */
    CHALLENGE_SCHEME, /* a challenge begins; *piece: its scheme */
    CHALLENGE_PARAM,  /* a parameter of it begins; *piece: its name */
    CHALLENGE_VALUE   /* *piece: some of its value, without quotes */
};

/* A field begins. */
void challenge_begin(struct lwurl_challenge *c);

/*
 * Reads on in a piece of the field's value, which it takes off the front of
 * *in; call it again until it says MORE. *piece lives as long as c (a word)
 * and the input (a value). A value may come in any number of pieces, none if
 * it is empty. A token68 makes no event, but one that ends with '=' looks like
 * a parameter without value. Nothing is an error: what is malformed is skipped.
 */
enum challenge_event challenge_next(struct lwurl_challenge *c,
                                    struct lwurl_str *in,
                                    struct lwurl_str *piece);

/* The field ends: SCHEME for one that nothing followed, else MORE. */
enum challenge_event challenge_end(struct lwurl_challenge *c,
                                   struct lwurl_str *piece);

#endif
