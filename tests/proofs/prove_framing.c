/* SPDX-License-Identifier: MIT */
/* Proves core/http/framing.c core/http/head_out.c core/text/str.c
   tests/proofs/exchange.c */
#include "http/framing.c" /* NOLINT(bugprone-suspicious-include) */

#include "exchange.h"

/* A field, or a piece of one, as the head parser hands it out. */
static struct lwurl *any_field(void)
{
    struct lwurl *u = any_fetch();

    u->field_name = any_str();
    u->field_value = any_str();
    return u;
}

PROOF(content_length)
{
    struct lwurl *u = any_field();

    if (content_length(u) == LWURL_OK)
        PROVE((u->flags & F_LENGTH) != 0);
}

PROOF(transfer_encoding)
{
    struct lwurl *u = any_field();

    if (transfer_encoding(u) == LWURL_OK)
        PROVE((u->flags & F_CHUNKED) != 0);
}

PROOF(connection)
{
    connection(any_field());
}

PROOF(framing_field)
{
    framing_field(any_field());
}

PROOF(framing_end)
{
    struct lwurl *u = any_fetch();

    ASSUME(holds(u) && u->in == IN_HEAD && u->head == HEAD_NAME);
    ASSUME(u->scan_at <= 2);
    ((struct lwurl_request *)u->request)->method =
        any_bool() ? any_text() : NULL;
    framing_end(u);
    PROVE(u->in != IN_HEAD && holds(u));
}

PROOF(framing_may_be)
{
    framing_may_be(any_str());
}
