/* SPDX-License-Identifier: MIT */
/* SHA-256 of a download, shared by those who check more. As the members of
   struct lwurl_verify_ops. */
#ifndef LWURL_TLS_VERIFY_CONTENT_H
#define LWURL_TLS_VERIFY_CONTENT_H

#include "lwurl_verify.h"

void verify_begin(struct lwurl_verify *v);
void verify_add(struct lwurl_verify *v, const void *p, size_t n);
int verify_end(struct lwurl_verify *v);
void verify_save(const struct lwurl_verify *v, unsigned char state[32]);
void verify_load(struct lwurl_verify *v, const unsigned char state[32],
                 uint64_t at);

#endif
