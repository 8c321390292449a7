/* SPDX-License-Identifier: MIT */
/*
 * Digest with the origin. Flags of its state:
 *
 *   flag      set by                             cleared by
 *   SEEN      a challenge but Basic's of a 401   the next 401
 *   OFFERED   a Digest that can be answered      the next 401
 *   ACTIVE    the verdict to answer it           the next 401
 *   FRESH     the same                           a new fetch
 *   ASKED     verdict ASK                        the answer
 *
 * F_AUTH keeps Basic silent while Digest speaks for us or has been offered.
 */
#include "handlers/digest.h"
#include "http/head_out.h"
#include "http/state.h"
#include "text/url.h"

/* Answers in one hop, for an endless line of stale nonces: urllib's number. */
#define TRIES_MAX 5u

static void place_of(const struct lwurl *u, struct digest_place *place)
{
    struct url url;
    int32_t at;

    (void)url_split(u->url, &url, &at); /* checked when the hop was opened */
    place->scheme = u->scheme->ops;
    place->host = url.host;
    place->port = u->conn.port;
}

/* Who we are, in the realm of the challenge at hand. */
static bool find(const struct lwurl *u, const struct lwurl_digest *d,
                 struct credentials *c)
{
    struct lwurl_str none = {NULL, 0};
    bool known =
        (d->flags & (DIGEST_OFFERED | DIGEST_ACTIVE)) != 0 && d->wanted == 0;

    return credentials_find(u, d->passwords,
                            known ? digest_text(d, DIGEST_REALM) : none, c);
}

static void digest_begin(struct lwurl *u, void *state)
{
    struct lwurl_digest *d = state;
    struct credentials c;

    d->flags &= (uint8_t) ~(DIGEST_FRESH | DIGEST_ASKED);
    if (find(u, d, &c) && !credentials_fit(&c))
        (void)lwurl_fail(u, LWURL_ERR_CREDENTIALS, 0);
}

static void digest_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    struct lwurl_digest *d = state;
    struct digest_place place;
    struct credentials c;

    place_of(u, &place);
    u->flags &= ~(uint32_t)F_AUTH;
    if (request_gives(u, "Authorization") || !digest_is_for(d, &place) ||
        !find(u, d, &c))
        return;
    if ((u->flags & F_SIGNED) == 0)
        d->count++;
    u->flags |= F_AUTH | F_SIGNED;
    lwurl_out_ref(out, LIT("Authorization: "));
    digest_write(u, d, &c, out);
}

static int digest_field(struct lwurl *u, void *state,
                        const struct lwurl_field *f)
{
    struct lwurl_digest *d = state;

    if (u->status == 401 && f->name.n == 0) /* the reason: a head begins */
        digest_forget(d);
    if (u->status == 401 && !f->trailer &&
        lwurl_name_is(f->name, "www-authenticate"))
        digest_read(d, f);
    else if ((u->flags & F_SIGNED) != 0 &&
             lwurl_name_is(f->name, "authentication-info"))
        digest_read_info(d, f);
    return LWURL_OK;
}

static int answer(struct lwurl *u, struct lwurl_digest *d,
                  const struct credentials *c)
{
    struct digest_place place;

    if (u->tries >= TRIES_MAX)
        return LWURL_DELIVER;
    place_of(u, &place);
    u->tries++;
    return digest_accept(u, d, c, &place);
}

static int ask(const struct lwurl *u, struct lwurl_digest *d)
{
    if ((u->request->flags & LWURL_ASK_CREDENTIALS) == 0 ||
        u->tries >= TRIES_MAX)
        return LWURL_DELIVER;
    d->flags |= DIGEST_ASKED;
    return LWURL_ASK;
}

static int digest_response(struct lwurl *u, void *state)
{
    struct lwurl_digest *d = state;
    struct credentials c;

    if (u->status != 401 || request_gives(u, "Authorization"))
        return LWURL_DELIVER;
    bool known = find(u, d, &c);
    u->flags &= ~(uint32_t)F_AUTH;
    if ((d->flags & DIGEST_OFFERED) == 0)
        return digest_unanswered(d, known, u->tries);
    u->flags |= F_AUTH;
    if ((d->flags & DIGEST_ASKED) != 0) {
        d->flags &= (uint8_t)~DIGEST_ASKED;
        return u->user != NULL ? answer(u, d, &c) : LWURL_DELIVER;
    }
    return known && !digest_refused(u, d, (u->flags & F_SIGNED) != 0)
               ? answer(u, d, &c)
               : ask(u, d);
}

struct lwurl_str lwurl_digest_realm(const struct lwurl_digest *digest)
{
    return digest->wanted == 0 ? digest_text(digest, DIGEST_REALM)
                               : (struct lwurl_str){NULL, 0};
}

const struct lwurl_handler_ops lwurl_digest_ops = {
    .request = digest_request,
    .field = digest_field,
    .response = digest_response,
    .begin = digest_begin,
};
