/* SPDX-License-Identifier: MIT */
#include "lwurl_redirect.h"

#include <string.h>

#include "http/head_out.h"
#include "http/state.h"
#include "text/path.h"
#include "text/proof.h"
#include "text/url.h"

/* Redirects in one fetch where the state does not say (urllib's
   max_redirections). */
#define FOLLOWS 10u

/* Bytes between the current URL and the Location: "https:" goes there when it
   begins with "//", and a slash. */
#define GAP 8u

/* struct lwurl_redirect.seen: Location wins over URI, the first over others. */
enum { SEEN_NONE, SEEN_URI, SEEN_LOCATION };

/* ------------------------------------------------------------- the Location */

static bool is_redirect(unsigned status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

static void put(struct lwurl_redirect *r, char c)
{
    if (r->at < r->room_n && r->n < r->room_n - r->at)
        r->room[r->at + r->n] = c;
    r->n++;
}

/* Collects a piece; what cannot be in a URL is percent-encoded, as urllib
   quotes it: everything but printable ASCII. Tabs it drops. */
static void collect(struct lwurl_redirect *r, struct lwurl_str piece)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < piece.n; i++)
        LOOP_WRITES((i, r->n; r->room_n > 0
                     : ALL_OF(r->room)),
                    i <= piece.n && r->n <= AT_ENTRY(r->n) + 3 * i, piece.n - i)
    {
        unsigned char c = (unsigned char)piece.p[i];
        if (c == '\t')
            continue;
        if (c > 0x20 && c < 0x7f) {
            put(r, (char)c);
            continue;
        }
        put(r, '%');
        put(r, digits[c >> 4]);
        put(r, digits[c & 15u]);
    }
}

static unsigned kind(const struct lwurl_field *f)
{
    if (str_is(f->name, "location"))
        return SEEN_LOCATION;
    return str_is(f->name, "uri") ? SEEN_URI : SEEN_NONE;
}

static int redirect_field(struct lwurl *u, void *state,
                          const struct lwurl_field *f)
{
    struct lwurl_redirect *r = state;

    if (f->name.n == 0) { /* the reason: a head begins */
        r->seen = SEEN_NONE;
        r->open = false;
    }
    if (!is_redirect(u->status) || f->trailer || kind(f) == SEEN_NONE)
        return LWURL_OK;
    if (f->first) {
        r->open = kind(f) > r->seen;
        if (r->open) {
            r->seen = (uint8_t)kind(f);
            r->at = u->url.n + GAP;
            r->n = 0;
        }
    }
    if (r->open)
        collect(r, f->value);
    return LWURL_OK;
}

/* ------------------------------------------------------------- the verdict */

/* Does the body go along? */
static bool resends(const struct lwurl *u)
{
    return u->status >= 307 && (u->request->flags & LWURL_RESEND_BODY) != 0 &&
           request_can_resend(u);
}

/* R2 of urllib: which methods go on after which status. */
static bool goes_on(const struct lwurl *u)
{
    const char *method = request_method(u);

    if (text_equal(method, "GET") || request_is_head(u))
        return true;
    return text_equal(method, "POST") && (u->status < 307 || resends(u));
}

/* Hops are counted in a byte. */
static unsigned most(const struct lwurl_redirect *r)
{
    if (r->max == 0)
        return FOLLOWS;
    return r->max < UINT8_MAX ? r->max : UINT8_MAX;
}

static int redirect_response(struct lwurl *u, void *state)
{
    struct lwurl_redirect *r = state;

    if (!is_redirect(u->status) || r->seen == SEEN_NONE || !goes_on(u))
        return LWURL_DELIVER;
    if (u->hops >= most(r))
        return LWURL_ERR_REDIRECT;
    if (r->at + r->n > r->room_n)
        return lwurl_fail(u, LWURL_ERR_ROOM, (int32_t)(r->at + r->n));
    return LWURL_FOLLOW;
}

/* --------------------------------------------------------------- the join */

/* Parts of an absolute URL that was checked: offsets. */
struct marks {
    size_t authority; /* end of "scheme://host:port" */
    size_t path;      /* end of the path */
    size_t query;     /* end of the query */
};

static void mark(struct lwurl_str url, struct marks *m)
{
    unsigned slashes = 0; /* the third one begins the path */
    size_t i = 0;

    m->query = str_find(url, '#');
    while (i < m->query && url.p[i] != '?' &&
           (url.p[i] != '/' || ++slashes < 3))
        LOOP_HOLDS(i <= m->query && slashes <= 2, m->query - i)
    {
        i++;
    }
    m->authority = i;
    m->path = i + str_find(str_cut(url, i, m->query - i), '?');
}

/* How much of the base stays before a relative reference (RFC 3986 5.2.2). */
static size_t kept(struct lwurl_str base, struct lwurl_str ref)
{
    struct marks m;
    size_t n;

    mark(base, &m);
    if (ref.n == 0 || ref.p[0] == '#')
        return m.query;
    if (ref.p[0] == '?')
        return m.path;
    if (ref.p[0] == '/')
        return m.authority;
    for (n = m.path; n > m.authority && base.p[n - 1] != '/';)
        LOOP_HOLDS(m.authority <= n && n <= m.path, n)
    {
        n--;
    }
    return n;
}

/* What is done to a path; AS_IS still puts in the slash where there is none
   (R7). */
enum dots { AS_IS, RESOLVED, MERGED };

/* Resolves the dot segments of url[0..n), whose room has a byte to spare for
   the slash that a path must begin with. Returns the new length. */
static size_t fit_path(char *url, size_t n, enum dots dots)
{
    struct marks m;

    mark((struct lwurl_str){url, n}, &m);
    char *path = url + m.authority;
    size_t before = m.path - m.authority, after = before;
    if (dots != AS_IS)
        after = path_resolve(path, before, dots == MERGED);
    size_t slash = after == 0 || path[0] != '/';
    memmove(path + slash + after, path + before, n - m.path);
    if (slash > 0) {
        memmove(path + 1, path, after);
        path[0] = '/';
    }
    return n - before + after + slash;
}

/* A reference without authority: lands on the same origin. */
static size_t join_relative(struct lwurl_redirect *r, struct lwurl_str base,
                            struct lwurl_str ref)
{
    size_t n = kept(base, ref);
    bool path = ref.n > 0 && ref.p[0] != '#' && ref.p[0] != '?';
    bool merged = path && ref.p[0] != '/';

    memmove(r->room, base.p, n);
    if (merged && r->room[n - 1] != '/')
        r->room[n++] = '/';
    memmove(r->room + n, ref.p, ref.n);
    n += ref.n;
    return path ? fit_path(r->room, n, merged ? MERGED : RESOLVED) : n;
}

/* ------------------------------------------------------------- the next hop */

static bool may_go_to(const struct lwurl *u, const struct url *from,
                      const struct url *to)
{
    if (str_is(to->scheme, "https") || str_is(to->scheme, "ftp"))
        return true;
    if (!str_is(to->scheme, "http"))
        return false;
    return !str_is(from->scheme, "https") ||
           (u->request->flags & LWURL_DOWNGRADE) != 0;
}

static bool same_origin(const struct url *a, const struct url *b)
{
    return str_same(a->scheme, b->scheme) && str_same(a->host, b->host) &&
           url_port(a) == url_port(b);
}

/* An absolute URL. It is checked before anything of the old one is lost. */
static int follow_absolute(struct lwurl *u, struct lwurl_redirect *r,
                           struct lwurl_str to, unsigned how)
{
    struct url old, new;
    int32_t at;

    (void)url_split(u->url, &old, &at);
    if (url_split(to, &new, &at) != LWURL_OK || !may_go_to(u, &old, &new))
        return LWURL_ERR_REDIRECT;
    if (!same_origin(&old, &new))
        how |= LWURL_FOLLOW_CROSSED;
    memmove(r->room, to.p, to.n);
    to.p = r->room;
    to.n = fit_path(r->room, to.n, AS_IS);
    lwurl_follow(u, to, how);
    return LWURL_OK;
}

static bool has_slashes(const char *p, size_t n)
{
    return n >= 2 && p[0] == '/' && p[1] == '/';
}

/* "//host/" gets the scheme that it is relative to. "http:x" on an http URL is
   an old way to write "/x" (RFC 3986 5.2.2 allows it, urllib reads it). */
static struct lwurl_str reference(const struct lwurl *u,
                                  struct lwurl_redirect *r, size_t scheme_n)
{
    char *p = r->room + r->at;
    size_t n = r->n;
    size_t skip = scheme_n + 1; /* and the colon */

    if (has_slashes(p, n)) {
        p -= skip;
        n += skip;
        memcpy(p, u->url.p, skip);
    } else if (n >= skip &&
               str_same((struct lwurl_str){p, skip},
                        (struct lwurl_str){u->url.p, skip}) &&
               !has_slashes(p + skip, n - skip)) {
        p += skip;
        n -= skip;
        if (n > 0 && p[0] != '/' && p[0] != '?' && p[0] != '#') {
            *--p = '/';
            n++;
        }
    }
    return (struct lwurl_str){p, n};
}

static int redirect_follow(struct lwurl *u, void *state)
{
    struct lwurl_redirect *r = state;
    unsigned how = resends(u) ? 0 : LWURL_FOLLOW_GET;
    size_t scheme_n = url_scheme_n(u->url.p, u->url.n);

    if (scheme_n >= GAP)
        return LWURL_ERR_REDIRECT;
    struct lwurl_str to = reference(u, r, scheme_n);
    if (url_scheme_n(to.p, to.n) > 0)
        return follow_absolute(u, r, to, how);
    to.n = join_relative(r, u->url, to);
    to.p = r->room;
    lwurl_follow(u, to, how);
    return LWURL_OK;
}

const struct lwurl_handler_ops lwurl_redirect_ops = {
    .field = redirect_field,
    .response = redirect_response,
    .follow = redirect_follow,
};
