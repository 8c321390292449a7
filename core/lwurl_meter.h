/* SPDX-License-Identifier: MIT */
/*
 * What a fetch costs on a metered link: bytes sent and received, and what they
 * were spent on; and a cap that ends it.
 *
 *     static struct lwurl_meter meter = {.inner = &port, .max = 20000};
 *     static const struct lwurl_port metered = LWURL_METER_PORT(&meter);
 *     static const struct lwurl_handler handlers[] = {
 *         LWURL_METER(&meter), LWURL_HTTPS(&tls),
 *     };
 *     static const struct lwurl_opener opener = {&metered, handlers, 2};
 *
 * It is a port around a port, and the first line of the opener, which says
 * where a fetch begins and ends. Counted is what TCP carries: 20 bytes of TCP
 * and 20 (IPv6: 40) of IP come with each segment, and names are asked for
 * besides.
 *
 * Rules
 *  - A fetch here is all that lwurl_begin() leads to: redirects, passwords,
 *    a second try where a kept connection was dead.
 *  - Reaching .max is LWURL_ERR_METER, its detail .max. No byte is sent or
 *    asked for beyond it; what the other side sends meanwhile cannot be helped.
 *  - A meter belongs to one opener, and so to one fetch at a time. The struct
 *    lwurl that was begun last with it stays where it is until the next begin.
 *
 * Stack: 288 bytes at most, above the port (make stack).
 */
#ifndef LWURL_METER_H
#define LWURL_METER_H

#include "lwurl.h"
#include "lwurl_port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One direction, in bytes: wire is the sum of the others. */
struct lwurl_meter_count {
    uint64_t wire;
    uint64_t head; /* of requests or responses, and what opens a tunnel */
    uint64_t body; /* content as it was sent: coded, with the framing of a
                      chunked one, read or not, and with the heads of later
                      parts (lwurl_parts.h) */
    uint64_t tls;  /* handshakes, and what wraps the rest in records; a record
                      that was not complete */
};

/* Private: where a direction is in its TLS records. */
struct lwurl_meter_records {
    uint16_t left, length; /* bytes of this record to come, and in all */
    uint16_t seal;         /* bytes that a record has beside its content */
    uint8_t header_n;      /* bytes of its header that were here */
    uint8_t type, before;  /* of this record and the last one */
};

struct lwurl_meter {
    const struct lwurl_port *inner;
    uint64_t max;   /* most bytes of one fetch, both directions; 0: no cap */
    uint64_t total; /* of all fetches, and between them */

    /* Private. [0]: sent, [1]: received. */
    struct lwurl *u;                  /* the fetch, between begin and close */
    struct lwurl_meter_count done[2]; /* exchanges that are over */
    struct lwurl_meter_count here[2]; /* the one at hand; body: its content */
    struct lwurl_meter_records records[2]; /* of the connection */
    bool tunnel;                           /* this exchange is a CONNECT */
};

/* Of the fetch at hand, or of the last one. */
void lwurl_meter_read(const struct lwurl_meter *meter,
                      struct lwurl_meter_count *sent,
                      struct lwurl_meter_count *received);

/* A line of the opener, the first one. */
extern const struct lwurl_handler_ops lwurl_meter_ops;
/* clang-format off */
#define LWURL_METER(state) {&lwurl_meter_ops, (state)}
/* clang-format on */

/* The opener's port: a struct lwurl_port for a struct lwurl_meter. */
#define LWURL_METER_PORT(meter)                                           \
    {                                                                     \
        (meter), lwurl_meter_now_ms, lwurl_meter_up, lwurl_meter_resolve, \
            lwurl_meter_resolve_cancel, lwurl_meter_connect,              \
            lwurl_meter_connected, lwurl_meter_send, lwurl_meter_recv,    \
            lwurl_meter_close, lwurl_meter_wait, lwurl_meter_wake         \
    }

uint32_t lwurl_meter_now_ms(void *ctx);
int lwurl_meter_up(void *ctx);
int lwurl_meter_resolve(void *ctx, int *slot, struct lwurl_str name,
                        unsigned attempt, struct lwurl_addr *out);
void lwurl_meter_resolve_cancel(void *ctx, int slot);
int lwurl_meter_connect(void *ctx, const struct lwurl_addr *to);
int lwurl_meter_connected(void *ctx, int fd);
int lwurl_meter_send(void *ctx, int fd, const struct lwurl_str *slices,
                     size_t n);
int lwurl_meter_recv(void *ctx, int fd, void *p, size_t n);
void lwurl_meter_close(void *ctx, int fd, int abort);
void lwurl_meter_wait(void *ctx, int fd, unsigned events, uint32_t ms);
void lwurl_meter_wake(void *ctx);

#ifdef __cplusplus
}
#endif

#endif
