/* SPDX-License-Identifier: MIT */
/* Hosts that are somewhere else; only LWURL_LWIP_PORT_HOSTS() links this. */
#include "lwip/opt.h"

#include <stdbool.h>
#include <string.h>

#include "lwip/def.h"

#include "lwurl_lwip.h"

static bool is_same(struct lwurl_str name, const char *text)
{
    return strlen(text) == name.n && lwip_strnicmp(text, name.p, name.n) == 0;
}

int lwurl_lwip_resolve_hosts(void *ctx, int *slot, struct lwurl_str name,
                             unsigned attempt, struct lwurl_addr *out)
{
    const struct lwurl_lwip *lw = ctx;
    unsigned seen = 0;
    size_t i;

    for (i = 0; i < lw->hosts_n; i++) {
        struct lwurl_str there = {lw->hosts[i].address, 0};

        if (!is_same(name, lw->hosts[i].name))
            continue;
        there.n = strlen(there.p);
        if (seen++ == attempt)
            return lwurl_lwip_resolve(ctx, slot, there, 0, out);
    }
    if (seen > 0)
        return LWURL_ERR_DNS;
    return lwurl_lwip_resolve(ctx, slot, name, attempt, out);
}
