/* SPDX-License-Identifier: MIT */
/* Proves core/text/url_key.c core/text/url.c core/text/sink.c
   core/text/str.c */
#include "text/url_key.c" /* NOLINT(bugprone-suspicious-include) */

#include "any.h"

static struct url any_url(void)
{
    return (struct url){.scheme = any_str(),
                        .host = any_str(),
                        .target = any_str(),
                        .port = any_u16(),
                        .bracketed = any_bool()};
}

PROOF(url_key)
{
    struct url url = any_url();
    size_t max = any_length(ANY_MAX);
    char *room = any_memory(max);
    uint64_t hash;

    PROVE(url_key(&url, room, max, &hash) > 0);
    PROVE(hash != 0);
}

PROOF(url_key_is)
{
    struct url url = any_url();

    url_key_is(&url, any_str());
}
