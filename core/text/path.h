/* SPDX-License-Identifier: MIT */
/* Dot segments (RFC 3986 5.2.4). */
#ifndef LWURL_PATH_H
#define LWURL_PATH_H

#include "text/str.h"

/* Resolves "." and ".." in p[0..n) in place, as urljoin does, and returns the
   new length, never above n. `merged`: the path was put together from a base
   and a reference, and empty segments in its middle go. */
size_t path_resolve(char *p, size_t n, bool merged);

#endif
