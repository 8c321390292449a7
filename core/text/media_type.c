/* SPDX-License-Identifier: MIT */
#include "text/media_type.h"

#include "text/proof.h"

/* A byte that a URL has as an escape, and so as token characters. */
static bool is_escaped(unsigned char c)
{
    return c < 0x20 || c > 0x7e;
}

static bool is_token(struct lwurl_str s)
{
    bool good = s.n > 0;

    for (size_t i = 0; i < s.n; i++)
        LOOP_HOLDS(i <= s.n, s.n - i)
    {
        unsigned char c = (unsigned char)s.p[i];
        good = good && (is_token_char(c) || is_escaped(c));
    }
    return good;
}

static struct lwurl_str cut_from(struct lwurl_str s, size_t from)
{
    return str_cut(s, from, SIZE_MAX);
}

/* --------------------------------------------------------------- parameters */

struct param {
    struct lwurl_str name, value; /* value: between the quotes, if `quoted` */
    bool quoted;
};

/* A character of the value at *at, which moves behind it; false at the end. A
   backslash gives the next character, and the last one itself. */
static bool next_char(const struct param *p, size_t *at, unsigned char *out)
{
    if (*at == p->value.n)
        return false;
    if (p->quoted && p->value.p[*at] == '\\' && *at + 1 < p->value.n)
        ++*at;
    *out = (unsigned char)p->value.p[(*at)++];
    return true;
}

/* Bytes up to the closing quotes, or all. */
static size_t quoted_span(struct lwurl_str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] != '"')
        LOOP_HOLDS(n <= s.n, s.n - n)
    {
        n += s.p[n] == '\\' && n + 1 < s.n ? 2 : 1;
    }
    return n;
}

/* Takes a value, up to the ';' behind it or the end. */
static void take_value(struct lwurl_str *rest, struct param *out)
{
    out->quoted = rest->n > 0 && rest->p[0] == '"';
    if (out->quoted) {
        *rest = cut_from(*rest, 1);
        out->value = str_cut(*rest, 0, quoted_span(*rest));
        *rest = cut_from(*rest, out->value.n);
        *rest = cut_from(*rest, str_find(*rest, ';'));
        return;
    }
    out->value = str_cut(*rest, 0, str_find(*rest, ';'));
    *rest = cut_from(*rest, out->value.n);
    out->value = str_trim_end(out->value);
}

/* Takes the next good parameter, in front of which a ';' stands. */
static bool next_param(struct lwurl_str *rest, struct param *out)
{
    while (rest->n > 0)
        LOOP_WRITES((*rest, *out), IS_PART(*rest), rest->n)
    {
        *rest = str_trim_start(cut_from(*rest, 1));
        size_t n = str_find(*rest, ';');
        out->name = str_cut(*rest, 0, str_find(str_cut(*rest, 0, n), '='));
        *rest = cut_from(*rest, out->name.n);
        if (out->name.n == n)
            continue;
        *rest = cut_from(*rest, 1);
        take_value(rest, out);
        if (is_token(out->name) && (out->quoted || out->value.n > 0))
            return true;
    }
    return false;
}

/* Does a parameter of this name stand before p, which is one of params? */
static bool is_repeated(struct lwurl_str params, const struct param *p)
{
    struct lwurl_str before =
        str_cut(params, 0, (size_t)(p->name.p - params.p));
    struct param other;

    while (next_param(&before, &other))
        LOOP_WRITES((before, other), IS_PART(before), before.n)
    {
        if (str_same(other.name, p->name))
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------ writing */

static void put(struct sink *s, unsigned char c)
{
    if (is_escaped(c))
        sink_escape(s, c);
    else
        sink_put(s, (char)c);
}

/* In lower case, the digits of escapes too. */
static void put_lower(struct sink *s, struct lwurl_str text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < text.n; i++)
        LOOP_WRITES((i, SINK(s)), i <= text.n && SINK_GREW(s, i, 3 * i),
                    text.n - i)
    {
        unsigned char c = (unsigned char)text.p[i];
        if (!is_escaped(c)) {
            sink_put(s, (char)to_lower(c));
            continue;
        }
        sink_put(s, '%');
        sink_put(s, digits[c >> 4]);
        sink_put(s, digits[c & 15u]);
    }
}

static bool needs_quotes(const struct param *p)
{
    bool token = p->value.n > 0;
    unsigned char c;

    for (size_t at = 0; next_char(p, &at, &c);)
        LOOP_WRITES((at, c, token), at <= p->value.n, p->value.n - at)
    {
        token = token && (is_token_char(c) || is_escaped(c));
    }
    return !token;
}

static void put_value(struct sink *s, const struct param *p)
{
    bool quotes = needs_quotes(p);
    unsigned char c;

    if (quotes)
        sink_put(s, '"');
    for (size_t at = 0; next_char(p, &at, &c);)
        LOOP_WRITES((at, c, SINK(s)),
                    at <= p->value.n && SINK_GREW(s, 0, 3 * at),
                    p->value.n - at)
    {
        if (c == '"' || c == '\\')
            sink_put(s, '\\');
        put(s, c);
    }
    if (quotes)
        sink_put(s, '"');
}

bool media_type_write(struct lwurl_str essence, struct lwurl_str params,
                      struct sink *s)
{
    size_t slash = str_find(essence, '/');
    struct param p;

    if (slash == essence.n || !is_token(str_cut(essence, 0, slash)) ||
        !is_token(cut_from(essence, slash + 1)))
        return false;
    put_lower(s, essence);
    for (struct lwurl_str rest = params; next_param(&rest, &p);)
        LOOP_WRITES((rest, p, SINK(s)),
                    IS_PART(rest) && SINK_GREW(s, 0, 8 * (params.n - rest.n)),
                    rest.n)
    {
        if (is_repeated(params, &p))
            continue;
        sink_put(s, ';');
        put_lower(s, p.name);
        sink_put(s, '=');
        put_value(s, &p);
    }
    return true;
}
