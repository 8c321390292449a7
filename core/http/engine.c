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

#include "http/head_out.h"
#include "text/proof.h"
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

/* ------------------------------------------------------------------ window */

size_t engine_room(struct lwurl *u)
{
    size_t room = u->work_max - u->in_n;

    if (u->in_n == 0 || room < 2 * u->in_at) {
        memmove(u->work, u->work + u->in_at, u->in_n);
        u->in_at = 0;
    }
    return room - u->in_at;
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
    u->field_flags = PIECE_TRAILER | PIECE_FIRST;
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

    while (err == LWURL_OK && in_framing(u))
        LOOP_WRITES(
            (err, u->in, u->in_at, u->in_n, u->in_left, u->scan_at, u->head_n,
             u->field_flags),
            err <= LWURL_OK && u->in >= IN_CHUNK_SIZE && u->in <= IN_TRAILER &&
                (err != LWURL_OK || u->scan_at <= CHUNK_LINE_MAX) &&
                (u->in != IN_CHUNK_DATA || u->in_left > 0) &&
                (u->in != IN_TRAILER || u->scan_at == 0) &&
                u->in_n <= AT_ENTRY(u->in_n) &&
                u->in_at == AT_ENTRY(u->in_at) + (AT_ENTRY(u->in_n) - u->in_n),
            u->in_n)
    {
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
