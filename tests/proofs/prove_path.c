/* SPDX-License-Identifier: MIT */
/* Proves core/text/path.c core/text/str.c */
#include "text/path.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(path_resolve)
{
    size_t n = any_length(ANY_MAX);
    char *p = any_memory(n);

    PROVE(path_resolve(p, n, any_bool()) <= n);
}
