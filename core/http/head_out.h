/* SPDX-License-Identifier: MIT */
/* The request head (RFC 9112 3), and what a request may not hold. */
#ifndef LWURL_HEAD_OUT_H
#define LWURL_HEAD_OUT_H

#include "lwurl_handler.h"

/* Refuses what cannot be sent: LWURL_ERR_METHOD, LWURL_ERR_HEADER (*at: index
   of the field), LWURL_ERR_CALL for a body that is described twice. */
int request_check(const struct lwurl_request *request, int32_t *at);

/* May the text be the value of a field? */
bool request_is_value(const char *p);

/* What the request asks for now: its own method, or what a redirect made of
   it. */
const char *request_method(const struct lwurl *u);
bool request_is_head(const struct lwurl *u);

/* May the request be sent twice without asking (RFC 9110 9.2.2)? */
bool request_repeatable(const struct lwurl *u);

/* Can the body be sent again from its first byte? */
bool request_can_resend(const struct lwurl *u);

/* Is there a body to send; does its content come by lwurl_send()? */
bool request_has_body(const struct lwurl *u);
bool request_streams(const struct lwurl *u);

/* Is the proxy who reads this request: in absolute-form, or a CONNECT? */
bool request_to_proxy(const struct lwurl *u);

/* Does the caller's own field of this name go to the current origin? */
bool request_gives(const struct lwurl *u, const char *name);

/* Writes the request-target, as in the request line or as the origin sees it,
   into the sink: no more than REQUEST_TARGET_SLICES slices beside
   REQUEST_TARGET_ROOM bytes. */
#define REQUEST_TARGET_SLICES 4
#define REQUEST_TARGET_ROOM   50 /* "http" "://" "[" 32 "]" ":" 65535 and 3 */
void request_put_target(const struct lwurl *u, struct lwurl_out *out,
                        bool origin_form);

/* Writes the whole head into the sink. */
void head_write(struct lwurl *u, struct lwurl_out *out);

#endif
