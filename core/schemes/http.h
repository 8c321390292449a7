/* SPDX-License-Identifier: MIT */
/* http and https share one source. */
#ifndef LWURL_SCHEME_HTTP_H
#define LWURL_SCHEME_HTTP_H

#include "lwurl_handler.h"

extern const struct lwurl_source_ops lwurl_http_source;

/* connect_to or tls_name of the request, where it counts: what it says of its
   own origin is not true of another. NULL: nothing. */
const char *http_of_origin(const struct lwurl *u, const char *text);

#endif
