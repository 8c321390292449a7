/* SPDX-License-Identifier: MIT */
#include "text/path.h"

#include <string.h>

#include "text/proof.h"

/* The segments kept so far: p[0..n) joined by '/', so many of them (one empty
   segment and none look the same). */
struct kept {
    char *p;
    size_t n, segments;
};

static void push(struct kept *k, const char *segment, size_t n)
{
    if (k->segments++ > 0)
        k->p[k->n++] = '/';
    memmove(k->p + k->n, segment, n);
    k->n += n;
}

static void pop(struct kept *k)
{
    if (k->segments == 0)
        return;
    k->segments--;
    while (k->n > 0 && k->p[--k->n] != '/')
        LOOP_WRITES((k->n), k->n <= AT_ENTRY(k->n), k->n)
    {
    }
}

/* Invariant of the loop: kept bytes end before the segment at hand, since each
   kept segment was read with the '/' behind it. */
size_t path_resolve(char *p, size_t n, bool merged)
{
    struct kept kept = {p, 0, 0};
    size_t at = 0;
    bool last = false;

    while (!last)
        LOOP_WRITES((at, last, kept.n, kept.segments; n > 0
                     : __CPROVER_object_whole(p)),
                    at <= n + !!last && kept.segments <= at && kept.n <= n &&
                        kept.n + (kept.segments > 0) <= at,
                    n + 1 - at)
    {
        struct lwurl_str segment = {p + at, n - at};
        segment.n = str_find(segment, '/');
        last = at + segment.n == n;
        bool first = at == 0;
        at += segment.n + 1;
        if (str_equal(segment, STR(".."))) {
            pop(&kept);
        } else if (!str_equal(segment, STR(".")) &&
                   (segment.n > 0 || first || last || !merged)) {
            push(&kept, segment.p, segment.n);
            continue;
        } else if (segment.n == 0) {
            continue;
        }
        if (last)
            push(&kept, p, 0);
    }
    return kept.n;
}
