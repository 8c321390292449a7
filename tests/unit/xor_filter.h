/* SPDX-License-Identifier: MIT */
/*
 * A second filter beside TLS, for tests: what lwurl_handler.h asks for, in its
 * smallest form. On the wire: "HELO" there and "OLEH" back, then frames of a
 * length in two bytes and so many bytes, each XOR 0x55. Length 0 is the
 * orderly end, length 0xffff a frame that says nothing. "OVER" instead of
 * "OLEH" is the orderly end of a handshake.
 */
#ifndef XOR_FILTER_H
#define XOR_FILTER_H

#include "lwurl_handler.h"

#define XOR_FRAME 1200 /* most bytes of a frame */

struct xor_slot {
    struct lwurl *owner;
    unsigned char out[XOR_FRAME + 2];
    size_t out_at, out_n, staged;
    unsigned char in[XOR_FRAME + 2];
    size_t in_n, app_at;
    bool shaken, ended, closing;
    int err;

    int refuse;       /* result of the next start(), when negative */
    size_t frame_max; /* of ours; 0: XOR_FRAME */
    bool half;        /* takes nothing while it has something to say */
    int flush_err;    /* not 0: the next flush() ends it, < 0 with that error */
    char host[64];    /* that it was started with */
    uint16_t port;
    const char *tls_name;
    unsigned starts, stops;
};

extern const struct lwurl_filter_ops xor_filter;

/* "xor://" with default port 99; its state is a struct xor_slot. */
extern const struct lwurl_handler_ops xor_ops;

/* Frames the n bytes of p, `frame` in each, behind to[at]. Returns the new
   end. xor_end() adds the orderly end. */
size_t xor_frames(char *to, size_t at, const char *p, size_t n, size_t frame);
size_t xor_end(char *to, size_t at);

/* Undoes frames in place; *ended says whether an orderly end came. Fails the
   test on what is no frame. Returns the bytes of content. */
size_t xor_unframe(char *p, size_t n, bool *ended);

#endif
