/* SPDX-License-Identifier: MIT */
/*
 * Compressed bodies (RFC 9110 8.4): a line of the opener that asks for gzip and
 * deflate and decodes what comes. urllib has no counterpart: it asks for
 * identity, and so does an opener without this line; a body that is coded all
 * the same is then delivered as it is.
 *
 *     static struct lwurl_inflater inflater;
 *     static unsigned char window[LWURL_GZIP_WINDOW_ANY];
 *     static struct lwurl_gzip gzip = {.inflater = &inflater,
 *                                      .window = window,
 *                                      .window_n = sizeof window};
 *     ... {LWURL_REDIRECT(&redirect), LWURL_GZIP(&gzip), LWURL_HTTP}
 *
 * Rules
 *  - Its place in the table is behind all that judge responses: cookies, auth,
 *    redirect, gzip, then the schemes.
 *  - lwurl_length() of a coded body is unknown. lwurl_received() and the bytes
 *    of lwurl_error() count decoded bytes; the detail of LWURL_ERR_INCOMPLETE
 *    counts coded ones, 0 where the body ended in order and its coding did not.
 *  - A request with a field Accept-Encoding of its own is sent with that one;
 *    one with Range asks for identity. So a download that is to be resumed, or
 *    checked against a Repr-Digest (RFC 9530: of the coded bytes), gives
 *    "Accept-Encoding: identity". A part of a coded body (206) is refused.
 *  - Whoever reads on to the end knows that length and CRC-32 (gzip) or
 *    Adler-32 (zlib) agree. What was read before the end was not checked yet.
 *  - gzip: any number of members behind each other, zeros behind the last
 *    (RFC 1952 2.2). deflate: with zlib's frame, or without as some servers
 *    send it. Other bytes behind the end are an error. A body of no bytes is
 *    empty, not broken.
 *  - The state belongs to one opener, and so to one task at a time.
 *
 * The window
 *  - A coded body refers to bytes that came up to 32,768 before: senders that
 *    nobody told otherwise use them all, except in bodies that are shorter. A
 *    smaller window serves senders that were told (nginx: gzip_window), and
 *    every body that is not longer than the window.
 *  - It may be the memory that the body is read to, in order and from its
 *    start: lwurl_read_all(&u, window, sizeof window, &n), or LWURL_MEMORY_SINK
 *    of lwurl_retrieve.h. No byte is then spent on it. window_n has to be a
 *    power of two for that, 32,768 at the most; a body that is longer is an
 *    error as always, and what was read of it is overwritten.
 *
 * Errors
 *    LWURL_ERR_CONTENT_CODING  neither gzip nor deflate, or several codings
 *                              (detail 0); or broken (detail: zlib's number)
 *    LWURL_ERR_ROOM            the sender needs a larger window; detail: one
 *                              of so many bytes is enough
 *    LWURL_ERR_EXPANSION       more than .max bytes; detail: .max
 *    LWURL_ERR_INCOMPLETE      the body is whole, the coding in it is not
 *
 * What it costs (Cortex-M3, gcc 12, -Os): 10,620 bytes of flash, 8 KB of them
 * zlib's (1.3.1); 7,512 bytes of RAM, and the window. uzlib, as MicroPython
 * 1.25 has it, would take 1.7 KB and 1.3 KB, but it cannot stop amid a symbol
 * when its input runs dry, and what an incomplete code makes it read lies
 * outside of a table (tinflate.c:428, found by flipped bits). A decoder that
 * does not see a distance that is longer than its window, as tinfl of miniz,
 * reads wrong bytes where this one names the size.
 */
#ifndef LWURL_GZIP_H
#define LWURL_GZIP_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a window: for any sender, and the least. */
#define LWURL_GZIP_WINDOW_ANY 32768u
#define LWURL_GZIP_WINDOW_MIN 256u

/* Bytes that zlib takes beside the window: 7,176 where pointers have 4. */
#define LWURL_GZIP_INFLATER (7080u + 24u * sizeof(void *))

/* Coded bytes that are received at once. */
#define LWURL_GZIP_PIECE 256u

/* Memory that is written before it is read: outside of struct lwurl_gzip, so
   that an initialized one takes no flash for it. */
struct lwurl_inflater {
    union {
        uint64_t number;
        void *pointer;
        unsigned char bytes[LWURL_GZIP_INFLATER];
    } zlib;
    unsigned char in[LWURL_GZIP_PIECE];
};

/* Zero, but for the first four. */
struct lwurl_gzip {
    struct lwurl_inflater *inflater; /* memory of yours */
    void *window;                    /* as said above */
    size_t window_n; /* its bytes: the largest power of two in them is used,
                        up to 32,768 */
    uint64_t max;    /* decoded bytes of a body; 0: no cap, deflate makes up to
                        1,032 bytes of one */
    /* private */
    const struct lwurl_handler *inner; /* whose body it is */
    uint64_t out_n;                    /* bytes decoded */
    size_t needed;                     /* bytes of the sender's window */
    size_t in_at, in_n;                /* coded bytes that wait in `in` */
    int16_t broken;                    /* zlib's number */
    uint8_t coding, phase;
    uint8_t frame, part, head_flags; /* of what is around deflated bytes */
    uint32_t check, size, at;
    bool full;     /* the last output had no room left: there may be more */
    bool dropping; /* the rest of the body concerns nobody */
};

extern const struct lwurl_handler_ops lwurl_gzip_ops;

/* A line of the opener, for a struct lwurl_gzip. */
/* clang-format off */
#define LWURL_GZIP(state) {&lwurl_gzip_ops, (state)}
/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif
