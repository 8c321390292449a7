/* SPDX-License-Identifier: MIT */
/* Proves core/text/sink.c core/text/str.c */
#include "text/sink.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(sink_str)
{
    struct sink s = any_sink();

    sink_str(&s, any_str());
}

PROOF(sink_number)
{
    struct sink s = any_sink();
    size_t n = s.n;

    ASSUME(n <= SIZE_MAX - 20);
    sink_number(&s, any_u64());
    PROVE(s.n > n && s.n <= n + 20);
}

PROOF(sink_escape)
{
    struct sink s = any_sink();

    sink_escape(&s, any_byte());
}

PROOF(sink_end)
{
    struct sink s = any_sink();
    size_t n;

    if (sink_end(&s, &n) == LWURL_OK)
        PROVE(n <= s.max);
}
