/* SPDX-License-Identifier: MIT */
/* The program's one TLS slot and what it trusts. */
#ifndef TLS_H
#define TLS_H

#include "lwurl_tls.h"

#include "options.h"

extern struct lwurl_tls host_tls;

/* Reads the trust anchors and opens the key log. 0, or an exit status: said
   what is wrong on stderr. */
int tls_init(const struct options *o);

/* Called when a handshake is complete. */
extern void (*tls_ready)(void);

#endif
