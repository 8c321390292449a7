/* SPDX-License-Identifier: MIT */
#include "schemes/source.h"

#include "http/conn.h"

void lwurl_source_begin(struct lwurl *u, uint64_t length)
{
    engine_begin(u);
    u->out = OUT_DONE;
    u->in = IN_DONE;
    u->phase = LWURL_PHASE_HEAD;
    if (length == UINT64_MAX)
        return;
    u->flags |= F_LENGTH;
    u->in_left = length;
}

int source_fill(struct lwurl *u)
{
    size_t room = engine_room(u);
    int r = conn_recv(u, &u->conn, u->work + u->in_at + u->in_n, room);
    if (r > 0) {
        u->in_n += (size_t)r;
        u->head_n += (uint32_t)r;
    }
    return r;
}

int source_field(struct lwurl *u, const char *name, struct lwurl_str value)
{
    struct lwurl_field f = {.first = true, .last = true};

    f.name = str_of(name);
    f.value = value;
    return lwurl_deliver_field(u, &f);
}

int source_turn(struct lwurl *u)
{
    if (u->phase < LWURL_PHASE_BODY) {
        u->phase = LWURL_PHASE_BODY;
        return LWURL_TURN_RESPONSE;
    }
    if (u->in_left > 0)
        return LWURL_TURN_BODY;
    u->phase = LWURL_PHASE_DONE;
    return LWURL_TURN_DONE;
}

void source_close(struct lwurl *u, bool keep)
{
    (void)u;
    (void)keep;
}

int source_incomplete(struct lwurl *u)
{
    int32_t missing = u->in_left > INT32_MAX ? INT32_MAX : (int32_t)u->in_left;

    return lwurl_fail(u, LWURL_ERR_INCOMPLETE, missing);
}
