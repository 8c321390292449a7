/* SPDX-License-Identifier: MIT */
/*
 * Passwords: a line of the opener that answers 401 with Basic (RFC 7617;
 * urllib.request.HTTPBasicAuthHandler).
 *
 *     static char realm[48];
 *     static struct lwurl_basic basic = {.realm = realm,
 *                                        .realm_n = sizeof realm};
 *     ... {LWURL_BASIC(&basic), LWURL_HTTP} in the table of the opener
 *
 * Rules
 *  - Whose password: lwurl_request.user and .password, or the answer to the
 *    turn CREDENTIALS; where there is none, that of the URL ("user:pw@host",
 *    percent-decoded); where there is none, that of .passwords. A user without
 *    password has the empty one.
 *  - When: after a server asked for it, once for the same password, as urllib;
 *    from the first request on with LWURL_AUTH_FIRST. Every new fetch begins
 *    without, and so does every redirect; a retry on a fresh connection does
 *    not. After a redirect to another origin, the request's own password and
 *    that of its URL are out of reach.
 *  - A request with an Authorization field of its own is left alone.
 *  - A line LWURL_DIGEST (lwurl_digest.h) goes before this one, as in urllib:
 *    where a server offers both, the password is then not shown to it.
 *  - A second 401 is the response; with LWURL_ASK_CREDENTIALS the turn comes
 *    instead, up to five times. A 401 that offers no Basic challenge with a
 *    realm (RFC 7617 2) is the response as well; but LWURL_ERR_AUTH when there
 *    was a password to give and other schemes are all that is offered.
 *  - A user with a colon, or a control character in either, cannot be sent:
 *    LWURL_ERR_CREDENTIALS, at lwurl_begin() or when the turn is answered.
 *  - Basic shows the password to everyone who reads the wire: use https.
 *  - The state belongs to one opener, and so to one task at a time.
 */
#ifndef LWURL_AUTH_H
#define LWURL_AUTH_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_basic_ops;

/* A line of the opener, for a struct lwurl_basic. */
/* clang-format off */
#define LWURL_BASIC(state) {&lwurl_basic_ops, (state)}
/* clang-format on */

/* Who is asked for a password when neither the request nor the URL has one
   [urllib.request.HTTPPasswordMgr]. lwurl_passwords.h has one that is a table;
   one of yours may look into a secure element. Called in the task of the
   fetch, from inside its step. */
struct lwurl_login {
    const char *user, *password; /* live until lwurl_close() */
};

struct lwurl_password_mgr {
    void *ctx;
    /* Who are we at this URL, in this realm ({NULL, 0}: it is not known yet)?
       1 with *out, or 0. The same until the next response. */
    int (*find)(void *ctx, struct lwurl_str url, struct lwurl_str realm,
                struct lwurl_login *out);
    /* Goes the password to this URL unasked? [..WithPriorAuth]; NULL: never */
    int (*is_authenticated)(void *ctx, struct lwurl_str url);
    /* It was taken there, or it is not known any more; may be NULL. */
    void (*update_authenticated)(void *ctx, struct lwurl_str url, int yes);
};

/* Which way of saying it a turn CREDENTIALS is about: "Digest" or "Basic". */
const char *lwurl_auth_scheme(const struct lwurl *u);

/* Reads challenges; private. Its names are cut at 12 bytes, which is longer
   than every one that has a meaning. */
struct lwurl_challenge {
    char word[12];
    uint8_t word_n, state, quote, after_scheme;
};

/* Zero, but for the room. 44 bytes on a Cortex-M. */
struct lwurl_basic {
    char *realm;    /* memory for the realm; NULL: nobody will ask for it */
    size_t realm_n; /* its bytes; a longer realm is cut, one that fills it
                       counts as longer for .passwords */
    const struct lwurl_password_mgr *passwords; /* NULL: none */
    /* private */
    size_t used;                         /* of realm */
    const char *sent_user, *sent_secret; /* with this exchange, or NULL */
    struct lwurl_challenge challenge;
    uint8_t flags;
    uint8_t hop; /* of the redirects, for which the flags are */
};

/* What the server called the place in its last challenge, as sent: for the
   turn CREDENTIALS. Not for a log without care: it may hold any byte. Lives
   until the next lwurl_step(). */
struct lwurl_str lwurl_basic_realm(const struct lwurl_basic *basic);

#ifdef __cplusplus
}
#endif

#endif
