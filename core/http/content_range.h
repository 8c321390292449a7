/* SPDX-License-Identifier: MIT */
/* Content-Range (RFC 9110 14.4). */
#ifndef LWURL_HTTP_CONTENT_RANGE_H
#define LWURL_HTTP_CONTENT_RANGE_H

#include "text/str.h"

/* The value of a 206: bytes first to last, of total (UINT64_MAX: "*"). */
struct content_range {
    uint64_t first, last, total;
};

/* False for what is not "bytes first-last/total", or contradicts itself. */
bool content_range(struct lwurl_str value, struct content_range *out);

#endif
