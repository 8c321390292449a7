/* SPDX-License-Identifier: MIT */
/* Proves core/text/join.c core/text/split.c core/text/path.c core/text/sink.c
   core/text/str.c */
#include "contracts.h"

#ifdef __CPROVER__

/* clang-format off */

static void shift(struct sink *s, size_t at, int n)
__CPROVER_requires(IS_SINK(s, 1) && (n == 1 || n == -2))
__CPROVER_requires(at <= s->n && s->n <= s->max)
__CPROVER_requires(IMPLIES(n < 0, at >= 2))
__CPROVER_assigns(SINK(s))
__CPROVER_ensures(s->n == (n > 0 ? OLD(s->n) + 1 : OLD(s->n) - 2));

/* clang-format on */

#endif

#include "text/join.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(shift)
{
    struct sink s = any_sink();

    shift(&s, any_size(), any_int());
}

PROOF(lwurl_urljoin)
{
    size_t max = any_length(ANY_MAX), n;
    char *out = any_memory(max);

    lwurl_urljoin(any_str(), any_str(), out, max, &n);
}
