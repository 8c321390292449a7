/* SPDX-License-Identifier: MIT */
#include "tls/address.h"

#include <string.h>

/* An IPv6 address being read. */
struct reader {
    unsigned char *out;
    size_t n;
    size_t gap; /* where "::" is; ADDRESS_MAX + 1: nowhere */
};

static bool read_ipv4(struct lwurl_str s, unsigned char *out)
{
    for (size_t i = 0; i < 4; i++) {
        struct lwurl_str part = str_cut(s, 0, str_find(s, '.'));
        uint64_t value;

        if (!str_number(part, &value) || value > 255)
            return false;
        out[i] = (unsigned char)value;
        if ((part.n == s.n) != (i == 3))
            return false;
        s = str_cut(s, part.n < s.n ? part.n + 1 : s.n, SIZE_MAX);
    }
    return true;
}

static bool put_group(struct reader *r, struct lwurl_str group)
{
    unsigned value = 0;

    if (group.n > 4 || r->n + 2 > ADDRESS_MAX)
        return false;
    for (size_t i = 0; i < group.n; i++) {
        int digit = hex_value((unsigned char)group.p[i]);
        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    r->out[r->n++] = (unsigned char)(value >> 8);
    r->out[r->n++] = (unsigned char)value;
    return true;
}

/* The last 32 bits in dotted form. */
static bool put_ipv4(struct reader *r, struct lwurl_str s)
{
    if (r->n + 4 > ADDRESS_MAX || !read_ipv4(s, r->out + r->n))
        return false;
    r->n += 4;
    return true;
}

/* One group, or the gap. Where the literal begins with "::", its first group
   is empty and so is the gap's. */
static bool put_part(struct reader *r, struct lwurl_str part, bool last)
{
    if (part.n > 0)
        return last && str_find(part, '.') < part.n ? put_ipv4(r, part)
                                                    : put_group(r, part);
    if (!last && r->n > 0 && r->gap <= ADDRESS_MAX)
        return false;
    r->gap = r->gap <= ADDRESS_MAX ? r->gap : r->n;
    return true;
}

static bool read_ipv6(struct lwurl_str s, unsigned char *out)
{
    struct reader r = {out, 0, ADDRESS_MAX + 1};
    bool last = false;
    size_t tail;

    while (!last) {
        struct lwurl_str part = str_cut(s, 0, str_find(s, ':'));

        last = part.n == s.n;
        if (!put_part(&r, part, last))
            return false;
        s = str_cut(s, last ? s.n : part.n + 1, SIZE_MAX);
    }
    if (r.gap > ADDRESS_MAX)
        return r.n == ADDRESS_MAX;
    tail = r.n - r.gap;
    memmove(out + ADDRESS_MAX - tail, out + r.gap, tail);
    memset(out + r.gap, 0, ADDRESS_MAX - r.n);
    return true;
}

size_t address_bytes(struct lwurl_str literal, unsigned char out[ADDRESS_MAX])
{
    literal.n = str_find(literal, '%');
    if (str_find(literal, ':') == literal.n)
        return read_ipv4(literal, out) ? 4 : 0;
    return read_ipv6(literal, out) ? 16 : 0;
}
