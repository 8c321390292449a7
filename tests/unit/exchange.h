/* SPDX-License-Identifier: MIT */
/* Runs fetches over a fake port and keeps what came of them as text. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "fake_port.h"
#include "lwurl_handler.h"

/* What a fetch gave. */
struct outcome {
    int err; /* of lwurl_error(); LWURL_OK at the end of a good body */
    long detail;
    unsigned phase, status, version;
    unsigned steps, turns[LWURL_TURN_DONE + 1];
    bool cut;        /* some name was too long for the work buffer */
    uint64_t length; /* lwurl_length() at the head */
    size_t fields_n, body_n;
    char fields[65536]; /* "name: value\n", trailers with "+" in front */
    char body[65536];
};

/* A fetch, and how the application behaves in it. */
struct fetch {
    struct fake *fake;
    struct lwurl u;
    struct lwurl_opener opener;
    struct lwurl_request request; /* a copy: it must live as long */
    void *work;
    size_t work_n;
    size_t bite;     /* most body bytes taken at once; 0: any */
    const char *out; /* streamed request body, out_n bytes */
    size_t out_n;
    size_t offer;    /* most of it offered at once; 0: any */
    unsigned agains; /* steps that wanted the next one for nothing */
    struct outcome got;
};

/* An opener with http alone, work buffer of work_n bytes before a guard. */
void fetch_init(struct fetch *t, struct fake *f, size_t work_n);

/* Begins a request and runs it to its end, without lwurl_close(). */
void fetch_run(struct fetch *t, const struct lwurl_request *request);

/* Begins it; and runs a begun one until a turn that is in the set `until`
   (1 << turn), which it returns, or an error. */
int fetch_begin(struct fetch *t, const struct lwurl_request *request);
int fetch_until(struct fetch *t, unsigned until);

/* lwurl_end(), and all must be closed. */
void fetch_end(struct fetch *t);

/* Text of error codes and of a peer's ear, for messages. */
const char *error_name(int code);

/* What the n-th connection (from 0) was sent, as a text. */
const char *heard(const struct fake *f, size_t n);

#endif
