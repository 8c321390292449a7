/* SPDX-License-Identifier: MIT */
#include "answer.h"

#include <stdio.h>
#include <string.h>

#include "../chance.h"
#include "../plan.h"
#include "../replay.h"

static void put(struct conn *c, const char *text)
{
    size_t n = strlen(text);

    memcpy(c->wire + c->wire_n, text, n);
    c->wire_n += (uint32_t)n;
}

static void put_bytes(struct conn *c, uint32_t who, uint32_t from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        c->wire[c->wire_n++] = (char)plan_byte(who, from + i);
}

static void put_chunks(struct conn *c, uint32_t who, uint32_t n)
{
    char line[64];

    for (uint32_t at = 0, size; at < n; at += size) {
        size = 1 + n / 500 + chance(CHANCE_SERVER, 3000);
        size = size < n - at ? size : n - at;
        snprintf(line, sizeof line, "%x%s\r\n", (unsigned)size,
                 chance_hits(CHANCE_SERVER, 10) ? ";name=\"a b\"" : "");
        put(c, line);
        put_bytes(c, who, at, size);
        put(c, "\r\n");
    }
    put(c, "0\r\n");
    if (chance_hits(CHANCE_SERVER, 20))
        put(c, "X-Trailer: yes\r\n");
    put(c, "\r\n");
}

static void put_length(struct conn *c, uint32_t n)
{
    char line[64];

    snprintf(line, sizeof line, "Content-Length: %u\r\n\r\n", (unsigned)n);
    put(c, line);
}

static void put_refusal(struct conn *c, const char *status)
{
    put(c, status);
    put_length(c, PLAN_REFUSAL_N);
    put_bytes(c, c->resource + RESOURCES_N, 0, PLAN_REFUSAL_N);
}

static void put_redirect(struct conn *c, const struct plan_resource *r)
{
    char line[200], host[100] = "";

    if (!r->relative)
        snprintf(host, sizeof host, "%s://%s", r->to_secure ? "https" : "http",
                 host_names[r->to_host]);
    snprintf(line, sizeof line, "HTTP/1.1 %s\r\nLocation: %s/%u\r\n",
             c->resource % 2 ? "307 Go" : "302 Go", host, (unsigned)r->to);
    put_refusal(c, line);
}

static void put_body(struct conn *c, const struct plan_resource *r)
{
    if (r->framing == BY_LENGTH) {
        put_length(c, r->body_n);
        put_bytes(c, c->resource, 0, r->body_n);
    } else if (r->framing == BY_CHUNKS) {
        put(c, "Transfer-Encoding: chunked\r\n\r\n");
        put_chunks(c, c->resource, r->body_n);
    } else {
        put(c, "\r\n");
        put_bytes(c, c->resource, 0, r->body_n);
    }
}

static void put_replay(struct conn *c)
{
    const uint8_t *bytes = replay_bytes(&c->wire_n);

    memcpy(c->wire, bytes, c->wire_n);
}

void answer_write(struct conn *c, bool with_password)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    c->wire_n = c->sent = 0;
    c->fault_done = false;
    c->answering = true;
    if (replay_is_on()) {
        put_replay(c);
        return;
    }
    if (r->kind == STATUS_INFO)
        put(c, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
    if (r->wants_password && !with_password) {
        put_refusal(c, "HTTP/1.1 401 Who\r\n"
                       "WWW-Authenticate: Basic realm=\"sim\"\r\n");
    } else if (r->kind == STATUS_REDIRECT) {
        put_redirect(c, r);
    } else if (r->kind == STATUS_EMPTY) {
        put(c, "HTTP/1.1 204 Nothing\r\n\r\n");
    } else {
        put(c, r->kind == STATUS_MISSING ? "HTTP/1.1 404 No\r\n"
                                         : "HTTP/1.1 200 OK\r\n");
        put(c, "Server: sim\r\nX-Empty:\r\n");
        put(c, r->closes ? "Connection: close\r\n" : "");
        put_body(c, r);
    }
}

bool answer_closes(const struct conn *c)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    return r->closes || r->just_closes ||
           (r->framing == BY_CLOSE &&
            (r->kind == STATUS_OK || r->kind == STATUS_MISSING ||
             r->kind == STATUS_INFO));
}
