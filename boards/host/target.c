/* SPDX-License-Identifier: MIT */
#include "target.h"

#include <string.h>
#include <strings.h>

#include "lwurl_config.h"
#include "lwurl_parse.h"

static char url[LWURL_URL_MAX + 64];

/* Puts text in before url[at]. */
static void insert(size_t at, const char *text, size_t n)
{
    size_t have = strlen(url);

    if (n >= sizeof url - have)
        return;
    memmove(url + at + n, url + at, have - at + 1);
    memcpy(url + at, text, n);
}

static void add_query(struct lwurl_str query)
{
    size_t end = strcspn(url, "#"), mark = strcspn(url, "?#");
    bool more = url[mark] == '?' && mark + 1 < end;

    if (query.n >= sizeof url - strlen(url) - 1)
        return;
    insert(end, query.p, query.n);
    if (more || url[mark] != '?')
        insert(end, more ? "&" : "?", 1);
}

static void add_file_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *authority = strstr(url, "//");
    const char *name = slash != NULL ? slash + 1 : path;
    char quoted[512];
    size_t n, end = strcspn(url, "?#");

    if (authority == NULL || strcmp(path, "-") == 0 ||
        lwurl_quote((struct lwurl_str){name, strlen(name)}, "", quoted,
                    sizeof quoted, &n) != LWURL_OK)
        return;
    authority += 2;
    bool bare = authority + strcspn(authority, "/?#") == url + end;
    if (!bare && url[end - 1] != '/')
        return;
    insert(end, quoted, n);
    if (bare)
        insert(end, "/", 1);
}

const char *target_url(const struct options *o, const char *given,
                       struct lwurl_str query)
{
    bool whole = strstr(given, "://") != NULL ||
                 strncasecmp(given, "data:", 5) == 0 ||
                 strncasecmp(given, "file:/", 6) == 0;

    if (strlen(given) > LWURL_URL_MAX)
        return given;
    snprintf(url, sizeof url, "%s%s", whole ? "" : "http://", given);
    if (o->upload != NULL)
        add_file_name(o->upload);
    if (query.p != NULL)
        add_query(query);
    return url;
}
