/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "body.h"
#include "conditions.h"
#include "exits.h"
#include "form.h"
#include "lwurl_parse.h"
#include "lwurl_request.h"

#define POOL_MAX (64u * 1024u)

/* Texts of argv that had to be cut up: NUL-terminated pieces. */
static char pool[POOL_MAX];
static size_t pool_n;

/* Fields that options of their own stand for: -b, -e, -r, -C, -T, -z. */
#define NAMED_MAX 6u

static struct lwurl_header headers[GIVEN_MAX + NAMED_MAX];
static struct lwurl_request request;
static struct lwurl_str body, query;
static const char *asking_user;

static int fail(const char *name, const char *why)
{
    fprintf(stderr, "lwurl: %s: %s\n", name, why);
    return EXIT_USAGE;
}

/* NULL when the pool is full. */
static char *keep(const char *p, size_t n)
{
    char *to = pool + pool_n;

    if (n >= sizeof pool - pool_n)
        return NULL;
    memcpy(to, p, n);
    to[n] = '\0';
    pool_n += n + 1;
    return to;
}

/* ------------------------------------------------------------------- fields */

static bool is(const char *name, const char *other)
{
    return strcasecmp(name, other) == 0;
}

static void add_named(const char *name, const char *value)
{
    headers[request.headers_n++] = (struct lwurl_header){name, value};
}

/* Framing is lwurl's business: these two say what is wanted. */
static bool is_framing(const char *name, const char *value)
{
    if (is(name, "Connection") && is(value, "close")) {
        request.flags |= LWURL_CLOSE;
        return true;
    }
    if (is(name, "Transfer-Encoding") && is(value, "chunked")) {
        request.flags |= LWURL_BODY_CHUNKED;
        return true;
    }
    return false;
}

static int add_field(const char *text)
{
    size_t name_n = strcspn(text, ":;");
    const char *rest = text + name_n;
    const char *name = keep(text, name_n);
    bool empty = strcmp(rest, ";") == 0;

    if (name == NULL)
        return fail("-H", "fields of more than 64 KB in all");
    if (*rest != ':' && !empty)
        return fail(text, "a field is 'NAME: VALUE', 'NAME:' or 'NAME;'");
    rest++;
    rest += strspn(rest, " \t");
    if (*rest == '\0' && !empty)
        rest = NULL; /* "Name:": lwurl is not to send it by itself */
    if (rest == NULL || !is_framing(name, rest))
        add_named(name, rest);
    return 0;
}

/* "a=b" of several -b in one field. */
static int add_cookies(const struct given_list *cookies)
{
    static char value[8192];
    size_t n = 0;

    for (size_t i = 0; i < cookies->n && n < sizeof value; i++)
        if (strchr(cookies->item[i].text, '=') != NULL)
            n += (size_t)snprintf(value + n, sizeof value - n, "%s%s",
                                  n > 0 ? "; " : "", cookies->item[i].text);
    if (n >= sizeof value)
        return fail("-b", "more than 8 KB of cookies");
    if (n > 0)
        add_named("Cookie", value);
    return 0;
}

static int add_range(const char *given)
{
    static char value[256];

    if ((size_t)snprintf(value, sizeof value, "bytes=%s", given) >=
        sizeof value)
        return fail("-r", "too long");
    add_named("Range", value);
    return 0;
}

/* -C: its Range is another one for each URL. */
static int check_continue(const struct options *o)
{
    const char *at = o->continue_at;

    if (at == NULL)
        return 0;
    if (strcmp(at, "-") != 0 && at[strspn(at, "0123456789")] != '\0')
        return fail("-C", "wants an offset, or -");
    if (o->range != NULL)
        return fail("-C", "-r asks for bytes of its own");
    return 0;
}

static int add_fields(const struct options *o)
{
    int code = 0;

    for (size_t i = 0; i < o->headers.n && code == 0; i++)
        code = add_field(o->headers.item[i].text);
    if (code == 0)
        code = add_cookies(&o->cookies);
    if (code == 0 && o->range != NULL)
        code = add_range(o->range);
    if (code == 0 && o->referer != NULL)
        add_named("Referer", o->referer);
    if (conditions_unmodified_since() != NULL)
        add_named("If-Unmodified-Since", conditions_unmodified_since());
    return code == 0 ? check_continue(o) : code;
}

/* -------------------------------------------------------------- credentials */

/* As curl: -u is sent unasked, and leaves the list of processes. A user without
   password is asked for it, once the server wants to know. */
static int set_user(const char *given, bool unasked)
{
    size_t user_n = strcspn(given, ":");
    bool whole = given[user_n] == ':';
    const char *user = keep(given, user_n);
    const char *password =
        whole ? keep(given + user_n + 1, strlen(given + user_n + 1)) : NULL;

    if (user == NULL || (whole && password == NULL))
        return fail("-u", "too long");
    memset((char *)given, ' ', strlen(given));
    asking_user = whole ? NULL : user;
    request.user = whole ? user : NULL;
    request.password = password;
    if (!whole)
        request.flags |= LWURL_ASK_CREDENTIALS;
    else if (unasked)
        request.flags |= LWURL_AUTH_FIRST;
    return 0;
}

const char *request_user(void)
{
    return asking_user;
}

/* ------------------------------------------------------------------ request */

struct lwurl_str request_body(void)
{
    return body;
}

uint64_t request_body_n(void)
{
    return body.p != NULL ? body.n : request.body_n;
}

struct lwurl_str request_query(void)
{
    return query;
}

/* The body of -T has no type, unless -H says one. */
static int read_upload(const char *path)
{
    if (lwurl_request_header(&request, "Content-Type") == NULL)
        add_named("Content-Type", NULL);
    if (request.method == NULL)
        request.method = "PUT";
    return body_read_file(path, &body);
}

static int read_body(const struct options *o)
{
    int code;

    if ((o->upload != NULL) + (o->data.n > 0) + (o->form.n > 0) > 1)
        return fail("-T, -d and -F", "are a body each");
    if ((o->head && !o->get && (o->data.n > 0 || o->upload != NULL)) ||
        (o->head && o->form.n > 0))
        return fail("-I", "a HEAD request has no body (-d, -F, -T)");
    if (o->get && o->form.n > 0)
        return fail("-G", "a form (-F) is no query");
    if (o->form.n > 0)
        return form_init(o);
    code =
        o->upload != NULL ? read_upload(o->upload) : body_read(&o->data, &body);
    if (o->get) {
        query = body;
        body = (struct lwurl_str){NULL, 0};
    }
    return code;
}

static void set_body(const struct options *o)
{
    bool chunked = (request.flags & LWURL_BODY_CHUNKED) != 0;

    if (o->form.n > 0)
        form_describe(&request);
    if (body.p == NULL)
        return;
    if (chunked) {
        request.flags |= LWURL_BODY_REWINDS;
        return;
    }
    request.body = body.p;
    request.body_n = body.n;
}

static void set_plain(const struct options *o)
{
    request.method = o->method != NULL ? o->method : o->head ? "HEAD" : NULL;
    request.user_agent = o->user_agent;
    request.deadline_ms = o->max_ms;
    request.connect_ms = o->connect_ms;
    request.idle_ms = o->idle_ms;
    request.headers = headers;
    request.flags = LWURL_ASK_FIELDS | LWURL_ASK_REDIRECT;
    if (o->http09)
        request.flags |= LWURL_HTTP09;
    if (o->downgrade)
        request.flags |= LWURL_DOWNGRADE;
    if (o->resend_body)
        request.flags |= LWURL_RESEND_BODY;
}

int request_init(const struct options *o)
{
    int code;

    set_plain(o);
    code = add_fields(o);
    if (code == 0 && o->user != NULL)
        code = set_user(o->user, !o->anyauth && !o->digest);
    if (code == 0)
        code = read_body(o);
    if (code == 0 && body.p == NULL && o->form.n == 0 &&
        (request.flags & LWURL_BODY_CHUNKED) != 0)
        code = fail("Transfer-Encoding", "there is no body (-d, -F) to send");
    if (code == 0)
        set_body(o);
    return code;
}

struct origin request_origin(struct lwurl_str url)
{
    struct origin origin = {{"", 0}, {"", 0}, 0};
    struct lwurl_split split;
    uint32_t port = 0;

    if (lwurl_urlsplit(url, &split) != 0 ||
        lwurl_split_port(&split, &port) != 0)
        return origin;
    origin.scheme = split.scheme;
    if (split.hostname.p != NULL)
        origin.host = split.hostname;
    origin.port = port;
    if (port == 0)
        origin.port = split.scheme.n == strlen("https") ? 443
                      : split.scheme.n == strlen("ftp") ? 21
                                                        : 80;
    return origin;
}

void request_continue(uint64_t from)
{
    static char value[32];
    size_t last = request.headers_n - 1;

    if (request.headers_n > 0 && headers[last].value == value)
        request.headers_n = last; /* of the URL before */
    if (from == 0)
        return;
    snprintf(value, sizeof value, "bytes=%" PRIu64 "-", from);
    add_named("Range", value);
}

const struct lwurl_request *request_for(const char *url)
{
    request.url = url;
    return &request;
}
