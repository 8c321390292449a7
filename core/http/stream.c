/* SPDX-License-Identifier: MIT */
/* A request body that the application sends piece by piece. */
#include "http/conn.h"
#include "http/engine.h"

static bool is_chunked(const struct lwurl *u)
{
    return (u->request->flags & LWURL_BODY_CHUNKED) != 0;
}

/* What begins a chunk: the end of the one before, its own size (RFC 9112 7.1).
   The last chunk has size 0 and ends the body. */
static void put_chunk(const struct lwurl *u, struct lwurl_out *out)
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned shift = 28;

    if (u->out_total > u->chunk_n - u->out_left)
        lwurl_out_text(out, "\r\n");
    while (shift > 0 && (u->chunk_n >> shift) == 0)
        shift -= 4;
    for (; shift > 0; shift -= 4)
        lwurl_out_copy(out, &digits[(u->chunk_n >> shift) & 15u], 1);
    lwurl_out_copy(out, &digits[u->chunk_n & 15u], 1);
    lwurl_out_text(out, u->chunk_n > 0 ? "\r\n" : "\r\n\r\n");
}

/* Declares a chunk of n bytes, unless one is under way: its prefix says its
   size and cannot be taken back once a byte of it is sent. */
static void begin_chunk(struct lwurl *u, size_t n)
{
    if (u->out_left > 0 && u->chunk_at > 0)
        return;
    u->chunk_n = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
    u->out_left = u->chunk_n;
    u->chunk_at = 0;
}

static int send_piece(struct lwurl *u, const void *p, size_t n)
{
    struct lwurl_str slices[4]; /* prefix, in pieces without room; data */
    struct lwurl_out out = {.slices = slices, .max = 4};

    out.room = u->work + u->in_at + u->in_n;
    out.room_n = u->work_max - u->in_at - u->in_n;
    out.skip = u->chunk_at;
    if (is_chunked(u))
        put_chunk(u, &out);
    for (size_t i = 0; i < out.n; i++)
        out.framing_n += slices[i].n;
    out.whole = !out.full;
    if (out.whole)
        lwurl_out_ref(&out, p, n);
    int r = out.n > 0 ? conn_send(u, &u->conn, slices, out.n) : 0;
    if (r <= 0)
        return r;
    size_t framing = (size_t)r < out.framing_n ? (size_t)r : out.framing_n;
    u->chunk_at += (uint32_t)framing;
    u->out_total += (size_t)r - framing;
    u->out_left -= (size_t)r - framing;
    return r - (int)framing;
}

/* LWURL_OK while the application's bytes are due. */
static int due(const struct lwurl *u)
{
    if (has_failed(u))
        return u->err;
    return u->phase == LWURL_PHASE_SEND && engine_wants_body(u)
               ? LWURL_OK
               : LWURL_ERR_CALL;
}

int lwurl_send(struct lwurl *u, const void *p, size_t n)
{
    int err = due(u);

    if (err != LWURL_OK || n == 0)
        return err;
    if (is_chunked(u))
        begin_chunk(u, n);
    else if (n > u->out_left)
        return lwurl_fail(u, LWURL_ERR_BODY, 0);
    if (n > u->out_left)
        n = (size_t)u->out_left;
    int r = send_piece(u, p, n);
    if (r < 0) { /* an answer may lie in wait: the next step looks */
        u->send_err = (int16_t)r;
        return 0;
    }
    if (r == 0)
        u->flags |= F_DRY;
    engine_body_done(u);
    return r;
}

int lwurl_send_end(struct lwurl *u)
{
    int err = due(u);

    if (err == LWURL_ERR_CALL && u->out == OUT_DONE) /* it was whole */
        return LWURL_OK;
    if (err != LWURL_OK)
        return err;
    if (u->out_left > 0 && (!is_chunked(u) || u->chunk_at > 0))
        return lwurl_fail(u, LWURL_ERR_BODY, 0);
    u->end_chunks = put_chunk;
    u->out_left = 0;
    u->chunk_n = 0;
    u->chunk_at = 0;
    return LWURL_OK;
}

uint64_t lwurl_written(const struct lwurl *u)
{
    return u->out_total;
}
