/* SPDX-License-Identifier: MIT */
#include "http/head_out.h"

#include <string.h>

#include "http/engine.h"
#include "text/proof.h"
#include "text/str.h"
#include "text/url.h"

#define STREAMED (LWURL_BODY_STREAM | LWURL_BODY_CHUNKED)

/* --------------------------------------------------------------- checking */

static bool is_token(const char *p)
{
    size_t n = strlen(p);

    return n > 0 && str_token(p, n) == n;
}

/* RFC 9110 5.5, without obs-fold: HT and everything from SP up but DEL. */
bool request_is_value(const char *p)
{
    for (size_t i = 0; p[i] != '\0'; i++)
        LOOP_HOLDS(IN_TEXT(p, i), TEXT_MAX(p) - i)
    {
        if (is_control((unsigned char)p[i]) && p[i] != '\t')
            return false;
    }
    return true;
}

/* Framing is ours: a second opinion on it in the head is how requests are
   smuggled. The length is lwurl_request.body_n. */
static bool is_framing(struct lwurl_str name)
{
    return str_is(name, "Content-Length") || str_is(name, "Transfer-Encoding");
}

static bool is_header(const struct lwurl_header *h)
{
    return h->name != NULL && is_token(h->name) &&
           !is_framing(str_of(h->name)) &&
           (h->value == NULL || request_is_value(h->value));
}

int request_check(const struct lwurl_request *r, int32_t *at)
{
    *at = -1;
    if (r->method != NULL && !is_token(r->method))
        return LWURL_ERR_METHOD;
    if ((r->headers_n > 0 && r->headers == NULL) ||
        r->unredirected_n > r->headers_n)
        return LWURL_ERR_CALL;
    if ((r->flags & STREAMED) != 0 ? r->body != NULL
                                   : r->body == NULL && r->body_n > 0)
        return LWURL_ERR_CALL;
    if ((r->user_agent != NULL && !request_is_value(r->user_agent)) ||
        (r->content_type != NULL && !request_is_value(r->content_type)))
        return LWURL_ERR_HEADER;
    for (size_t i = 0; i < r->headers_n; i++)
        if (!is_header(&r->headers[i])) {
            *at = (int32_t)i;
            return LWURL_ERR_HEADER;
        }
    return LWURL_OK;
}

/* -------------------------------------------------------------- properties */

bool request_has_body(const struct lwurl *u)
{
    const struct lwurl_request *r = u->request;

    return (u->flags & (F_AS_GET | F_TUNNEL)) == 0 &&
           (r->body != NULL || (r->flags & STREAMED) != 0);
}

bool request_streams(const struct lwurl *u)
{
    return request_has_body(u) && (u->request->flags & STREAMED) != 0;
}

const char *request_method(const struct lwurl *u)
{
    const char *method = u->request->method;

    if ((u->flags & F_TUNNEL) != 0)
        return "CONNECT";
    if (method == NULL)
        method = request_has_body(u) ? "POST" : "GET";
    return (u->flags & F_AS_GET) == 0 || text_equal(method, "HEAD") ? method
                                                                    : "GET";
}

/* Is the method one of a list of texts, the last one empty? Methods are
   case-sensitive (RFC 9110 9.1). */
static bool method_is_in(const struct lwurl *u, const char *list)
{
    const char *method = request_method(u);

    while (*list != '\0' && !text_equal(method, list))
        list += strlen(list) + 1;
    return *list != '\0';
}

bool request_is_head(const struct lwurl *u)
{
    return text_equal(request_method(u), "HEAD");
}

bool request_repeatable(const struct lwurl *u)
{
    return (u->request->flags & LWURL_REPEATABLE) != 0 ||
           (u->flags & F_TUNNEL) != 0 ||
           method_is_in(u, "GET\0HEAD\0PUT\0DELETE\0OPTIONS\0TRACE\0");
}

bool request_can_resend(const struct lwurl *u)
{
    return !request_streams(u) || u->out_total == 0 ||
           (u->request->flags & LWURL_BODY_REWINDS) != 0;
}

/* ----------------------------------------------------------------- writing */

static void put_str(struct lwurl_out *out, struct lwurl_str s)
{
    lwurl_out_ref(out, s.p, s.n);
}

bool request_to_proxy(const struct lwurl *u)
{
    return (u->flags & F_PROXY) != 0 &&
           ((u->flags & F_TUNNEL) != 0 || (u->flags & F_THROUGH) == 0);
}

/* Fields of the caller's that name or open one origin go to no other; those
   about a body go with it (RFC 9110 15.4). The proxy's password goes to the
   proxy, and of the others but one goes there ahead of a tunnel. */
static bool stays_behind(const struct lwurl *u, struct lwurl_str name)
{
    if (str_is(name, "Proxy-Authorization"))
        return !request_to_proxy(u) && (u->flags & (F_PROXY | F_CROSSED)) != 0;
    if ((u->flags & F_TUNNEL) != 0)
        return !str_is(name, "User-Agent");
    if ((u->flags & F_AS_GET) != 0 && str_is(str_cut(name, 0, 8), "Content-"))
        return true;
    return (u->flags & F_CROSSED) != 0 &&
           (str_is(name, "Host") || str_is(name, "Cookie") ||
            str_is(name, "Authorization"));
}

/* How many of the caller's fields may still go along. */
static size_t callers_fields(const struct lwurl *u)
{
    const struct lwurl_request *r = u->request;

    return u->hops == 0 ? r->headers_n : r->headers_n - r->unredirected_n;
}

static bool gives(const struct lwurl *u, struct lwurl_str name)
{
    for (size_t i = callers_fields(u); i-- > 0;)
        if (str_is(name, u->request->headers[i].name))
            return !stays_behind(u, name);
    return false;
}

bool request_gives(const struct lwurl *u, const char *name)
{
    return gives(u, str_of(name));
}

/* Host without the userinfo and without an IPv6 zone, which means nothing to
   the server (RFC 6874 4); the port only where the URL gives it. */
static void put_host(struct lwurl_out *out, const struct url *url)
{
    if (url->bracketed)
        lwurl_out_text(out, "[");
    put_str(out, str_cut(url->host, 0, str_find(url->host, '%')));
    if (url->bracketed)
        lwurl_out_text(out, "]");
    if (url->port != 0) {
        lwurl_out_text(out, ":");
        lwurl_out_number(out, url->port);
    }
}

static void put_origin_form(struct lwurl_out *out, const struct url *url)
{
    if (url->target.n == 0 || url->target.p[0] != '/')
        lwurl_out_text(out, "/");
    put_str(out, url->target);
}

/* What a head says of the URL. */
enum part { ORIGIN_FORM, TARGET, HOST };

/* RFC 9112 3.2: origin-form; absolute-form for a proxy; authority-form, always
   with a port, for a CONNECT. The URL is split for each part of it: its slices
   are not on the stack, then, while handlers write. */
static void put_part(const struct lwurl *u, struct lwurl_out *out,
                     enum part part)
{
    bool tunnel = (u->flags & F_TUNNEL) != 0;
    struct url url;
    int32_t at;

    (void)url_split(u->url, &url, &at); /* checked when the hop was opened */
    if (tunnel)
        url.port = u->conn.port;
    if (part == TARGET && !tunnel && request_to_proxy(u)) {
        put_str(out, url.scheme);
        lwurl_out_text(out, "://");
    }
    if (part == HOST || (part == TARGET && request_to_proxy(u)))
        put_host(out, &url);
    if (part == ORIGIN_FORM || (part == TARGET && !tunnel))
        put_origin_form(out, &url);
}

void request_put_target(const struct lwurl *u, struct lwurl_out *out,
                        bool origin_form)
{
    put_part(u, out, origin_form ? ORIGIN_FORM : TARGET);
}

static void put_request_line(const struct lwurl *u, struct lwurl_out *out)
{
    lwurl_out_text(out, request_method(u));
    lwurl_out_text(out, " ");
    put_part(u, out, TARGET);
    lwurl_out_text(out, " HTTP/1.1\r\n");
}

/* Writes a line, or the start of one, unless the caller gives that field. */
static bool put_own(const struct lwurl *u, struct lwurl_out *out,
                    const char *line)
{
    struct lwurl_str name = str_of(line);

    name.n = str_find(name, ':');
    if (gives(u, name))
        return false;
    lwurl_out_text(out, line);
    return true;
}

/* A value and the end of its line. */
static void put_value(struct lwurl_out *out, const char *value)
{
    lwurl_out_text(out, value);
    lwurl_out_text(out, "\r\n");
}

/* Whole lines are better one literal: a slice each, where the room is full. */
static void put_user_agent(const struct lwurl *u, struct lwurl_out *out)
{
    const char *agent = u->request->user_agent;

    if (agent == NULL)
        (void)put_own(u, out, "User-Agent: lwurl/" LWURL_VERSION "\r\n");
    else if (agent[0] != '\0' && put_own(u, out, "User-Agent: "))
        put_value(out, agent);
}

static void put_callers_fields(struct lwurl *u, struct lwurl_out *out)
{
    size_t n = callers_fields(u);

    for (size_t i = 0; i < n; i++) {
        const struct lwurl_header *h = &u->request->headers[i];
        if (h->value == NULL || stays_behind(u, str_of(h->name)))
            continue;
        lwurl_out_text(out, h->name);
        lwurl_out_text(out, ": ");
        put_value(out, h->value);
    }
}

/* Does a method without body still announce one (RFC 9110 8.6)? */
static bool announces_body(const struct lwurl *u)
{
    return method_is_in(u, "POST\0PUT\0PATCH\0");
}

static void put_content_type(const struct lwurl *u, struct lwurl_out *out)
{
    const char *type = u->request->content_type;

    if (type == NULL)
        (void)put_own(u, out,
                      "Content-Type: application/x-www-form-urlencoded\r\n");
    else if (put_own(u, out, "Content-Type: "))
        put_value(out, type);
}

static void put_body_fields(const struct lwurl *u, struct lwurl_out *out)
{
    const struct lwurl_request *r = u->request;
    bool body = request_has_body(u);

    if (body)
        put_content_type(u, out);
    if (body && (r->flags & LWURL_BODY_CHUNKED) != 0) {
        lwurl_out_text(out, "Transfer-Encoding: chunked\r\n");
    } else if (body || announces_body(u)) {
        lwurl_out_text(out, "Content-Length: ");
        lwurl_out_number(out, body ? r->body_n : 0);
        lwurl_out_text(out, "\r\n");
    }
}

/* What only the origin is told. */
static void put_origins_fields(const struct lwurl *u, struct lwurl_out *out)
{
    if ((u->flags & F_DECODES) == 0)
        (void)put_own(u, out, "Accept-Encoding: identity\r\n");
    if ((u->request->flags & LWURL_CLOSE) != 0)
        lwurl_out_text(out, "Connection: close\r\n");
    put_body_fields(u, out);
}

/* The head of a CONNECT is one, too. */
void head_write(struct lwurl *u, struct lwurl_out *out)
{
    const struct lwurl_opener *opener = u->opener;
    bool tunnel = (u->flags & F_TUNNEL) != 0;

    put_request_line(u, out);
    if (put_own(u, out, "Host: ")) {
        put_part(u, out, HOST);
        lwurl_out_text(out, "\r\n");
    }
    put_user_agent(u, out);
    if (!tunnel)
        put_origins_fields(u, out);
    put_callers_fields(u, out);
    for (size_t i = 0; i < opener->handlers_n; i++) {
        const struct lwurl_handler *h = &opener->handlers[i];
        void (*put)(struct lwurl *, void *, struct lwurl_out *) =
            tunnel ? h->ops->tunnel : h->ops->request;
        if (put != NULL)
            put(u, h->state, out);
    }
    lwurl_out_text(out, "\r\n");
}
