/* SPDX-License-Identifier: MIT */
/* A cache of sessions as the filter sees it. */
#ifndef LWURL_TLS_SESSIONS_H
#define LWURL_TLS_SESSIONS_H

#include "lwurl_tls.h"

struct tls_host;

/* Only for a lwurl_tls that names a cache with room for one at least. */
struct lwurl_tls_session_ops {
    /* Gives the engine a session for this host and this trust: true when there
       is one that may be resumed. */
    bool (*offer)(const struct lwurl_tls *tls, const struct tls_host *host);
    /* A full handshake is complete. */
    void (*keep)(const struct lwurl_tls *tls);
    /* The connection broke: its session is not resumed (RFC 5246 7.2.2). */
    void (*forget)(const struct lwurl_tls *tls);
};

#endif
