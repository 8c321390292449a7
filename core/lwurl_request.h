/* SPDX-License-Identifier: MIT */
/*
 * What a urllib.request.Request can be asked, of a struct lwurl_request. Its
 * other attributes are members of it (full_url, data, headers), or of what
 * lwurl_urlsplit() makes of its url (type, host, selector, fragment).
 *
 * Stack: 96 bytes at most, above the port (make stack).
 */
#ifndef LWURL_REQUEST_H
#define LWURL_REQUEST_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Its method: GET, or POST where there is a body, unless it says another
   [get_method]. */
const char *lwurl_request_method(const struct lwurl_request *request);

/* The value of the first of its own fields with this name, in any case; NULL:
   there is none, or only one that is to be left out [get_header, has_header].
 */
const char *lwurl_request_header(const struct lwurl_request *request,
                                 const char *name);

#ifdef __cplusplus
}
#endif

#endif
