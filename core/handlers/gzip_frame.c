/* SPDX-License-Identifier: MIT */
/*
 * The head of a member of gzip (RFC 1952 2.3), and what may follow it:
 *
 *   part      bytes                        there, if
 *   FIXED     10: magic, method, flags     always
 *   EXTRA_N   2: a length                  FEXTRA
 *   EXTRA     so many                      FEXTRA
 *   NAME      up to a NUL                  FNAME
 *   COMMENT   up to a NUL                  FCOMMENT
 *   CRC       2: of all before             FHCRC
 */
#include "handlers/gzip_frame.h"

#include "text/bytes.h"

enum {
    PART_FIXED,
    PART_EXTRA_N,
    PART_EXTRA,
    PART_NAME,
    PART_COMMENT,
    PART_CRC,
    PART_END
};

/* RFC 1952 2.3.1: FLG; three bits are reserved, the first is a hint. */
enum { FHCRC = 2, FEXTRA = 4, FNAME = 8, FCOMMENT = 16, RESERVED = 0xe0 };

#define FIXED_N    10u
#define FLAGS_AT   3u
#define GZIP_TAIL  8u
#define ZLIB_TAIL  4u
#define DICTIONARY 0x20
#define DEFLATED   8

/* ---------------------------------------------------------------------- gzip
 */

void frame_begin_gzip(struct lwurl_gzip *g)
{
    g->frame = FRAME_GZIP;
    g->part = PART_FIXED;
    g->at = 0;
    g->check = g->size = 0;
}

static bool has_part(unsigned flags, unsigned part)
{
    static const uint8_t bits[] = {
        [PART_EXTRA_N] = FEXTRA,   [PART_EXTRA] = FEXTRA, [PART_NAME] = FNAME,
        [PART_COMMENT] = FCOMMENT, [PART_CRC] = FHCRC,
    };

    return part == PART_END || (flags & bits[part]) != 0;
}

/* A part is over: the next one that there is. An extra field of no bytes has
   no byte to end it. */
static enum frame_event next_part(struct lwurl_gzip *g)
{
    g->at = g->part == PART_EXTRA_N ? g->at : 0;
    do
        g->part++;
    while (!has_part(g->head_flags, g->part) ||
           (g->part == PART_EXTRA && g->at == 0));
    if (g->part == PART_CRC)
        g->size = g->check; /* while it has no other use */
    if (g->part != PART_END)
        return FRAME_MORE;
    g->check = g->size = 0;
    return FRAME_DONE;
}

static enum frame_event fixed_byte(struct lwurl_gzip *g, unsigned char c)
{
    static const uint8_t begin[FLAGS_AT] = {FRAME_MAGIC, 0x8b, DEFLATED};

    if (g->at < FLAGS_AT && c != begin[g->at])
        return FRAME_BROKEN;
    if (g->at == FLAGS_AT) {
        if ((c & RESERVED) != 0)
            return FRAME_BROKEN;
        g->head_flags = c;
    }
    return ++g->at == FIXED_N ? next_part(g) : FRAME_MORE;
}

/* Two bytes, little-endian: `at` counts to 2, then it is what they say. */
static enum frame_event extra_length(struct lwurl_gzip *g, unsigned char c)
{
    if (g->at++ == 0) {
        g->size = c;
        return FRAME_MORE;
    }
    g->at = g->size | (uint32_t)c << 8;
    return next_part(g);
}

static enum frame_event crc_byte(struct lwurl_gzip *g, unsigned char c)
{
    if (c != (unsigned char)(g->size >> 8 * g->at & 0xff))
        return FRAME_BROKEN;
    return ++g->at == 2 ? next_part(g) : FRAME_MORE;
}

enum frame_event frame_head(struct lwurl_gzip *g, unsigned char c)
{
    g->check = crc_add(g->check, &c, 1);
    switch (g->part) {
    case PART_FIXED:
        return fixed_byte(g, c);
    case PART_EXTRA_N:
        return extra_length(g, c);
    case PART_EXTRA:
        return --g->at == 0 ? next_part(g) : FRAME_MORE;
    case PART_CRC:
        return crc_byte(g, c);
    default: /* NAME, COMMENT */
        return c == 0 ? next_part(g) : FRAME_MORE;
    }
}

/* ---------------------------------------------------------------------- zlib
 */

bool frame_is_zlib(const unsigned char p[2])
{
    return (p[0] & 0x0f) == DEFLATED && ((p[0] << 8) + p[1]) % 31 == 0;
}

bool frame_begin_zlib(struct lwurl_gzip *g, const unsigned char p[2],
                      size_t *window)
{
    unsigned bits = (p[0] >> 4) + 8u;

    g->frame = FRAME_ZLIB;
    g->at = 0;
    g->check = 1;
    *window = (size_t)1 << bits;
    return bits <= 15 && (p[1] & DICTIONARY) == 0;
}

/* ---------------------------------------------------------------------- both
 */

/* gzip: CRC-32 and length modulo 2^32, the low byte first; zlib: Adler-32, the
   high byte first. */
enum frame_event frame_tail(struct lwurl_gzip *g, unsigned char c)
{
    bool gzip = g->frame == FRAME_GZIP;
    uint32_t word = g->at < 4 ? g->check : g->size;
    uint32_t shift = 8 * (gzip ? g->at & 3 : 3 - g->at);

    if (c != (unsigned char)(word >> shift & 0xff))
        return FRAME_BROKEN;
    return ++g->at == (gzip ? GZIP_TAIL : ZLIB_TAIL) ? FRAME_DONE : FRAME_MORE;
}
