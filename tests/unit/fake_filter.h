/* SPDX-License-Identifier: MIT */
/* A filter that lets all bytes pass, behind a handshake of one word each:
   "<hi>" goes out, "<ho>" has to come. And https over it, so that tests see
   what goes through a tunnel. A "\1" from there is a record that is too large:
   as long as .large. */
#ifndef FAKE_FILTER_H
#define FAKE_FILTER_H

#include "lwurl_handler.h"

#define FAKE_HI "<hi>"
#define FAKE_HO "<ho>"

struct fake_slot {
    struct lwurl *owner;
    unsigned char out[64], in[64]; /* the directions' buffers */
    size_t out_n, in_n, greeted;
    bool ended;
    char host[64]; /* of the last start() */
    uint16_t port;
    const char *tls_name;
    unsigned starts;
    struct lwurl_parts *parts; /* what parts() says */
    uint32_t parts_max;
    int32_t large;
    bool too_large;
};

extern const struct lwurl_filter_ops fake_filter;
extern const struct lwurl_handler_ops fake_https_ops;

/* A line of an opener, for a struct fake_slot. */
/* clang-format off */
#define FAKE_HTTPS(slot) {&fake_https_ops, (slot)}
/* clang-format on */

#endif
