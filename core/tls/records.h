/* SPDX-License-Identifier: MIT */
/* Content and wrapping of TLS told apart from outside: by the headers of the
   records that pass (RFC 5246 6.2), without a key. */
#ifndef LWURL_RECORDS_H
#define LWURL_RECORDS_H

#include "lwurl_meter.h"

/* A connection begins, or is no TLS yet. */
void records_begin(struct lwurl_meter_records *r);

/* n bytes passed in this direction: bytes of content in the records that they
   completed. */
uint64_t records_pass(struct lwurl_meter_records *r, const void *p, size_t n);

#endif
