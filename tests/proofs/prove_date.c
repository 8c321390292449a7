/* SPDX-License-Identifier: MIT */
/* Proves core/text/date.c core/text/str.c */
#include "text/date.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

#ifdef __CPROVER__

/* clang-format off */

static struct lwurl_str next_token(struct lwurl_str *s)
__CPROVER_requires(IS_GOOD(*s) && s->n > 0)
__CPROVER_assigns(*s)
__CPROVER_ensures(LIES_IN(RESULT, OLD(s->p), OLD(s->n)))
__CPROVER_ensures(LIES_IN(*s, OLD(s->p), OLD(s->n)) && s->n < OLD(s->n));

static void read_token(struct lwurl_str token, struct found *f)
__CPROVER_requires(IS_GOOD(token) && IS_FOUND(f))
__CPROVER_assigns(*f)
__CPROVER_ensures(IS_FOUND(f));

/* clang-format on */

#endif

static struct found any_found(void)
{
    struct found f = {any_int(), any_int(), any_int(),
                      any_int(), any_int(), any_int()};

    ASSUME(IS_FOUND(&f));
    return f;
}

PROOF(next_token)
{
    struct lwurl_str s = any_str(), rest = s;

    ASSUME(s.n > 0);
    struct lwurl_str token = next_token(&rest);
    PROVE(is_within(token, s) && is_within(rest, s));
    PROVE(rest.n < s.n);
}

PROOF(read_token)
{
    struct found f = any_found();

    read_token(any_str(), &f);
    PROVE(IS_FOUND(&f));
}

/* A year of two digits has become one of four. */
PROOF(is_date)
{
    struct found f = any_found();

    if (is_date(&f))
        PROVE(f.day <= 31 && f.month <= 12 && f.hour * 3600 <= 82800);
}

PROOF(date_parse)
{
    int64_t when;

    if (date_parse(any_str(), &when))
        PROVE(when >= -11644473600 && when < END_S);
}

PROOF(date_format)
{
    char *out = any_memory(DATE_N);

    date_format(any_i64(), out);
}
