/* SPDX-License-Identifier: MIT */
#include "lwurl_proxy.h"

#include "http/head_out.h"
#include "http/state.h"
#include "text/url.h"

/* ---------------------------------------------------------------- no_proxy */

/* Is s the name, or something and a dot and the name? */
static bool is_under(struct lwurl_str s, struct lwurl_str name)
{
    if (s.n < name.n || !str_same(str_cut(s, s.n - name.n, SIZE_MAX), name))
        return false;
    return s.n == name.n || s.p[s.n - name.n - 1] == '.';
}

/* "host:80" without its port; the brackets of an IPv6 literal stay. */
static struct lwurl_str without_port(struct lwurl_str hostport)
{
    size_t n = hostport.n;

    while (n > 0 && is_digit((unsigned char)hostport.p[n - 1]))
        n--;
    return n > 0 && hostport.p[n - 1] == ':' ? str_cut(hostport, 0, n - 1)
                                             : hostport;
}

bool lwurl_no_proxy(const char *no_proxy, struct lwurl_str hostport)
{
    struct lwurl_str list = str_of(no_proxy), name;
    struct lwurl_str host = without_port(hostport);

    if (str_equal(list, STR("*")))
        return true;
    while (str_next(&list, &name)) {
        while (name.n > 0 && name.p[0] == '.')
            name = str_cut(name, 1, SIZE_MAX);
        if (name.n > 0 && (is_under(host, name) || is_under(hostport, name)))
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------- route */

static struct lwurl_str of_table(const struct lwurl *u,
                                 const struct lwurl_proxies *proxies)
{
    struct lwurl_str scheme = url_scheme(u->url);

    for (size_t i = 0; i < proxies->table_n; i++)
        if (str_same(scheme, str_of(proxies->table[i].scheme)))
            return str_of(proxies->table[i].proxy);
    return str_of(NULL);
}

/* What stands behind "//": an authority, with its userinfo cut off. */
static struct lwurl_str take_authority(struct lwurl_str text,
                                       struct lwurl_str *userinfo)
{
    size_t from = 0, n = 0;

    for (;
         n < text.n && text.p[n] != '/' && text.p[n] != '?' && text.p[n] != '#';
         n++)
        if (text.p[n] == '@')
            from = n + 1;
    *userinfo = str_cut(text, 0, from > 0 ? from - 1 : 0);
    return str_cut(text, from, n - from);
}

/* The URL's host and port as they are written, which lie side by side. */
static struct lwurl_str written_host(struct lwurl_str url)
{
    struct lwurl_str userinfo;

    return take_authority(str_cut(url, url_scheme(url).n + 3, SIZE_MAX),
                          &userinfo);
}

/* Reads a proxy as ProxyHandler does: an authority, or "//" and one. Only a
   plain way to it is known. */
static int parse(struct lwurl_str text, struct lwurl_route *out)
{
    struct lwurl_str scheme = url_scheme(text), rest = text;
    struct url url;
    int32_t at;

    if (scheme.n > 0 && scheme.n + 1 < text.n && text.p[scheme.n + 1] == '/')
        rest = str_cut(text, scheme.n + 1, SIZE_MAX);
    if (rest.p[0] == '/') {
        if (rest.n < 2 || rest.p[1] != '/')
            return LWURL_ERR_NO_HOST;
        if (rest.n < text.n && !str_same(scheme, STR("http")))
            return LWURL_ERR_SCHEME;
        rest = str_cut(rest, 2, SIZE_MAX);
    }
    int err = url_authority(take_authority(rest, &out->userinfo), &url, &at);
    if (err != LWURL_OK)
        return err;
    out->host = url.host;
    out->port = url.port != 0 ? url.port : 80;
    out->how = LWURL_ROUTE_PROXY;
    return 1;
}

static int proxy_route(struct lwurl *u, void *state, struct lwurl_route *out)
{
    const struct lwurl_proxies *proxies = state;
    struct lwurl_str text = str_of(u->request->proxy);

    if (u->request->proxy == NULL &&
        !lwurl_no_proxy(proxies->no_proxy, written_host(u->url)))
        text = of_table(u, proxies);
    int found = text.n > 0 ? parse(text, out) : 0;
    if (found > 0 && proxies->tunnel && !str_is(url_scheme(u->url), "ftp"))
        out->how = LWURL_ROUTE_TUNNEL;
    return found;
}

/* ------------------------------------------------------------- credentials */

static void put(struct lwurl_base64 *b, struct lwurl_str s)
{
    for (size_t at = 0; at < s.n;)
        lwurl_base64_put(b, str_unquote(s, &at));
}

/* Of the proxy in use: the way there may be another handler's. */
static void put_credentials(struct lwurl *u, void *state, struct lwurl_out *out)
{
    struct lwurl_base64 base64 = {out, 0, 0};
    struct lwurl_route route;

    (void)state;
    if (!request_to_proxy(u) || (u->flags & F_PROXY_AUTH) != 0 ||
        request_gives(u, "Proxy-Authorization") ||
        lwurl_find_route(u, &route) != 1)
        return;
    size_t n = str_find(route.userinfo, ':');
    if (n == 0 || n + 1 >= route.userinfo.n)
        return;
    lwurl_out_ref(out, LIT("Proxy-Authorization: Basic "));
    put(&base64, str_cut(route.userinfo, 0, n));
    lwurl_base64_put(&base64, ':');
    put(&base64, str_cut(route.userinfo, n + 1, SIZE_MAX));
    lwurl_base64_end(&base64);
    lwurl_out_ref(out, LIT("\r\n"));
}

const struct lwurl_handler_ops lwurl_proxy_ops = {
    .route = proxy_route,
    .request = put_credentials,
    .tunnel = put_credentials,
};
