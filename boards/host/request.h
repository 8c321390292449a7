/* SPDX-License-Identifier: MIT */
/* From options to a struct lwurl_request. */
#ifndef REQUEST_H
#define REQUEST_H

#include "lwurl.h"

#include "options.h"

/* What all requests of a call share: method, fields, credentials, body. 0, or
   an exit status: said what is wrong on stderr. */
int request_init(const struct options *o);

/* Whom a URL is about. */
struct origin {
    struct lwurl_str scheme, host;
    unsigned port;
};

/* {"", "", 0} for a URL that cannot be split: lwurl will say what is wrong. */
struct origin request_origin(struct lwurl_str url);

/* The request for one URL, which must outlive it. It stays until the next
   call. */
const struct lwurl_request *request_for(const char *url);

/* The same for its bytes from an offset on (-C); 0: all. */
void request_continue(uint64_t from);

/* The user of -u whose password is still to be asked for, or NULL. */
const char *request_user(void);

/* What -G puts into the query of URLs; {NULL, 0} without it. */
struct lwurl_str request_query(void);

/* The body, for requests that stream it; and the length of any. */
struct lwurl_str request_body(void);
uint64_t request_body_n(void);

#endif
