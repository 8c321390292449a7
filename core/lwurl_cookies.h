/* SPDX-License-Identifier: MIT */
/*
 * Cookies (RFC 6265; urllib's HTTPCookieProcessor): a line of the opener that
 * keeps a jar in memory of yours.
 *
 *     static struct lwurl_cookie_slot slots[4];
 *     static char line[256];
 *     static struct lwurl_jar jar = {
 *         .slots = slots, .slots_n = 4, .line = line, .line_n = sizeof line,
 *         .clock = &board_clock,
 *     };
 *     ... {LWURL_COOKIES(&jar), ..., LWURL_HTTP} first in the opener's table
 *
 * Rules
 *  - A cookie goes to the host that set it, or to the domain it named when the
 *    setter is in that domain; never to a name without a dot, or an address,
 *    but by that very host. That is all of public suffixes that is known here:
 *    give a device no reason to browse.
 *  - Secure ones are set and sent over https only; the prefixes __Secure- and
 *    __Host- mean what they say (RFC 6265bis).
 *  - Without a clock every cookie lasts until the jar is emptied, or until a
 *    server deletes it (Max-Age 0 or less, Expires before 1971).
 *  - One that does not fit a slot, or a Set-Cookie field that does not fit the
 *    line, is not kept: .dropped counts them. A full jar loses an expired
 *    cookie, else the oldest.
 *  - A request with a Cookie field of its own is left alone.
 *  - The jar belongs to one opener, and so to one task at a time.
 *
 * Stack: 352 bytes at most, above the port (make stack).
 */
#ifndef LWURL_COOKIES_H
#define LWURL_COOKIES_H

#include "lwurl.h"
#include "lwurl_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of name, value, domain and path of one cookie together. */
#ifndef LWURL_COOKIE_TEXT
#define LWURL_COOKIE_TEXT 112
#endif

extern const struct lwurl_handler_ops lwurl_cookies_ops;

/* A line of the opener, for a struct lwurl_jar. */
/* clang-format off */
#define LWURL_COOKIES(jar) {&lwurl_cookies_ops, (jar)}
/* clang-format on */

/* A place for one cookie; zero: free. 128 bytes. */
struct lwurl_cookie_slot {
    uint32_t order;   /* of creation; 0: free */
    uint32_t expires; /* Unix seconds; 0: with the session */
    uint8_t flags;
    uint8_t name_n, value_n, domain_n, path_n;
    char text[LWURL_COOKIE_TEXT]; /* name, value, domain, path */
};

struct lwurl_jar {
    struct lwurl_cookie_slot *slots; /* zeroed once, or imported */
    size_t slots_n;
    char *line; /* room for one Set-Cookie field, needed while it comes in */
    size_t line_n;
    const struct lwurl_clock *clock; /* NULL: nothing expires */
    /* private */
    size_t used;      /* of line */
    uint32_t order;   /* the last one given */
    uint32_t dropped; /* cookies that were not kept for want of room */
};

/* One cookie, as slices into the jar. */
struct lwurl_cookie {
    struct lwurl_str name, value, domain, path;
    uint32_t expires; /* Unix seconds; 0: with the session */
    bool host_only, secure, http_only;
};

/* Gives the cookies one after the other, in no order; *at begins with 0. False
   at the end. Expired ones are left out. */
bool lwurl_jar_next(const struct lwurl_jar *jar, size_t *at,
                    struct lwurl_cookie *out);

/* Puts a cookie in, as one of a response; it replaces one with the same name,
   domain and path. LWURL_ERR_ROOM when it does not fit a slot. */
int lwurl_jar_put(struct lwurl_jar *jar, const struct lwurl_cookie *cookie);

/* Forgets every cookie; those of the session only (urllib's
   clear_session_cookies). */
void lwurl_jar_clear(struct lwurl_jar *jar);
void lwurl_jar_clear_session(struct lwurl_jar *jar);

/* The jar as text, one line a cookie, as cookies.txt (MozillaCookieJar, curl);
   to keep over a reset. Holds passwords of sessions: store it with care.
   LWURL_ERR_ROOM: *n bytes are needed. */
int lwurl_jar_export(const struct lwurl_jar *jar, char *out, size_t max,
                     size_t *n);

/* Adds the cookies of such a text; lines that are none are skipped. Returns
   how many were put in. */
size_t lwurl_jar_import(struct lwurl_jar *jar, struct lwurl_str text);

#ifdef __cplusplus
}
#endif

#endif
