/* SPDX-License-Identifier: MIT */
#include "http/framing.h"

#include "http/head_out.h"
#include "text/proof.h"
#include "text/str.h"

/* Every value of the field must be the same number (RFC 9112 6.3, 5). A piece
   of a longer value cannot be one. */
static int content_length(struct lwurl *u)
{
    struct lwurl_str list = u->field_value, one;
    uint64_t n;

    if ((u->field_flags & PIECE_LAST) == 0 || !str_next(&list, &one))
        return LWURL_ERR_LENGTH;
    while (true)
        LOOP_WRITES((list, one, n, u->in_left, u->flags),
                    IS_PART(list) &&
                        LIES_IN(one, u->field_value.p, u->field_value.n),
                    list.n)
    {
        if (!str_number(one, &n) ||
            ((u->flags & F_LENGTH) != 0 && n != u->in_left))
            return LWURL_ERR_LENGTH;
        u->in_left = n;
        u->flags |= F_LENGTH;
        if (!str_next(&list, &one))
            return LWURL_OK;
    }
}

/* Only "chunked", once: nothing else was offered (no TE was sent). */
static int transfer_encoding(struct lwurl *u)
{
    if ((u->field_flags & PIECE_LAST) == 0 ||
        !str_is(u->field_value, "chunked") || (u->flags & F_CHUNKED) != 0)
        return LWURL_ERR_CODING;
    u->flags |= F_CHUNKED;
    return LWURL_OK;
}

/* A value that comes in pieces may hide a "close": then it counts as one. */
static void connection(struct lwurl *u)
{
    struct lwurl_str list = u->field_value, one;

    if ((u->field_flags & PIECE_LAST) == 0)
        u->flags |= F_CLOSE;
    while (str_next(&list, &one))
        LOOP_WRITES((list, one, u->flags), IS_PART(list), list.n)
    {
        if (str_is(one, "close"))
            u->flags |= F_CLOSE;
        else if (str_is(one, "keep-alive"))
            u->flags |= F_PERSIST;
    }
}

int framing_field(struct lwurl *u)
{
    if ((u->field_flags & PIECE_TRAILER) != 0)
        return LWURL_OK;
    if (str_is(u->field_name, "content-length"))
        return content_length(u);
    if (str_is(u->field_name, "transfer-encoding"))
        return transfer_encoding(u);
    if (str_is(u->field_name, "connection"))
        connection(u);
    else if (u->field_name.n == 0 && (u->field_flags & PIECE_FIRST) != 0 &&
             u->version == 11)
        u->flags |= F_PERSIST;
    return LWURL_OK;
}

/* Length of the body, in the order of RFC 9112 6.3. Chunked beside a length,
   or in a message of HTTP/1.0, is an attempt to smuggle: the connection is not
   used again (6.1). */
void framing_end(struct lwurl *u)
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
