/* SPDX-License-Identifier: MIT */
/* Proves core/handlers/credentials.c core/text/url.c core/text/str.c
   tests/proofs/exchange.c */
#include "handlers/credentials.c" /* NOLINT(bugprone-suspicious-include) */

#include "exchange.h"

PROOF(credentials_split)
{
    struct lwurl_str userinfo = any_str();
    struct credentials c;

    PROVE(credentials_split(userinfo, &c) == (userinfo.n > 0));
    PROVE(is_within(c.user, userinfo) && is_within(c.password, userinfo));
    PROVE(c.user.n + c.password.n <= userinfo.n);
}

PROOF(credentials_fit)
{
    struct credentials c = {any_str(), any_str(), any_bool(), any_bool()};

    credentials_fit(&c);
}

PROOF(from_texts)
{
    struct credentials c;

    PROVE(from_texts(any_text(), any_text(), any_bool(), &c));
    PROVE(!from_texts(NULL, NULL, any_bool(), &c));
}

/* A password manager of the application's. */
static int any_login(void *ctx, struct lwurl_str uri, struct lwurl_str realm,
                     struct lwurl_login *out)
{
    (void)ctx;
    (void)uri;
    (void)realm;
    out->user = any_bool() ? any_text() : NULL;
    out->password = any_bool() ? any_text() : NULL;
    return any_int();
}

PROOF(credentials_find)
{
    const struct lwurl_password_mgr mgr = {.find = any_login};
    struct lwurl *u = any_fetch();
    struct credentials c;

    u->url = any_str();
    u->user = any_bool() ? any_text() : NULL;
    u->password = any_bool() ? any_text() : NULL;
    if (credentials_find(u, any_bool() ? &mgr : NULL, any_str(), &c))
        PROVE(READABLE(c.user.p, c.user.n));
}

PROOF(lwurl_auth_scheme)
{
    struct lwurl *u = any_memory(sizeof *u);

    PROVE(lwurl_auth_scheme(u) != NULL);
}
