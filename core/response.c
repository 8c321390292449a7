/* SPDX-License-Identifier: MIT */
/* What a fetch can be asked at any time. */
#include "http/conn.h"
#include "http/engine.h"
#include "text/str.h"

unsigned lwurl_status(const struct lwurl *u)
{
    return (u->flags & F_PARTS) != 0 ? 200 : u->status;
}

unsigned lwurl_version(const struct lwurl *u)
{
    return u->version;
}

struct lwurl_str lwurl_url(const struct lwurl *u)
{
    return u->url;
}

void lwurl_url_public(const struct lwurl *u, struct lwurl_str out[2])
{
    struct lwurl_str url = u->url;
    size_t from = str_find(url, ':');

    out[0] = url;
    out[1] = str_cut(url, url.n, 0);
    if (url.n - from < 3 || url.p[from + 1] != '/' || url.p[from + 2] != '/')
        return;
    from += 3;
    out[0] = str_cut(url, 0, from);
    for (size_t to = from;
         to < url.n && url.p[to] != '/' && url.p[to] != '?' && url.p[to] != '#';
         to++)
        if (url.p[to] == '@')
            from = to + 1;
    out[1] = str_cut(url, from, SIZE_MAX);
}

uint64_t lwurl_length(const struct lwurl *u)
{
    if ((u->flags & F_PARTS) != 0)
        return u->area.number;
    if ((u->flags & F_LENGTH) == 0)
        return UINT64_MAX;
    return u->body_n + u->in_left;
}

uint64_t lwurl_received(const struct lwurl *u)
{
    return u->body_n;
}

unsigned lwurl_attempt(const struct lwurl *u)
{
    return u->tries + 1u;
}

/* Errors of the moment: another try, later, may do better. */
static bool may_pass(const struct lwurl *u)
{
    switch (u->err) {
    case LWURL_ERR_STATUS:
        return u->status == 408 || u->status == 425 || u->status == 429 ||
               u->status / 100 == 5;
    case LWURL_ERR_FTP: /* RFC 959 4.2: 4yz is transient */
        return u->detail / 100 == 4;
    case LWURL_ERR_BUSY:
    case LWURL_ERR_ENTROPY:
    case LWURL_ERR_CLOCK:
    case LWURL_ERR_RETRY:
    case LWURL_ERR_INCOMPLETE:
    case LWURL_ERR_DISCONNECTED:
    case LWURL_ERR_TLS_TRUNCATED:
    case LWURL_ERR_RANGE:
        return true;
    default:
        return u->err <= LWURL_ERR_NETDOWN;
    }
}

void lwurl_error(const struct lwurl *u, struct lwurl_error *out)
{
    out->code = u->err;
    out->phase = u->phase == LWURL_PHASE_IDLE ? u->last_phase : u->phase;
    out->detail = u->detail;
    out->retry = may_pass(u);
    out->status = lwurl_status(u);
    out->bytes = u->body_n;
}

void lwurl_cancel(struct lwurl *u)
{
    u->cancel = 1;
    if (u->opener != NULL)
        conn_wake(u);
}
