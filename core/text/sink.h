/* SPDX-License-Identifier: MIT */
/* A buffer that is written to its end and counts on behind it. */
#ifndef LWURL_TEXT_SINK_H
#define LWURL_TEXT_SINK_H

#include "text/str.h"

struct sink {
    char *p;
    size_t max, n; /* n: bytes wanted so far; those from max on are dropped */
};

/* For proofs of loops that write into it: what they write; that they added
   `least` to `most` bytes. */
#define SINK(s) \
    (s)->n;     \
    (s)->max > 0 : __CPROVER_object_whole((s)->p)
#define SINK_GREW(s, least, most)            \
    ((s)->n >= AT_ENTRY((s)->n) + (least) && \
     (s)->n <= AT_ENTRY((s)->n) + (most))

static inline void sink_put(struct sink *s, char c)
{
    if (s->n < s->max)
        s->p[s->n] = c;
    s->n++;
}

void sink_str(struct sink *s, struct lwurl_str text);

/* Writes a number in decimal. */
void sink_number(struct sink *s, uint64_t value);

/* Writes c as %XX. */
void sink_escape(struct sink *s, unsigned char c);

/* The NUL where it fits; LWURL_OK, or LWURL_ERR_ROOM. *n is the length. */
int sink_end(struct sink *s, size_t *n);

#endif
