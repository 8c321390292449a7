/* SPDX-License-Identifier: MIT */
/*
 * Response vectors: the bytes of a server, and what must come of them. Each is
 * run whole, byte by byte, split in two at every place, with bytes behind it,
 * and cut short at every place by an end and by a reset; with the body taken
 * whole and bytewise, fields asked for or not, in work buffers of several
 * sizes that end at a page which cannot be touched.
 */
#ifndef VECTORS_H
#define VECTORS_H

#include "exchange.h"

enum {
    V_KEEP = 1,  /* the connection can serve again */
    V_CLOSE = 2, /* the body ends with the connection */
    V_CUT = 4    /* some field name is longer than the smallest buffer */
};

struct vector {
    const char *name;
    struct lwurl_str response;
    unsigned flags; /* V_... */
    int err;        /* LWURL_OK, _STATUS, or the failure */
    unsigned status;
    const char *fields; /* as in struct outcome; NULL: not compared */
    struct lwurl_str body;
    const char *method;     /* of the request; NULL: GET */
    uint32_t request_flags; /* LWURL_HTTP09 ... */
};

/* A response that is delivered, and one that is refused. What differs from
   the common case can follow them as designators. */
#define GOOD(name_, flags_, status_, response_, fields_, body_)          \
    .name = (name_), .flags = (flags_), .status = (status_),             \
    .response = {response_, sizeof(response_) - 1}, .fields = (fields_), \
    .body = {body_, sizeof(body_) - 1}
#define BAD(name_, err_, response_) \
    .name = (name_), .err = (err_), \
    .response = {response_, sizeof(response_) - 1}

/* Filling of 10, 50 and 300 bytes. */
#define X10  "xxxxxxxxxx"
#define X50  X10 X10 X10 X10 X10
#define X300 X50 X50 X50 X50 X50 X50

/* Runs a vector in all ways. */
void vector_run(const struct vector *v);

/* A cmocka teardown: says where a test failed. */
int vector_where(void **state);

#endif
