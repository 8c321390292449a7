/* SPDX-License-Identifier: MIT */
/* Proves core/handlers/credentials.c core/text/str.c
   Left out: credentials_find, from_url (they call url_split, which no proof
   has yet). */
#include "handlers/credentials.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

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

PROOF(lwurl_auth_scheme)
{
    struct lwurl *u = any_memory(sizeof *u);

    PROVE(lwurl_auth_scheme(u) != NULL);
}
