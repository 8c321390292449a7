/* SPDX-License-Identifier: MIT */
#include "tap.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hosts.h"
#include "lwurl_types.h"
#include "supply.h"

static void say(const struct tap *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(const struct tap *t, const char *format, ...)
{
    char line[512];
    va_list args;

    if (t->say == NULL)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    t->say(line);
}

void tap_begin(struct tap *t)
{
    t->began_us = host_now_us();
    memset(&t->times, 0, sizeof t->times);
    t->connects = 0;
    t->sent_n = t->received_n = 0;
}

int64_t tap_now(const struct tap *t)
{
    int64_t us = host_now_us() - t->began_us;

    return us > 0 ? us : 1;
}

static void address_text(const struct lwurl_addr *a,
                         char text[ADDRESS_TEXT_MAX])
{
    char numbers[INET6_ADDRSTRLEN];

    inet_ntop(a->family == 6 ? AF_INET6 : AF_INET, a->bytes, numbers,
              sizeof numbers);
    snprintf(text, ADDRESS_TEXT_MAX, "%s", hosts_to_pc(numbers));
}

void tap_peer_text(const struct tap *t, char text[ADDRESS_TEXT_MAX])
{
    text[0] = '\0';
    if (t->peer.family != 0)
        address_text(&t->peer, text);
}

/* -------------------------------------------------------------- the contract
 */

static const struct lwurl_port *inner(void *ctx)
{
    return ((struct tap *)ctx)->inner;
}

uint32_t tap_now_ms(void *ctx)
{
    return inner(ctx)->now_ms(inner(ctx)->ctx);
}

int tap_up(void *ctx)
{
    return inner(ctx)->up(inner(ctx)->ctx);
}

int tap_resolve(void *ctx, int *slot, struct lwurl_str name, unsigned attempt,
                struct lwurl_addr *out)
{
    struct tap *t = ctx;
    int r = t->inner->resolve(t->inner->ctx, slot, name, attempt, out);

    if (r < 0 && attempt == 0)
        say(t, "No address of %.*s", (int)name.n, name.p);
    if (r > 0)
        t->times.name = tap_now(t);
    return r;
}

void tap_resolve_cancel(void *ctx, int slot)
{
    inner(ctx)->resolve_cancel(inner(ctx)->ctx, slot);
}

int tap_connect(void *ctx, const struct lwurl_addr *to)
{
    struct tap *t = ctx;
    char text[ADDRESS_TEXT_MAX];

    t->peer = *to;
    address_text(to, text);
    say(t, "Connecting to %s port %u", text, to->port);
    return t->inner->connect(t->inner->ctx, to);
}

int tap_connected(void *ctx, int fd)
{
    struct tap *t = ctx;
    int r = t->inner->connected(t->inner->ctx, fd);

    if (r < 0)
        say(t, "Not connected");
    if (r > 0) {
        t->times.connected = tap_now(t);
        t->connects++;
        say(t, "Connected after %.1f ms", (double)t->times.connected / 1000);
    }
    return r;
}

/* Of the slices what fits into the limit: all that came first, or a part of
   the first one. */
static int send_some(struct tap *t, int fd, const struct lwurl_str *slices,
                     size_t n)
{
    struct lwurl_str first = slices[0];
    size_t room = limit_room(&t->out, SIZE_MAX), whole = 0;

    if (room == 0)
        return 0;
    while (whole < n && slices[whole].n <= room)
        room -= slices[whole++].n;
    if (whole > 0)
        return t->inner->send(t->inner->ctx, fd, slices, whole);
    first.n = room;
    return t->inner->send(t->inner->ctx, fd, &first, 1);
}

int tap_send(void *ctx, int fd, const struct lwurl_str *slices, size_t n)
{
    struct tap *t = ctx;
    int r = send_some(t, fd, slices, n);

    if (r > 0) {
        t->sent_n += (unsigned)r;
        limit_used(&t->out, (unsigned)r);
    }
    return r;
}

/* One byte is asked for to see whether a connection lives: always. */
int tap_recv(void *ctx, int fd, void *p, size_t n)
{
    struct tap *t = ctx;
    size_t room = n > 1 ? limit_room(&t->in, n) : n;
    int r = room > 0 ? t->inner->recv(t->inner->ctx, fd, p, room) : 0;

    if (r > 0) {
        t->received_n += (unsigned)r;
        limit_used(&t->in, (unsigned)r);
    }
    if (r == LWURL_PORT_EOF)
        say(t, "Closed by the server");
    if (r < LWURL_PORT_EOF)
        say(t, "Connection lost");
    return r;
}

void tap_close(void *ctx, int fd, int abort)
{
    say(ctx, abort ? "Connection dropped" : "Connection closed");
    inner(ctx)->close(inner(ctx)->ctx, fd, abort);
}

/* While a limit stops one direction, the connection would be ready at once, and
   for nothing: the other one waits for that, too. */
void tap_wait(void *ctx, int fd, unsigned events, uint32_t ms)
{
    struct tap *t = ctx;
    uint32_t out = limit_wait_ms(&t->out), in = limit_wait_ms(&t->in);
    uint32_t held = out > in ? out : in;

    if (held > 0 && events != 0)
        t->inner->wait(t->inner->ctx, LWURL_PORT_NONE, 0,
                       held < ms ? held : ms);
    else
        t->inner->wait(t->inner->ctx, fd, events, ms);
}

void tap_wake(void *ctx)
{
    inner(ctx)->wake(inner(ctx)->ctx);
}
