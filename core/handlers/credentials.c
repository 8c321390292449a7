/* SPDX-License-Identifier: MIT */
#include "handlers/credentials.h"

#include "http/state.h"
#include "text/proof.h"
#include "text/url.h"

bool credentials_split(struct lwurl_str userinfo, struct credentials *out)
{
    size_t n = str_find(userinfo, ':');

    out->user = str_cut(userinfo, 0, n);
    out->password = str_cut(userinfo, n < userinfo.n ? n + 1 : n, SIZE_MAX);
    out->encoded = true;
    out->managed = false;
    return userinfo.n > 0;
}

static bool from_url(struct lwurl_str text, struct credentials *out)
{
    struct url url;
    int32_t at;

    return url_split(text, &url, &at) == LWURL_OK &&
           credentials_split(url.userinfo, out);
}

static bool from_texts(const char *user, const char *password, bool managed,
                       struct credentials *out)
{
    out->user = str_of(user);
    out->password = str_of(password);
    out->encoded = false;
    out->managed = managed;
    return user != NULL;
}

/* What belongs to the request's origin stays there: after a redirect that
   crossed to another, only the current URL can say who we are. */
bool credentials_find(const struct lwurl *u,
                      const struct lwurl_password_mgr *mgr,
                      struct lwurl_str realm, struct credentials *out)
{
    struct lwurl_login login = {NULL, NULL};

    if (from_texts(u->user, u->password, false, out) || from_url(u->url, out) ||
        ((u->flags & F_CROSSED) == 0 && from_url(str_of(u->request->url), out)))
        return true;
    return mgr != NULL && mgr->find(mgr->ctx, u->url, realm, &login) != 0 &&
           from_texts(login.user, login.password, true, out);
}

const char *lwurl_auth_scheme(const struct lwurl *u)
{
    return (u->flags & F_AUTH) != 0 ? "Digest" : "Basic";
}

unsigned char credentials_byte(const struct credentials *c, struct lwurl_str s,
                               size_t *at)
{
    return c->encoded ? str_unquote(s, at) : (unsigned char)s.p[(*at)++];
}

static bool fits(const struct credentials *c, struct lwurl_str s, char not )
{
    for (size_t at = 0; at < s.n;)
        LOOP_WRITES((at), at <= s.n, s.n - at)
    {
        unsigned char byte = credentials_byte(c, s, &at);
        if (is_control(byte) || byte == (unsigned char)not )
            return false;
    }
    return true;
}

bool credentials_fit(const struct credentials *c)
{
    return fits(c, c->user, ':') && fits(c, c->password, '\0');
}
