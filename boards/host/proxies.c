/* SPDX-License-Identifier: MIT */
/*
 * The environment is read as urllib.request.getproxies_environment() does:
 * <scheme>_proxy in any case, but lower case wins, and takes away where it is
 * empty. HTTP_PROXY does not count where REQUEST_METHOD is set: there it is a
 * field of somebody's request to a CGI program. all_proxy has no meaning.
 */
#include "proxies.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exits.h"
#include "lwurl_parse.h"

#define SUFFIX   "_proxy"
#define SUFFIX_N (sizeof SUFFIX - 1)

/* The port of an -x that has none: curl's. In the environment it is that of
   the proxy's scheme, as in urllib. */
#define PORT_OF_OPTION ":1080"

extern char **environ;

static const char *const schemes[] = {"http", "https", "ftp"};

#define SCHEMES_N (sizeof schemes / sizeof schemes[0])

static struct lwurl_proxy_entry table[SCHEMES_N];
static char texts[SCHEMES_N][1024];

struct lwurl_proxies host_proxies = {.table = table};

static int fail(const char *name, const char *why)
{
    fprintf(stderr, "lwurl: %s: %s\n", name, why);
    return EXIT_USAGE;
}

/* ------------------------------------------------------------- environment */

/* The value of "name_proxy=value" for this scheme, or NULL. Only with `lower`
   the suffix has to be in lower case. */
static const char *value_for(const char *variable, const char *scheme,
                             bool lower)
{
    size_t n = strlen(scheme);

    if (strncasecmp(variable, scheme, n) != 0 ||
        (lower ? strncmp(variable + n, SUFFIX, SUFFIX_N)
               : strncasecmp(variable + n, SUFFIX, SUFFIX_N)) != 0 ||
        variable[n + SUFFIX_N] != '=')
        return NULL;
    return variable + n + SUFFIX_N + 1;
}

/* NULL where the environment names none. */
static const char *from_environment(const char *scheme)
{
    const char *found = NULL, *value;

    for (char **at = environ; *at != NULL; at++) {
        value = value_for(*at, scheme, false);
        if (value != NULL && *value != '\0')
            found = value;
    }
    if (strcmp(scheme, "http") == 0 && getenv("REQUEST_METHOD") != NULL)
        found = NULL;
    for (char **at = environ; *at != NULL; at++) {
        value = value_for(*at, scheme, true);
        if (value != NULL)
            found = *value != '\0' ? value : NULL;
    }
    return found;
}

/* ------------------------------------------------------------------- table */

/* "user:password@" of -U, percent-encoded as a URL wants it. */
static int put_user(char *to, size_t max, const char *user)
{
    const char *colon = strchr(user, ':');
    size_t n, more;

    if (colon == NULL)
        return fail("-U", "wants USER:PASSWORD");
    struct lwurl_str name = {user, (size_t)(colon - user)};
    struct lwurl_str password = {colon + 1, strlen(colon + 1)};
    if (lwurl_quote(name, "", to, max - 2, &n) != LWURL_OK)
        return fail("-U", "too long");
    to[n++] = ':';
    if (lwurl_quote(password, "", to + n, max - n - 1, &more) != LWURL_OK)
        return fail("-U", "too long");
    snprintf(to + n + more, max - n - more, "@");
    return 0;
}

/* The place where the authority of a proxy begins: behind "http://". */
static const char *authority_of(const char *proxy)
{
    const char *slashes = strstr(proxy, "//");

    return slashes != NULL ? slashes + 2 : proxy;
}

/* Is there a port in "user:password@host:port/path"? */
static bool has_port(const char *authority, size_t n)
{
    while (n > 0 && isdigit((unsigned char)authority[n - 1]))
        n--;
    return n > 0 && authority[n - 1] == ':';
}

/* Adds a proxy, with the userinfo of -U and the default port put in. */
static int add(const char *scheme, const char *proxy, const char *user,
               const char *port)
{
    struct lwurl_proxy_entry *entry = &table[host_proxies.table_n];
    char *text = texts[host_proxies.table_n];
    char userinfo[512] = "";
    const char *rest = authority_of(proxy);
    int before = (int)(rest - proxy), n = (int)strcspn(rest, "/?#");
    int code = user != NULL ? put_user(userinfo, sizeof userinfo, user) : 0;

    if (code != 0)
        return code;
    if (user == NULL && port[0] == '\0') { /* to the letter */
        before = (int)strlen(proxy);
        n = 0;
    }
    for (int i = 0; user != NULL && i < n; i++)
        if (rest[i] == '@') {
            rest += i + 1;
            n -= i + 1;
            i = -1;
        }
    if (snprintf(text, sizeof texts[0], "%.*s%s%.*s%s", before, proxy, userinfo,
                 n, rest,
                 has_port(rest, (size_t)n) ? "" : port) >= (int)sizeof texts[0])
        return fail(proxy, "too long for a proxy");
    *entry = (struct lwurl_proxy_entry){scheme, text};
    host_proxies.table_n++;
    return 0;
}

int proxies_init(const struct options *o)
{
    int code = 0;

    host_proxies.table_n = 0;
    host_proxies.tunnel = o->proxytunnel;
    host_proxies.no_proxy =
        o->no_proxy != NULL ? o->no_proxy : from_environment("no");
    for (size_t i = 0; i < SCHEMES_N && code == 0; i++) {
        const char *proxy =
            o->proxy != NULL ? o->proxy : from_environment(schemes[i]);

        if (proxy != NULL && proxy[0] != '\0')
            code = add(schemes[i], proxy, o->proxy_user,
                       o->proxy != NULL ? PORT_OF_OPTION : "");
    }
    if (o->proxy_user != NULL) /* leaves the list of processes, as -u */
        memset((char *)o->proxy_user, ' ', strlen(o->proxy_user));
    return code;
}
