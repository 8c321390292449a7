/* SPDX-License-Identifier: MIT */
/*
 * The ceilings of lwurl. Each can be set with -D or by a header of yours that
 * is included first; each line says the unit, the default and what it costs.
 * Behaviour is not configured here: that is run-time data in const structs.
 */
#ifndef LWURL_CONFIG_H
#define LWURL_CONFIG_H

/* Bytes of a URL, the NUL not counted. Costs no RAM: a bound against junk. */
#ifndef LWURL_URL_MAX
#define LWURL_URL_MAX 2048
#endif

/* Bytes of one response head in all, 1xx heads and trailers included. Costs
   no RAM (fields stream by): it ends a head that a hostile server never ends.
 */
#ifndef LWURL_HEAD_MAX
#define LWURL_HEAD_MAX 262144
#endif

/* Bytes that are read and dropped to save a connection: the rest of a body
   that nobody wants. Above it, closing the connection is cheaper. No RAM. */
#ifndef LWURL_DRAIN_MAX
#define LWURL_DRAIN_MAX 4096
#endif

/* Slices handed to the port in one send: 8 bytes of stack each. A head of
   more slices than this leaves in more than one segment. */
#ifndef LWURL_SLICES
#define LWURL_SLICES 12
#endif

/* Milliseconds without any progress after which a fetch fails, where the
   request does not say (lwurl_request.idle_ms). No RAM. */
#ifndef LWURL_IDLE_MS
#define LWURL_IDLE_MS 30000
#endif

/* Bytes of struct lwurl that a scheme or handler may use for one request. */
#ifndef LWURL_AREA
#define LWURL_AREA 16
#endif

/* Bytes of an entity tag that is kept (lwurl_conditional.h), the NUL not
   counted: RAM, one or two times for each state of a handler that keeps it. */
#ifndef LWURL_ETAG_MAX
#define LWURL_ETAG_MAX 80
#endif

#if LWURL_URL_MAX < 64 || LWURL_URL_MAX > 32767
#error "LWURL_URL_MAX: 64 to 32767 bytes"
#endif
#if LWURL_HEAD_MAX < 1024
#error "LWURL_HEAD_MAX: 1024 bytes or more; real servers send heads of 1 KB"
#endif
#if LWURL_DRAIN_MAX < 0 || LWURL_DRAIN_MAX > 1048576
#error "LWURL_DRAIN_MAX: 0 to 1048576 bytes"
#endif
#if LWURL_SLICES < 6 || LWURL_SLICES > 64
#error "LWURL_SLICES: 6 to 64"
#endif
#if LWURL_IDLE_MS < 100
#error "LWURL_IDLE_MS: 100 ms or more"
#endif
#if LWURL_AREA < 16 || LWURL_AREA > 256
#error "LWURL_AREA: 16 to 256 bytes"
#endif
#if LWURL_ETAG_MAX < 35 || LWURL_ETAG_MAX > 255
#error "LWURL_ETAG_MAX: 35 to 255 bytes; 68 take a SHA-256 in hexadecimal"
#endif

#endif
