/* SPDX-License-Identifier: MIT */
#include "lwurl_passwords.h"

#include "text/url.h"

/* ---------------------------------------------------------------- segments */

/*
 * A path is a list of segments, read without a buffer: "." and ".." are left
 * out together with what they undo. The loops are bounded by the square of the
 * segments of a URL (LWURL_URL_MAX bytes), met only by URLs of many "..".
 */

/* Takes the first segment off *path; false behind the last, which may be
   empty ("/a/" has two). A path that is left begins with its slash. */
static bool take_segment(struct lwurl_str *path, struct lwurl_str *segment)
{
    if (path->n == 0)
        return false;
    *path = str_cut(*path, 1, SIZE_MAX);
    *segment = str_cut(*path, 0, str_find(*path, '/'));
    *path = str_cut(*path, segment->n, SIZE_MAX);
    return true;
}

/* So many dots, escaped or not, and nothing else: 0 where it is neither "."
   nor "..". */
static unsigned dots(struct lwurl_str segment)
{
    unsigned n = 0;

    for (size_t at = 0; at < segment.n; n++)
        if (n == 2 || str_unquote(segment, &at) != '.')
            return 0;
    return n;
}

/* Does a ".." in what follows take the segment before it away? */
static bool is_undone(struct lwurl_str rest)
{
    struct lwurl_str segment;
    size_t depth = 1;

    while (depth > 0 && take_segment(&rest, &segment)) {
        unsigned n = dots(segment);
        if (n == 2)
            depth--;
        else if (n == 0)
            depth++;
    }
    return depth == 0;
}

/* The next segment of the normalised path. "." and ".." at the end leave an
   empty one. */
static bool next_segment(struct lwurl_str *path, struct lwurl_str *segment)
{
    while (take_segment(path, segment)) {
        unsigned n = dots(*segment);
        if (n > 0 && path->n == 0) {
            segment->n = 0;
            return true;
        }
        if (n == 0 && !is_undone(*path))
            return true;
    }
    return false;
}

static bool same_segment(struct lwurl_str a, struct lwurl_str b)
{
    size_t i = 0, k = 0;

    while (i < a.n && k < b.n)
        if (str_unquote(a, &i) != str_unquote(b, &k))
            return false;
    return i == a.n && k == b.n;
}

/* ---------------------------------------------------------------- matching */

static struct lwurl_str path_of(const struct url *url)
{
    struct lwurl_str path = str_cut(url->target, 0, str_find(url->target, '?'));

    return path.n > 0 ? path : STR("/");
}

/* Is `path` at or below `base`? 0 for no, else more for a longer base. An
   empty last segment of it ("/a/", "/") wants one there, whatever it is. */
static unsigned depth_below(struct lwurl_str base, struct lwurl_str path)
{
    struct lwurl_str b, p;
    unsigned depth = 0;

    while (next_segment(&base, &b)) {
        bool any = b.n == 0 && base.n == 0;
        if (!next_segment(&path, &p) || !(any || same_segment(b, p)))
            return 0;
        depth += any ? 1 : 2;
    }
    return depth;
}

static bool same_origin(const struct url *a, const struct url *b)
{
    return str_same(a->scheme, b->scheme) && str_same(a->host, b->host) &&
           url_port(a) == url_port(b);
}

/* How well a line fits a URL: 0, it does not. */
static unsigned fit(const struct lwurl_password *line, const struct url *url)
{
    struct url base;
    int32_t at;

    if (url_split(str_of(line->uri), &base, &at) != LWURL_OK ||
        !same_origin(&base, url))
        return 0;
    return depth_below(path_of(&base), path_of(url));
}

/* The best line, table_n where there is none. */
static size_t best_line(const struct lwurl_passwords *passwords,
                        struct lwurl_str text, struct lwurl_str realm)
{
    size_t best = passwords->table_n;
    unsigned best_fit = 0, known = 0;
    struct url url;
    int32_t at;

    if (url_split(text, &url, &at) != LWURL_OK)
        return best;
    for (size_t i = 0; i < passwords->table_n; i++) {
        const struct lwurl_password *line = &passwords->table[i];
        unsigned named = line->realm != NULL;
        if (named &&
            (realm.p == NULL || !str_equal(realm, str_of(line->realm))))
            continue;
        unsigned fits = named >= known ? fit(line, &url) : 0;
        if (fits > (named > known ? 0 : best_fit)) {
            best = i;
            best_fit = fits;
            known = named;
        }
    }
    return best;
}

/* --------------------------------------------------------------- the outer */

int lwurl_passwords_find(void *passwords, struct lwurl_str url,
                         struct lwurl_str realm, struct lwurl_login *out)
{
    const struct lwurl_passwords *p = passwords;
    size_t i = best_line(p, url, realm);

    if (i == p->table_n)
        return 0;
    out->user = p->table[i].user;
    out->password = p->table[i].password;
    return 1;
}

/* The line whose password goes out before any realm is known. */
static uint8_t *prior_of(const struct lwurl_passwords *p, struct lwurl_str url)
{
    size_t i = p->prior == NULL
                   ? p->table_n
                   : best_line(p, url, (struct lwurl_str){NULL, 0});

    return i < p->table_n ? &p->prior[i] : NULL;
}

int lwurl_passwords_is_authenticated(void *passwords, struct lwurl_str url)
{
    const uint8_t *prior = prior_of(passwords, url);

    return prior != NULL && *prior != 0;
}

void lwurl_passwords_update_authenticated(void *passwords, struct lwurl_str url,
                                          int yes)
{
    uint8_t *prior = prior_of(passwords, url);

    if (prior != NULL)
        *prior = yes != 0;
}

int lwurl_passwords_check(const struct lwurl_passwords *passwords, size_t *bad)
{
    struct url url;
    int32_t at;

    for (*bad = 0; *bad < passwords->table_n; ++*bad)
        if (url_split(str_of(passwords->table[*bad].uri), &url, &at) !=
            LWURL_OK)
            return LWURL_ERR_URL;
    return LWURL_OK;
}
