/* SPDX-License-Identifier: MIT */
/* Address literals as the bytes that a certificate has (RFC 5280 4.2.1.6). */
#ifndef LWURL_TLS_ADDRESS_H
#define LWURL_TLS_ADDRESS_H

#include "text/str.h"

#define ADDRESS_MAX 16

/* 4 or 16 bytes, in network order; 0: no address. A zone is left out. */
size_t address_bytes(struct lwurl_str literal, unsigned char out[ADDRESS_MAX]);

#endif
