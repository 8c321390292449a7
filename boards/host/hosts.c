/* SPDX-License-Identifier: MIT */
#include "hosts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lwip/lwurl_lwip.h"
#include "lwurl_parse.h"

#define NAME_MAX_N    256
#define ADDRESS_MAX_N 64

/* Addresses of all --resolve. */
#define PLACES_MAX 128u

struct place {
    char name[NAME_MAX_N];
    char address[ADDRESS_MAX_N];
    unsigned port; /* 0: every one */
};

/* libslirp's addresses of the PC: port/slirp/slirpif.h. */
static const struct lwurl_lwip_host loopback[] = {
    {"localhost", "10.0.2.2"},
    {"localhost", "fec0::2"},
    {"127.0.0.1", "10.0.2.2"},
    {"::1", "fec0::2"},
};

#define LOOPBACK_N (sizeof loopback / sizeof loopback[0])

static struct place places[PLACES_MAX];
static size_t places_n;

const char *hosts_to_lwip(const char *address)
{
    for (size_t i = 0; i < LOOPBACK_N; i++)
        if (strcmp(address, loopback[i].name) == 0)
            return loopback[i].address;
    return address;
}

const char *hosts_to_pc(const char *address)
{
    for (size_t i = LOOPBACK_N; i-- > 0;)
        if (strcmp(address, loopback[i].address) == 0)
            return loopback[i].name;
    return address;
}

/* ----------------------------------------------------------------- --resolve
 */

/* Copies up to one of `ends` or the end of the text, brackets left out. What
   follows, or NULL when it is too long or broken. */
static const char *copy_part(char *to, size_t max, const char *from,
                             const char *ends)
{
    size_t n;
    const char *rest;

    if (*from == '[') {
        from++;
        n = strcspn(from, "]");
        rest = from[n] == ']' ? from + n + 1 : NULL;
    } else {
        n = strcspn(from, ends);
        rest = from + n;
    }
    if (rest == NULL || n == 0 || n >= max ||
        (*rest != '\0' && strchr(ends, *rest) == NULL))
        return NULL;
    memcpy(to, from, n);
    to[n] = '\0';
    return rest;
}

/* "443:" or "*:"; what follows, or NULL. */
static const char *read_port(unsigned *port, const char *from)
{
    char *end;
    unsigned long number;

    *port = 0;
    if (strncmp(from, "*:", 2) == 0)
        return from + 2;
    number = strtoul(from, &end, 10);
    if (end == from || *end != ':' || number == 0 || number > UINT16_MAX)
        return NULL;
    *port = (unsigned)number;
    return end + 1;
}

static bool is_address(const char *text)
{
    struct lwurl_str s = {text, strlen(text)};

    return lwurl_is_ipv4(s) || lwurl_is_ipv6(s);
}

static int read_resolve(const char *text)
{
    struct place place;
    const char *at = copy_part(place.name, sizeof place.name, text, ":");

    at = at == NULL || *at == '\0' ? NULL : read_port(&place.port, at + 1);
    while (at != NULL && places_n < PLACES_MAX) {
        char address[ADDRESS_MAX_N];

        at = copy_part(address, sizeof address, at, ",");
        if (at == NULL || !is_address(address))
            return -1;
        snprintf(place.address, sizeof place.address, "%s",
                 hosts_to_lwip(address));
        places[places_n++] = place;
        if (*at == '\0')
            return 0;
        at++;
    }
    return -1;
}

int hosts_init(const struct options *o)
{
    for (size_t i = 0; i < o->resolve.n; i++) {
        const char *text = o->resolve.item[i].text;

        if (read_resolve(text) != 0) {
            fprintf(stderr, "lwurl: --resolve: '%s' is not HOST:PORT:ADDRESS\n",
                    text);
            return -1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------- the map
 */

static bool is_host(const char *name, struct lwurl_str host)
{
    return strlen(name) == host.n && strncasecmp(name, host.p, host.n) == 0;
}

/* A name that has several ports is meant for the one that is asked for; names
   of other hosts may be those of redirects. */
void hosts_for(struct lwurl_lwip *lw, struct lwurl_str host, unsigned port)
{
    static struct lwurl_lwip_host map[PLACES_MAX + LOOPBACK_N];
    size_t n = 0;

    for (size_t i = 0; i < places_n; i++) {
        struct place *p = &places[i];
        bool skip = is_host(p->name, host) && p->port != 0 && p->port != port;

        if (!skip)
            map[n++] = (struct lwurl_lwip_host){p->name, p->address};
    }
    memcpy(map + n, loopback, sizeof loopback);
    lw->hosts = map;
    lw->hosts_n = n + LOOPBACK_N;
}
