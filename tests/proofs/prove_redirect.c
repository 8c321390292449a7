/* SPDX-License-Identifier: MIT */
/* Proves core/handlers/redirect.c core/fetch.c core/http/head_out.c
   core/text/path.c core/text/url.c core/text/str.c tests/proofs/exchange.c
   Left out: follow_absolute, redirect_follow (they split the current URL, which
   was split when the hop was opened; that it can be a second time, the contract
   of url_split does not say. What they call is proven). */
#include "handlers/redirect.c" /* NOLINT(bugprone-suspicious-include) */

#include "exchange.h"

/* No path is before the first byte of an absolute URL. */
#define IS_ABSOLUTE(s) \
    ((s).n > 0 && (s).p[0] != '/' && (s).p[0] != '?' && (s).p[0] != '#')

#ifdef __CPROVER__

/* clang-format off */

static void mark(struct lwurl_str url, struct marks *m)
__CPROVER_requires(IS_GOOD(url))
__CPROVER_assigns(*m)
__CPROVER_ensures(m->authority <= m->path && m->path <= m->query &&
                  m->query <= url.n)
__CPROVER_ensures(IMPLIES(IS_ABSOLUTE(url), m->authority > 0));

static size_t kept(struct lwurl_str base, struct lwurl_str ref)
__CPROVER_requires(IS_GOOD(base) && IS_GOOD(ref) && IS_ABSOLUTE(base))
__CPROVER_assigns()
__CPROVER_ensures(RESULT > 0 && RESULT <= base.n);

static size_t fit_path(char *url, size_t n, enum dots dots)
__CPROVER_requires(__CPROVER_w_ok(url, n + 1))
__CPROVER_assigns(__CPROVER_object_whole(url))
__CPROVER_ensures(RESULT <= n + 1);

/* clang-format on */

#endif

/* Nothing of a Location yet, or all of it; it has three characters for a byte
   of a head. */
static struct lwurl_redirect any_redirect(void)
{
    struct lwurl_redirect r = {.max = any_u32(),
                               .at = any_length(ANY_MAX),
                               .n = any_length(3 * LWURL_HEAD_MAX),
                               .seen = any_byte(),
                               .open = any_bool()};

    r.room_n = any_length(ANY_MAX);
    r.room = any_memory(r.room_n);
    return r;
}

/* A response to any request. */
static struct lwurl *any_response(void)
{
    struct lwurl *u = any_fetch();
    struct lwurl_request *request = any_memory(sizeof *request);

    request->method = any_bool() ? any_text() : NULL;
    u->request = request;
    u->url = any_str();
    u->err = LWURL_OK;
    return u;
}

/* A Location that is in the room, behind the space for the current URL; that
   may be there or elsewhere, and begins with a scheme. */
static struct lwurl *any_followed(struct lwurl_redirect *r)
{
    struct lwurl *u = any_response();

    ASSUME(r->n <= r->room_n && r->at <= r->room_n - r->n);
    ASSUME(r->at > GAP && u->url.n == r->at - GAP);
    if (any_bool())
        u->url.p = r->room;
    ASSUME(IS_ABSOLUTE(u->url));
    return u;
}

PROOF(redirect_field)
{
    struct lwurl_redirect r = any_redirect();
    struct lwurl_field field = {.name = any_str(),
                                .value = any_str(),
                                .first = any_bool(),
                                .trailer = any_bool()};

    redirect_field(any_response(), &r, &field);
}

PROOF(redirect_response)
{
    struct lwurl_redirect r = any_redirect();

    if (redirect_response(any_response(), &r) == LWURL_FOLLOW)
        PROVE(r.at + r.n <= r.room_n);
}

PROOF(mark)
{
    struct marks m;

    mark(any_str(), &m);
}

PROOF(kept)
{
    kept(any_str(), any_str());
}

PROOF(reference)
{
    struct lwurl_redirect r = any_redirect();
    struct lwurl *u = any_followed(&r);
    size_t scheme_n = any_length(GAP - 1);
    struct lwurl_str to;

    ASSUME(scheme_n < u->url.n);
    to = reference(u, &r, scheme_n);
    PROVE(is_within(
        to, (struct lwurl_str){r.room + u->url.n, r.at + r.n - u->url.n}));
    PROVE(to.p + to.n == r.room + r.at + r.n);
}

PROOF(join_relative)
{
    struct lwurl_redirect r = any_redirect();
    struct lwurl *u = any_followed(&r);
    struct lwurl_str ref = {r.room + r.at, r.n};

    ref = str_cut(ref, any_length(r.n), SIZE_MAX);
    PROVE(join_relative(&r, u->url, ref) <= r.room_n);
}

PROOF(fit_path)
{
    size_t n = any_length(ANY_MAX);

    fit_path(any_memory(n + 1), n, any_length(MERGED));
}

PROOF(may_go_to)
{
    struct lwurl_str from = any_str(), to = any_str();
    struct url old, new;
    int32_t at;

    if (url_split(from, &old, &at) == LWURL_OK &&
        url_split(to, &new, &at) == LWURL_OK &&
        may_go_to(any_response(), &old, &new))
        same_origin(&old, &new);
}
