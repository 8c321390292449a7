/* SPDX-License-Identifier: MIT */
#include "text/url.h"

static bool is_alpha(unsigned char c)
{
    return (unsigned)to_lower(c) - 'a' <= 25u;
}

struct lwurl_str url_scheme(struct lwurl_str url)
{
    struct lwurl_str none = {NULL, 0};
    size_t n = 0;

    while (n < url.n &&
           (is_alpha((unsigned char)url.p[n]) ||
            (n > 0 && (is_digit((unsigned char)url.p[n]) || url.p[n] == '+' ||
                       url.p[n] == '-' || url.p[n] == '.'))))
        n++;
    return n > 0 && n < url.n && url.p[n] == ':' ? str_cut(url, 0, n) : none;
}

/* RFC 3986 3.2.2: unreserved and sub-delims. An escape in a name could not be
   looked up as it stands, and decoding it would hide what is asked for. */
static bool is_name_char(unsigned char c)
{
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' ||
           c == '~' || c == '!' || c == '$' || (c >= '&' && c <= ',') ||
           c == ';' || c == '=';
}

/* Number of bytes of s that may stand in an IPv6 literal with zone. */
static size_t literal_span(struct lwurl_str s)
{
    size_t i = 0;
    bool zone = false;

    for (; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '%')
            zone = true;
        else if (zone ? !is_name_char(c)
                      : hex_value(c) < 0 && c != ':' && c != '.')
            break;
    }
    return i;
}

static size_t name_span(struct lwurl_str s)
{
    size_t i = 0;

    while (i < s.n && is_name_char((unsigned char)s.p[i]))
        i++;
    return i;
}

/* ":" and digits, or nothing, up to the end of s. An empty port is the
   default's (RFC 3986 3.2.3). Returns the bytes that are good. */
static size_t take_port(struct lwurl_str s, struct url *out)
{
    uint64_t port = 0;

    out->port = 0;
    if (s.n == 0)
        return 0;
    if (s.p[0] != ':')
        return 0;
    if (s.n == 1)
        return 1;
    if (!str_number(str_cut(s, 1, SIZE_MAX), &port) || port == 0 ||
        port > 65535)
        return 1;
    out->port = (uint16_t)port;
    return s.n;
}

int url_authority(struct lwurl_str text, struct url *out, int32_t *at)
{
    size_t used = 0;

    out->bracketed = text.n > 0 && text.p[0] == '[';
    if (out->bracketed) {
        size_t n = literal_span(str_cut(text, 1, SIZE_MAX));
        out->host = str_cut(text, 1, n);
        used = n + 1;
        if (used < text.n && text.p[used] == ']' && n >= 2)
            used++;
        else
            goto out;
    } else {
        used = name_span(text);
        out->host = str_cut(text, 0, used);
    }
    used += take_port(str_cut(text, used, SIZE_MAX), out);
    if (used == text.n)
        return out->host.n > 0 ? LWURL_OK : LWURL_ERR_NO_HOST;
out:
    *at = (int32_t)used;
    return LWURL_ERR_URL;
}

size_t url_find_bad(struct lwurl_str s)
{
    size_t i = 0;

    while (i < s.n && (unsigned char)s.p[i] > 0x20 &&
           (unsigned char)s.p[i] < 0x7f)
        i++;
    return i;
}

static size_t authority_span(struct lwurl_str s)
{
    size_t i = 0;

    while (i < s.n && s.p[i] != '/' && s.p[i] != '?' && s.p[i] != '#')
        i++;
    return i;
}

/* The last '@' ends the userinfo, as in urllib: a password may hold one. */
static struct lwurl_str take_userinfo(struct lwurl_str *authority)
{
    struct lwurl_str userinfo = {NULL, 0};
    size_t i = authority->n;

    while (i > 0 && authority->p[i - 1] != '@')
        i--;
    if (i > 0) {
        userinfo = str_cut(*authority, 0, i - 1);
        *authority = str_cut(*authority, i, SIZE_MAX);
    }
    return userinfo;
}

int url_split(struct lwurl_str url, struct url *out, int32_t *at)
{
    size_t n = url_find_bad(url);

    *at = (int32_t)n;
    if (n < url.n)
        return LWURL_ERR_URL;
    out->scheme = url_scheme(url);
    *at = 0;
    if (out->scheme.n == 0)
        return LWURL_ERR_URL;
    struct lwurl_str rest = str_cut(url, out->scheme.n + 1, SIZE_MAX);
    if (rest.n < 2 || rest.p[0] != '/' || rest.p[1] != '/')
        return LWURL_ERR_NO_HOST;
    rest = str_cut(rest, 2, SIZE_MAX);
    struct lwurl_str authority = str_cut(rest, 0, authority_span(rest));
    rest = str_cut(rest, authority.n, SIZE_MAX);
    out->target = str_cut(rest, 0, str_find(rest, '#'));
    out->userinfo = take_userinfo(&authority);
    int err = url_authority(authority, out, at);
    if (err == LWURL_ERR_URL)
        *at += (int32_t)(authority.p - url.p);
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
        digits =
            digits && (is_digit((unsigned char)host.p[i]) || host.p[i] == '.');
    return digits;
}
