/* SPDX-License-Identifier: MIT */
#include "exchange.h"

#include "lwurl_fields.h"

struct lwurl *any_fetch(void)
{
    struct lwurl *u = any_memory(sizeof *u);
    struct lwurl_request *request = any_memory(sizeof *request);

    request->url = any_text();
    u->request = request;
    u->work_max = any_length(ANY_MAX);
    ASSUME(u->work_max >= LWURL_WORK_MIN);
    u->work = any_memory(u->work_max);
    return u;
}

/* In a field's value: a name, a colon; what has been looked at. The value has
   a quarter of the buffer, and what was shown is more than nothing. */
static bool holds_value(const struct lwurl *u)
{
    size_t shown_from = (u->field_flags & PIECE_LAST) != 0 ? 0 : u->value_at;

    return u->name_n <= u->value_at && u->value_at <= u->scan_at &&
           u->scan_at <= u->in_n &&
           u->value_at <= u->work_max - u->work_max / 4 + 1 &&
           (u->head != HEAD_SHOWN || u->scan_at > shown_from);
}

/* Of an interim response, nothing is known of a body. */
static bool holds_head(const struct lwurl *u)
{
    if (u->in == IN_HEAD && u->status < 200 && (u->flags & F_CHUNKED) != 0)
        return false;
    if (u->head == HEAD_STATUS_LINE)
        return u->in == IN_HEAD && u->status == 0 && u->scan_at == 0;
    return u->head == HEAD_NAME ? u->scan_at <= u->in_n : holds_value(u);
}

bool holds(const struct lwurl *u)
{
    if (u->in > IN_DONE || u->out > OUT_DONE || u->head > HEAD_SHOWN ||
        u->in_at > u->work_max || u->in_n > u->work_max - u->in_at)
        return false;
    if (u->in == IN_HEAD || u->in == IN_TRAILER)
        return holds_head(u);
    if (u->in == IN_LENGTH || u->in == IN_CLOSE || u->in == IN_DONE)
        return u->in != IN_LENGTH || u->in_left > 0;
    return u->head == HEAD_NAME && u->scan_at <= 4096 &&
           (u->in != IN_CHUNK_DATA || u->in_left > 0);
}
