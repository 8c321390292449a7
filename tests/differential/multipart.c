/* SPDX-License-Identifier: MIT */
/*
 * lwurl_multipart.h as a program of records:
 *
 *     form BOUNDARY PIECE (NAME FILENAME TYPE VALUE HOW) ...
 *       ->  ERROR CONTENT-TYPE LENGTH BODY
 *
 * HOW: 0 in memory, 1 read with its length known, 2 unknown. The body is made
 * in pieces of PIECE bytes, then again after a rewind in pieces of one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwurl_multipart.h"
#include "records.h"

#define PARTS_MAX 10
#define FIRST     2 /* argument of the first part */
#define EACH      5 /* arguments of a part */

static struct lwurl_part parts[PARTS_MAX];

/* A source that gives less than it is asked for. */
static int give(void *context, uint64_t at, void *dst, size_t n)
{
    const struct lwurl_str *value = context;
    size_t left = value->n - (size_t)at;

    n = n < 7 ? n : 7;
    n = n < left ? n : left;
    memcpy(dst, value->p + at, n);
    return (int)n;
}

static size_t read_parts(struct lwurl_str *values)
{
    size_t n = 0;

    for (size_t i = FIRST; i < record_args(); i += EACH, n++) {
        unsigned long how = record_number(i + 4);
        if (n == PARTS_MAX)
            record_die("too many parts");
        values[n] = record_text(i + 3);
        parts[n] = (struct lwurl_part){.name = record_string(i),
                                       .filename = record_string(i + 1),
                                       .content_type = record_string(i + 2),
                                       .value = values[n].p,
                                       .n = values[n].n};
        if (how > 0) {
            parts[n].value = NULL;
            parts[n].read = give;
            parts[n].context = &values[n];
        }
        if (how > 1)
            parts[n].n = LWURL_UNKNOWN;
    }
    return n;
}

/* In memory that ends where the piece ends. */
static int make(struct lwurl_multipart *m, size_t piece, struct lwurl_str *out)
{
    static char body[1 << 17];
    char *room = record_allocate(piece);
    size_t n = 0;
    int r;

    while ((r = lwurl_multipart_read(m, room, piece)) > 0) {
        if (n + (size_t)r > sizeof body)
            record_die("longer than there is room");
        memcpy(body + n, room, (size_t)r);
        n += (size_t)r;
    }
    free(room);
    *out = (struct lwurl_str){body, n};
    return r;
}

static void print_form(struct lwurl_multipart *m, const char *type, size_t n)
{
    struct lwurl_str body, again;
    uint64_t length = lwurl_multipart_length(m);
    int err = make(m, record_number(1), &body);
    char *first = record_allocate(body.n);

    memcpy(first, body.p, body.n);
    lwurl_multipart_rewind(m);
    if (make(m, 1, &again) != err ||
        (err == LWURL_OK &&
         (again.n != body.n || memcmp(first, again.p, again.n) != 0)))
        record_die("another body after a rewind");
    printf("%d", err);
    record_print((struct lwurl_str){type, n});
    if (length == LWURL_UNKNOWN)
        fputs(" -1", stdout);
    else
        printf(" %llu", (unsigned long long)length);
    record_print((struct lwurl_str){first, body.n});
    putchar('\n');
    free(first);
}

int main(void)
{
    struct lwurl_str values[PARTS_MAX];
    struct lwurl_multipart m;
    char type[LWURL_MULTIPART_TYPE_MAX];

    while (record_next()) {
        size_t n = read_parts(values);
        int err = lwurl_multipart_init(&m, parts, n, record_string(0));
        if (err == LWURL_OK)
            err = lwurl_multipart_type(&m, type, sizeof type, &n);
        if (err == LWURL_OK)
            print_form(&m, type, n);
        else
            printf("%d\n", err);
    }
    return 0;
}
