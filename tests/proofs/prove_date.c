/* SPDX-License-Identifier: MIT */
/* Proves core/text/date.c core/text/str.c
   Left out: date_parse (it calls next_token and read_token until nothing is
   left; what these need of each other is proven here, one by one). */
#include "text/date.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* No more digits than are taken. */
static bool is_found(const struct found *f)
{
    return f->hour >= -1 && f->hour <= 99 && f->minute >= -1 &&
           f->minute <= 99 && f->second >= -1 && f->second <= 99 &&
           f->day >= -1 && f->day <= 99 && f->month >= -1 && f->month <= 12 &&
           f->year >= -1 && f->year <= 9999;
}

static struct found any_found(void)
{
    struct found f = {any_int(), any_int(), any_int(),
                      any_int(), any_int(), any_int()};

    ASSUME(is_found(&f));
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
    PROVE(is_found(&f));
}

/* A year of two digits has become one of four. */
PROOF(is_date)
{
    struct found f = any_found();

    if (is_date(&f))
        PROVE(f.day <= 31 && f.month <= 12 && f.hour * 3600 <= 82800);
}

PROOF(date_format)
{
    char *out = any_memory(DATE_N);

    date_format(any_i64(), out);
}
