/* SPDX-License-Identifier: MIT */
/* Digest: what its files share. digest_read.c reads challenges, digest_write.c
   answers, digest_judge.c decides; auth_digest.c and proxy_digest.c are the
   handlers. */
#ifndef LWURL_HANDLERS_DIGEST_H
#define LWURL_HANDLERS_DIGEST_H

#include "handlers/credentials.h"
#include "lwurl_digest.h"

/* The texts of an offer; and its flags: the texts that it has, then: */
enum { DIGEST_REALM, DIGEST_NONCE, DIGEST_OPAQUE, DIGEST_TEXTS };
enum {
    OFFER_SHA256 = 1 << 3, /* else MD5 */
    OFFER_SESS = 1 << 4,
    OFFER_ALGORITHM = 1 << 5, /* it was named */
    OFFER_UNKNOWN = 1 << 6,   /* and is none of ours */
    OFFER_QOP = 1 << 7,       /* some qop is offered */
    OFFER_AUTH = 1 << 8,
    OFFER_AUTH_INT = 1 << 9,
    OFFER_STALE = 1 << 10,
    OFFER_USERHASH = 1 << 11
};

/* lwurl_digest.flags */
enum {
    DIGEST_SEEN = 1 << 0,     /* a challenge that is none of Basic's */
    DIGEST_IN = 1 << 1,       /* one of ours is being read */
    DIGEST_OFFERED = 1 << 2,  /* best is one that we can answer */
    DIGEST_AUTH_INT = 1 << 3, /* one was refused for its qop */
    DIGEST_ACTIVE = 1 << 4,   /* best answers requests */
    DIGEST_FRESH = 1 << 5,    /* it was asked for by this fetch */
    DIGEST_ASKED = 1 << 6     /* verdict ASK */
};

/* A response head begins that asks for a password: all is forgotten. */
void digest_forget(struct lwurl_digest *d);

/* A piece of a field with challenges. */
void digest_read(struct lwurl_digest *d, const struct lwurl_field *f);

/* A piece of (Proxy-)Authentication-Info (RFC 7615): its nextnonce takes the
   place of the nonce, where one is in use. */
void digest_read_info(struct lwurl_digest *d, const struct lwurl_field *f);

/* A text of the challenge that is answered. */
struct lwurl_str digest_text(const struct lwurl_digest *d, unsigned which);

/* Bytes of the room that count. */
size_t digest_room(const struct lwurl_digest *d);

/* Writes what follows "Authorization: ", with CRLF: for the request at hand,
   and the same each time until d->count or d->cnonce changes. */
void digest_write(struct lwurl *u, const struct lwurl_digest *d,
                  const struct credentials *c, struct lwurl_out *out);

/* Whom a nonce is for. */
struct digest_place {
    const struct lwurl_handler_ops *scheme; /* NULL: a proxy */
    struct lwurl_str host;
    uint16_t port;
};

/* Is the nonce that is kept for this place? */
bool digest_is_for(const struct lwurl_digest *d,
                   const struct digest_place *place);

/* Answers the challenge from now on: the verdict RETRY, or an error. */
int digest_accept(struct lwurl *u, struct lwurl_digest *d,
                  const struct credentials *c,
                  const struct digest_place *place);

/* Was it refused for what was sent, and would be again? `signed_`: something
   was. */
bool digest_refused(const struct lwurl *u, const struct lwurl_digest *d,
                    bool signed_);

/* The server offers nothing that can be answered. */
int digest_unanswered(const struct lwurl_digest *d, bool known, unsigned tries);

/* There is a new nonce: counts from the begin. LWURL_OK or LWURL_ERR_ENTROPY.
 */
int digest_begin_count(struct lwurl_digest *d);

#endif
