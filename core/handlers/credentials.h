/* SPDX-License-Identifier: MIT */
/* Who a fetch says it is, for every way of saying it. */
#ifndef LWURL_CREDENTIALS_H
#define LWURL_CREDENTIALS_H

#include "lwurl_handler.h"
#include "text/str.h"

struct credentials {
    struct lwurl_str user, password;
    bool encoded; /* both are percent-encoded */
};

/* Those for the origin of the current URL: the request's or the application's
   answer, else a URL's userinfo. False where there are none. */
bool credentials_find(const struct lwurl *u, struct credentials *out);

/* A byte of one of them, decoded; *at < s.n moves behind it. */
unsigned char credentials_byte(const struct credentials *c, struct lwurl_str s,
                               size_t *at);

/* Can they be sent (RFC 7617 2)? No control characters, no ':' in the user. */
bool credentials_fit(const struct credentials *c);

#endif
