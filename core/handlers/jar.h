/* SPDX-License-Identifier: MIT */
/* The store of cookies, without the protocol. */
#ifndef LWURL_JAR_H
#define LWURL_JAR_H

#include "lwurl_cookies.h"

/* struct lwurl_cookie_slot.flags */
enum { COOKIE_HOST_ONLY = 1, COOKIE_SECURE = 2, COOKIE_HTTP_ONLY = 4 };

/* The cookie of a slot. */
void jar_view(const struct lwurl_cookie_slot *slot, struct lwurl_cookie *out);

/* Is the slot in use, and its cookie not expired? */
bool jar_alive(const struct lwurl_jar *jar,
               const struct lwurl_cookie_slot *slot);

/* Unix seconds, or 0 without a clock. */
uint32_t jar_now(const struct lwurl_jar *jar);

/* Takes a cookie with the same name, domain and path out. */
void jar_remove(struct lwurl_jar *jar, const struct lwurl_cookie *cookie);

#endif
