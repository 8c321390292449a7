/* SPDX-License-Identifier: MIT */
#include "http/content_range.h"

/* Takes what stands before c off s. False where there is no c. */
static bool take_to(struct lwurl_str *s, char c, struct lwurl_str *part)
{
    size_t at = str_find(*s, c);

    if (at == s->n)
        return false;
    *part = str_cut(*s, 0, at);
    *s = str_cut(*s, at + 1, SIZE_MAX);
    return true;
}

bool content_range(struct lwurl_str value, struct content_range *out)
{
    struct lwurl_str unit, first, last;

    if (!take_to(&value, ' ', &unit) || !str_is(unit, "bytes"))
        return false;
    value = str_trim(value);
    if (!take_to(&value, '-', &first) || !take_to(&value, '/', &last) ||
        !str_number(first, &out->first) || !str_number(last, &out->last))
        return false;
    out->total = UINT64_MAX;
    if (!str_is(value, "*") && !str_number(value, &out->total))
        return false;
    return out->first <= out->last && out->last < out->total;
}
