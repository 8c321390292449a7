/* SPDX-License-Identifier: MIT */
/*
 * The jar as cookies.txt. Seven columns, a TAB between:
 * domain, TRUE for a domain with a dot in front (else the host alone), path,
 * TRUE for Secure, expiry (0: session), name, value. "#HttpOnly_" in front of
 * the domain is how everyone marks those.
 */
#include "handlers/jar.h"
#include "text/sink.h"

#define COLUMNS 7

static void put_bool(struct sink *s, bool yes)
{
    sink_str(s, yes ? STR("\tTRUE\t") : STR("\tFALSE\t"));
}

static void put_line(struct sink *s, const struct lwurl_cookie *c)
{
    if (c->http_only)
        sink_str(s, STR("#HttpOnly_"));
    if (!c->host_only)
        sink_put(s, '.');
    sink_str(s, c->domain);
    put_bool(s, !c->host_only);
    sink_str(s, c->path);
    put_bool(s, c->secure);
    sink_number(s, c->expires);
    sink_put(s, '\t');
    sink_str(s, c->name);
    sink_put(s, '\t');
    sink_str(s, c->value);
    sink_put(s, '\n');
}

int lwurl_jar_export(const struct lwurl_jar *jar, char *out, size_t max,
                     size_t *n)
{
    struct sink s = {out, max, 0};
    struct lwurl_cookie c;

    for (size_t at = 0; lwurl_jar_next(jar, &at, &c);)
        put_line(&s, &c);
    return sink_end(&s, n);
}

/* Takes a line off the front, without its end. */
static struct lwurl_str next_line(struct lwurl_str *text)
{
    size_t n = str_find(*text, '\n');
    struct lwurl_str line = str_cut(*text, 0, n);

    *text = str_cut(*text, n < text->n ? n + 1 : n, SIZE_MAX);
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

/* Splits a line into its columns. What goes into a head must not hold a line
   end: nothing here holds a control character. */
static bool split(struct lwurl_str line, struct lwurl_str column[COLUMNS])
{
    for (int i = 0; i < COLUMNS; i++) {
        size_t n = i == COLUMNS - 1 ? line.n : str_find(line, '\t');
        column[i] = str_cut(line, 0, n);
        for (size_t k = 0; k < n; k++)
            if (is_control((unsigned char)line.p[k]))
                return false;
        if (i < COLUMNS - 1 && n == line.n)
            return false;
        line = str_cut(line, n < line.n ? n + 1 : n, SIZE_MAX);
    }
    return true;
}

static bool read_line(struct lwurl_str line, struct lwurl_cookie *c)
{
    struct lwurl_str column[COLUMNS], mark = STR("#HttpOnly_");
    uint64_t expires = 0;

    c->http_only = str_equal(str_cut(line, 0, mark.n), mark);
    if (c->http_only)
        line = str_cut(line, mark.n, SIZE_MAX);
    if (!split(line, column) ||
        (column[4].n > 0 && !str_number(column[4], &expires)))
        return false;
    c->domain = column[0];
    c->host_only = !str_same(column[1], STR("TRUE"));
    if (!c->host_only && c->domain.n > 0 && c->domain.p[0] == '.')
        c->domain = str_cut(c->domain, 1, SIZE_MAX);
    c->path = column[2];
    c->secure = str_same(column[3], STR("TRUE"));
    c->expires = expires > UINT32_MAX ? UINT32_MAX : (uint32_t)expires;
    c->name = column[5];
    c->value = column[6];
    return c->domain.n > 0 && c->name.n > 0 && c->path.n > 0 &&
           c->path.p[0] == '/';
}

size_t lwurl_jar_import(struct lwurl_jar *jar, struct lwurl_str text)
{
    struct lwurl_cookie c;
    size_t n = 0;

    while (text.n > 0) {
        struct lwurl_str line = next_line(&text);
        if (!read_line(line, &c) ||
            (c.expires != 0 && c.expires <= jar_now(jar)))
            continue;
        n += lwurl_jar_put(jar, &c) == LWURL_OK;
    }
    return n;
}
