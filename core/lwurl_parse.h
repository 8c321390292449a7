/* SPDX-License-Identifier: MIT */
/*
 * urllib.parse without allocation: slices in, a buffer of the caller's out.
 *
 * Slices point into the text that was given and live as long as it. Functions
 * with (out, max, n) write the result to out[0..max) and its length to *n;
 * when it is longer, LWURL_ERR_ROOM says so, *n is the length needed and out
 * holds nothing of use. Where there is room, a NUL stands behind the result.
 * out must not overlap the input. Any thread, any interrupt: no state.
 *
 * Beside CPython: TAB, CR and LF inside a URL are refused instead of removed,
 * slices keep the caller's case, and results are bytes (no U+FFFD).
 *
 * Stack: 512 bytes at most, above the port (make stack).
 */
#ifndef LWURL_PARSE_H
#define LWURL_PARSE_H

#include <stdbool.h>

#include "lwurl_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------- URLs */

/* urlsplit() and its attributes. An absent part is {NULL, 0}; path is always
   there, though it may be empty. */
struct lwurl_split {
    struct lwurl_str scheme;
    struct lwurl_str netloc; /* userinfo, host and port */
    struct lwurl_str path;
    struct lwurl_str query;    /* behind '?' */
    struct lwurl_str fragment; /* behind '#' */
    struct lwurl_str username; /* of netloc, still percent-encoded */
    struct lwurl_str password;
    struct lwurl_str hostname; /* without brackets, with zone */
    struct lwurl_str port;     /* its digits; lwurl_split_port() */
};

/* Splits any URL reference (RFC 3986 3, urlsplit). LWURL_ERR_URL: a TAB, CR or
   LF, or brackets that do not hold an IPv6 or IPvFuture literal. */
int lwurl_urlsplit(struct lwurl_str url, struct lwurl_split *out);

/* The port as a number: 0 and LWURL_OK when there is none. LWURL_ERR_URL when
   it is not a decimal number up to 65535 (urlsplit().port). */
int lwurl_split_port(const struct lwurl_split *split, uint32_t *port);

/* Puts scheme, netloc, path, query and fragment together again (urlunsplit);
   the scheme is written in lower case, an empty query or fragment not at all.
 */
int lwurl_urlunsplit(const struct lwurl_split *parts, char *out, size_t max,
                     size_t *n);

/* Resolves ref against base (RFC 3986 5.2, urljoin). It works in out: room for
   the paths of both, one behind the other, is needed, and one byte more. */
int lwurl_urljoin(struct lwurl_str base, struct lwurl_str ref, char *out,
                  size_t max, size_t *n);

/* url without its fragment, and the fragment (urldefrag). */
int lwurl_urldefrag(struct lwurl_str url, char *out, size_t max, size_t *n,
                    struct lwurl_str *fragment);

/* What a person wrapped a URL in, taken off: blanks around it, "<...>", "URL:"
   (unwrap, RFC 3986 appendix C). */
struct lwurl_str lwurl_unwrap(struct lwurl_str text);

/* Is it an address literal, to the letter of ipaddress.ip_address()? IPv6 may
   have a zone ("fe80::1%eth0"), no brackets. */
bool lwurl_is_ipv4(struct lwurl_str host);
bool lwurl_is_ipv6(struct lwurl_str host);

/* --------------------------------------------------------------- quoting */

/* Percent-encodes everything but letters, digits, "_.-~" and the characters of
   `safe` (quote; its default is "/"). */
int lwurl_quote(struct lwurl_str text, const char *safe, char *out, size_t max,
                size_t *n);

/* The same with '+' for a space (quote_plus; default: safe is ""). */
int lwurl_quote_plus(struct lwurl_str text, const char *safe, char *out,
                     size_t max, size_t *n);

/* Percent-decodes (unquote_to_bytes). A '%' without two digits stays. */
int lwurl_unquote(struct lwurl_str text, char *out, size_t max, size_t *n);

/* The same with a space for '+' (unquote_plus). */
int lwurl_unquote_plus(struct lwurl_str text, char *out, size_t max, size_t *n);

/* ----------------------------------------------------------- query strings */

struct lwurl_pair {
    struct lwurl_str name, value;
};

/* "a=1&b=2", both sides as quote_plus writes them (urlencode). */
int lwurl_urlencode(const struct lwurl_pair *pairs, size_t pairs_n, char *out,
                    size_t max, size_t *n);

/* Takes the next pair off a query string (parse_qsl), still encoded: decode
   with lwurl_unquote_plus(). Without keep_blank, pairs without a value are
   left out. False at the end. */
bool lwurl_parse_qsl(struct lwurl_str *query, bool keep_blank,
                     struct lwurl_pair *out);

#ifdef __cplusplus
}
#endif

#endif
