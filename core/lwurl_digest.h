/* SPDX-License-Identifier: MIT */
/*
 * Passwords without showing them: Digest (RFC 7616, and 2617 and 2069 before
 * it; urllib.request.HTTPDigestAuthHandler, ProxyDigestAuthHandler).
 *
 *     static char room[256];
 *     static struct lwurl_digest digest = {
 *         .room = room, .room_n = sizeof room, .entropy = &board_entropy};
 *     ... {LWURL_DIGEST(&digest), LWURL_BASIC(&basic), LWURL_HTTP}
 *
 * Rules
 *  - Whose password, and which requests are left alone: as with LWURL_BASIC
 *    (lwurl_auth.h). The line goes before LWURL_BASIC: of what a server offers
 *    Digest is then answered first, wherever it stands. Without that line a
 *    server that offers Basic alone gets nothing, and its 401 is the response.
 *  - Algorithms: SHA-256, SHA-256-sess, MD5, MD5-sess; of several challenges
 *    the strongest is answered. qop "auth", or none (RFC 2069). One that
 *    offers "auth-int" only is LWURL_ERR_AUTH_INT, one with other algorithms
 *    only LWURL_ERR_AUTH. User and password are hashed as the bytes that they
 *    are: give UTF-8 where the server says charset="UTF-8".
 *  - The uri parameter is what the server sees: behind a proxy, too, an origin
 *    gets the path and query, while the proxy gets the target as it was sent.
 *  - When: after a server asked. Its nonce is kept, over fetches too, and goes
 *    with every later request to that host, counted and unasked; nextnonce
 *    replaces it, and a refused one is renewed by itself. It lasts while
 *    nobody else asks: the room is for one host at a time.
 *  - A 401 to a fresh nonce that is not called stale means that the password
 *    is wrong: it is the response, or the turn CREDENTIALS with
 *    LWURL_ASK_CREDENTIALS. Five answers at the most, as urllib.
 *  - The state serves one fetch at a time.
 *
 * Stack: 32 bytes at most, above the port (make stack).
 */
#ifndef LWURL_DIGEST_H
#define LWURL_DIGEST_H

#include "lwurl_auth.h"
#include "lwurl_port.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_digest_ops;
extern const struct lwurl_handler_ops lwurl_proxy_digest_ops;

/* Lines of the opener, each for a struct lwurl_digest of its own. The second
   answers 407 of the proxy, in absolute-form and to a CONNECT, with the user
   and password of the proxy's URL (lwurl_proxy.h) and nobody else's; with it
   in the table that password does not go out as Basic, but for .or_basic. */
/* clang-format off */
#define LWURL_DIGEST(state) {&lwurl_digest_ops, (state)}
#define LWURL_PROXY_DIGEST(state) {&lwurl_proxy_digest_ops, (state)}
/* clang-format on */

/* A challenge in the room; private. */
struct lwurl_digest_offer {
    uint32_t used;        /* bytes wanted in the room */
    uint16_t at[3], n[3]; /* realm, nonce, opaque; from the offer's begin */
    uint16_t flags;
};

/* Zero, but for the first members. 120 bytes on a Cortex-M. */
struct lwurl_digest {
    /* Memory for a challenge: realm, nonce, opaque and the host's name. Where a
       server sends two, both fit: about 100 bytes each. LWURL_ERR_ROOM says
       how much was wanted. */
    char *room;
    size_t room_n;
    /* For the cnonce. NULL: it is constant. Then a server that is not the one
       you think can look the answer up in tables made before (RFC 7616 5.8). */
    const struct lwurl_entropy *entropy;
    const struct lwurl_password_mgr *passwords; /* NULL: none */
    bool or_basic; /* LWURL_PROXY_DIGEST: Basic where only that is offered */

    /* private */
    bool basic; /* offered */
    struct lwurl_challenge challenge;
    struct lwurl_digest_offer best, next;   /* next: behind best, being read */
    uint32_t wanted;                        /* of the room, where too small */
    uint32_t count;                         /* nc */
    const struct lwurl_handler_ops *scheme; /* whom the nonce is from */
    uint16_t host_at, host_n, port;
    uint8_t flags, param, hop, tries;
    uint8_t cnonce[8];
    char word[13]; /* one more than any that means something */
    uint8_t word_n;
};

/* As lwurl_basic_realm(), when lwurl_auth_scheme() says "Digest". */
struct lwurl_str lwurl_digest_realm(const struct lwurl_digest *digest);

#ifdef __cplusplus
}
#endif

#endif
