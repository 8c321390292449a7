/* SPDX-License-Identifier: MIT */
/*
 * Both directions run side by side; receiving goes first: a final response
 * ends the request, sent whole or not (RFC 9112 9.3).
 *
 *   out    sends                        next, when
 *   HEAD   request head                 BODY: there is one; else DONE
 *   BODY   body_n bytes, or chunks      DONE: all sent, last chunk sent
 *   DONE   nothing
 *
 *   in          eats                    next, when (RFC 9112 6.3, in order)
 *   HEAD        the head                HEAD: 1xx
 *                                       DONE: HEAD, 204, 304, length 0
 *                                       CHUNK_SIZE: chunked
 *                                       LENGTH: Content-Length
 *                                       CLOSE: neither
 *   LENGTH      in_left bytes           DONE: in_left is 0
 *   CLOSE       all there is            DONE: end of stream
 *   CHUNK_SIZE  hex digits              CHUNK_EXT: ';' or blank; CHUNK_LF: CR
 *   CHUNK_EXT   anything up to CR       CHUNK_LF
 *   CHUNK_LF    LF                      CHUNK_DATA; TRAILER: size was 0
 *   CHUNK_DATA  in_left bytes           CHUNK_CR: in_left is 0
 *   CHUNK_CR    CR                      CHUNK_END
 *   CHUNK_END   LF                      CHUNK_SIZE
 *   TRAILER     fields, empty line      DONE
 */
#include "http/engine.h"

#include <string.h>

#include "http/head_in.h"
#include "http/head_out.h"
#include "text/str.h"

/* Bytes of a chunk's size line: zeros, 16 digits, an extension that nobody
   reads. Ends a line that a hostile server never ends. */
#define CHUNK_LINE_MAX 4096u

void engine_begin(struct lwurl *u)
{
    u->flags &= ~(uint32_t)(F_PERSIST | F_AGAIN | F_DRY | F_LENGTH | F_CHUNKED |
                            F_RESPONDED | F_CLOSE | F_SIGNED | F_PROXY_SIGNED);
    if ((u->request->flags & LWURL_CLOSE) != 0)
        u->flags |= F_CLOSE;
    u->end_chunks = NULL;
    u->out = OUT_HEAD;
    u->in = IN_HEAD;
    u->head = HEAD_STATUS_LINE;
    u->status = 0;
    u->version = 0;
    u->in_at = u->in_n = 0;
    u->scan_at = u->head_at = u->head_n = u->drain_n = 0;
    u->chunk_at = u->chunk_n = 0;
    u->send_err = LWURL_OK;
    u->in_left = u->out_total = 0;
    u->out_left = request_has_body(u) ? u->request->body_n : 0;
}

/* --------------------------------------------------------------------- out */

static size_t sum(const struct lwurl_out *out)
{
    size_t n = 0;

    for (size_t i = 0; i < out->n; i++)
        n += out->slices[i].n;
    return n;
}

/* Head, then a body that lies in memory, or the end of a chunked one. The
   application's own bytes are sent by its call. */
void engine_out(struct lwurl *u, struct lwurl_out *out)
{
    out->skip = u->out == OUT_HEAD ? u->head_at : u->chunk_at;
    if (u->out == OUT_HEAD)
        head_write(u, out);
    else if (u->end_chunks != NULL)
        u->end_chunks(u, out);
    out->framing_n = sum(out);
    out->whole = !out->full;
    if (out->whole && request_has_body(u) && !request_streams(u))
        lwurl_out_ref(out, (const char *)u->request->body + u->out_total,
                      (size_t)u->out_left);
}

void engine_sent(struct lwurl *u, const struct lwurl_out *out, size_t n)
{
    size_t framing = n < out->framing_n ? n : out->framing_n;
    bool whole = out->whole && framing == out->framing_n;

    if (u->out == OUT_HEAD) {
        u->head_at += (uint32_t)framing;
        if (whole)
            u->out = OUT_BODY;
    } else if (u->end_chunks != NULL) {
        u->chunk_at += (uint32_t)framing;
        if (whole)
            u->out = OUT_DONE;
    }
    u->out_total += n - framing;
    u->out_left -= n - framing;
    engine_body_done(u);
}

/* Leaves BODY when no byte of it is left, which a chunked one never says. */
void engine_body_done(struct lwurl *u)
{
    bool chunked =
        request_streams(u) && (u->request->flags & LWURL_BODY_CHUNKED) != 0;

    if (u->out == OUT_BODY && u->out_left == 0 && !chunked)
        u->out = OUT_DONE;
}

bool engine_wants_body(const struct lwurl *u)
{
    return u->out == OUT_BODY && request_streams(u) && u->end_chunks == NULL;
}

/* -------------------------------------------------------- framing of the in */

/* Every value of the field must be the same number (RFC 9112 6.3, 5). A piece
   of a longer value cannot be one. */
static int content_length(struct lwurl *u, const struct lwurl_field *f)
{
    struct lwurl_str list = f->value, one;
    uint64_t n;

    if (!f->last || !str_next(&list, &one))
        return LWURL_ERR_LENGTH;
    do {
        if (!str_number(one, &n) ||
            ((u->flags & F_LENGTH) != 0 && n != u->in_left))
            return LWURL_ERR_LENGTH;
        u->in_left = n;
        u->flags |= F_LENGTH;
    } while (str_next(&list, &one));
    return LWURL_OK;
}

/* Only "chunked", once: nothing else was offered (no TE was sent). */
static int transfer_encoding(struct lwurl *u, const struct lwurl_field *f)
{
    if (!f->last || !str_is(f->value, "chunked") || (u->flags & F_CHUNKED) != 0)
        return LWURL_ERR_CODING;
    u->flags |= F_CHUNKED;
    return LWURL_OK;
}

/* A value that comes in pieces may hide a "close": then it counts as one. */
static void connection(struct lwurl *u, const struct lwurl_field *f)
{
    struct lwurl_str list = f->value, one;

    if (!f->last)
        u->flags |= F_CLOSE;
    while (str_next(&list, &one)) {
        if (str_is(one, "close"))
            u->flags |= F_CLOSE;
        else if (str_is(one, "keep-alive"))
            u->flags |= F_PERSIST;
    }
}

/* The fields that frame the message or the connection. */
static int frame(struct lwurl *u, const struct lwurl_field *f)
{
    if (f->trailer)
        return LWURL_OK;
    if (f->name.n == 0 && f->first && u->version == 11)
        u->flags |= F_PERSIST;
    else if (str_is(f->name, "content-length"))
        return content_length(u, f);
    else if (str_is(f->name, "transfer-encoding"))
        return transfer_encoding(u, f);
    else if (str_is(f->name, "connection"))
        connection(u, f);
    return LWURL_OK;
}

/* Length of the body, in the order of RFC 9112 6.3. Chunked beside a length,
   or in a message of HTTP/1.0, is an attempt to smuggle: the connection is not
   used again (6.1). */
static void body_framing(struct lwurl *u)
{
    bool chunked = (u->flags & F_CHUNKED) != 0;
    bool length = (u->flags & F_LENGTH) != 0;
    bool tunnel = (u->flags & F_TUNNEL) != 0 && u->status / 100 == 2;

    if (tunnel || request_is_head(u) || u->status == 204 || u->status == 304) {
        u->in = IN_DONE;
    } else if (chunked) {
        u->in = IN_CHUNK_SIZE;
        u->in_left = 0;
        if (length || u->version < 11)
            u->flags |= F_CLOSE;
        u->flags &= ~(uint32_t)F_LENGTH;
    } else if (length) {
        u->in = u->in_left > 0 ? IN_LENGTH : IN_DONE;
    } else {
        u->in = IN_CLOSE;
        u->flags |= F_CLOSE;
    }
}

/* An interim response (RFC 9110 15.2): the final one follows. */
static int interim(struct lwurl *u)
{
    if (u->status == 101)
        return LWURL_ERR_UPGRADE;
    u->status = 0;
    u->head = HEAD_STATUS_LINE;
    return HEAD_QUIET;
}

static int head_end(struct lwurl *u)
{
    if (u->in == IN_TRAILER) {
        u->in = IN_DONE;
        return HEAD_END;
    }
    if (u->status < 200)
        return interim(u);
    if (u->out != OUT_DONE) /* an answer before the whole question */
        u->flags |= F_CLOSE;
    u->out = OUT_DONE;
    body_framing(u);
    return HEAD_END;
}

/* A piece of a field. Those of an interim response are nobody's. */
static int field(struct lwurl *u)
{
    struct lwurl_field f;

    lwurl_field(u, &f);
    if (u->in == IN_HEAD && u->status < 200)
        return HEAD_QUIET;
    int err = frame(u, &f);
    return err != LWURL_OK ? err : HEAD_FIELD;
}

int engine_head(struct lwurl *u)
{
    int event = HEAD_QUIET;

    while (event == HEAD_QUIET) {
        event = head_step(u);
        if (event == HEAD_END)
            event = head_end(u);
        else if (event == HEAD_FIELD)
            event = field(u);
    }
    return event;
}

/* -------------------------------------------------------------------- body */

/* One byte of a size line. No digit at all, or more than 2^60, is broken. */
static int chunk_size(struct lwurl *u, unsigned char c)
{
    int digit = hex_value(c);

    if (digit >= 0) {
        if ((u->in_left >> 60) != 0)
            return LWURL_ERR_CHUNK;
        u->in_left = u->in_left * 16 + (unsigned)digit;
    } else if (u->scan_at == 0) {
        return LWURL_ERR_CHUNK;
    } else if (c == '\r') {
        u->in = IN_CHUNK_LF;
    } else if (c == ';' || is_blank(c)) {
        u->in = IN_CHUNK_EXT;
    } else {
        return LWURL_ERR_CHUNK;
    }
    return ++u->scan_at > CHUNK_LINE_MAX ? LWURL_ERR_CHUNK : LWURL_OK;
}

/* Extensions are read and dropped (RFC 9112 7.1.1), LF alone is not a line
   end here: it is how two readers come to see different chunks. */
static int chunk_ext(struct lwurl *u, unsigned char c)
{
    if (c == '\r')
        u->in = IN_CHUNK_LF;
    else if (c == '\n' || ++u->scan_at > CHUNK_LINE_MAX)
        return LWURL_ERR_CHUNK;
    return LWURL_OK;
}

/* LF of a size line: data, or the trailer. */
static int chunk_begin(struct lwurl *u, unsigned char c)
{
    u->scan_at = u->head_n = 0;
    u->in = u->in_left > 0 ? IN_CHUNK_DATA : IN_TRAILER;
    u->field_flags = PIECE_TRAILER;
    return c == '\n' ? LWURL_OK : LWURL_ERR_CHUNK;
}

static int chunk_framing(struct lwurl *u, unsigned char c)
{
    switch (u->in) {
    case IN_CHUNK_SIZE:
        return chunk_size(u, c);
    case IN_CHUNK_EXT:
        return chunk_ext(u, c);
    case IN_CHUNK_LF:
        return chunk_begin(u, c);
    case IN_CHUNK_CR:
        u->in = IN_CHUNK_END;
        return c == '\r' ? LWURL_OK : LWURL_ERR_CHUNK;
    default:
        u->in = IN_CHUNK_SIZE;
        return c == '\n' ? LWURL_OK : LWURL_ERR_CHUNK;
    }
}

static bool in_framing(const struct lwurl *u)
{
    return u->in >= IN_CHUNK_SIZE && u->in <= IN_CHUNK_END &&
           u->in != IN_CHUNK_DATA;
}

int engine_body(struct lwurl *u)
{
    int err = LWURL_OK;

    while (err == LWURL_OK && in_framing(u)) {
        if (u->in_n == 0)
            return 0;
        unsigned char c = (unsigned char)u->work[u->in_at++];
        u->in_n--;
        err = chunk_framing(u, c);
    }
    return err == LWURL_OK ? 1 : err;
}

size_t engine_may_take(const struct lwurl *u, size_t max)
{
    if (u->in == IN_CLOSE)
        return max;
    if (u->in != IN_LENGTH && u->in != IN_CHUNK_DATA)
        return 0;
    return u->in_left < max ? (size_t)u->in_left : max;
}

void engine_took(struct lwurl *u, size_t n)
{
    if (u->in == IN_CLOSE)
        return;
    u->in_left -= n;
    if (u->in_left == 0)
        u->in = u->in == IN_LENGTH ? IN_DONE : IN_CHUNK_CR;
}

int engine_eof(struct lwurl *u)
{
    if (u->in == IN_CLOSE) {
        u->in = IN_DONE;
        return LWURL_OK;
    }
    if (u->in == IN_HEAD && u->head_n == 0)
        return LWURL_ERR_DISCONNECTED;
    return LWURL_ERR_INCOMPLETE;
}

bool engine_can_persist(const struct lwurl *u)
{
    return u->in == IN_DONE && u->in_n == 0 &&
           (u->flags & (F_PERSIST | F_CLOSE)) == F_PERSIST;
}
