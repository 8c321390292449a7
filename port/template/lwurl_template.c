/* SPDX-License-Identifier: MIT */
#include "lwurl_template.h"

/* A free-running millisecond counter: a tick interrupt, a timer, the RTOS's.
   It must wrap at 2^32 and nowhere else (a microsecond counter divided by 1000
   wraps too early). While it stands still no deadline ever ends. */
uint32_t lwurl_template_now_ms(void *ctx)
{
    (void)ctx;
    return 0;
}

/* 1 when the cable is in (or the radio has joined) and an address is set; 1
   where that cannot be known. */
int lwurl_template_up(void *ctx)
{
    (void)ctx;
    return 0;
}

/*
 * First call (*slot is LWURL_PORT_NONE):
 *  - a literal: fill *out, return 1. Of a literal there is no attempt 1.
 *  - a name: copy it (the slice lives during the call only), start the
 *    question, *slot = its number from 0, return 0.
 *  - no place for one more question: return 0 and leave *slot; you are asked
 *    again after a wait().
 * Later calls: 0 while there is no answer; then the place is free again, *slot
 * is LWURL_PORT_NONE, and 1 or LWURL_ERR_DNS is returned.
 * A stack that can only resolve by blocking may do so here; the fetch then
 * does not see its deadline in the meantime.
 */
int lwurl_template_resolve(void *ctx, int *slot, struct lwurl_str name,
                           unsigned attempt, struct lwurl_addr *out)
{
    (void)ctx;
    (void)slot;
    (void)name;
    (void)attempt;
    (void)out;
    return LWURL_ERR_DNS;
}

/* The question's place is free, at once or when its late answer has come: that
   answer must not reach whoever asks next. */
void lwurl_template_resolve_cancel(void *ctx, int slot)
{
    (void)ctx;
    (void)slot;
}

/* Socket, non-blocking, TCP_NODELAY, connect. Return its number, which is what
   an application's own loop will wait for. LWURL_ERR_STACK: no socket left.
   LWURL_ERR_UNREACHABLE: no route, or a family that you do not speak. */
int lwurl_template_connect(void *ctx, const struct lwurl_addr *to)
{
    (void)ctx;
    (void)to;
    return LWURL_ERR_STACK;
}

/* LWURL_ERR_REFUSED: the peer answered with a reset. LWURL_ERR_UNREACHABLE:
   nobody answered. The fetch has its own deadline; the stack's may be long. */
int lwurl_template_connected(void *ctx, int fd)
{
    (void)ctx;
    (void)fd;
    return LWURL_ERR_UNREACHABLE;
}

/* Whatever fits now; the bytes are the caller's again when you return. A head
   in many small segments is slow: gather (sendmsg, writev, one buffer). */
int lwurl_template_send(void *ctx, int fd, const struct lwurl_str *slices,
                        size_t n)
{
    (void)ctx;
    (void)fd;
    (void)slices;
    (void)n;
    return LWURL_ERR_RESET;
}

/* Mind the three: BSD's recv() says 0 for closed, where lwurl wants
   LWURL_PORT_EOF; its -1 with EAGAIN is 0 here; the rest is an error. */
int lwurl_template_recv(void *ctx, int fd, void *p, size_t n)
{
    (void)ctx;
    (void)fd;
    (void)p;
    (void)n;
    return LWURL_ERR_RESET;
}

/* Never waits for the peer, and never fails. */
void lwurl_template_close(void *ctx, int fd, int abort)
{
    (void)ctx;
    (void)fd;
    (void)abort;
}

/* Sleep until the socket is ready, or a name arrived, or wake(), or `ms` is
   over. Too early is allowed, too late is a fetch that hangs. */
void lwurl_template_wait(void *ctx, int fd, unsigned events, uint32_t ms)
{
    (void)ctx;
    (void)fd;
    (void)events;
    (void)ms;
}

/* A wake() between the fetch's last look and its wait() must end that wait():
   a flag or a semaphore, not a broadcast. If you have none, put NULL into the
   struct instead. */
void lwurl_template_wake(void *ctx)
{
    (void)ctx;
}
