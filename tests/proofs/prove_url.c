/* SPDX-License-Identifier: MIT */
/* Proves core/text/url.c core/text/str.c
   Left out: url_split, url_authority (they call what is proven here, one after
   the other; together that takes the prover too long). */
#include "text/url.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

/* A place in s. */
static size_t any_place(struct lwurl_str s)
{
    return any_length(s.n);
}

PROOF(host_end)
{
    struct lwurl_str s = any_str();
    size_t from = any_place(s), end = host_end(s.p, from, s.n, any_bool());

    PROVE(end >= from && end <= s.n);
}

PROOF(take_port)
{
    struct lwurl_str s = any_str();
    size_t from = any_place(s);
    uint16_t port;

    PROVE(take_port(s.p, from, s.n, &port) <= s.n);
}

PROOF(take_userinfo)
{
    struct lwurl_str s = any_str(), userinfo;
    size_t end = any_place(s), from = any_length(end);
    size_t host = take_userinfo(s.p, from, end, &userinfo);

    PROVE(host >= from && host <= end);
    PROVE(is_within(userinfo, s));
}

PROOF(target_end)
{
    struct lwurl_str s = any_str();
    size_t end = authority_end(s.p, any_place(s), s.n);

    PROVE(end <= s.n);
    end = target_end(s.p, end, s.n);
    PROVE(end <= s.n);
}

PROOF(url_port)
{
    struct url url = {.scheme = any_str(), .port = any_u16()};

    PROVE(url_port(&url) != 0);
}

PROOF(url_is_address)
{
    url_is_address(any_str());
}

PROOF(url_scheme)
{
    struct lwurl_str url = any_str();

    PROVE(is_within(url_scheme(url), url));
}

PROOF(url_find_bad)
{
    struct lwurl_str s = any_str();

    PROVE(url_find_bad(s) <= s.n);
}
