/* SPDX-License-Identifier: MIT */
/* urlsplit and urlunsplit, to the letter of CPython where lwurl_parse.h does
   not say otherwise. */
#include "text/split.h"

#include "text/proof.h"
#include "text/url.h"

static const struct lwurl_str none = {NULL, 0};

/* Cuts s at the first c: what is before stays, what is behind is returned;
   absent when there is no c. */
static struct lwurl_str cut_at(struct lwurl_str *s, char c)
{
    size_t n = str_find(*s, c);
    struct lwurl_str behind = none;

    if (n < s->n)
        behind = str_cut(*s, n + 1, SIZE_MAX);
    s->n = n;
    return behind;
}

/* ---------------------------------------------------------------- brackets */

/* "v1.anything": RFC 3986 IPvFuture as urllib takes it. */
static bool is_future(struct lwurl_str host)
{
    size_t n = 1;

    while (n < host.n && hex_value((unsigned char)host.p[n]) >= 0)
        LOOP_HOLDS(n <= host.n, host.n - n)
    {
        n++;
    }
    return n > 1 && n + 1 < host.n && host.p[n] == '.';
}

/* Brackets stand around all of the host, hold a literal and are followed by
   nothing but a port. */
static bool good_brackets(struct lwurl_str hostport)
{
    if (hostport.n == 0 || hostport.p[0] != '[')
        return false;
    struct lwurl_str host = str_cut(hostport, 1, SIZE_MAX);
    struct lwurl_str behind = cut_at(&host, ']');
    if (behind.n > 0 && behind.p[0] != ':')
        return false;
    if (host.n > 0 && host.p[0] == 'v')
        return is_future(host);
    return lwurl_is_ipv6(host);
}

/* ------------------------------------------------------------------ netloc */

static void split_host(struct lwurl_str hostport, struct lwurl_split *out)
{
    size_t open = str_find(hostport, '[');
    struct lwurl_str host = hostport, port;

    if (open < hostport.n) {
        host = str_cut(hostport, open + 1, SIZE_MAX);
        port = cut_at(&host, ']');
        port = cut_at(&port, ':');
    } else {
        port = cut_at(&host, ':');
    }
    out->hostname = host.n > 0 ? host : none;
    out->port = port.n > 0 ? port : none;
}

/* The last '@' ends the userinfo, its first ':' the user name. */
static int split_netloc(struct lwurl_split *out)
{
    struct lwurl_str netloc = out->netloc;
    size_t at = netloc.n;

    while (at > 0 && netloc.p[at - 1] != '@')
        LOOP_HOLDS(at <= netloc.n, at)
    {
        at--;
    }
    if (at > 0) {
        out->username = str_cut(netloc, 0, at - 1);
        out->password = cut_at(&out->username, ':');
    }
    struct lwurl_str hostport = str_cut(netloc, at, SIZE_MAX);
    bool open = str_find(netloc, '[') < netloc.n;
    bool closed = str_find(netloc, ']') < netloc.n;
    if (open != closed || (open && !good_brackets(hostport)))
        return LWURL_ERR_URL;
    split_host(hostport, out);
    return LWURL_OK;
}

/* --------------------------------------------------------------------- url */

static size_t netloc_span(struct lwurl_str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] != '/' && s.p[n] != '?' && s.p[n] != '#')
        LOOP_HOLDS(n <= s.n, s.n - n)
    {
        n++;
    }
    return n;
}

/* Leading blanks and controls are skipped, as by urlsplit; a line end or TAB
   inside is refused: it is where two readers see two URLs. */
static int clean(struct lwurl_str *url)
{
    while (url->n > 0 && (unsigned char)url->p[0] <= 0x20)
        LOOP_WRITES((*url), IS_PART(*url), url->n)
    {
        *url = str_cut(*url, 1, SIZE_MAX);
    }
    for (size_t i = 0; i < url->n; i++)
        LOOP_HOLDS(i <= url->n, url->n - i)
    {
        if (url->p[i] == '\t' || url->p[i] == '\r' || url->p[i] == '\n')
            return LWURL_ERR_URL;
    }
    return LWURL_OK;
}

int lwurl_urlsplit(struct lwurl_str url, struct lwurl_split *out)
{
    static const struct lwurl_split empty;
    int err = clean(&url);

    *out = empty;
    if (err != LWURL_OK)
        return err;
    struct lwurl_str scheme = url_scheme(url);
    if (scheme.n > 0) {
        out->scheme = scheme;
        url = str_cut(url, scheme.n + 1, SIZE_MAX);
    }
    if (url.n >= 2 && url.p[0] == '/' && url.p[1] == '/') {
        url = str_cut(url, 2, SIZE_MAX);
        out->netloc = str_cut(url, 0, netloc_span(url));
        url = str_cut(url, out->netloc.n, SIZE_MAX);
    }
    out->fragment = cut_at(&url, '#');
    out->query = cut_at(&url, '?');
    out->path = url;
    err = split_netloc(out);
    if (err != LWURL_OK)
        *out = empty;
    return err;
}

int lwurl_split_port(const struct lwurl_split *split, uint32_t *port)
{
    uint64_t value = 0;

    *port = 0;
    if (split->port.n == 0)
        return LWURL_OK;
    if (!str_number(split->port, &value) || value > 65535)
        return LWURL_ERR_URL;
    *port = (uint32_t)value;
    return LWURL_OK;
}

/* ------------------------------------------------------------- urlunsplit */

bool scheme_is_in(struct lwurl_str scheme, const char *list)
{
    struct lwurl_str names = str_of(list), name;

    if (scheme.n == 0)
        return true;
    while (str_next(&names, &name))
        LOOP_WRITES((names, name), IS_PART(names), names.n)
    {
        if (str_same(name, scheme))
            return true;
    }
    return false;
}

struct lwurl_str split_cut_params(struct lwurl_str scheme,
                                  struct lwurl_str *path)
{
    struct lwurl_str params = none;
    size_t slash = path->n;

    while (slash > 0 && path->p[slash - 1] != '/')
        LOOP_HOLDS(slash <= path->n, slash)
    {
        slash--;
    }
    size_t n = slash + str_find(str_cut(*path, slash, SIZE_MAX), ';');
    if (n < path->n && scheme_is_in(scheme, SCHEMES_PARAMS)) {
        params = str_cut(*path, n + 1, SIZE_MAX);
        path->n = n;
    }
    return params;
}

void split_write_scheme(const struct lwurl_split *parts, struct sink *s)
{
    for (size_t i = 0; i < parts->scheme.n; i++)
        LOOP_WRITES((i, SINK(s)), i <= parts->scheme.n && SINK_GREW(s, i, i),
                    parts->scheme.n - i)
    {
        sink_put(s, (char)to_lower((unsigned char)parts->scheme.p[i]));
    }
    if (parts->scheme.n > 0)
        sink_put(s, ':');
}

/* A separator and what it announces; nothing for an empty part. */
static void put_part(struct sink *s, char separator, struct lwurl_str part)
{
    if (part.n > 0)
        sink_put(s, separator);
    sink_str(s, part);
}

void split_write_tail(const struct lwurl_split *parts, struct sink *s)
{
    put_part(s, '?', parts->query);
    put_part(s, '#', parts->fragment);
}

void split_write(const struct lwurl_split *parts, struct lwurl_str params,
                 struct sink *s)
{
    struct lwurl_str path = parts->path;
    bool slashes = path.n >= 2 && path.p[0] == '/' && path.p[1] == '/';

    split_write_scheme(parts, s);
    if (parts->netloc.n > 0 || (parts->scheme.n > 0 && !slashes &&
                                scheme_is_in(parts->scheme, SCHEMES_NETLOC))) {
        sink_str(s, STR("//"));
        sink_str(s, parts->netloc);
        if (path.n + params.n > 0 && (path.n == 0 || path.p[0] != '/'))
            sink_put(s, '/');
    }
    sink_str(s, path);
    put_part(s, ';', params);
    split_write_tail(parts, s);
}

int lwurl_urlunsplit(const struct lwurl_split *parts, char *out, size_t max,
                     size_t *n)
{
    struct sink s = {out, max, 0};

    split_write(parts, none, &s);
    return sink_end(&s, n);
}

int lwurl_urldefrag(struct lwurl_str url, char *out, size_t max, size_t *n,
                    struct lwurl_str *fragment)
{
    struct sink s = {out, max, 0};
    struct lwurl_split parts;
    size_t hash = str_find(url, '#');

    *n = 0;
    *fragment = none;
    if (hash == url.n) {
        sink_str(&s, url);
        return sink_end(&s, n);
    }
    int err = lwurl_urlsplit(url, &parts);
    if (err != LWURL_OK)
        return err;
    *fragment = parts.fragment;
    parts.fragment = none;
    struct lwurl_str params = split_cut_params(parts.scheme, &parts.path);
    split_write(&parts, params, &s);
    return sink_end(&s, n);
}

/* ------------------------------------------------------------------ unwrap */

struct lwurl_str lwurl_unwrap(struct lwurl_str text)
{
    text = str_strip(text);
    if (text.n >= 2 && text.p[0] == '<' && text.p[text.n - 1] == '>')
        text = str_strip(str_cut(text, 1, text.n - 2));
    if (text.n >= 4 && str_equal(str_cut(text, 0, 4), STR("URL:")))
        text = str_strip(str_cut(text, 4, SIZE_MAX));
    return text;
}
