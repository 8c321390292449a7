/* SPDX-License-Identifier: MIT */
/* The Date of a response that came through TLS. */
#include "lwurl_date.h"
#include "lwurl_handler.h"
#include "text/date.h"

static int date_field(struct lwurl *u, void *state, const struct lwurl_field *f)
{
    struct lwurl_date *date = state;
    int64_t unix_s;

    if (u->conn.filter != NULL && f->first && f->last && !f->trailer &&
        lwurl_name_is(f->name, "date") && date_parse(f->value, &unix_s))
        date->unix_s = unix_s;
    return LWURL_OK;
}

static void date_begin(struct lwurl *u, void *state)
{
    struct lwurl_date *date = state;

    (void)u;
    date->unix_s = 0;
}

const struct lwurl_handler_ops lwurl_date_ops = {
    .field = date_field,
    .begin = date_begin,
};
