/* SPDX-License-Identifier: MIT */
/*
 * A table of passwords (urllib.request.HTTPPasswordMgrWithDefaultRealm and
 * ..WithPriorAuth), for LWURL_BASIC and LWURL_DIGEST:
 *
 *     static const struct lwurl_password table[] = {
 *         {NULL, "https://cloud.example/", "device42", "secret"},
 *         {"maintenance", "http://10.0.0.1/admin", "root", "toor"},
 *     };
 *     static const struct lwurl_passwords passwords = {.table = table,
 *                                                      .table_n = 2};
 *     static const struct lwurl_password_mgr mgr = LWURL_PASSWORDS(&passwords);
 *     static struct lwurl_basic basic = {.passwords = &mgr, ...};
 *
 * Rules
 *  - A line is for every URL of its origin (scheme, host and port, in any case,
 *    a port left out is the scheme's) whose path is that of its URI or below:
 *    "/a" is for "/a" and "/a/b", not for "/ab"; "/a/" not for "/a". Paths are
 *    compared without "." and ".." and with escapes decoded.
 *  - A line that names the realm wins over those for any realm; among these the
 *    longest path, then the first. Until a server has told its realm, only
 *    lines for any realm count; the realm that counts is the one that the auth
 *    handler has room for.
 *  - A const table may lie in flash. Users and passwords as in lwurl_request.
 *  - A password goes nowhere but to a URL that its line is for, after redirects
 *    too, and there only when the server asks, but for .prior.
 *
 * Stack: 384 bytes at most, above the port (make stack).
 */
#ifndef LWURL_PASSWORDS_H
#define LWURL_PASSWORDS_H

#include "lwurl_auth.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lwurl_password {
    const char *realm; /* NULL: any */
    const char *uri;   /* "https://host", "http://host:8080/path" */
    const char *user;
    const char *password; /* NULL: the empty one */
};

struct lwurl_passwords {
    const struct lwurl_password *table;
    size_t table_n;
    /* table_n bytes, one for each line: 1 sends its password with the first
       request for Basic, unasked, 0 waits for the challenge. A good answer to
       a password sets it, any status but 2xx clears it. NULL: all wait. */
    uint8_t *prior;
};

/* A struct lwurl_password_mgr, for a struct lwurl_passwords. */
/* clang-format off */
#define LWURL_PASSWORDS(passwords) \
    {(void *)(passwords), lwurl_passwords_find, \
     lwurl_passwords_is_authenticated, lwurl_passwords_update_authenticated}
/* clang-format on */

/* Is every line's URI a URL with a host? For a test or the first lines of
   main: a line that is not is for nothing. LWURL_OK, or LWURL_ERR_URL with its
   index in *bad. */
int lwurl_passwords_check(const struct lwurl_passwords *passwords, size_t *bad);

/* The members of struct lwurl_password_mgr, with a struct lwurl_passwords. The
   last two may be called at any time between two fetches. */
int lwurl_passwords_find(void *passwords, struct lwurl_str url,
                         struct lwurl_str realm, struct lwurl_login *out);
int lwurl_passwords_is_authenticated(void *passwords, struct lwurl_str url);
void lwurl_passwords_update_authenticated(void *passwords, struct lwurl_str url,
                                          int yes);

#ifdef __cplusplus
}
#endif

#endif
