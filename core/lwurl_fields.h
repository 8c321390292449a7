/* SPDX-License-Identifier: MIT */
/*
 * The fields of a response, kept (urllib's response.headers): a line of the
 * opener that collects them in memory of yours.
 *
 *     static const char *const wanted[] = {"etag", "last-modified", NULL};
 *     static char room[160];
 *     static struct lwurl_fields fields = {
 *         .room = room, .room_n = sizeof room, .names = wanted,
 *     };
 *     ... {LWURL_FIELDS(&fields), LWURL_HTTP} in the table of the opener
 *     ... lwurl_open()
 *     struct lwurl_str etag;
 *     if (lwurl_fields_get(&fields, "etag", &etag) == LWURL_OK && etag.p)
 *         ...
 *
 * Rules
 *  - They are those of the last response head, after redirects and retries,
 *    and of its trailers; they stay until the next fetch or head.
 *  - Names and values are as the server sent them, in its order, with outer
 *    blanks removed and folded lines joined; in `room` a NUL follows each.
 *  - A field that does not fit is left out whole, later and shorter ones are
 *    not. One with a NUL, or a name of more than 3/4 of the work buffer, is
 *    no field.
 *  - A field takes the bytes of name and value and 2 more.
 *  - The state belongs to one opener, and so to one task at a time.
 *
 * Stack: 160 bytes at most, above the port (make stack).
 */
#ifndef LWURL_FIELDS_H
#define LWURL_FIELDS_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_fields_ops;

/* A line of the opener, for a struct lwurl_fields. */
/* clang-format off */
#define LWURL_FIELDS(state) {&lwurl_fields_ops, (state)}
/* clang-format on */

/* Zero, but for the first three. 28 bytes on a Cortex-M. */
struct lwurl_fields {
    char *room;    /* memory for the fields */
    size_t room_n; /* its bytes */
    /* Only these, in any case, ended by NULL; "" is the reason phrase.
       NULL: all, and the reason. */
    const char *const *names;
    /* private */
    size_t used;   /* bytes of the fields that are here */
    size_t open_n; /* and of the one that is coming in, kept or not */
    size_t missed; /* and of those that did not fit */
    bool open;
};

/* The first field of this name, in any case: *value, or {NULL, 0} where the
   response has none. LWURL_ERR_ROOM: none is here, but it may be among the
   fields that did not fit: see lwurl_fields_needed(). LWURL_ERR_CALL: the name
   is not one of .names. */
int lwurl_fields_get(const struct lwurl_fields *fields, const char *name,
                     struct lwurl_str *value);

/* All fields, in order, without the reason: *at begins with 0. False at the
   end. For fields that come several times, compare with lwurl_name_is(). */
bool lwurl_fields_next(const struct lwurl_fields *fields, size_t *at,
                       struct lwurl_str *name, struct lwurl_str *value);

/* "Not Found". {NULL, 0} where it is not here; empty where the server said
   nothing. */
struct lwurl_str lwurl_fields_reason(const struct lwurl_fields *fields);

/* Bytes of room that would have held all: above .room_n, some are missing. */
size_t lwurl_fields_needed(const struct lwurl_fields *fields);

#ifdef __cplusplus
}
#endif

#endif
