/* SPDX-License-Identifier: MIT */
#include "handlers/credentials.h"

#include "http/state.h"
#include "text/url.h"

/* An empty userinfo ("http://@host/") is nobody. */
static bool from_url(struct lwurl_str text, struct credentials *out)
{
    struct url url;
    int32_t at;

    if (url_split(text, &url, &at) != LWURL_OK || url.userinfo.n == 0)
        return false;
    size_t n = str_find(url.userinfo, ':');
    out->user = str_cut(url.userinfo, 0, n);
    out->password =
        str_cut(url.userinfo, n < url.userinfo.n ? n + 1 : n, SIZE_MAX);
    out->encoded = true;
    return true;
}

/* What belongs to the request's origin stays there: after a redirect that
   crossed to another, only the current URL can say who we are. */
bool credentials_find(const struct lwurl *u, struct credentials *out)
{
    if (u->user != NULL) {
        out->user = str_of(u->user);
        out->password = str_of(u->password);
        out->encoded = false;
        return true;
    }
    return from_url(u->url, out) || ((u->flags & F_CROSSED) == 0 &&
                                     from_url(str_of(u->request->url), out));
}

unsigned char credentials_byte(const struct credentials *c, struct lwurl_str s,
                               size_t *at)
{
    return c->encoded ? str_unquote(s, at) : (unsigned char)s.p[(*at)++];
}

static bool fits(const struct credentials *c, struct lwurl_str s, char not )
{
    for (size_t at = 0; at < s.n;) {
        unsigned char byte = credentials_byte(c, s, &at);
        if (byte < 0x20 || byte == 0x7f || byte == (unsigned char)not )
            return false;
    }
    return true;
}

bool credentials_fit(const struct credentials *c)
{
    return fits(c, c->user, ':') && fits(c, c->password, '\0');
}
