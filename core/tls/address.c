/* SPDX-License-Identifier: MIT */
#include "tls/address.h"

#include <string.h>

#include "text/proof.h"

/* An IPv6 address being read. */
struct reader {
    struct lwurl_str s; /* what is left */
    unsigned char *out;
    size_t n;
    size_t gap; /* where "::" is; NO_GAP: nowhere */
};

#define NO_GAP SIZE_MAX

/* For proofs: what holds between two parts. */
#define HOLDS(r)                               \
    ((r).n <= ADDRESS_MAX && (r).n % 2 == 0 && \
     ((r).gap == NO_GAP || (r).gap <= (r).n))

/* A number up to 255. A leading zero would be octal for others: refused. */
static bool read_octet(struct lwurl_str s, unsigned char *out)
{
    uint64_t value;

    if (!str_number(s, &value) || value > 255 || (s.n > 1 && s.p[0] == '0'))
        return false;
    *out = (unsigned char)value;
    return true;
}

static bool read_ipv4(struct lwurl_str s, unsigned char *out)
{
    for (size_t i = 0; i < 3; i++)
        LOOP_WRITES((i, s, __CPROVER_object_upto(out, 3)), i <= 3 && IS_PART(s),
                    3 - i)
    {
        size_t n = str_find(s, '.');

        if (n == s.n || !read_octet(str_cut(s, 0, n), out + i))
            return false;
        s = str_cut(s, n + 1, SIZE_MAX);
    }
    return read_octet(s, out + 3);
}

static bool read_group(struct lwurl_str s, unsigned char *out)
{
    unsigned value = 0;

    for (size_t i = 0; i < s.n; i++)
        LOOP_HOLDS(i <= s.n, s.n - i)
    {
        int digit = hex_value((unsigned char)s.p[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    out[0] = (unsigned char)(value >> 8 & 0xff);
    out[1] = (unsigned char)(value & 0xff);
    return s.n > 0 && s.n <= 4;
}

/* The last 32 bits in dotted form. */
static bool take_ipv4(struct reader *r)
{
    if (r->n + 4 > ADDRESS_MAX || !read_ipv4(r->s, r->out + r->n))
        return false;
    r->n += 4;
    r->s.n = 0;
    return true;
}

/* One group and the colons behind it, the second of which is the gap. */
static bool take_part(struct reader *r)
{
    size_t n = str_find(r->s, ':');

    if (n == r->s.n && str_find(r->s, '.') < n)
        return take_ipv4(r);
    if (r->n == ADDRESS_MAX || !read_group(str_cut(r->s, 0, n), r->out + r->n))
        return false;
    r->n += 2;
    if (n < r->s.n && ++n == r->s.n)
        return false;
    r->s = str_cut(r->s, n, SIZE_MAX);
    if (r->s.n == 0 || r->s.p[0] != ':')
        return true;
    r->s = str_cut(r->s, 1, SIZE_MAX);
    if (r->gap != NO_GAP)
        return false;
    r->gap = r->n;
    return true;
}

static bool read_ipv6(struct lwurl_str s, unsigned char *out)
{
    struct reader r = {s, out, 0, NO_GAP};
    size_t tail;

    if (s.n >= 2 && s.p[0] == ':' && s.p[1] == ':') {
        r.s = str_cut(s, 2, SIZE_MAX);
        r.gap = 0;
    }
    while (r.s.n > 0)
        LOOP_WRITES((r.s, r.n, r.gap, __CPROVER_object_upto(out, ADDRESS_MAX)),
                    IS_PART(r.s) && HOLDS(r), r.s.n)
    {
        if (!take_part(&r))
            return false;
    }
    if (r.gap == NO_GAP)
        return r.n == ADDRESS_MAX;
    tail = r.n - r.gap;
    memmove(out + ADDRESS_MAX - tail, out + r.gap, tail);
    memset(out + r.gap, 0, ADDRESS_MAX - r.n);
    return r.n < ADDRESS_MAX;
}

size_t address_bytes(struct lwurl_str literal, unsigned char out[ADDRESS_MAX])
{
    literal.n = str_find(literal, '%');
    if (str_find(literal, ':') == literal.n)
        return read_ipv4(literal, out) ? 4 : 0;
    return read_ipv6(literal, out) ? 16 : 0;
}
