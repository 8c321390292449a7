/* SPDX-License-Identifier: MIT */
/* The sink that a request head is written to: lwurl_handler.h. */
#include <string.h>

#include "lwurl_handler.h"
#include "text/str.h"

/* Shorter pieces are copied into the room: a slice of its own costs 8 bytes
   of stack and about 100 instructions in the IP stack. */
#define SMALL 32u

/* Adds a slice, or makes the last one longer where they touch. */
static void add(struct lwurl_out *out, const char *p, size_t n)
{
    struct lwurl_str *last = &out->slices[out->n - (out->n > 0)];

    if (out->n > 0 && last->p + last->n == p) {
        last->n += n;
    } else if (out->n < out->max) {
        out->slices[out->n].p = p;
        out->slices[out->n++].n = n;
    } else {
        out->full = true;
    }
}

/* True when nothing of p[0..*n) is to be sent now; else cuts off what an
   earlier send took. */
static bool skipped(struct lwurl_out *out, const char **p, size_t *n)
{
    size_t skip = out->skip < *n ? out->skip : *n;

    out->skip -= skip;
    *p += skip;
    *n -= skip;
    return out->full || *n == 0;
}

static void copy(struct lwurl_out *out, const char *p, size_t n)
{
    size_t fit = n < out->room_n ? n : out->room_n;

    if (fit > 0) {
        memcpy(out->room, p, fit);
        add(out, out->room, fit);
    }
    if (!out->full) {
        out->room += fit;
        out->room_n -= fit;
        out->full = fit < n;
    }
}

void lwurl_out_ref(struct lwurl_out *out, const char *p, size_t n)
{
    if (skipped(out, &p, &n))
        return;
    if (n <= SMALL && n <= out->room_n)
        copy(out, p, n);
    else
        add(out, p, n);
}

void lwurl_out_text(struct lwurl_out *out, const char *text)
{
    lwurl_out_ref(out, text, strlen(text));
}

void lwurl_out_copy(struct lwurl_out *out, const void *p, size_t n)
{
    const char *from = p;

    if (!skipped(out, &from, &n))
        copy(out, from, n);
}

void lwurl_out_number(struct lwurl_out *out, uint64_t value)
{
    char digits[20];
    size_t at = str_digits(value, digits);

    lwurl_out_copy(out, digits + at, sizeof digits - at);
}

/* Writes the group, and begins the next one. */
static void group(struct lwurl_base64 *b)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789+/";
    char four[4] = {'=', '=', '=', '='};

    for (unsigned i = 0; i <= b->n; i++)
        four[i] = alphabet[(b->bits >> (18 - 6 * i)) & 63];
    lwurl_out_copy(b->out, four, sizeof four);
    b->bits = 0;
    b->n = 0;
}

void lwurl_base64_put(struct lwurl_base64 *b, unsigned char c)
{
    b->bits |= (uint32_t)c << (16 - 8 * b->n);
    b->n++;
    if (b->n == 3)
        group(b);
}

void lwurl_base64_end(struct lwurl_base64 *b)
{
    if (b->n > 0)
        group(b);
}
