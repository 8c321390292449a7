/* SPDX-License-Identifier: MIT */
/*
 * The program's TLS connection: one slot, its memory and whom it trusts. That
 * is one of these files:
 *
 *   trust_chain.c  chains of certificates that end at an anchor (ANCHORS=)
 *   trust_known.c  one known key (KNOWN_KEY=)
 */
#ifndef TLS_H
#define TLS_H

#include "lwurl_parts.h"
#include "lwurl_tls.h"

/* Bytes of record buffer: RECORD= */
#ifndef DEVICE_RECORD
#define DEVICE_RECORD LWURL_TLS_RECORD_ANY
#endif

/* lwurl_tls_fast, _small or _careful: PROFILE= */
#ifndef DEVICE_PROFILE
#define DEVICE_PROFILE lwurl_tls_fast
#endif

/* Bodies in parts, where a server does not agree to small records. */
#ifndef DEVICE_PARTS
#define DEVICE_PARTS (DEVICE_RECORD < LWURL_TLS_RECORD_ANY)
#endif
#if DEVICE_PARTS
#define DEVICE_HTTPS LWURL_HTTPS_PARTS(&device_tls)
#else
#define DEVICE_HTTPS LWURL_HTTPS(&device_tls)
#endif

/* For the opener; after tls_init(). */
extern struct lwurl_tls device_tls;

/* anchor: trust this one alone, counted from 1; 0: all. 0, or -1: there is no
   such anchor. */
int tls_init(uint32_t anchor);

/* trust_*.c: sets the members that say whom to trust. Result as above. */
int trust_init(struct lwurl_tls *tls, uint32_t anchor);

#endif
