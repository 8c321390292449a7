/* SPDX-License-Identifier: MIT */
/* What BearSSL does not tell of a ServerHello: was max_fragment_length agreed
   to (RFC 6066 4)? Read from the bytes of the wire, which are clear. */
#ifndef LWURL_TLS_HELLO_H
#define LWURL_TLS_HELLO_H

#include <stddef.h>

#include "lwurl_tls.h"

/* Takes the next n bytes from the server; h is zero before the first. A
   ServerHello that is spread over records counts as one without extensions. */
void hello_put(struct lwurl_tls_hello *h, const unsigned char *p, size_t n);

#endif
