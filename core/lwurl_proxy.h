/* SPDX-License-Identifier: MIT */
/*
 * Proxies (urllib.request.ProxyHandler): a line of the opener that sends some
 * schemes' requests through another host.
 *
 *     static const struct lwurl_proxy_entry table[] = {
 *         {"http", "http://user:password@proxy.example:3128"},
 *         {"https", "proxy.example:3128"},
 *     };
 *     static const struct lwurl_proxies proxies = {
 *         .table = table, .table_n = 2, .no_proxy = "localhost,.local",
 *     };
 *     ... {LWURL_PROXY(&proxies), LWURL_HTTP, ...} in the table of the opener
 *
 * Rules
 *  - http goes in absolute-form, https through a tunnel (CONNECT), its TLS is
 *    with the origin. The way to the proxy itself is plain.
 *  - lwurl_request.proxy wins over the table; "" there means none.
 *    lwurl_request.connect_to wins over both.
 *  - user:password of the proxy goes as Basic to the proxy and nowhere else,
 *    unasked, as in urllib; only where both are given. With a line
 *    LWURL_PROXY_DIGEST (lwurl_digest.h) it answers the proxy's challenge.
 *  - A Proxy-Authorization field of the caller's goes to the proxy instead,
 *    not through the tunnel.
 *  - A proxy that refuses a tunnel is LWURL_ERR_PROXY, its status the detail.
 *
 * Stack: 160 bytes at most, above the port (make stack).
 */
#ifndef LWURL_PROXY_H
#define LWURL_PROXY_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_proxy_ops;

/* A line of the opener, for a struct lwurl_proxies. */
/* clang-format off */
#define LWURL_PROXY(proxies) {&lwurl_proxy_ops, (void *)(proxies)}
/* clang-format on */

struct lwurl_proxy_entry {
    const char *scheme; /* of the URLs, in any case */
    const char *proxy;  /* "host:port", or "http://user:password@host:port",
                           the port 80 where it is left out, what is behind it
                           ignored. Percent-decoded userinfo. */
};

struct lwurl_proxies {
    const struct lwurl_proxy_entry *table; /* the first match counts */
    size_t table_n;
    /* Hosts that are asked directly: names and their subdomains, each with
       ":port" or without, separated by commas; "*" alone: all. NULL: none. */
    const char *no_proxy;
    /* http goes through a tunnel, too, as it does for proxies that serve
       nothing else; the proxy then sees no request. Few let a port other than
       443 through. */
    bool tunnel;
};

/* Is `hostport`, as it stands in a URL ("host", "host:port"), in the list
   (urllib's proxy_bypass_environment)? */
bool lwurl_no_proxy(const char *no_proxy, struct lwurl_str hostport);

#ifdef __cplusplus
}
#endif

#endif
