/* SPDX-License-Identifier: MIT */
/* Proves core/tls/skim.c core/text/str.c */
#include "tls/skim.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* The caller takes a certificate of the length that it began with, and stops at
   what is broken. */
PROOF(skim_put)
{
    struct skim *s = any_memory(sizeof *s);

    ASSUME(SKIM_HOLDS(s) && s->at < UINT16_MAX);
    if (skim_put(s, any_byte()) != SKIM_BROKEN)
        PROVE(SKIM_HOLDS(s));
}

PROOF(skim_start)
{
    struct skim s;
    uint32_t length = any_u32();

    ASSUME(length <= UINT16_MAX);
    PROVE(skim_start(&s, length) && SKIM_HOLDS(&s));
}
