/* SPDX-License-Identifier: MIT */
/* Set-Cookie and Cookie (RFC 6265 5.2 to 5.4, and 4.1.3 of 6265bis). */
#include "handlers/jar.h"
#include "http/head_out.h"
#include "text/date.h"
#include "text/str.h"
#include "text/url.h"

/* Expires before this (1971) deletes a cookie even where there is no clock. */
#define LONG_AGO 31536000

/* The host and path of the current URL, which decide about every cookie. */
struct place {
    struct lwurl_str host, path;
    bool secure;
};

static void where(const struct lwurl *u, struct place *out)
{
    struct url url;
    int32_t at;

    (void)url_split(u->url, &url, &at); /* checked when it was opened */
    out->host = url.host;
    out->path = str_cut(url.target, 0, str_find(url.target, '?'));
    if (out->path.n == 0)
        out->path = STR("/");
    out->secure = u->scheme->ops->filter != NULL;
}

/* --------------------------------------------------------------- matching */

/* RFC 6265 5.1.3: the same, or a subdomain; addresses only the same. */
static bool domain_match(struct lwurl_str host, struct lwurl_str domain)
{
    if (host.n <= domain.n)
        return str_same(host, domain);
    return host.p[host.n - domain.n - 1] == '.' &&
           str_same(str_cut(host, host.n - domain.n, SIZE_MAX), domain) &&
           !url_is_address(host);
}

/* RFC 6265 5.1.4 */
static bool path_match(struct lwurl_str path, struct lwurl_str of)
{
    if (path.n < of.n || !str_equal(str_cut(path, 0, of.n), of))
        return false;
    return path.n == of.n || of.p[of.n - 1] == '/' || path.p[of.n] == '/';
}

/* The directory of a request's path (RFC 6265 5.1.4), which begins with a
   slash. */
static struct lwurl_str default_path(struct lwurl_str path)
{
    size_t n = path.n;

    while (path.p[n - 1] != '/')
        n--;
    return n > 1 ? str_cut(path, 0, n - 1) : STR("/");
}

static bool goes_to(const struct lwurl_cookie *c, const struct place *place)
{
    return (c->host_only ? str_same(place->host, c->domain)
                         : domain_match(place->host, c->domain)) &&
           path_match(place->path, c->path) && (!c->secure || place->secure);
}

/* ------------------------------------------------------------------- Cookie */

/* Does a come before b: longer paths first, then the older (5.4)? */
static bool before(const struct lwurl_cookie_slot *a,
                   const struct lwurl_cookie_slot *b)
{
    return a->path_n != b->path_n ? a->path_n > b->path_n : a->order < b->order;
}

/* The cookie for `place` that comes next after `last` (NULL: the first). */
static const struct lwurl_cookie_slot *next(
    const struct lwurl_jar *jar, const struct place *place,
    const struct lwurl_cookie_slot *last)
{
    const struct lwurl_cookie_slot *best = NULL;
    struct lwurl_cookie c;

    for (size_t i = 0; i < jar->slots_n; i++) {
        const struct lwurl_cookie_slot *slot = &jar->slots[i];
        if (!jar_alive(jar, slot) || (last != NULL && !before(last, slot)) ||
            (best != NULL && !before(slot, best)))
            continue;
        jar_view(slot, &c);
        if (goes_to(&c, place))
            best = slot;
    }
    return best;
}

static void cookies_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    const struct lwurl_jar *jar = state;
    const struct lwurl_cookie_slot *slot = NULL;
    struct lwurl_cookie c;
    struct place place;

    if (request_gives(u, "Cookie"))
        return;
    where(u, &place);
    for (bool first = true; (slot = next(jar, &place, slot)) != NULL;
         first = false) {
        jar_view(slot, &c);
        if (first)
            lwurl_out_ref(out, LIT("Cookie: "));
        else
            lwurl_out_ref(out, LIT("; "));
        lwurl_out_ref(out, c.name.p, c.name.n);
        lwurl_out_ref(out, LIT("="));
        lwurl_out_ref(out, c.value.p, c.value.n);
    }
    slot = next(jar, &place, NULL);
    if (slot != NULL)
        lwurl_out_ref(out, LIT("\r\n"));
}

/* --------------------------------------------------------------- Set-Cookie */

/* A cookie as it comes in. */
struct incoming {
    struct lwurl_cookie c;
    int64_t expires; /* Unix seconds, when `lasts` */
    bool lasts;      /* Expires or Max-Age was there */
    bool max_age;    /* which wins over Expires */
    bool deleted;
};

/* Max-Age is from now on; without a clock only "not any more" has a meaning. */
static void set_max_age(const struct lwurl_jar *jar, struct lwurl_str value,
                        struct incoming *in)
{
    bool minus = value.n > 0 && value.p[0] == '-';
    uint32_t now = jar_now(jar);
    uint64_t age = 0;

    if (!str_number(minus ? str_cut(value, 1, SIZE_MAX) : value, &age))
        return;
    in->max_age = true;
    in->deleted = minus || age == 0;
    in->lasts = now != 0;
    in->expires =
        age > UINT32_MAX - now ? (int64_t)UINT32_MAX : (int64_t)(now + age);
}

static void set_expires(const struct lwurl_jar *jar, struct lwurl_str value,
                        struct incoming *in)
{
    uint32_t now = jar_now(jar);
    int64_t when;

    if (in->max_age || !date_parse(value, &when))
        return;
    in->deleted = when < LONG_AGO || (now != 0 && when <= now);
    in->lasts = now != 0;
    in->expires = when > UINT32_MAX ? UINT32_MAX : when;
}

static void set_domain(struct lwurl_str value, struct incoming *in)
{
    if (value.n > 0 && value.p[0] == '.')
        value = str_cut(value, 1, SIZE_MAX);
    if (value.n > 0)
        in->c.domain = value;
}

/* One attribute (RFC 6265 5.2.1 to 5.2.6); the last of a name counts. */
static void attribute(const struct lwurl_jar *jar, struct lwurl_str av,
                      struct incoming *in)
{
    size_t n = str_find(av, '=');
    struct lwurl_str name = str_trim(str_cut(av, 0, n));
    struct lwurl_str value =
        str_trim(str_cut(av, n < av.n ? n + 1 : n, SIZE_MAX));

    if (lwurl_name_is(name, "max-age"))
        set_max_age(jar, value, in);
    else if (lwurl_name_is(name, "expires"))
        set_expires(jar, value, in);
    else if (lwurl_name_is(name, "domain"))
        set_domain(value, in);
    else if (lwurl_name_is(name, "path"))
        in->c.path = value.n > 0 && value.p[0] == '/' ? value : str_of(NULL);
    else if (lwurl_name_is(name, "secure"))
        in->c.secure = true;
    else if (lwurl_name_is(name, "httponly"))
        in->c.http_only = true;
}

/* Takes what is before the next ';' off the front. */
static struct lwurl_str next_part(struct lwurl_str *line)
{
    size_t n = str_find(*line, ';');
    struct lwurl_str part = str_trim(str_cut(*line, 0, n));

    *line = str_cut(*line, n < line->n ? n + 1 : n, SIZE_MAX);
    return part;
}

/* A cookie goes back in a head: no control characters (RFC 6265bis 5.6); nor a
   TAB, which divides the columns of an exported one. */
static bool is_clean(struct lwurl_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_control((unsigned char)s.p[i]))
            return false;
    return true;
}

static bool parse(const struct lwurl_jar *jar, struct lwurl_str line,
                  struct incoming *in)
{
    static const struct incoming none;
    struct lwurl_str pair = next_part(&line);
    size_t n = str_find(pair, '=');

    *in = none;
    if (n == 0 || n == pair.n)
        return false;
    in->c.name = str_trim(str_cut(pair, 0, n));
    in->c.value = str_trim(str_cut(pair, n + 1, SIZE_MAX));
    while (line.n > 0)
        attribute(jar, next_part(&line), in);
    return is_clean(in->c.name) && is_clean(in->c.value) &&
           is_clean(in->c.path);
}

static bool has_dot(struct lwurl_str s)
{
    return str_find(s, '.') < s.n;
}

/* Whose it is (RFC 6265 5.3, 4 to 6). A domain without a dot is a public
   suffix, which no host may speak for but itself. */
static bool settle_domain(struct incoming *in, const struct place *place)
{
    struct lwurl_str domain = in->c.domain;

    in->c.host_only = domain.n == 0 ||
                      (!has_dot(domain) && str_same(domain, place->host)) ||
                      url_is_address(place->host);
    if (in->c.host_only) {
        in->c.domain = place->host;
        return domain.n == 0 || str_same(domain, place->host);
    }
    return has_dot(domain) && domain_match(place->host, domain);
}

static bool begins(struct lwurl_str s, struct lwurl_str with)
{
    return s.n >= with.n && str_same(str_cut(s, 0, with.n), with);
}

/* What Secure and the prefixes demand (RFC 6265bis 4.1.3, 5.7). */
static bool is_allowed(const struct incoming *in, const struct place *place,
                       bool has_domain)
{
    if (in->c.secure && !place->secure)
        return false;
    if (begins(in->c.name, STR("__Secure-")) && !in->c.secure)
        return false;
    return !begins(in->c.name, STR("__Host-")) ||
           (in->c.secure && !has_domain && str_equal(in->c.path, STR("/")));
}

static void store(struct lwurl *u, struct lwurl_jar *jar, struct lwurl_str line)
{
    struct incoming in;
    struct place place;

    where(u, &place);
    if (!parse(jar, line, &in))
        return;
    bool has_domain = in.c.domain.n > 0;
    bool has_path = in.c.path.n > 0;
    if (!has_path)
        in.c.path = default_path(place.path);
    if (!settle_domain(&in, &place) || !is_allowed(&in, &place, has_domain) ||
        (begins(in.c.name, STR("__Host-")) && !has_path))
        return;
    in.c.expires = in.lasts ? (uint32_t)in.expires : 0;
    if (in.deleted)
        jar_remove(jar, &in.c);
    else
        (void)lwurl_jar_put(jar, &in.c);
}

static int cookies_field(struct lwurl *u, void *state,
                         const struct lwurl_field *f)
{
    struct lwurl_jar *jar = state;

    if (f->trailer || !lwurl_name_is(f->name, "set-cookie"))
        return LWURL_OK;
    if (f->first)
        jar->used = 0;
    for (size_t i = 0; i < f->value.n && jar->used < jar->line_n; i++)
        jar->line[jar->used++] = f->value.p[i];
    if (jar->used == jar->line_n) { /* full to the brim: it may be cut */
        jar->dropped += f->last;
        return LWURL_OK;
    }
    if (f->last)
        store(u, jar, (struct lwurl_str){jar->line, jar->used});
    return LWURL_OK;
}

const struct lwurl_handler_ops lwurl_cookies_ops = {
    .request = cookies_request,
    .field = cookies_field,
};
