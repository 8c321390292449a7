/* SPDX-License-Identifier: MIT */
/*
 * urllib's default opener, build_opener() without arguments, as lines of a
 * table: redirects, proxies, http, https (lwurl_tls.h, which is yours to
 * include), data, file and ftp. Whoever names it pays for all of them.
 *
 *     static const struct lwurl_handler handlers[] = {
 *         LWURL_BASIC(&basic), LWURL_DEFAULT(&redirect, &proxies, &tls, &files,
 *                                            &ftp)};
 *
 * Lines of yours go before it, as in urllib, whose default handlers come last
 * among equals: of two lines for a scheme the first one counts. What urllib
 * has besides is not a line here: an unknown scheme is LWURL_ERR_SCHEME, a
 * status that nobody takes is LWURL_ERR_STATUS.
 */
#ifndef LWURL_DEFAULT_H
#define LWURL_DEFAULT_H

#include "lwurl_file.h"
#include "lwurl_ftp.h"
#include "lwurl_proxy.h"
#include "lwurl_redirect.h"

/* For a struct lwurl_redirect, lwurl_proxies, lwurl_tls, lwurl_files and
   lwurl_ftp. */
/* clang-format off */
#define LWURL_DEFAULT(redirect, proxies, tls, files, ftp) \
    LWURL_REDIRECT(redirect), LWURL_PROXY(proxies), LWURL_HTTP, \
    LWURL_HTTPS(tls), LWURL_DATA, LWURL_FILE(files), LWURL_FTP(ftp)
#define LWURL_DEFAULT_N 7 /* lines of it */
/* clang-format on */

#endif
