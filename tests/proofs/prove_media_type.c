/* SPDX-License-Identifier: MIT */
/* Proves core/text/media_type.c core/text/sink.c core/text/str.c */
#include "contracts.h"

#ifdef __CPROVER__

/* clang-format off */

static bool is_token(struct lwurl_str s)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns()
__CPROVER_ensures(IMPLIES(RESULT, s.n > 0));

static size_t quoted_span(struct lwurl_str s)
__CPROVER_requires(IS_GOOD(s))
__CPROVER_assigns()
__CPROVER_ensures(RESULT <= s.n);

static void put_lower(struct sink *s, struct lwurl_str text)
__CPROVER_requires(IS_GOOD(text) && IS_SINK(s, 4 * IS_GOOD_MAX))
__CPROVER_assigns(SINK(s))
__CPROVER_ensures(HAS_GROWN(s, text.n, 3 * text.n));

/* clang-format on */

#endif

#include "text/media_type.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

#ifdef __CPROVER__

/* clang-format off */

static void take_value(struct lwurl_str *rest, struct param *out)
__CPROVER_requires(IS_GOOD(*rest))
__CPROVER_assigns(*rest, out->value, out->quoted)
__CPROVER_ensures(LIES_IN(*rest, OLD(rest->p), OLD(rest->n)))
__CPROVER_ensures(IS_CUT(out->value, OLD(rest->p), OLD(rest->n)))
__CPROVER_ensures(out->value.n <= OLD(rest->n) - rest->n);

static bool next_param(struct lwurl_str *rest, struct param *out)
__CPROVER_requires(IS_GOOD(*rest))
__CPROVER_assigns(*rest, *out)
__CPROVER_ensures(LIES_IN(*rest, OLD(rest->p), OLD(rest->n)))
__CPROVER_ensures(IMPLIES(RESULT,
                          LIES_IN(out->name, OLD(rest->p), OLD(rest->n)) &&
                          IS_CUT(out->value, OLD(rest->p), OLD(rest->n)) &&
                          rest->n < OLD(rest->n) &&
                          out->name.n + out->value.n <=
                              OLD(rest->n) - rest->n));

static bool is_repeated(struct lwurl_str params, const struct param *p)
__CPROVER_requires(IS_GOOD(params) && LIES_IN(p->name, params.p, params.n))
__CPROVER_assigns();

static void put_value(struct sink *s, const struct param *p)
__CPROVER_requires(IS_GOOD(p->value) && IS_SINK(s, 4 * IS_GOOD_MAX))
__CPROVER_assigns(SINK(s))
__CPROVER_ensures(HAS_GROWN(s, 0, 3 * p->value.n + 2));

/* clang-format on */

#endif

PROOF(is_token)
{
    is_token(any_str());
}

PROOF(quoted_span)
{
    quoted_span(any_str());
}

PROOF(take_value)
{
    struct lwurl_str rest = any_str();
    struct param p;

    take_value(&rest, &p);
}

PROOF(next_param)
{
    struct lwurl_str rest = any_str();
    struct param p;

    next_param(&rest, &p);
}

PROOF(is_repeated)
{
    struct lwurl_str params = any_str();
    struct param p = {.name =
                          str_cut(params, any_length(params.n), any_size())};

    is_repeated(params, &p);
}

PROOF(put_lower)
{
    struct sink s = any_sink();

    put_lower(&s, any_str());
}

PROOF(needs_quotes)
{
    struct param p = {any_str(), any_str(), any_bool()};

    needs_quotes(&p);
}

PROOF(put_value)
{
    struct sink s = any_sink();
    struct param p = {any_str(), any_str(), any_bool()};

    put_value(&s, &p);
}

PROOF(media_type_write)
{
    struct sink s = any_sink();

    ASSUME(s.n <= ANY_MAX);
    media_type_write(any_str(), any_str(), &s);
}
