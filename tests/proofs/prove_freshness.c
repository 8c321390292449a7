/* SPDX-License-Identifier: MIT */
/* Proves core/handlers/freshness.c core/text/date.c core/text/str.c */
#include "handlers/freshness.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

static struct lwurl_fresh_reader *any_reader(void)
{
    struct lwurl_fresh_reader *r = any_memory(sizeof *r);

    ASSUME(HOLDS(r));
    return r;
}

/* A piece of any field. */
static struct lwurl_field any_piece(void)
{
    return (struct lwurl_field){.name = any_str(),
                                .value = any_str(),
                                .first = any_bool(),
                                .last = any_bool(),
                                .trailer = any_bool()};
}

static struct lwurl_fresh *any_fresh(void)
{
    return any_memory(sizeof(struct lwurl_fresh));
}

PROOF(eat)
{
    struct lwurl_fresh_reader *r = any_reader();

    eat(r, any_byte());
    PROVE(HOLDS(r));
}

PROOF(fresh_field)
{
    struct lwurl_fresh_reader *r = any_reader();
    struct lwurl_field piece = any_piece();

    fresh_field(r, &piece);
    PROVE(HOLDS(r));
}

PROOF(fresh_came)
{
    struct lwurl_fresh *fresh = any_fresh();

    fresh_came(fresh, any_i64(), any_u32());
}

PROOF(fresh_update)
{
    fresh_update(any_fresh(), any_fresh());
}

PROOF(fresh_lifetime)
{
    fresh_lifetime(any_fresh(), any_str(), any_u32());
}

PROOF(fresh_bears)
{
    struct lwurl_fresh *fresh = any_fresh();

    fresh_bears(fresh, fresh_age(fresh, any_u32()), any_u32());
}
