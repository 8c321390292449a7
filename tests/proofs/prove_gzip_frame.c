/* SPDX-License-Identifier: MIT */
/* Proves core/handlers/gzip_frame.c core/text/bytes.c
   core/text/str.c */
#include "handlers/gzip_frame.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* What holds between two bytes of a head: its flags say that there is this
   part, which waits for one at least. */
static bool holds_head(const struct lwurl_gzip *g)
{
    if (g->part >= PART_END ||
        (g->part != PART_FIXED && !has_part(g->head_flags, g->part)))
        return false;
    switch (g->part) {
    case PART_FIXED:
        return g->at < FIXED_N;
    case PART_EXTRA_N:
        return g->at == 0 || (g->at == 1 && g->size <= 0xff);
    case PART_EXTRA:
        return g->at > 0 && g->at <= 0xffff;
    case PART_CRC:
        return g->at < 2;
    default:
        return true;
    }
}

PROOF(frame_head)
{
    struct lwurl_gzip *g = any_memory(sizeof *g);

    ASSUME(holds_head(g));
    if (frame_head(g, any_byte()) == FRAME_MORE)
        PROVE(holds_head(g));
}

PROOF(frame_begin_gzip)
{
    struct lwurl_gzip g;

    frame_begin_gzip(&g);
    PROVE(holds_head(&g));
}

/* Two bytes that frame_is_zlib() took. */
PROOF(frame_begin_zlib)
{
    struct lwurl_gzip g;
    unsigned char p[2] = {any_byte(), any_byte()};
    size_t window;

    if (frame_is_zlib(p) && frame_begin_zlib(&g, p, &window))
        PROVE(window >= 256 && window <= 32768);
}

PROOF(frame_tail)
{
    struct lwurl_gzip *g = any_memory(sizeof *g);
    uint32_t most = g->frame == FRAME_GZIP ? GZIP_TAIL : ZLIB_TAIL;

    ASSUME(g->at < most);
    if (frame_tail(g, any_byte()) == FRAME_MORE)
        PROVE(g->at < most);
}
