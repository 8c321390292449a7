/* SPDX-License-Identifier: MIT */
/* http and https share one source. */
#ifndef LWURL_SCHEME_HTTP_H
#define LWURL_SCHEME_HTTP_H

#include "lwurl_handler.h"

extern const struct lwurl_source_ops lwurl_http_source;

#endif
