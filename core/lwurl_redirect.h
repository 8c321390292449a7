/* SPDX-License-Identifier: MIT */
/* Redirects (urllib's HTTPRedirectHandler, RFC 9110 15.4). */
#ifndef LWURL_REDIRECT_H
#define LWURL_REDIRECT_H

#include "lwurl_handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Follows 301, 302, 303, 307 and 308. GET and HEAD stay what they are; POST
 * becomes a GET without body after 301 to 303, and is sent again after 307 and
 * 308 only with LWURL_RESEND_BODY; every other method is not redirected. What
 * is not followed is delivered as the error status that it is. Where the body
 * stays behind, so do the caller's Content-... fields.
 *
 * To another scheme, host or port the caller's Host, Authorization and Cookie
 * fields and the request's user and password do not go along. From https to
 * http only with LWURL_DOWNGRADE; to schemes other than http, https and ftp
 * never: LWURL_ERR_REDIRECT.
 */
struct lwurl_redirect {
    /* Room for the current URL and, behind it, the Location field with its
       non-ASCII bytes percent-encoded: the longest URL twice, and 8 bytes.
       LWURL_ERR_ROOM tells how much a fetch needed. Lives until lwurl_close():
       lwurl_url() points here. */
    char *room;
    size_t room_n;
    unsigned max; /* redirects in one fetch, LWURL_ERR_REDIRECT above it;
                     0: 10, as urllib */

    /* Private. */
    size_t at, n; /* the Location: room[at..at + n), n counts on beyond room */
    uint8_t seen; /* which field it came from */
    bool open;    /* its pieces are collected */
};

extern const struct lwurl_handler_ops lwurl_redirect_ops;
#define LWURL_REDIRECT(state)        \
    {                                \
        &lwurl_redirect_ops, (state) \
    }

#ifdef __cplusplus
}
#endif

#endif
