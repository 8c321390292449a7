/* SPDX-License-Identifier: MIT */
/* URLs of schemes with an authority, as slices (RFC 3986 3). */
#ifndef LWURL_URL_H
#define LWURL_URL_H

#include "text/str.h"

struct url {
    struct lwurl_str scheme;
    struct lwurl_str userinfo; /* p NULL: there is no '@' */
    struct lwurl_str host;     /* without brackets, zone included */
    struct lwurl_str target;   /* path and query, may be empty or "?q" */
    uint16_t port;             /* 0: not given */
    bool bracketed;            /* host is an IPv6 literal */
};

/* The scheme of a URL, or an empty slice; and the length of that of p[0..n). */
struct lwurl_str url_scheme(struct lwurl_str url);
size_t url_scheme_n(const char *p, size_t n);

/* Offset of the first byte that cannot be in a URL, or s.n: RFC 3986 allows
   only printable ASCII; urllib refuses the same (InvalidURL). */
size_t url_find_bad(struct lwurl_str s);

/*
 * Splits and checks "scheme://[userinfo@]host[:port][path][?query][#fragment]".
 * LWURL_OK; LWURL_ERR_URL with *at the offset of the offending byte;
 * LWURL_ERR_NO_HOST. Stricter than urlsplit: controls, spaces, non-ASCII and
 * characters that RFC 3986 does not allow in a host are refused, not repaired.
 * Slices point into url.
 */
int url_split(struct lwurl_str url, struct url *out, int32_t *at);

/* A host, "host:port" or "[v6]:port" alone: the authority part of the above,
   without userinfo. */
int url_authority(struct lwurl_str text, struct url *out, int32_t *at);

/* The port, or where there is none the scheme's: http, https or ftp. */
uint16_t url_port(const struct url *url);

/* A URL as one that is compared with others: scheme and host in lower case, no
   userinfo, no fragment, no port that is the scheme's own, "/" for an empty
   path. Writes what fits into the room and returns the bytes of all; *hash is
   that of all (FNV-1a, 64 bits), and never 0. */
size_t url_key(const struct url *url, char *room, size_t room_n,
               uint64_t *hash);

/* Is this text that of url_key()? */
bool url_key_is(const struct url *url, struct lwurl_str text);

/* Is the host an address, not a name? (Shape only: dotted digits, or IPv6.) */
bool url_is_address(struct lwurl_str host);

#endif
