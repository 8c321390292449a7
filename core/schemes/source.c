/* SPDX-License-Identifier: MIT */
#include "schemes/source.h"

int source_field(struct lwurl *u, const char *name, struct lwurl_str value)
{
    struct lwurl_field f = {.first = true, .last = true};

    f.name = str_of(name);
    f.value = value;
    return lwurl_deliver_field(u, &f);
}

int source_incomplete(struct lwurl *u)
{
    int32_t missing = u->in_left > INT32_MAX ? INT32_MAX : (int32_t)u->in_left;

    return lwurl_fail(u, LWURL_ERR_INCOMPLETE, missing);
}
