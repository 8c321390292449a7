/* SPDX-License-Identifier: MIT */
/*
 * Basic authentication with the origin. Its state is a set of flags:
 *
 *   flag      set by                          cleared by
 *   DUE       a challenge that is answered;   a 401 without Basic; counts only
 *             AUTH_FIRST                      for its hop
 *   ASKED     verdict ASK                     the answer
 *   SEEN      a challenge of another scheme   the next response head
 *   OFFERED   Basic with a realm              the next response head
 *   IN_BASIC  scheme of this challenge        the next challenge or field
 *   IN_REALM  its realm is being read         the next parameter
 */
#include "handlers/challenge.h"
#include "handlers/credentials.h"
#include "http/head_out.h"
#include "http/state.h"

enum {
    DUE = 1 << 0,
    ASKED = 1 << 1,
    SEEN = 1 << 2,
    OFFERED = 1 << 3,
    IN_BASIC = 1 << 4,
    IN_REALM = 1 << 5
};

/* Times that a password is sent after a challenge: urllib's for Digest. */
#define TRIES_MAX 5u

static void clear(struct lwurl_basic *b, unsigned flags)
{
    b->flags &= (uint8_t)~flags;
}

/* Does the request say who we are, by this handler's doing? A new hop waits
   to be asked, unless the caller wants all of its origin to know. */
static bool is_due(const struct lwurl *u, const struct lwurl_basic *b)
{
    bool first = (u->request->flags & LWURL_AUTH_FIRST) != 0 &&
                 (u->flags & F_CROSSED) == 0;

    return (b->flags & DUE) != 0 && (first || b->hop == u->hops);
}

/* Who we are, in the realm of the challenge that is to be answered. */
static bool find(const struct lwurl *u, const struct lwurl_basic *b,
                 struct credentials *c)
{
    struct lwurl_str realm = {NULL, 0};

    if ((b->flags & OFFERED) != 0 && b->used < b->realm_n)
        realm = lwurl_basic_realm(b);
    return credentials_find(u, b->passwords, realm, c);
}

/* Does the manager want its password to go unasked? */
static bool is_prior(const struct lwurl *u, const struct lwurl_basic *b,
                     const struct credentials *c)
{
    const struct lwurl_password_mgr *mgr = b->passwords;

    return c->managed && mgr->is_authenticated != NULL &&
           mgr->is_authenticated(mgr->ctx, u->url) != 0;
}

static void basic_begin(struct lwurl *u, void *state)
{
    struct lwurl_basic *b = state;
    struct credentials c;

    b->flags = (u->request->flags & LWURL_AUTH_FIRST) != 0 ? DUE : 0;
    b->hop = 0;
    b->used = 0;
    b->sent_user = b->sent_secret = NULL;
    if (find(u, b, &c) && !credentials_fit(&c))
        (void)lwurl_fail(u, LWURL_ERR_CREDENTIALS, 0);
}

/* ----------------------------------------------------------------- request */

static void put(struct lwurl_base64 *b, const struct credentials *c,
                struct lwurl_str s)
{
    for (size_t at = 0; at < s.n;)
        lwurl_base64_put(b, credentials_byte(c, s, &at));
}

static void put_field(struct lwurl_out *out, const struct credentials *c)
{
    struct lwurl_base64 base64 = {out, 0, 0};

    lwurl_out_ref(out, LIT("Authorization: Basic "));
    put(&base64, c, c->user);
    lwurl_base64_put(&base64, ':');
    put(&base64, c, c->password);
    lwurl_base64_end(&base64);
    lwurl_out_ref(out, LIT("\r\n"));
}

static void basic_request(struct lwurl *u, void *state, struct lwurl_out *out)
{
    struct lwurl_basic *b = state;
    struct credentials c;

    b->sent_user = b->sent_secret = NULL;
    if ((u->flags & F_AUTH) != 0 || request_gives(u, "Authorization") ||
        !find(u, b, &c) || (!is_due(u, b) && !is_prior(u, b, &c)))
        return;
    put_field(out, &c);
    b->sent_user = c.user.p;
    b->sent_secret = c.password.p;
}

/* --------------------------------------------------------------- challenge */

static void add_realm(struct lwurl_basic *b, struct lwurl_str piece)
{
    for (size_t i = 0; i < piece.n && b->used < b->realm_n; i++)
        b->realm[b->used++] = piece.p[i];
}

/* The first Basic challenge with a realm counts. */
static void read_event(struct lwurl_basic *b, enum challenge_event event,
                       struct lwurl_str piece)
{
    if (event == CHALLENGE_VALUE) {
        if ((b->flags & IN_REALM) != 0)
            add_realm(b, piece);
        return;
    }
    clear(b, IN_REALM);
    if (event == CHALLENGE_SCHEME) {
        clear(b, IN_BASIC);
        b->flags |= lwurl_name_is(piece, "basic") ? IN_BASIC : SEEN;
    } else if (event == CHALLENGE_PARAM && (b->flags & IN_BASIC) != 0 &&
               (b->flags & OFFERED) == 0 && lwurl_name_is(piece, "realm")) {
        b->used = 0;
        b->flags |= OFFERED | IN_REALM;
    }
}

static void read_challenges(struct lwurl_basic *b, const struct lwurl_field *f)
{
    struct lwurl_str in = f->value, piece;
    enum challenge_event event;

    if (f->first) {
        challenge_begin(&b->challenge);
        clear(b, IN_BASIC | IN_REALM);
    }
    do {
        event = challenge_next(&b->challenge, &in, &piece);
        read_event(b, event, piece);
    } while (event != CHALLENGE_MORE);
    if (f->last)
        read_event(b, challenge_end(&b->challenge, &piece), piece);
}

static int basic_field(struct lwurl *u, void *state,
                       const struct lwurl_field *f)
{
    struct lwurl_basic *b = state;

    if (f->name.n == 0) /* the reason: a head begins */
        clear(b, SEEN | OFFERED | ASKED);
    if (u->status == 401 && !f->trailer &&
        lwurl_name_is(f->name, "www-authenticate"))
        read_challenges(b, f);
    return 0;
}

/* ----------------------------------------------------------------- verdict */

/* Other schemes are all there is. Unless another handler has answered one of
   them, a password that is not asked for deserves an error of its own. */
static int not_offered(const struct lwurl *u, struct lwurl_basic *b, bool known)
{
    clear(b, DUE);
    return known && (b->flags & SEEN) != 0 && u->tries == 0 ? LWURL_ERR_AUTH
                                                            : LWURL_DELIVER;
}

static int ask(const struct lwurl *u, struct lwurl_basic *b)
{
    if ((u->request->flags & LWURL_ASK_CREDENTIALS) == 0 ||
        u->tries >= TRIES_MAX)
        return LWURL_DELIVER;
    b->flags |= ASKED;
    return LWURL_ASK;
}

static int retry(struct lwurl *u, struct lwurl_basic *b,
                 const struct credentials *c)
{
    if (!credentials_fit(c))
        return LWURL_ERR_CREDENTIALS;
    b->flags |= DUE;
    b->hop = u->hops;
    u->tries++;
    return LWURL_RETRY;
}

static int answer(struct lwurl *u, struct lwurl_basic *b)
{
    struct credentials c;
    bool known = find(u, b, &c);

    if ((b->flags & OFFERED) == 0)
        return not_offered(u, b, known);
    if ((b->flags & ASKED) != 0) {
        clear(b, ASKED);
        return u->user != NULL ? retry(u, b, &c) : LWURL_DELIVER;
    }
    /* What was sent was refused, and would be again. */
    return known && (c.user.p != b->sent_user || c.password.p != b->sent_secret)
               ? retry(u, b, &c)
               : ask(u, b);
}

/* urllib's rule: a 2xx says that the password is good, others forget it. */
static void tell_manager(const struct lwurl *u, const struct lwurl_basic *b)
{
    const struct lwurl_password_mgr *mgr = b->passwords;
    bool good = u->status / 100 == 2;

    if (mgr != NULL && mgr->update_authenticated != NULL &&
        (!good || b->sent_user != NULL))
        mgr->update_authenticated(mgr->ctx, u->url, good);
}

static int basic_response(struct lwurl *u, void *state)
{
    struct lwurl_basic *b = state;

    if (request_gives(u, "Authorization"))
        return LWURL_DELIVER;
    tell_manager(u, b);
    if (u->status != 401 || (u->flags & F_AUTH) != 0)
        return LWURL_DELIVER;
    return answer(u, b);
}

struct lwurl_str lwurl_basic_realm(const struct lwurl_basic *basic)
{
    return (struct lwurl_str){basic->realm, basic->used};
}

const struct lwurl_handler_ops lwurl_basic_ops = {
    .request = basic_request,
    .field = basic_field,
    .response = basic_response,
    .begin = basic_begin,
};
