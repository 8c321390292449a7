/* SPDX-License-Identifier: MIT */
/* Proves core/http/stream.c core/http/engine.c core/http/head_out.c
   core/http/out.c core/text/str.c tests/proofs/exchange.c
   Left out: lwurl_send, send_piece, lwurl_send_end, due (of a whole fetch, with
   its connection and errors). */
#include "http/stream.c" /* NOLINT(bugprone-suspicious-include) */

#include "exchange.h"

/* Prefix and end of a chunk of any size, with any room for them; what there is
   of it was counted before. */
PROOF(put_chunk)
{
    struct lwurl *u = any_fetch();
    struct lwurl_str slices[4];
    struct lwurl_out out = {.slices = slices, .max = 4};

    ASSUME(u->out_left <= u->chunk_n);
    out.room_n = any_length(ANY_MAX);
    out.room = any_memory(out.room_n);
    out.skip = any_size();
    put_chunk(u, &out);
    PROVE(out.n <= out.max);
}

/* No more of a chunk is left than it has. */
PROOF(begin_chunk)
{
    struct lwurl *u = any_fetch();
    size_t n = any_size();

    ASSUME(n > 0 && u->out_left <= u->chunk_n);
    begin_chunk(u, n);
    PROVE(u->out_left > 0 && u->out_left <= u->chunk_n);
}

PROOF(lwurl_written)
{
    struct lwurl *u = any_fetch();

    PROVE(lwurl_written(u) == u->out_total);
}

PROOF(is_chunked)
{
    is_chunked(any_fetch());
}
