/* SPDX-License-Identifier: MIT */
/* Proves core/tls/skim.c core/text/str.c */
#include "tls/skim.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* What holds between two bytes. */
static bool holds(const struct skim *s)
{
    if (s->depth >= SKIM_DEPTH || s->step > VALUE || s->dates > 2 ||
        s->sequences > KEY + 1)
        return false;
    if (s->step == MORE)
        return s->more == 2 ? s->n == 0 : s->more == 1 && s->n <= 0xff;
    return s->step != VALUE || (s->at < s->stop && s->stop - s->at <= s->n);
}

/* The caller takes a certificate of the length that it began with, and stops at
   what is broken. */
PROOF(skim_put)
{
    struct skim *s = any_memory(sizeof *s);

    ASSUME(holds(s) && s->at < UINT16_MAX);
    if (skim_put(s, any_byte()) != SKIM_BROKEN)
        PROVE(holds(s));
}

PROOF(skim_start)
{
    struct skim s;
    uint32_t length = any_u32();

    ASSUME(length <= UINT16_MAX);
    PROVE(skim_start(&s, length) && holds(&s));
}
