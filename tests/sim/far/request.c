/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../plan.h"
#include "../sim.h"
#include "answer.h"
#include "peer.h"

static uint32_t posted[FETCHES_MAX];

static void make_token(char token[9], unsigned fetch)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t text[6] = {'u', (uint8_t)('0' + fetch), ':',
                             'p', (uint8_t)('0' + fetch), 0};

    for (int i = 0; i < 8; i++) {
        unsigned bit = (unsigned)i * 6, at = bit / 8;
        unsigned pair = (unsigned)text[at] << 8 | (at < 5 ? text[at + 1] : 0u);

        token[i] = digits[pair >> (10 - bit % 8) & 63];
    }
    token[7] = '=';
    token[8] = '\0';
}

static bool is_for(const char *request, const char *host)
{
    char line[64];

    snprintf(line, sizeof line, "\r\nHost: %s\r\n", host);
    return strstr(request, line) != NULL;
}

/* A password is shown to nobody but the origin it was given for. */
static bool check_password(const struct conn *c)
{
    const char *field = strstr(c->request, "\r\nAuthorization: ");
    char token[9];

    if (!field)
        return false;
    for (unsigned f = 0; f < plan.fetches_n; f++) {
        make_token(token, f);
        if (!plan.fetches[f].login || !strstr(field, token))
            continue;
        if (!is_for(c->request, host_names[plan.fetches[f].host]) ||
            c->secure != plan.fetches[f].secure)
            sim_fail("password of fetch %u shown to another origin", f);
        return true;
    }
    sim_fail("a password that nobody gave");
    return false;
}

static bool came_to(const struct conn *c, const char *host)
{
    const ip_addr_t *at = &c->pcb->local_ip;
    unsigned last = IP_IS_V4(at) ? ip4_addr4(ip_2_ip4(at)) : 6;

    if (strcmp(host, host_names[HOST_A]) == 0)
        return last == 1;
    if (strcmp(host, host_names[HOST_B]) == 0)
        return last == 2;
    return last == 6;
}

static void check_host(const struct conn *c)
{
    for (int i = 0; i < HOSTS_N; i++) {
        if (!is_for(c->request, host_names[i]))
            continue;
        if (!came_to(c, host_names[i]))
            sim_fail("a request for %s came to another", host_names[i]);
        return;
    }
    sim_fail("a request without a host of ours");
}

static uint32_t number_after(const char *request, const char *key)
{
    const char *at = strstr(request, key);

    return at ? (uint32_t)strtoul(at + strlen(key), NULL, 10) : 0;
}

static void take_request(struct conn *c)
{
    bool with_password = check_password(c);

    check_host(c);
    c->resource = (uint8_t)(number_after(c->request, " /") % RESOURCES_N);
    c->fetch = number_after(c->request, "?f=") % FETCHES_MAX;
    c->post_n = number_after(c->request, "\r\nContent-Length: ");
    c->post_at = 0;
    sim_say("server: %.*s", (int)strcspn(c->request, "\r"), c->request);
    answer_write(c, with_password);
    c->answering = c->post_n == 0 || plan.resources[c->resource].early;
}

static void take_post_byte(struct conn *c, uint8_t byte)
{
    if (byte != plan_post_byte(c->fetch, c->post_at))
        sim_fail("byte %u of a request body is wrong", (unsigned)c->post_at);
    c->post_at++;
    if (c->post_at > posted[c->fetch])
        posted[c->fetch] = c->post_at;
    if (--c->post_n == 0 && !plan.resources[c->resource].early)
        c->answering = true;
}

static void take_head_byte(struct conn *c, uint8_t byte)
{
    if (c->request_n == sizeof c->request - 1) {
        sim_fail("a request head is too long");
        return;
    }
    c->request[c->request_n++] = (char)byte;
    c->request[c->request_n] = '\0';
    if (c->request_n < 4 ||
        memcmp(c->request + c->request_n - 4, "\r\n\r\n", 4) != 0)
        return;
    c->request_n = 0;
    take_request(c);
}

void request_take(struct conn *c, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n && !c->over; i++) {
        if (c->post_n > 0)
            take_post_byte(c, p[i]);
        else
            take_head_byte(c, p[i]);
    }
}

uint32_t peer_posted(unsigned fetch)
{
    return posted[fetch];
}
