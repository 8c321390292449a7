/* SPDX-License-Identifier: MIT */
/*
 * The handler is a source, too: once the head of a coded response is complete
 * it takes the place of the scheme's source, asks that one for coded bytes and
 * gives decoded ones, until the body is over or closed.
 *
 *   phase     does                              next
 *   START     waits for the first bytes         HEAD: gzip; BODY: deflate
 *   HEAD      reads the head of a member        BODY: its end
 *   BODY      inflates                          TAIL; BETWEEN: no frame
 *   TAIL      compares                          BETWEEN
 *   BETWEEN   skips zeros                       HEAD: another member
 *
 * A body may end in BETWEEN, and in START when it is empty. zlib sees deflated
 * bytes alone: its own reader of frames takes 1.6 KB more, refuses a small
 * window where a frame claims a large one, and leaves the window behind at the
 * end of a member, which makes it useless as the body's own memory.
 */
#include "lwurl_gzip.h"

#include <string.h>

#include <zlib.h>

#include "handlers/gzip_frame.h"
#include "http/head_out.h"
#include "http/state.h"
#include "text/bytes.h"
#include "text/str.h"

/* Pieces that one take decodes in vain: a header may have a name of any length,
   a body blocks of no bytes. */
#define PIECES_MAX 8

enum { CODING_NONE, CODING_GZIP, CODING_DEFLATE, CODING_REFUSED };
enum { PHASE_START, PHASE_HEAD, PHASE_BODY, PHASE_TAIL, PHASE_BETWEEN };

/* ----------------------------------------------------------------- inflater */

/* zlib's own struct lies before its state in the memory for both. */
static z_stream *stream_of(struct lwurl_gzip *g)
{
    return (z_stream *)(void *)g->inflater->zlib.bytes;
}

/* zlib asks for its state first, then, once, for the window: 1 << bits items
   of 1 byte. */
static void *lend(void *opaque, unsigned items, unsigned size)
{
    struct lwurl_gzip *g = opaque;
    size_t state_n = sizeof g->inflater->zlib.bytes - sizeof(z_stream);

    if (items == 1)
        return size <= state_n ? g->inflater->zlib.bytes + sizeof(z_stream)
                               : NULL;
    return size == 1 && items <= g->window_n ? g->window : NULL;
}

static void give_back(void *opaque, void *p)
{
    (void)opaque;
    (void)p;
}

/* The window that is used, as the exponent that zlib wants. */
static int window_bits(const struct lwurl_gzip *g)
{
    int bits = 8;

    while (bits < 15 && ((size_t)2 << bits) <= g->window_n)
        bits++;
    return bits;
}

static void set_up(struct lwurl_gzip *g)
{
    z_stream *z = stream_of(g);

    memset(z, 0, sizeof *z);
    z->zalloc = lend;
    z->zfree = give_back;
    z->opaque = g;
    g->needed = LWURL_GZIP_WINDOW_ANY;
    g->broken = (int16_t)inflateInit2(z, -window_bits(g));
}

static void add_up(struct lwurl_gzip *g, const unsigned char *p, size_t n)
{
    if (g->frame == FRAME_GZIP)
        g->check = crc_add(g->check, p, n);
    else if (g->frame == FRAME_ZLIB)
        g->check = (uint32_t)adler32(g->check, p, (unsigned)n);
    g->size += (uint32_t)n;
    g->out_n += n;
}

/* Inflates to dst; returns how much. */
static size_t inflate_some(struct lwurl_gzip *g, unsigned char *dst, size_t n)
{
    z_stream *z = stream_of(g);

    z->next_in = g->inflater->in + g->in_at;
    z->avail_in = (unsigned)g->in_n;
    z->next_out = dst;
    z->avail_out = (unsigned)n;
    int r = inflate(z, Z_SYNC_FLUSH);
    g->in_at += g->in_n - z->avail_in;
    g->in_n = z->avail_in;
    g->full = z->avail_out == 0 && r != Z_STREAM_END;
    if (r == Z_STREAM_END)
        g->phase = g->frame == FRAME_RAW ? PHASE_BETWEEN : PHASE_TAIL;
    else if (r != Z_OK && r != Z_BUF_ERROR) /* which is: no progress */
        g->broken = (int16_t)r;
    add_up(g, dst, n - z->avail_out);
    return n - z->avail_out;
}

/* ----------------------------------------------------------------- framing */

static void start(struct lwurl_gzip *g)
{
    const unsigned char *p = g->inflater->in + g->in_at;

    g->phase = PHASE_BODY;
    g->frame = FRAME_RAW;
    set_up(g);
    if (g->coding == CODING_GZIP) {
        frame_begin_gzip(g);
        g->phase = PHASE_HEAD;
    } else if (frame_is_zlib(p)) {
        if (!frame_begin_zlib(g, p, &g->needed))
            g->broken = Z_DATA_ERROR;
        g->in_at += 2;
        g->in_n -= 2;
    }
}

static void read_head(struct lwurl_gzip *g, unsigned char c)
{
    enum frame_event event = frame_head(g, c);

    if (event == FRAME_BROKEN)
        g->broken = Z_DATA_ERROR;
    else if (event == FRAME_DONE)
        g->phase = PHASE_BODY;
}

static void read_tail(struct lwurl_gzip *g, unsigned char c)
{
    enum frame_event event = frame_tail(g, c);

    if (event == FRAME_BROKEN)
        g->broken = Z_DATA_ERROR;
    else if (event == FRAME_DONE)
        g->phase = PHASE_BETWEEN;
}

/* Zeros are padding, as gzip and Python have it. The window of a member goes
   on in the next one, so that it can be the body's own memory. */
static void read_between(struct lwurl_gzip *g, unsigned char c)
{
    if (c == 0)
        return;
    if (g->coding != CODING_GZIP) {
        g->broken = Z_DATA_ERROR;
        return;
    }
    (void)inflateResetKeep(stream_of(g)); /* fails for none of ours */
    frame_begin_gzip(g);
    g->phase = PHASE_HEAD;
    read_head(g, c);
}

/* Reads up to deflated bytes, where there are any. */
static void read_frame(struct lwurl_gzip *g)
{
    if (g->phase == PHASE_START)
        start(g);
    while (g->broken == Z_OK && g->in_n > 0 && g->phase != PHASE_BODY) {
        unsigned char c = g->inflater->in[g->in_at++];
        g->in_n--;
        if (g->phase == PHASE_HEAD)
            read_head(g, c);
        else if (g->phase == PHASE_TAIL)
            read_tail(g, c);
        else
            read_between(g, c);
    }
}

/* ------------------------------------------------------------------ decoding
 */

/* Is there anything to decode now? Two bytes tell a frame from none. */
static bool is_fed(const struct lwurl_gzip *g)
{
    size_t least =
        g->phase == PHASE_START && g->coding == CODING_DEFLATE ? 2 : 1;

    return g->full || g->broken != Z_OK || g->in_n >= least;
}

/* A distance that leads out of the window is the sender's mistake only while
   the window has not been filled. */
static bool is_too_far(struct lwurl_gzip *g)
{
    const char *why = stream_of(g)->msg;

    return why != NULL && text_equal(why, "invalid distance too far back") &&
           g->out_n >= (size_t)1 << window_bits(g);
}

static int refuse(struct lwurl *u, struct lwurl_gzip *g)
{
    if (is_too_far(g))
        return lwurl_fail(u, LWURL_ERR_ROOM, (int32_t)g->needed);
    return lwurl_fail(u, LWURL_ERR_CONTENT_CODING, g->broken);
}

static int too_much(struct lwurl *u, const struct lwurl_gzip *g)
{
    int32_t detail = g->max > INT32_MAX ? INT32_MAX : (int32_t)g->max;

    return lwurl_fail(u, LWURL_ERR_EXPANSION, detail);
}

/* Decodes what waits: bytes, 0 for none of it, or an error. At the cap one
   byte more is tried, and is an error. */
static int decode(struct lwurl *u, struct lwurl_gzip *g, void *dst, size_t n)
{
    uint64_t left = g->max == 0 ? UINT64_MAX : g->max - g->out_n;
    unsigned char beyond;

    if (g->broken == Z_OK)
        read_frame(g);
    if (g->broken != Z_OK)
        return refuse(u, g);
    if (g->phase != PHASE_BODY)
        return 0;
    if (left == 0)
        return inflate_some(g, &beyond, 1) == 0 ? 0 : too_much(u, g);
    return (int)inflate_some(g, dst, n < left ? n : (size_t)left);
}

/* ------------------------------------------------------------------- source */

/* Coded bytes behind those that wait: as lwurl_take(). */
static int fill(struct lwurl *u, struct lwurl_gzip *g)
{
    const struct lwurl_handler *line = u->scheme;

    if (g->in_n > 0)
        memmove(g->inflater->in, g->inflater->in + g->in_at, g->in_n);
    g->in_at = 0;
    u->scheme = g->inner;
    int r = g->inner->ops->source->take(u, g->inflater->in + g->in_n,
                                        sizeof g->inflater->in - g->in_n);
    u->scheme = line;
    g->in_n += r > 0 ? (size_t)r : 0;
    return r;
}

/* Drops coded bytes. */
static int drop(struct lwurl *u, struct lwurl_gzip *g, size_t n)
{
    const struct lwurl_handler *line = u->scheme;

    g->dropping = true;
    u->scheme = g->inner;
    int r = g->inner->ops->source->take(u, NULL, n);
    u->scheme = line;
    return r;
}

static int gzip_take(struct lwurl *u, void *dst, size_t n)
{
    struct lwurl_gzip *g = u->scheme->state;

    if (dst == NULL)
        return drop(u, g, n);
    if (g->coding == CODING_REFUSED)
        return lwurl_fail(u, LWURL_ERR_CONTENT_CODING, 0);
    for (int i = 0; i < PIECES_MAX; i++) {
        int r = is_fed(g) ? decode(u, g, dst, n) : 0;
        if (r != 0)
            return r;
        if (!is_fed(g)) {
            r = fill(u, g);
            if (r <= 0)
                return r;
        }
    }
    return 0;
}

/* The source is at its end: is what it gave? */
static int finish(struct lwurl *u, const struct lwurl_gzip *g)
{
    bool empty = g->phase == PHASE_START && g->in_n == 0;

    if (g->dropping || empty || g->phase == PHASE_BETWEEN)
        return LWURL_TURN_DONE;
    u->phase = LWURL_PHASE_BODY;
    return lwurl_fail(u, LWURL_ERR_INCOMPLETE, 0);
}

/* A source of parts says the length anew with each: of the coded body. */
static void hide_total(struct lwurl *u)
{
    if ((u->flags & F_PARTS) != 0)
        u->area.number = UINT64_MAX;
}

/* A source of parts may get another response amid the body, for a handler to
   answer: the decoder would lose its place. */
static int gzip_step(struct lwurl *u)
{
    const struct lwurl_handler *line = u->scheme;
    struct lwurl_gzip *g = line->state;

    if (is_fed(g) && !g->dropping)
        return LWURL_TURN_BODY;
    u->scheme = g->inner;
    int r = g->inner->ops->source->step(u);
    if (r == LWURL_TURN_DONE)
        return finish(u, g);
    u->scheme = line;
    hide_total(u);
    return r == LWURL_TURN_RESPONSE ? lwurl_fail(u, LWURL_ERR_RANGE, u->status)
                                    : r;
}

static void gzip_wants(struct lwurl *u, struct lwurl_wants *out)
{
    const struct lwurl_handler *line = u->scheme;
    const struct lwurl_gzip *g = line->state;

    u->scheme = g->inner;
    g->inner->ops->source->wants(u, out); /* http has it */
    u->scheme = line;
}

static void gzip_close(struct lwurl *u, bool keep)
{
    const struct lwurl_gzip *g = u->scheme->state;

    u->scheme = g->inner;
    g->inner->ops->source->close(u, keep);
}

static const struct lwurl_source_ops gzip_source = {
    .step = gzip_step,
    .take = gzip_take,
    .wants = gzip_wants,
    .close = gzip_close,
};

/* ------------------------------------------------------------------ handler */

static void gzip_begin(struct lwurl *u, void *state)
{
    struct lwurl_gzip *g = state;

    g->coding = CODING_NONE;
    u->flags |= F_DECODES;
    if (g->window_n < LWURL_GZIP_WINDOW_MIN)
        (void)lwurl_fail(u, LWURL_ERR_ROOM, LWURL_GZIP_WINDOW_MIN);
}

/* A part of a body is of no use unless it is not coded. */
static void gzip_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    (void)state;
    if (request_gives(u, "Accept-Encoding"))
        return;
    lwurl_out_text(out, request_gives(u, "Range") || (u->flags & F_RANGE) != 0
                            ? "Accept-Encoding: identity\r\n"
                            : "Accept-Encoding: gzip, deflate\r\n");
}

/* The coding that a response has with one more of this name (RFC 9110 8.4.1):
   two cannot be undone. */
static uint8_t coding_with(uint8_t coding, struct lwurl_str name)
{
    if (str_is(name, "identity"))
        return coding;
    if (coding != CODING_NONE)
        return CODING_REFUSED;
    if (str_is(name, "gzip") || str_is(name, "x-gzip"))
        return CODING_GZIP;
    return str_is(name, "deflate") ? CODING_DEFLATE : CODING_REFUSED;
}

/* The reason phrase begins a response. A name that comes in pieces is longer
   than any that is known. */
static int gzip_field(struct lwurl *u, void *state, const struct lwurl_field *f)
{
    struct lwurl_gzip *g = state;
    struct lwurl_str list = f->value, one;

    (void)u;
    if (f->trailer)
        return 0;
    if (f->name.n == 0)
        g->coding = CODING_NONE;
    if (!str_is(f->name, "content-encoding"))
        return 0;
    if (!f->first || !f->last)
        g->coding = CODING_REFUSED;
    while (str_next(&list, &one))
        g->coding = coding_with(g->coding, one);
    return 0;
}

/* Its own line of the table. */
static const struct lwurl_handler *line_of(const struct lwurl *u)
{
    const struct lwurl_handler *h = u->opener->handlers;

    while (h->ops != &lwurl_gzip_ops)
        h++;
    return h;
}

static int gzip_response(struct lwurl *u, void *state)
{
    struct lwurl_gzip *g = state;
    const struct lwurl_handler *line = line_of(u);

    if (g->coding == CODING_NONE || u->version == 0 || u->scheme == line)
        return LWURL_DELIVER;
    if (u->status == 206)
        g->coding = CODING_REFUSED;
    g->phase = PHASE_START;
    g->in_at = g->in_n = 0;
    g->out_n = 0;
    g->broken = Z_OK;
    g->full = g->dropping = false;
    g->inner = u->scheme;
    u->scheme = line;
    u->flags &= ~(uint32_t)F_LENGTH;
    hide_total(u);
    return LWURL_DELIVER;
}

const struct lwurl_handler_ops lwurl_gzip_ops = {
    .source = &gzip_source,
    .request = gzip_request,
    .field = gzip_field,
    .response = gzip_response,
    .begin = gzip_begin,
};
