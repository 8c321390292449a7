/* SPDX-License-Identifier: MIT */
/* Digest with the proxy: a request in absolute-form, and the CONNECT of a
   tunnel. What comes through a tunnel is not the proxy's. */
#include "handlers/digest.h"
#include "http/head_out.h"
#include "http/state.h"

/* Answers in one fetch, for an endless line of stale nonces. */
#define TRIES_MAX 5u

/* A password that the caller gave to the proxy is left alone. */
static bool is_ours(const struct lwurl *u)
{
    return request_to_proxy(u) && !request_gives(u, "Proxy-Authorization");
}

/* The user of the proxy's URL, where it has a password too (urllib's rule for
   Basic), and which proxy that is. */
static bool find(struct lwurl *u, struct credentials *c,
                 struct digest_place *place)
{
    struct lwurl_route route;

    if (lwurl_find_route(u, &route) != 1)
        return false;
    place->scheme = NULL;
    place->host = route.host;
    place->port = route.port;
    return credentials_split(route.userinfo, c) && c->user.n > 0 &&
           c->password.n > 0;
}

static void proxy_begin(struct lwurl *u, void *state)
{
    struct lwurl_digest *d = state;

    d->flags &= (uint8_t)~DIGEST_FRESH;
    d->tries = 0;
    u->flags |= F_PROXY_AUTH;
}

static void proxy_write(struct lwurl *u, void *state, struct lwurl_out *out)
{
    struct lwurl_digest *d = state;
    struct digest_place place;
    struct credentials c;

    if (!is_ours(u) || !find(u, &c, &place) || !digest_is_for(d, &place))
        return;
    if ((u->flags & F_PROXY_SIGNED) == 0)
        d->count++;
    u->flags |= F_PROXY_SIGNED;
    lwurl_out_ref(out, LIT("Proxy-Authorization: "));
    digest_write(u, d, &c, out);
}

static int proxy_field(struct lwurl *u, void *state,
                       const struct lwurl_field *f)
{
    struct lwurl_digest *d = state;

    if (!is_ours(u))
        return LWURL_OK;
    if (u->status == 407 && f->name.n == 0) /* the reason: a head begins */
        digest_forget(d);
    if (u->status == 407 && !f->trailer &&
        lwurl_name_is(f->name, "proxy-authenticate"))
        digest_read(d, f);
    else if ((u->flags & F_PROXY_SIGNED) != 0 &&
             lwurl_name_is(f->name, "proxy-authentication-info"))
        digest_read_info(d, f);
    return LWURL_OK;
}

/* No Digest. Basic goes out by LWURL_PROXY, once we stand aside. */
static int unanswered(struct lwurl *u, const struct lwurl_digest *d, bool known)
{
    if (known && d->or_basic && d->basic && (u->flags & F_PROXY_AUTH) != 0) {
        u->flags &= ~(uint32_t)F_PROXY_AUTH;
        return LWURL_RETRY;
    }
    return digest_unanswered(d, known && (u->flags & F_PROXY_AUTH) != 0,
                             d->tries);
}

static int proxy_response(struct lwurl *u, void *state)
{
    struct lwurl_digest *d = state;
    struct digest_place place;
    struct credentials c;

    if (u->status != 407 || !is_ours(u))
        return LWURL_DELIVER;
    bool known = find(u, &c, &place);
    if ((d->flags & DIGEST_OFFERED) == 0)
        return unanswered(u, d, known);
    if (!known || d->tries >= TRIES_MAX ||
        digest_refused(u, d, (u->flags & F_PROXY_SIGNED) != 0))
        return LWURL_DELIVER;
    d->tries++;
    return digest_accept(u, d, &c, &place);
}

const struct lwurl_handler_ops lwurl_proxy_digest_ops = {
    .request = proxy_write,
    .tunnel = proxy_write,
    .field = proxy_field,
    .response = proxy_response,
    .begin = proxy_begin,
};
