/* SPDX-License-Identifier: MIT */
/* Proves core/text/quote.c core/text/sink.c core/text/str.c
   Left out: lwurl_urlencode (no contract can say of an array that all its
   slices are good; it calls quote and sink_put alone). */
#include "text/quote.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* The text of `safe` is short: its length counts for nothing else. */
PROOF(lwurl_quote)
{
    size_t max = any_length(ANY_MAX), n;
    struct lwurl_str text = any_str();
    char *out = any_memory(max);

    if (lwurl_quote(text, any_text(), out, max, &n) == LWURL_OK)
        PROVE(n <= max);
    PROVE(n >= text.n && n <= 3 * text.n);
}

PROOF(lwurl_quote_plus)
{
    size_t max = any_length(ANY_MAX), n;
    struct lwurl_str text = any_str();
    char *out = any_memory(max);

    lwurl_quote_plus(text, any_text(), out, max, &n);
    PROVE(n >= text.n && n <= 3 * text.n);
}

PROOF(lwurl_unquote)
{
    size_t max = any_length(ANY_MAX), n;
    struct lwurl_str text = any_str();
    char *out = any_memory(max);

    lwurl_unquote(text, out, max, &n);
    PROVE(n <= text.n);
}

PROOF(lwurl_unquote_plus)
{
    size_t max = any_length(ANY_MAX), n;
    struct lwurl_str text = any_str();
    char *out = any_memory(max);

    lwurl_unquote_plus(text, out, max, &n);
    PROVE(n <= text.n);
}

PROOF(lwurl_parse_qsl)
{
    struct lwurl_str query = any_str(), rest = query;
    struct lwurl_pair pair;

    if (lwurl_parse_qsl(&rest, any_bool(), &pair))
        PROVE(is_within(pair.name, query) && is_within(pair.value, query));
    PROVE(is_within(rest, query));
}
