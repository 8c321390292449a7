/* SPDX-License-Identifier: MIT */
/* urljoin, to the letter of CPython (RFC 3986 5.2 with ";parameters"). */
#include <string.h>

#include "text/path.h"
#include "text/proof.h"
#include "text/split.h"

/* Length of a path up to its last '/', that included. */
static size_t directory(struct lwurl_str path)
{
    while (path.n > 0 && path.p[path.n - 1] != '/')
        LOOP_HOLDS(IS_PART(path), path.n)
    {
        path.n--;
    }
    return path.n;
}

/* Makes room for n bytes at `at`, or takes -n away. */
static void shift(struct sink *s, size_t at, int n)
{
    size_t to = (size_t)((ptrdiff_t)at + n);

    if (s->n + 1 <= s->max || n < 0)
        memmove(s->p + to, s->p + at, s->n - at);
    s->n = (size_t)((ptrdiff_t)s->n + n);
}

/* What urlunsplit does before a path that it knows, done behind one that was
   made in place from `from` on: a slash behind the netloc, or no "//" before
   a path that has one of its own. */
static void fit_front(const struct lwurl_split *to, struct sink *s, size_t from)
{
    const char *path = s->p + from;

    if (to->netloc.n == 0 && s->n - from >= 2 && path[0] == '/' &&
        path[1] == '/') {
        shift(s, from, -2);
    } else if (path[0] != '/') {
        shift(s, from, 1);
        if (s->n <= s->max)
            s->p[from] = '/';
    }
}

/* The base's directory and the reference, its dot segments resolved where they
   were written: the buffer must hold both. */
static void write_resolved(const struct lwurl_split *to, struct lwurl_str base,
                           struct lwurl_str params, struct sink *s)
{
    bool front = to->netloc.n > 0 || to->scheme.n > 0;
    bool relative = to->path.n == 0 || to->path.p[0] != '/';

    split_write_scheme(to, s);
    if (front)
        sink_str(s, STR("//"));
    sink_str(s, to->netloc);
    size_t from = s->n;
    if (relative && base.n == 0)
        sink_put(s, '/');
    if (relative)
        sink_str(s, str_cut(base, 0, directory(base)));
    sink_str(s, to->path);
    if (s->n <= s->max)
        s->n = from + path_resolve(s->p + from, s->n - from, relative);
    if (s->n == from)
        sink_put(s, '/');
    if (params.n > 0)
        sink_put(s, ';');
    sink_str(s, params);
    if (front && s->n <= s->max)
        fit_front(to, s, from);
    split_write_tail(to, s);
}

static void join(struct lwurl_split *to, struct lwurl_split *base,
                 struct sink *s)
{
    struct lwurl_str params = split_cut_params(to->scheme, &to->path);

    if (to->netloc.n > 0) {
        split_write(to, params, s);
        return;
    }
    to->netloc = base->netloc;
    struct lwurl_str base_params = split_cut_params(base->scheme, &base->path);
    if (to->path.n > 0 || params.n > 0) {
        write_resolved(to, base->path, params, s);
        return;
    }
    to->path = base->path;
    if (to->query.n == 0)
        to->query = base->query;
    split_write(to, base_params, s);
}

int lwurl_urljoin(struct lwurl_str base, struct lwurl_str ref, char *out,
                  size_t max, size_t *n)
{
    struct sink s = {out, max, 0};
    struct lwurl_split from, to;
    int err = LWURL_OK;

    *n = 0;
    if (base.n > 0 && ref.n > 0) {
        err = lwurl_urlsplit(base, &from);
        if (err == LWURL_OK)
            err = lwurl_urlsplit(ref, &to);
    }
    if (err != LWURL_OK)
        return err;
    if (base.n > 0 && ref.n > 0 && to.scheme.n == 0)
        to.scheme = from.scheme;
    if (base.n == 0)
        sink_str(&s, ref);
    else if (ref.n == 0)
        sink_str(&s, base);
    else if (!str_same(to.scheme, from.scheme) ||
             !scheme_is_in(to.scheme, SCHEMES_RELATIVE))
        sink_str(&s, ref);
    else
        join(&to, &from, &s);
    return sink_end(&s, n);
}
