/* SPDX-License-Identifier: MIT */
/* Functions of BearSSL: what they touch is proven to be there, and of what they
   say no more is known than here. */
#include <bearssl.h>

#include "any.h"

void br_sha256_init(br_sha256_context *ctx)
{
    PROVE(WRITABLE(ctx, sizeof *ctx));
}

void br_sha224_update(br_sha224_context *ctx, const void *data, size_t len)
{
    PROVE(WRITABLE(ctx, sizeof *ctx));
    PROVE(len == 0 || READABLE(data, len));
}

void br_sha256_out(const br_sha256_context *ctx, void *out)
{
    PROVE(READABLE(ctx, sizeof *ctx));
    PROVE(WRITABLE(out, br_sha256_SIZE));
    BECOMES_ANY(out, br_sha256_SIZE);
}
