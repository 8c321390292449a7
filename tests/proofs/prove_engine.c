/* SPDX-License-Identifier: MIT */
/* Proves core/http/engine.c core/http/head_out.c core/http/out.c
   core/text/str.c tests/proofs/exchange.c
   Left out: engine_out (it calls the handlers of an opener; head_out.c, which
   does, is not proven either). */
#include "http/engine.c" /* NOLINT(bugprone-suspicious-include) */

#include "exchange.h"

/* Any step of chunk framing: it eats what it reads, and stays in the window. */
PROOF(engine_body)
{
    struct lwurl *u = any_fetch();
    size_t n = u->in_n, end;

    ASSUME(holds(u) && u->in >= IN_CHUNK_SIZE && u->in <= IN_CHUNK_END);
    end = u->in_at + u->in_n;
    int r = engine_body(u);
    PROVE(r <= 1);
    PROVE(u->in_n <= n && u->in_at + u->in_n == end);
    if (r >= 0)
        PROVE(holds(u));
    if (r == 1)
        PROVE(!in_framing(u));
}

PROOF(engine_took)
{
    struct lwurl *u = any_fetch();
    size_t max = any_size(), may, n = any_size();

    ASSUME(holds(u) && u->in != IN_HEAD && u->in != IN_TRAILER);
    may = engine_may_take(u, max);
    PROVE(may <= max);
    ASSUME(n <= may && may > 0);
    engine_took(u, n);
    PROVE(holds(u));
}

PROOF(engine_eof)
{
    struct lwurl *u = any_fetch();

    ASSUME(holds(u));
    if (engine_eof(u) == LWURL_OK)
        PROVE(u->in == IN_DONE && holds(u));
}

PROOF(engine_begin)
{
    struct lwurl *u = any_fetch();

    engine_begin(u);
    PROVE(holds(u));
    PROVE(!engine_can_persist(u));
}

/* Of what was offered, any part is taken. */
PROOF(engine_sent)
{
    struct lwurl *u = any_fetch();
    struct lwurl_out out = {.whole = any_bool(), .framing_n = any_size()};
    size_t n = any_size();

    ASSUME(holds(u) && u->out != OUT_DONE);
    ASSUME(out.framing_n <= ANY_MAX && n <= ANY_MAX);
    ASSUME(u->head_at <= ANY_MAX && u->chunk_at <= ANY_MAX);
    ASSUME(n <= out.framing_n || n - out.framing_n <= u->out_left);
    ASSUME(u->out_left <= UINT64_MAX - u->out_total);
    engine_sent(u, &out, n);
    PROVE(holds(u));
    if (engine_wants_body(u))
        PROVE(u->out == OUT_BODY);
}

PROOF(engine_room)
{
    struct lwurl *u = any_fetch();

    ASSUME(holds(u));
    size_t n = u->in_n, room = engine_room(u);
    PROVE(holds(u) && u->in_n == n);
    PROVE(room == u->work_max - u->in_at - u->in_n);
}

/* Of up to four slices: no contract can say of an array of any length that all
   its slices are good. */
PROOF(sum)
{
    struct lwurl_str slices[4] = {{NULL, any_length(ANY_MAX)},
                                  {NULL, any_length(ANY_MAX)},
                                  {NULL, any_length(ANY_MAX)},
                                  {NULL, any_length(ANY_MAX)}};
    struct lwurl_out out = {.slices = slices, .n = any_length(4)};

    PROVE(sum(&out) <= 4 * ANY_MAX);
}
