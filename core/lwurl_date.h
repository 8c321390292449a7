/* SPDX-License-Identifier: MIT */
/*
 * The time that a server says it is (Date, RFC 9110 6.6.1), for a device that
 * has no better one: a line of the opener that keeps it.
 *
 *     static struct lwurl_date date;
 *     ... {LWURL_DATE_HINT(&date), LWURL_HTTPS(&tls)} in the opener's table
 *     ... after lwurl_open(): if (date.unix_s > 0) set_clock(date.unix_s);
 *
 * Only what came through TLS is kept, for anybody on the way can write the Date
 * of plain HTTP. It is as good as the server, and as the check of its
 * certificate: where that was done without a clock (lwurl_tls_info.clockless),
 * a stolen key whose certificate expired can set the clock back, never before
 * .built_s if you compare. It is some seconds old at worst.
 */
#ifndef LWURL_DATE_HINT_H
#define LWURL_DATE_HINT_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_date_ops;

/* A line of the opener, for a struct lwurl_date. */
/* clang-format off */
#define LWURL_DATE_HINT(state) {&lwurl_date_ops, (state)}
/* clang-format on */

struct lwurl_date {
    int64_t unix_s; /* of the last response of this fetch that had a good one,
                       in Unix time; 0: none */
};

#ifdef __cplusplus
}
#endif

#endif
