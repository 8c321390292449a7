/* SPDX-License-Identifier: MIT */
/* TLS as a filter between a connection and what is spoken on it. */
#ifndef LWURL_TLS_FILTER_H
#define LWURL_TLS_FILTER_H

#include "lwurl_handler.h"

/* Its slot is a const struct lwurl_tls. */
extern const struct lwurl_filter_ops lwurl_tls_filter;

#endif
