/* SPDX-License-Identifier: MIT */
/*
 * An empty port to copy: rename "template", fill in lwurl_template.c.
 *
 * As it is, every fetch fails with LWURL_ERR_NETDOWN and nothing is sent. Fill
 * it in from top to bottom and each step can be tried: now_ms and up, then
 * resolve for address literals, connect, send and recv, names at the end.
 */
#ifndef LWURL_TEMPLATE_H
#define LWURL_TEMPLATE_H

#include "lwurl_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the port remembers: drivers, sockets, questions to DNS. Static memory of
   the application's, one for each task that fetches. */
struct lwurl_template {
    uint8_t nothing_yet;
};

/* Initialises a const struct lwurl_port; t is a struct lwurl_template *. */
#define LWURL_TEMPLATE_PORT(t)                                                 \
    {                                                                          \
        (t), lwurl_template_now_ms, lwurl_template_up, lwurl_template_resolve, \
            lwurl_template_resolve_cancel, lwurl_template_connect,             \
            lwurl_template_connected, lwurl_template_send,                     \
            lwurl_template_recv, lwurl_template_close, lwurl_template_wait,    \
            lwurl_template_wake                                                \
    }

uint32_t lwurl_template_now_ms(void *ctx);
int lwurl_template_up(void *ctx);
int lwurl_template_resolve(void *ctx, int *slot, struct lwurl_str name,
                           unsigned attempt, struct lwurl_addr *out);
void lwurl_template_resolve_cancel(void *ctx, int slot);
int lwurl_template_connect(void *ctx, const struct lwurl_addr *to);
int lwurl_template_connected(void *ctx, int fd);
int lwurl_template_send(void *ctx, int fd, const struct lwurl_str *slices,
                        size_t n);
int lwurl_template_recv(void *ctx, int fd, void *p, size_t n);
void lwurl_template_close(void *ctx, int fd, int abort);
void lwurl_template_wait(void *ctx, int fd, unsigned events, uint32_t ms);
void lwurl_template_wake(void *ctx);

#ifdef __cplusplus
}
#endif

#endif
