/* SPDX-License-Identifier: MIT */
/*
 * "Only if it changed": a line of the opener that asks with the validators of
 * what you have (If-None-Match, If-Modified-Since; RFC 9110 13.1) and collects
 * those of what comes. urllib.request has none of it.
 *
 *     static struct lwurl_validators have;           // zero: nothing yet
 *     static struct lwurl_conditional poll = {.ask = &have};
 *     ... {LWURL_CONDITIONAL(&poll), LWURL_HTTP} in the table of the opener
 *     int err = lwurl_open(...);
 *     if (err == LWURL_OK && lwurl_status(&u) == 304)
 *         ;                                          // what you have is good
 *     else if (err == LWURL_OK && read_and_apply(&u) == 0)
 *         have = poll.got;
 *
 * Rules
 *  - 304 is a success without body, where the request was conditional: by this
 *    line, or by an If-None-Match or If-Modified-Since of the caller's own.
 *    A 304 that nobody asked for stays LWURL_ERR_STATUS, as does every 304 of
 *    an opener without this line.
 *  - A validator belongs to the URL it came from, and is sent to no other:
 *    where a redirect led to it, the last hop alone is asked with it. One whose
 *    URL is not known (.url 0) is sent to the origin of the request.
 *  - Fields of these names that the caller gives are sent instead.
 *  - GET and HEAD only. Put the line before LWURL_REDIRECT.
 *  - The state belongs to one opener, and so to one task at a time; what .ask
 *    points to stays unchanged while a fetch runs.
 */
#ifndef LWURL_CONDITIONAL_H
#define LWURL_CONDITIONAL_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_conditional_ops;

/* A line of the opener, for a struct lwurl_conditional. */
/* clang-format off */
#define LWURL_CONDITIONAL(state) {&lwurl_conditional_ops, (state)}
/* clang-format on */

/* Bytes of a Last-Modified that is kept, the NUL not counted: the three forms
   of HTTP-date have 29, 24 and up to 33. */
#define LWURL_MODIFIED_MAX 35u

/* What tells one version of a response from another. Plain bytes: it may be
   kept in memory that survives a reset. */
struct lwurl_validators {
    uint64_t url;                  /* whose they are, as a hash; 0: not known */
    char etag[LWURL_ETAG_MAX + 1]; /* as sent, quotes and W/ too; "": none */
    char last_modified[LWURL_MODIFIED_MAX + 1]; /* as sent; "": none */
};

/* lwurl_conditional.left_out */
enum { LWURL_LEFT_ETAG = 1, LWURL_LEFT_MODIFIED = 2 };

struct lwurl_conditional {
    /* What you have, NULL or empty for nothing: LWURL_ERR_HEADER at
       lwurl_begin() where it cannot stand in a field. */
    const struct lwurl_validators *ask;

    /* Of the last response that was 2xx or 304, once its head is complete;
       after a 304 what it left out comes from .ask. */
    struct lwurl_validators got;
    /* Set of validators that came and are not in .got: too long, given twice,
       or with control characters. */
    uint8_t left_out;

    uint8_t open, seen; /* private */
};

#ifdef __cplusplus
}
#endif

#endif
