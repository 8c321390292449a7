/* SPDX-License-Identifier: MIT */
#include "connect_to.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exits.h"
#include "request.h"

/* HOST:PORT:HOST2:PORT2, slices of argv; empty ones are as in the URL, ports
   then 0. */
struct rule {
    struct lwurl_str host, host2;
    unsigned port, port2;
};

static struct rule rules[GIVEN_MAX];
static size_t rules_n;

/* ----------------------------------------------------------------- reading */

/* A host, without its brackets, and the colon behind it. What follows; NULL:
   broken. */
static const char *read_host(const char *from, struct lwurl_str *host)
{
    bool bracketed = from[0] == '[';
    size_t n = strcspn(from, bracketed ? "]" : ":");

    *host = (struct lwurl_str){from + bracketed, n - bracketed};
    if (bracketed && from[n] == ']')
        n++;
    return from[n] == ':' ? from + n + 1 : NULL;
}

/* A port, or none, and `end` behind it. */
static const char *read_port(const char *from, unsigned *port, char end)
{
    char *rest = (char *)from;
    unsigned long number = *from == end ? 0 : strtoul(from, &rest, 10);

    *port = (unsigned)number;
    if (*rest != end || number > UINT16_MAX || *from == '-' || *from == '+')
        return NULL;
    return rest + (end != '\0');
}

static bool read_rule(const char *text, struct rule *rule)
{
    text = read_host(text, &rule->host);
    if (text != NULL)
        text = read_port(text, &rule->port, ':');
    if (text != NULL)
        text = read_host(text, &rule->host2);
    return text != NULL && read_port(text, &rule->port2, '\0') != NULL;
}

int connect_to_init(const struct options *o)
{
    for (size_t i = 0; i < o->connect_to.n; i++) {
        const char *text = o->connect_to.item[i].text;

        if (!read_rule(text, &rules[rules_n++])) {
            fprintf(stderr,
                    "lwurl: %s: --connect-to wants HOST:PORT:HOST2:PORT2\n",
                    text);
            return EXIT_USAGE;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ routing */

static bool is_for(const struct rule *rule, const struct origin *origin)
{
    return (rule->host.n == 0 ||
            (rule->host.n == origin->host.n &&
             strncasecmp(rule->host.p, origin->host.p, origin->host.n) == 0)) &&
           (rule->port == 0 || rule->port == origin->port);
}

/* The first that is for the URL's host and port, as curl. */
static int route(struct lwurl *u, void *state, struct lwurl_route *out)
{
    struct origin origin = request_origin(lwurl_url(u));
    size_t i = 0;

    (void)state;
    while (i < rules_n && !is_for(&rules[i], &origin))
        i++;
    if (i == rules_n)
        return 0;
    *out = (struct lwurl_route){.host = rules[i].host2.n > 0 ? rules[i].host2
                                                             : origin.host,
                                .port = (uint16_t)rules[i].port2,
                                .how = LWURL_ROUTE_DIRECT};
    return 1;
}

const struct lwurl_handler_ops connect_to_ops = {.route = route};
