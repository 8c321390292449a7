/* SPDX-License-Identifier: MIT */
/* Proves core/text/url.c core/text/str.c */
#include "contracts.h"

#ifdef __CPROVER__

/* clang-format off */

#define IS_THERE(p, n) ((n) == 0 || __CPROVER_r_ok(p, n))

static size_t host_end(const char *p, size_t i, size_t n, bool literal)
__CPROVER_requires(IS_THERE(p, n) && i <= n)
__CPROVER_assigns()
__CPROVER_ensures(i <= RESULT && RESULT <= n);

static size_t take_port(const char *p, size_t i, size_t n, uint16_t *out)
__CPROVER_requires(IS_THERE(p, n) && i <= n)
__CPROVER_assigns(*out)
__CPROVER_ensures(i <= RESULT && RESULT <= n);

static size_t authority_end(const char *p, size_t i, size_t n)
__CPROVER_requires(IS_THERE(p, n) && i <= n)
__CPROVER_assigns()
__CPROVER_ensures(i <= RESULT && RESULT <= n);

static size_t target_end(const char *p, size_t i, size_t n)
__CPROVER_requires(IS_THERE(p, n) && i <= n)
__CPROVER_assigns()
__CPROVER_ensures(i <= RESULT && RESULT <= n);

static size_t take_userinfo(const char *p, size_t from, size_t end,
                            struct lwurl_str *out)
__CPROVER_requires(IS_THERE(p, end) && from <= end)
__CPROVER_assigns(*out)
__CPROVER_ensures(from <= RESULT && RESULT <= end)
__CPROVER_ensures(IS_CUT(*out, p, end));

/* clang-format on */

#endif

#include "text/url.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

PROOF(host_end)
{
    struct lwurl_str s = any_str();

    host_end(s.p, any_size(), s.n, any_bool());
}

PROOF(take_port)
{
    struct lwurl_str s = any_str();
    uint16_t port;

    take_port(s.p, any_size(), s.n, &port);
}

PROOF(authority_end)
{
    struct lwurl_str s = any_str();

    authority_end(s.p, any_size(), s.n);
}

PROOF(target_end)
{
    struct lwurl_str s = any_str();

    target_end(s.p, any_size(), s.n);
}

PROOF(take_userinfo)
{
    struct lwurl_str s = any_str(), userinfo;

    take_userinfo(s.p, any_size(), s.n, &userinfo);
}

PROOF(url_authority)
{
    struct url url;
    int32_t at;

    url_authority(any_str(), &url, &at);
}

PROOF(url_split)
{
    struct url url;
    int32_t at;

    url_split(any_str(), &url, &at);
}

PROOF(url_scheme_n)
{
    struct lwurl_str s = any_str();

    url_scheme_n(s.p, s.n);
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
    url_scheme(any_str());
}

PROOF(url_find_bad)
{
    url_find_bad(any_str());
}
