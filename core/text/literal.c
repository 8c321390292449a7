/* SPDX-License-Identifier: MIT */
/* Address literals, as strict as Python's ipaddress (RFC 3986 3.2.2). */
#include "lwurl_parse.h"
#include "text/proof.h"
#include "text/str.h"

/* A number up to 255 without leading zero. */
static bool is_octet(struct lwurl_str s)
{
    uint64_t value;

    return s.n <= 3 && str_number(s, &value) && value <= 255 &&
           (s.n == 1 || s.p[0] != '0');
}

bool lwurl_is_ipv4(struct lwurl_str host)
{
    for (int i = 0; i < 3; i++)
        LOOP_HOLDS(0 <= i && i <= 3 && IS_PART(host), 3 - i)
    {
        size_t n = str_find(host, '.');
        if (n == host.n || !is_octet(str_cut(host, 0, n)))
            return false;
        host = str_cut(host, n + 1, SIZE_MAX);
    }
    return is_octet(host);
}

/* "%zone": something, and not another '%'. */
static bool is_zone(struct lwurl_str s)
{
    return s.n >= 2 && str_find(str_cut(s, 1, SIZE_MAX), '%') == s.n - 1;
}

static size_t hex_span(struct lwurl_str s)
{
    size_t n = 0;

    while (n < s.n && hex_value((unsigned char)s.p[n]) >= 0)
        LOOP_HOLDS(n <= s.n, s.n - n)
    {
        n++;
    }
    return n;
}

/* One group and the colons behind it. Returns how many groups it stands for,
   0 when it is none. */
static unsigned take_group(struct lwurl_str *s, bool *gap)
{
    size_t n = hex_span(*s);

    if (n < s->n && s->p[n] == '.') {
        bool good = lwurl_is_ipv4(*s);
        *s = str_cut(*s, s->n, 0);
        return good ? 2 : 0;
    }
    if (n == 0 || n > 4 || (n < s->n && s->p[n] != ':'))
        return 0;
    if (n < s->n && ++n == s->n)
        return 0;
    *s = str_cut(*s, n, SIZE_MAX);
    if (s->n > 0 && s->p[0] == ':') {
        if (*gap)
            return 0;
        *gap = true;
        *s = str_cut(*s, 1, SIZE_MAX);
    }
    return 1;
}

bool lwurl_is_ipv6(struct lwurl_str host)
{
    size_t zone = str_find(host, '%');
    unsigned groups = 0;
    bool gap = false;

    if (zone < host.n && !is_zone(str_cut(host, zone, SIZE_MAX)))
        return false;
    host.n = zone;
    if (host.n >= 2 && host.p[0] == ':' && host.p[1] == ':') {
        gap = true;
        host = str_cut(host, 2, SIZE_MAX);
    }
    while (host.n > 0)
        LOOP_WRITES((host, gap, groups),
                    IS_PART(host) && groups <= 2 * (AT_ENTRY(host.n) - host.n),
                    host.n)
    {
        unsigned n = take_group(&host, &gap);
        if (n == 0)
            return false;
        groups += n;
    }
    return gap ? groups <= 7 : groups == 8;
}
