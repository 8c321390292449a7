/* SPDX-License-Identifier: MIT */
#include "text/url.h"

#include "text/proof.h"

/* RFC 3986 3.2.2: unreserved and sub-delims, ! $ & ' ( ) * + , - . 0-9 ; = A-Z
   _ a-z ~. An escape in a name could not be looked up as it stands, and
   decoding it would hide what is asked for. */
static const uint32_t name_set[3] = {0x2bff7fd2u, 0x87fffffeu, 0x47fffffeu};

/* An IPv6 address: . 0-9 : A-F a-f. Behind it may be a zone, as of a name. */
static const uint32_t literal_set[3] = {0x07ff4000u, 0x0000007eu, 0x0000007eu};

WRAPS_BEGIN

static bool is_alpha(unsigned char c)
{
    return (unsigned)to_lower(c) - 'a' <= 25u;
}

WRAPS_END

size_t url_scheme_n(const char *p, size_t n)
{
    size_t i = 0;

    while (i < n && (is_alpha((unsigned char)p[i]) ||
                     (i > 0 && (is_digit((unsigned char)p[i]) || p[i] == '+' ||
                                p[i] == '-' || p[i] == '.'))))
        LOOP_HOLDS(i <= n, n - i)
    {
        i++;
    }
    return i < n && p[i] == ':' ? i : 0;
}

struct lwurl_str url_scheme(struct lwurl_str url)
{
    struct lwurl_str scheme = {NULL, url_scheme_n(url.p, url.n)};

    if (scheme.n > 0)
        scheme.p = url.p;
    return scheme;
}

/* Where in p[0..n), from i on, ends what may stand in a name, or in an IPv6
   literal with zone. */
static size_t host_end(const char *p, size_t i, size_t n, bool literal)
{
    const uint32_t *set = literal ? literal_set : name_set;

    for (; i < n; i++)
        LOOP_HOLDS(AT_ENTRY(i) <= i && i <= n &&
                       (set == literal_set || set == name_set),
                   n - i)
    {
        if (literal && p[i] == '%')
            set = name_set;
        else if (!char_is_in(set, (unsigned char)p[i]))
            break;
    }
    return i;
}

/* ":" and digits, or nothing, from i to the end. An empty port is the default's
   (RFC 3986 3.2.3). Returns where what is good ends. */
static size_t take_port(const char *p, size_t i, size_t n, uint16_t *out)
{
    uint32_t port = 0;
    size_t at = i + 1;

    if (i == n || p[i] != ':')
        return i;
    for (; at < n && is_digit((unsigned char)p[at]) && port <= UINT16_MAX; at++)
        LOOP_HOLDS(i < at && at <= n && port <= UINT16_MAX * 10 + 9, n - at)
    {
        port = port * 10 + (uint32_t)(p[at] - '0');
    }
    if (at < n || port > UINT16_MAX || (port == 0 && n > i + 1))
        return i + 1;
    *out = (uint16_t)port;
    return n;
}

int url_authority(struct lwurl_str text, struct url *out, int32_t *at)
{
    const char *p = text.p;
    size_t n = text.n, from, i;
    bool good = true;

    out->port = 0;
    out->bracketed = n > 0 && p[0] == '[';
    from = out->bracketed ? 1 : 0;
    i = host_end(p, from, n, out->bracketed);
    out->host = (struct lwurl_str){p + from, i - from};
    if (out->bracketed) {
        good = i > 2 && i < n && p[i] == ']';
        i += good;
    }
    if (good)
        i = take_port(p, i, n, &out->port);
    if (good && i == n)
        return out->host.n > 0 ? LWURL_OK : LWURL_ERR_NO_HOST;
    *at = (int32_t)i;
    return LWURL_ERR_URL;
}

size_t url_find_bad(struct lwurl_str s)
{
    size_t i = 0;

    while (i < s.n && (unsigned char)s.p[i] > 0x20 &&
           (unsigned char)s.p[i] < 0x7f)
        LOOP_HOLDS(i <= s.n, s.n - i)
    {
        i++;
    }
    return i;
}

static size_t authority_end(const char *p, size_t i, size_t n)
{
    while (i < n && p[i] != '/' && p[i] != '?' && p[i] != '#')
        LOOP_HOLDS(AT_ENTRY(i) <= i && i <= n, n - i)
    {
        i++;
    }
    return i;
}

static size_t target_end(const char *p, size_t i, size_t n)
{
    while (i < n && p[i] != '#')
        LOOP_HOLDS(AT_ENTRY(i) <= i && i <= n, n - i)
    {
        i++;
    }
    return i;
}

/* The last '@' ends the userinfo, as in urllib: a password may hold one.
   Returns where the host begins. */
static size_t take_userinfo(const char *p, size_t from, size_t end,
                            struct lwurl_str *out)
{
    size_t i = end;

    while (i > from && p[i - 1] != '@')
        LOOP_HOLDS(from <= i && i <= end, i)
    {
        i--;
    }
    *out = (struct lwurl_str){NULL, 0};
    if (i > from)
        *out = (struct lwurl_str){p + from, i - 1 - from};
    return i;
}

int url_split(struct lwurl_str url, struct url *out, int32_t *at)
{
    const char *p = url.p;
    size_t n = url_find_bad(url), i = url_scheme_n(p, n), end;

    *at = (int32_t)n;
    if (n < url.n)
        return LWURL_ERR_URL;
    *at = 0;
    if (i == 0)
        return LWURL_ERR_URL;
    out->scheme = (struct lwurl_str){p, i};
    if (n - i < 3 || p[i + 1] != '/' || p[i + 2] != '/')
        return LWURL_ERR_NO_HOST;
    end = authority_end(p, i + 3, n);
    out->target = (struct lwurl_str){p + end, target_end(p, end, n) - end};
    i = take_userinfo(p, i + 3, end, &out->userinfo);
    int err = url_authority((struct lwurl_str){p + i, end - i}, out, at);
    if (err == LWURL_ERR_URL)
        *at += (int32_t)i;
    return err;
}

uint16_t url_port(const struct url *url)
{
    if (url->port != 0)
        return url->port;
    return str_is(url->scheme, "https") ? 443
           : str_is(url->scheme, "ftp") ? 21
                                        : 80;
}

bool url_is_address(struct lwurl_str host)
{
    bool digits = host.n > 0;

    if (str_find(host, ':') < host.n)
        return true;
    for (size_t i = 0; i < host.n; i++)
        LOOP_HOLDS(i <= host.n, host.n - i)
    {
        digits =
            digits && (is_digit((unsigned char)host.p[i]) || host.p[i] == '.');
    }
    return digits;
}
