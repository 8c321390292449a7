/* SPDX-License-Identifier: MIT */
/* Proves core/text/literal.c core/text/str.c */
#include "text/literal.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(lwurl_is_ipv4)
{
    lwurl_is_ipv4(any_str());
}

PROOF(lwurl_is_ipv6)
{
    lwurl_is_ipv6(any_str());
}
