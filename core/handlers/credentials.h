/* SPDX-License-Identifier: MIT */
/* Who a fetch says it is, for every way of saying it. */
#ifndef LWURL_CREDENTIALS_H
#define LWURL_CREDENTIALS_H

#include "lwurl_auth.h"
#include "lwurl_handler.h"
#include "text/str.h"

struct credentials {
    struct lwurl_str user, password;
    bool encoded; /* both are percent-encoded */
    bool managed; /* they are the manager's */
};

/* Those for the origin of the current URL: the request's or the application's
   answer, else a URL's userinfo, else what `mgr` (NULL: nobody) knows of this
   realm ({NULL, 0}: of the URL). False where there are none. */
bool credentials_find(const struct lwurl *u,
                      const struct lwurl_password_mgr *mgr,
                      struct lwurl_str realm, struct credentials *out);

/* "user:password" of an authority, percent-encoded; an empty one is nobody. */
bool credentials_split(struct lwurl_str userinfo, struct credentials *out);

/* A byte of one of them, decoded; *at < s.n moves behind it. */
unsigned char credentials_byte(const struct credentials *c, struct lwurl_str s,
                               size_t *at);

/* Can they be sent (RFC 7617 2)? No control characters, no ':' in the user. */
bool credentials_fit(const struct credentials *c);

#endif
