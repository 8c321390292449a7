/* SPDX-License-Identifier: MIT */
/* Proves core/handlers/digest_read.c core/handlers/challenge.c
   core/handlers/digest_judge.c core/fetch.c core/text/str.c
   Left out: digest_read, digest_read_info (loops around challenge_next, which
   is left out of its own proof: that they end rests on it; what they do with
   each event, and at the end of a field, is proven). */
#include "handlers/digest_read.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* Best is an offer in the room, or one that is too long for it. */
static bool best_holds(const struct lwurl_digest *d)
{
    return d->wanted > 0 ||
           (d->best.used <= digest_room(d) && IS_OFFER(d->best));
}

/* Nobody counts further than a head is long. */
static struct lwurl_digest *any_digest(void)
{
    struct lwurl_digest *d = any_memory(sizeof *d);

    d->room_n = any_length(ANY_MAX);
    d->room = any_memory(d->room_n);
    d->entropy = NULL;
    ASSUME(d->best.used <= LWURL_HEAD_MAX && d->next.used <= LWURL_HEAD_MAX);
    ASSUME(best_holds(d));
    return d;
}

/* An offer is read; or none, and what there is of one is forgotten. */
static bool is_reading(const struct lwurl_digest *d)
{
    return (d->flags & DIGEST_IN) == 0 || HOLDS(d);
}

PROOF(digest_text)
{
    struct lwurl_digest *d = any_digest();
    struct lwurl_str text;

    ASSUME(d->wanted == 0);
    text = digest_text(d, (unsigned)any_length(DIGEST_TEXTS - 1));
    PROVE(READABLE(text.p, text.n));
}

PROOF(digest_forget)
{
    struct lwurl_digest *d = any_digest();

    digest_forget(d);
    PROVE(best_holds(d) && d->wanted == 0);
}

PROOF(read_event)
{
    struct lwurl_digest *d = any_digest();

    ASSUME(is_reading(d));
    read_event(d, any_length(CHALLENGE_VALUE), any_str());
    PROVE(is_reading(d) && best_holds(d));
}

PROOF(begin_offer)
{
    struct lwurl_digest *d = any_digest();

    begin_offer(d);
    PROVE(HOLDS(d));
}

PROOF(end_offer)
{
    struct lwurl_digest *d = any_digest();

    ASSUME(is_reading(d));
    end_offer(d);
    PROVE(best_holds(d));
}

PROOF(read_info_event)
{
    struct lwurl_digest *d = any_digest();

    ASSUME(HOLDS(d));
    read_info_event(d, any_length(CHALLENGE_VALUE), any_str());
    PROVE(HOLDS(d) && best_holds(d));
}

/* The host stands behind the challenge, but before a nonce that is a later
   one. */
PROOF(take_nextnonce)
{
    struct lwurl_digest *d = any_digest();
    const struct lwurl_digest_offer *o = &d->best;

    ASSUME(d->wanted == 0);
    ASSUME((size_t)d->host_at + d->host_n <= o->used);
    ASSUME(d->host_at + d->host_n <= o->at[DIGEST_NONCE] ||
           d->host_at >= TEXT_END(*o, DIGEST_NONCE));
    ASSUME(HOLDS(d));
    take_nextnonce(d);
    PROVE(best_holds(d) && (size_t)d->host_at + d->host_n <= o->used);
    PROVE(d->best.used <= digest_room(d));
}
