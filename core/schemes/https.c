/* SPDX-License-Identifier: MIT */
/* https: http over the TLS filter (RFC 9110 4.2.2). */
#include "lwurl_handler.h"
#include "schemes/http.h"
#include "tls/filter.h"

const struct lwurl_handler_ops lwurl_https_ops = {
    .scheme = "https",
    .default_port = 443,
    .source = &lwurl_http_source,
    .filter = &lwurl_tls_filter,
};
