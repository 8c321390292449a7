/* SPDX-License-Identifier: MIT */
/* What the files of core/tls share. */
#ifndef LWURL_TLS_TLS_H
#define LWURL_TLS_TLS_H

#include "lwurl_tls.h"

/* A way of checking the server's key. */
struct lwurl_tls_trust {
    size_t room; /* bytes it wants during the handshake, 8-aligned */
    /* Gives the engine its X.509 part. `name` is the host to check, NULL for
       an address. 0, or LWURL_ERR_TLS_NAME, LWURL_ERR_TLS_SETUP. */
    int (*begin)(const struct lwurl_tls *tls, void *room, const char *name);
    /* What one of BearSSL's numbers means here; 0: nothing special. */
    int (*error)(int number);
};

static inline br_ssl_engine_context *engine_of(const struct lwurl_tls *tls)
{
    return &tls->slot->client.eng;
}

/* LWURL_ERR_* of an engine that has failed, or 0 where it was closed in
   order; *detail as lwurl_types.h says for each code. */
int tls_error(const struct lwurl_tls *tls, int32_t *detail);

/* Sets up the engine's algorithms. */
void tls_use_profile(br_ssl_engine_context *engine,
                     const struct lwurl_tls_profile *profile);

#endif
