/* SPDX-License-Identifier: MIT */
/* Proves core/handlers/challenge.c core/text/str.c
   Left out: challenge_next (behind a slice that moves, the prover takes a byte
   that is read again for another one, and what the loop makes smaller depends
   on it; it calls step, whose proof has what the loop needs: that it ends). */
#include "handlers/challenge.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* What holds between two calls. */
static bool holds(const struct lwurl_challenge *c)
{
    return c->state <= ESCAPE && c->word_n <= sizeof c->word &&
           c->after_scheme <= 1;
}

static struct lwurl_challenge any_challenge(void)
{
    struct lwurl_challenge *c = any_memory(sizeof *c);

    ASSUME(holds(c));
    return *c;
}

/* What each step makes smaller: it eats, or comes nearer to where it does. */
static size_t left(const struct lwurl_challenge *c, struct lwurl_str in)
{
    if (in.n == 0)
        return 0;
    if (is_border((unsigned char)in.p[0]))
        return 3 * in.n + (c->state != GAP);
    return 3 * in.n + (c->state == AFTER                       ? 2
                       : c->state == GAP || c->state == EQUALS ? 1
                                                               : 0);
}

PROOF(step)
{
    struct lwurl_challenge c = any_challenge();
    struct lwurl_str whole = any_str(), in = whole, piece;

    ASSUME(whole.n > 0);
    size_t before = left(&c, in);
    if (step(&c, &in, &piece) == CHALLENGE_VALUE)
        PROVE(is_within(piece, whole) && piece.n > 0);
    PROVE(is_within(in, whole) && holds(&c));
    PROVE(left(&c, in) < before);
}

PROOF(challenge_end)
{
    struct lwurl_challenge c = any_challenge();
    struct lwurl_str piece;

    challenge_end(&c, &piece);
    PROVE(piece.p == c.word && piece.n <= sizeof c.word);
}

PROOF(challenge_begin)
{
    struct lwurl_challenge c;

    challenge_begin(&c);
    PROVE(c.state == GAP);
}
