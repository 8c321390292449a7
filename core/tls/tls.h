/* SPDX-License-Identifier: MIT */
/* What the files of core/tls share. */
#ifndef LWURL_TLS_TLS_H
#define LWURL_TLS_TLS_H

#include "lwurl_tls.h"

/* The engine keeps 256 bytes with the NUL; no DNS name has more than 253. */
#define TLS_NAME 254u

/* Whom the server has to be. */
struct tls_host {
    struct lwurl_str text; /* as it was given */
    uint16_t port;
    char name[TLS_NAME]; /* in lower case, without the dot that ends it
                            (RFC 6066 3); empty for an address */
};

/* A way of checking the server's key. */
struct lwurl_tls_trust {
    uint8_t kind; /* a number for each */
    size_t room;  /* bytes it wants during the handshake, 8-aligned */
    /* Gives the engine its X.509 part. 0, or LWURL_ERR_TLS_NAME,
       LWURL_ERR_TLS_SETUP. */
    int (*begin)(const struct lwurl_tls *tls, void *room,
                 const struct tls_host *host);
    /* What one of BearSSL's numbers means here; 0: nothing special. */
    int (*error)(int number);
};

/* Numbers beside BearSSL's own for certificates, which end at 62. */
enum {
    TLS_X509_NOT_YET = 70,
    TLS_X509_PURPOSE = 71, /* not for servers */
    TLS_X509_PIN = 72      /* none of the pinned keys */
};

/* lwurl_tls_slot.flags */
enum {
    TLS_READY = 1,      /* the handshake is complete */
    TLS_ENDED = 2,      /* the wire ended */
    TLS_CLOSING = 4,    /* close() was called */
    TLS_EXPIRING = 8,   /* within .warn_days */
    TLS_CLOCKLESS = 16, /* for lwurl_tls_info() */
    TLS_RESUMED = 32,
    TLS_ALPN = 64
};

static inline br_ssl_engine_context *engine_of(const struct lwurl_tls *tls)
{
    return &tls->slot->client.eng;
}

/* SHA-256, as PKCS#1 names it in a signature (RFC 8017 9.2). */
extern const unsigned char tls_sha256_oid[10];

/* LWURL_ERR_* of an engine that has failed, or 0 where it was closed in
   order; *detail as lwurl_types.h says for each code. */
int tls_error(const struct lwurl_tls *tls, int32_t *detail);

/* Sets up the engine's algorithms. */
void tls_use_profile(br_ssl_engine_context *engine,
                     const struct lwurl_tls_profile *profile);

/* 1: *now is the time. 0: it is unknown, or before .built_s. */
int tls_now(const struct lwurl_tls *tls, int64_t *now);

/* Is this the SHA-256 of one of the pinned keys? */
bool tls_is_pinned(const struct lwurl_tls *tls,
                   const unsigned char sha256[br_sha256_SIZE]);

#endif
