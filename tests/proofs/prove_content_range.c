/* SPDX-License-Identifier: MIT */
/* Proves core/http/content_range.c core/text/str.c */
#include "http/content_range.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(content_range)
{
    struct content_range range;

    if (content_range(any_str(), &range))
        PROVE(range.first <= range.last && range.last < range.total);
}
