/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share: a port whose peers say given bytes in pieces,
 * a fetch over it whose outcome is kept as bytes, and checks.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwurl.h"
#include "lwurl_handler.h"
#include "lwurl_port.h"

#define WIRE_SENT    32768
#define WIRE_OUTCOME 65536
#define WIRE_ANSWERS 4
#define WIRE_CONNS   32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Ends the run with where and what. */
#define CHECK(fact)                                                         \
    ((fact) ? (void)0                                                       \
            : (fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, \
                       #fact),                                              \
               abort()))

/* A network of peers. Connection i is told answers[i], the last one again and
   again, then the end. */
struct wire {
    struct lwurl_str answers[WIRE_ANSWERS];
    size_t answers_n;
    size_t piece;        /* most bytes of a recv(); 0: all */
    size_t take;         /* most bytes of a send(); 0: all */
    unsigned conns;      /* opened so far */
    struct lwurl_str in; /* what is left to say on the open one */
    int end;             /* of recv(), behind the answer; 0: in order */
    bool silent;         /* ... or it has to wait for ever */
    unsigned stall;      /* each stall-th send() and recv() waits; 0: none */
    unsigned calls;      /* of these, so far */
    uint32_t tick_ms;    /* most that a wait() takes; 0: 1 s */
    uint32_t now_ms;
    char sent[WIRE_SENT]; /* on all connections, one after the other */
    size_t sent_n;
    struct wire_conn { /* of the first WIRE_CONNS connections */
        size_t at;     /* in sent */
        uint16_t port;
        char name[64]; /* the host that was resolved, its beginning */
    } conn[WIRE_CONNS];
};

/* Fills in a port over it. */
void wire_port(struct wire *w, struct lwurl_port *out);

/* What came of a fetch: status, fields, body and the error, in one row. */
struct outcome {
    int err;
    unsigned status, steps;
    size_t n;
    char bytes[WIRE_OUTCOME];
};

/* A whole fetch with LWURL_ASK_FIELDS, `work` of work_n bytes, body taken in
   bites. Checks what holds for each: it ends, in a number of steps that its
   bytes bound, by its deadline, at once when it is cancelled, and every
   connection is closed. */
struct wire_fetch {
    const struct lwurl_handler *handlers;
    size_t handlers_n;
    struct lwurl_request request;
    size_t work_n;    /* LWURL_WORK_MIN .. 4096 */
    size_t bite;      /* 1 .. 4096 */
    const char *body; /* streamed, for LWURL_BODY_STREAM and _CHUNKED */
    unsigned cancel;  /* before this step; 0: never */
};
void wire_run(struct wire *w, const struct wire_fetch *f, struct outcome *out);

/* Every request that was sent is lines of name and value, ended by CRLF, free
   of other control characters. */
void wire_check_heads(const struct wire *w);

#endif
