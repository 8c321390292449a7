/* SPDX-License-Identifier: MIT */
/* quote, unquote, urlencode, parse_qsl: urllib.parse's view of RFC 3986 2. */
#include "lwurl_parse.h"
#include "text/proof.h"
#include "text/sink.h"

WRAPS_BEGIN

static bool is_unreserved(unsigned char c)
{
    return (unsigned)to_lower(c) - 'a' <= 25u || is_digit(c) || c == '_' ||
           c == '.' || c == '-' || c == '~';
}

WRAPS_END

static bool is_in(const char *set, unsigned char c)
{
    size_t i = 0;

    while (set[i] != '\0' && (unsigned char)set[i] != c)
        LOOP_HOLDS(IN_TEXT(set, i), TEXT_MAX(set) - i)
    {
        i++;
    }
    return set[i] != '\0';
}

static void quote(struct sink *s, struct lwurl_str text, const char *safe,
                  bool plus)
{
    for (size_t i = 0; i < text.n; i++)
        LOOP_WRITES((i, SINK(s)), i <= text.n && SINK_GREW(s, i, 3 * i),
                    text.n - i)
    {
        unsigned char c = (unsigned char)text.p[i];
        if (plus && c == ' ')
            sink_put(s, '+');
        else if (is_unreserved(c) || (c < 0x80 && is_in(safe, c)))
            sink_put(s, (char)c);
        else
            sink_escape(s, c);
    }
}

int lwurl_quote(struct lwurl_str text, const char *safe, char *out, size_t max,
                size_t *n)
{
    struct sink s = {out, max, 0};

    quote(&s, text, safe, false);
    return sink_end(&s, n);
}

int lwurl_quote_plus(struct lwurl_str text, const char *safe, char *out,
                     size_t max, size_t *n)
{
    struct sink s = {out, max, 0};

    quote(&s, text, safe, true);
    return sink_end(&s, n);
}

int lwurl_unquote(struct lwurl_str text, char *out, size_t max, size_t *n)
{
    struct sink s = {out, max, 0};

    for (size_t at = 0; at < text.n;)
        LOOP_WRITES((at, SINK(&s)), at <= text.n && s.n <= at, text.n - at)
    {
        sink_put(&s, (char)str_unquote(text, &at));
    }
    return sink_end(&s, n);
}

int lwurl_unquote_plus(struct lwurl_str text, char *out, size_t max, size_t *n)
{
    struct sink s = {out, max, 0};

    for (size_t at = 0; at < text.n;)
        LOOP_WRITES((at, SINK(&s)), at <= text.n && s.n <= at, text.n - at)
    {
        bool plus = text.p[at] == '+';
        unsigned char c = str_unquote(text, &at);
        sink_put(&s, plus ? ' ' : (char)c);
    }
    return sink_end(&s, n);
}

int lwurl_urlencode(const struct lwurl_pair *pairs, size_t pairs_n, char *out,
                    size_t max, size_t *n)
{
    struct sink s = {out, max, 0};

    for (size_t i = 0; i < pairs_n; i++) {
        if (i > 0)
            sink_put(&s, '&');
        quote(&s, pairs[i].name, "", true);
        sink_put(&s, '=');
        quote(&s, pairs[i].value, "", true);
    }
    return sink_end(&s, n);
}

bool lwurl_parse_qsl(struct lwurl_str *query, bool keep_blank,
                     struct lwurl_pair *out)
{
    while (query->n > 0)
        LOOP_WRITES((*query, *out), IS_PART(*query), query->n)
    {
        size_t n = str_find(*query, '&');
        struct lwurl_str one = str_cut(*query, 0, n);
        *query = str_cut(*query, n < query->n ? n + 1 : n, SIZE_MAX);
        size_t equals = str_find(one, '=');
        out->name = str_cut(one, 0, equals);
        out->value =
            str_cut(one, equals < one.n ? equals + 1 : equals, SIZE_MAX);
        if (out->value.n > 0 || (keep_blank && one.n > 0))
            return true;
    }
    return false;
}
