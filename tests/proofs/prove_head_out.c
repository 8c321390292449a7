/* SPDX-License-Identifier: MIT */
/* Proves core/http/head_out.c core/text/str.c tests/proofs/exchange.c
   Left out: request_check, gives, request_gives, callers_fields, put_own,
   put_callers_fields, put_user_agent, put_content_type, put_value,
   put_origins_fields, put_body_fields, method_is_in, announces_body,
   request_repeatable, put_str, put_host, put_origin_form, put_part,
   request_put_target, put_request_line, head_write (no contract can say of an
   array that all its headers are good, nor of a list of texts where the next
   one begins; what writes calls the handlers of any opener, and its sink,
   http/out.c, is proven). */
#include "http/head_out.c" /* NOLINT(bugprone-suspicious-include) */

#include "exchange.h"

static struct lwurl *any_sender(void)
{
    struct lwurl *u = any_fetch();
    struct lwurl_request *request = any_memory(sizeof *request);

    request->method = any_bool() ? any_text() : NULL;
    u->request = request;
    return u;
}

PROOF(request_is_value)
{
    request_is_value(any_text());
}

PROOF(is_header)
{
    struct lwurl_header h = {any_bool() ? any_text() : NULL,
                             any_bool() ? any_text() : NULL};

    is_header(&h);
}

PROOF(request_is_head)
{
    request_is_head(any_sender());
}

PROOF(request_can_resend)
{
    request_can_resend(any_sender());
}

PROOF(stays_behind)
{
    stays_behind(any_sender(), any_str());
}
