/* SPDX-License-Identifier: MIT */
/* What to do with a challenge, and how long a nonce is good. */
#include <string.h>

#include "handlers/digest.h"
#include "text/url.h"

bool digest_is_for(const struct lwurl_digest *d,
                   const struct digest_place *place)
{
    struct lwurl_str host = {d->room + d->host_at, d->host_n};

    return (d->flags & DIGEST_ACTIVE) != 0 && d->scheme == place->scheme &&
           d->port == place->port && str_same(host, place->host);
}

/* A new nonce: nothing is counted yet, and the cnonce is not what a server
   knew when it made it. */
int digest_begin_count(struct lwurl_digest *d)
{
    d->count = 0;
    memset(d->cnonce, 0, sizeof d->cnonce);
    if (d->entropy != NULL &&
        d->entropy->read(d->entropy->ctx, d->cnonce, sizeof d->cnonce) != 0)
        return LWURL_ERR_ENTROPY;
    return LWURL_OK;
}

/* Writes down whose nonce it is, behind the challenge. */
static int keep_place(struct lwurl *u, struct lwurl_digest *d,
                      const struct digest_place *place)
{
    size_t wanted = d->best.used + place->host.n;

    if (d->wanted > wanted)
        wanted = d->wanted;
    if (wanted > digest_room(d))
        return lwurl_fail(u, LWURL_ERR_ROOM, (int32_t)wanted);
    memcpy(d->room + d->best.used, place->host.p, place->host.n);
    d->host_at = (uint16_t)d->best.used;
    d->host_n = (uint16_t)place->host.n;
    d->port = place->port;
    d->scheme = place->scheme;
    d->best.used += (uint32_t)place->host.n;
    return LWURL_OK;
}

int digest_accept(struct lwurl *u, struct lwurl_digest *d,
                  const struct credentials *c, const struct digest_place *place)
{
    int err =
        credentials_fit(c) ? keep_place(u, d, place) : LWURL_ERR_CREDENTIALS;

    if (err == LWURL_OK)
        err = digest_begin_count(d);
    if (err != LWURL_OK)
        return err;
    d->flags |= DIGEST_ACTIVE | DIGEST_FRESH;
    d->hop = u->hops;
    return LWURL_RETRY;
}

/* A fresh nonce of this hop that is not stale: then it is the password. */
bool digest_refused(const struct lwurl *u, const struct lwurl_digest *d,
                    bool signed_)
{
    return signed_ && (d->flags & DIGEST_FRESH) != 0 && d->hop == u->hops &&
           (d->best.flags & OFFER_STALE) == 0;
}

/* Where nothing was tried, a password that nobody asks for in a way that we
   know deserves an error of its own. */
int digest_unanswered(const struct lwurl_digest *d, bool known, unsigned tries)
{
    if (!known || (d->flags & DIGEST_SEEN) == 0 || tries > 0)
        return LWURL_DELIVER;
    return (d->flags & DIGEST_AUTH_INT) != 0 ? LWURL_ERR_AUTH_INT
                                             : LWURL_ERR_AUTH;
}
