/* SPDX-License-Identifier: MIT */
/*
 * How long a response may be used without asking again (RFC 9111 4.2, 5.2.2,
 * for a private cache), and without an answer (RFC 5861 4). No I/O, no clock.
 */
#ifndef LWURL_HANDLERS_FRESHNESS_H
#define LWURL_HANDLERS_FRESHNESS_H

#include "lwurl_cache.h"

/* What a response said: lwurl_fresh.said. */
enum {
    FRESH_CONTROL = 1 << 0, /* a Cache-Control; the next six are its */
    FRESH_NO_STORE = 1 << 1,
    FRESH_NO_CACHE = 1 << 2, /* with and without field names */
    FRESH_MUST_REVALIDATE = 1 << 3,
    FRESH_MAX_AGE = 1 << 4,
    FRESH_STALE_IF_ERROR = 1 << 5,
    FRESH_CONTRADICTS = 1 << 6, /* two lifetimes, or one that is none */
    FRESH_EXPIRES = 1 << 7,
    FRESH_EXPIRED = 1 << 8, /* Expires is no date, or two */
    FRESH_DATE = 1 << 9,
    FRESH_AGE = 1 << 10,
    FRESH_VARY = 1 << 11,  /* depends on fields of the request */
    FRESH_VARIES = 1 << 12 /* on such as nobody can compare */
};

/* The longest time that is told apart, in seconds (RFC 9111 1.2.2). */
#define FRESH_MOST 0x80000000u

/* No such time. */
#define FRESH_UNKNOWN INT64_MIN

/* Reads a head as it streams by. A field may be in pieces, but a date, which
   then is none. */
void fresh_field(struct lwurl_fresh_reader *r, const struct lwurl_field *f);

/* The head is complete: it was asked for `delay` seconds ago, and the time is
   `now` or FRESH_UNKNOWN. Settles .age and .came (RFC 9111 4.2.3). */
void fresh_came(struct lwurl_fresh *fresh, int64_t now, uint32_t delay);

/* A 304 came: what it says replaces what was said (RFC 9111 3.2). */
void fresh_update(struct lwurl_fresh *stored, const struct lwurl_fresh *from);

/* Seconds that it is fresh for, from its Date on (RFC 9111 4.2.1). Where it
   does not say: a tenth of the time since last_modified, `guess` at most. */
uint32_t fresh_lifetime(const struct lwurl_fresh *fresh,
                        struct lwurl_str last_modified, uint32_t guess);

/* Its age in seconds (RFC 9111 4.2.3), after it was here for `here` seconds. */
uint32_t fresh_age(const struct lwurl_fresh *fresh, uint32_t here);

/* May it be used so many seconds after it was fresh, when the origin fails?
   `lets`: seconds for which the application allows it. */
bool fresh_bears(const struct lwurl_fresh *fresh, uint32_t stale,
                 uint32_t lets);

#endif
