/* SPDX-License-Identifier: MIT */
#include "xor_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schemes/http.h"

#define KEY   0x55
#define EMPTY 0xffff

static void put_length(unsigned char *p, size_t n)
{
    p[0] = (unsigned char)(n >> 8);
    p[1] = (unsigned char)n;
}

static size_t get_length(const unsigned char *p)
{
    return (size_t)p[0] << 8 | p[1];
}

/* ------------------------------------------------------------------- filter */

static int xor_start(void *slot, const struct lwurl_filter_start *how)
{
    struct xor_slot *x = slot;
    int refuse = x->refuse;

    if (x->owner != NULL)
        return LWURL_ERR_BUSY;
    x->refuse = 0;
    if (refuse < 0)
        return refuse;
    assert_in_range(how->host.n, 1, sizeof x->host - 1);
    memcpy(x->host, how->host.p, how->host.n);
    x->host[how->host.n] = '\0';
    x->port = how->port;
    x->tls_name = how->tls_name;
    x->owner = how->owner;
    assert_non_null(x->owner);
    memcpy(x->out, "HELO", 4);
    x->out_n = 4;
    x->starts++;
    return LWURL_OK;
}

static bool has_frame(const struct xor_slot *x)
{
    return x->shaken && x->in_n > 2 && x->in_n == 2 + get_length(x->in);
}

/* Bytes of the wire that end what is being read. */
static size_t wanted(const struct xor_slot *x)
{
    if (x->ended || has_frame(x) || (x->half && x->out_n > 0))
        return 0;
    if (!x->shaken)
        return 4 - x->in_n;
    return x->in_n < 2 ? 2 - x->in_n : 2 + get_length(x->in) - x->in_n;
}

static size_t frame_max(const struct xor_slot *x)
{
    return x->frame_max != 0 ? x->frame_max : XOR_FRAME;
}

/* Room for the application, in a frame that has not left yet. */
static size_t room(const struct xor_slot *x)
{
    if (!x->shaken || x->ended || x->closing || x->out_n > 0)
        return 0;
    return frame_max(x) - x->staged;
}

static unsigned xor_state(void *slot)
{
    const struct xor_slot *x = slot;
    unsigned bits = 0;

    if (x->out_n > x->out_at)
        bits |= LWURL_FILTER_WIRE_OUT;
    if (wanted(x) > 0)
        bits |= LWURL_FILTER_WIRE_IN;
    if (room(x) > 0)
        bits |= LWURL_FILTER_APP_OUT;
    if (has_frame(x))
        bits |= LWURL_FILTER_APP_IN;
    else if (x->ended)
        bits |= LWURL_FILTER_CLOSED;
    return bits;
}

static unsigned char *xor_buf(void *slot, unsigned bit, size_t *n)
{
    struct xor_slot *x = slot;

    *n = 0;
    if ((xor_state(slot) & bit) == 0)
        return NULL;
    switch (bit) {
    case LWURL_FILTER_WIRE_OUT:
        *n = x->out_n - x->out_at;
        return x->out + x->out_at;
    case LWURL_FILTER_WIRE_IN:
        *n = wanted(x);
        return x->in + x->in_n;
    case LWURL_FILTER_APP_OUT:
        *n = room(x);
        return x->out + 2 + x->staged;
    default:
        *n = x->in_n - 2 - x->app_at;
        return x->in + 2 + x->app_at;
    }
}

static void end_with(struct xor_slot *x, int err)
{
    x->ended = true;
    if (x->err == 0)
        x->err = err;
}

static void xor_flush(void *slot)
{
    struct xor_slot *x = slot;

    if (x->staged == 0)
        return;
    if (x->flush_err != 0)
        end_with(x, x->flush_err < 0 ? x->flush_err : LWURL_OK);
    put_length(x->out, x->staged);
    for (size_t i = 0; i < x->staged; i++)
        x->out[2 + i] ^= KEY;
    x->out_n = x->staged + 2;
    x->staged = 0;
}

static void take_frame(struct xor_slot *x)
{
    size_t n = x->in_n >= 2 ? get_length(x->in) : 1;

    if (!x->shaken && x->in_n == 4) {
        x->shaken = memcmp(x->in, "OLEH", 4) == 0;
        if (!x->shaken)
            end_with(x, memcmp(x->in, "OVER", 4) == 0 ? 0 : LWURL_ERR_TLS);
        x->in_n = 0;
    } else if (x->shaken && n == 0) {
        end_with(x, 0);
    } else if (x->shaken && x->in_n == 2 && n == EMPTY) {
        x->in_n = 0;
    } else if (x->shaken && x->in_n >= 2 && n > XOR_FRAME) {
        end_with(x, LWURL_ERR_TLS_RECORD);
        x->in_n = 0;
    } else if (has_frame(x)) {
        for (size_t i = 0; i < n; i++)
            x->in[2 + i] ^= KEY;
    }
}

static void xor_ack(void *slot, unsigned bit, size_t n)
{
    struct xor_slot *x = slot;
    size_t had;

    assert_non_null(xor_buf(slot, bit, &had));
    assert_in_range(n, 1, had);
    switch (bit) {
    case LWURL_FILTER_WIRE_OUT:
        x->out_at += n;
        if (x->out_at == x->out_n)
            x->out_at = x->out_n = 0;
        break;
    case LWURL_FILTER_WIRE_IN:
        x->in_n += n;
        take_frame(x);
        break;
    case LWURL_FILTER_APP_OUT:
        x->staged += n;
        if (x->staged == frame_max(x))
            xor_flush(x);
        break;
    default:
        x->app_at += n;
        if (x->app_at + 2 == x->in_n)
            x->app_at = x->in_n = 0;
    }
}

static void xor_wire_end(void *slot)
{
    end_with(slot, LWURL_ERR_TLS_TRUNCATED);
}

static void xor_close(void *slot)
{
    struct xor_slot *x = slot;

    if (x->shaken && x->out_n == 0)
        x->out_n = 2;
    put_length(x->out, 0);
    x->closing = true;
}

static int xor_error(void *slot, int32_t *detail)
{
    const struct xor_slot *x = slot;

    *detail = x->err != 0 ? 7 : 0;
    return x->err;
}

static void xor_stop(void *slot)
{
    struct xor_slot *x = slot;
    struct xor_slot fresh = {.starts = x->starts,
                             .stops = x->stops + 1,
                             .frame_max = x->frame_max,
                             .half = x->half};

    assert_non_null(x->owner);
    *x = fresh;
}

static struct lwurl *xor_owner(void *slot)
{
    return ((struct xor_slot *)slot)->owner;
}

const struct lwurl_filter_ops xor_filter = {
    .pump = &lwurl_filter_pump,
    .start = xor_start,
    .state = xor_state,
    .buf = xor_buf,
    .ack = xor_ack,
    .flush = xor_flush,
    .wire_end = xor_wire_end,
    .close = xor_close,
    .error = xor_error,
    .stop = xor_stop,
    .owner = xor_owner,
};

const struct lwurl_handler_ops xor_ops = {
    .scheme = "xor",
    .default_port = 99,
    .source = &lwurl_http_source,
    .filter = &xor_filter,
};

/* -------------------------------------------------------------------- peers */

size_t xor_frames(char *to, size_t at, const char *p, size_t n, size_t frame)
{
    while (n > 0) {
        size_t part = n < frame ? n : frame;
        put_length((unsigned char *)to + at, part);
        for (size_t i = 0; i < part; i++)
            to[at + 2 + i] = (char)(p[i] ^ KEY);
        at += 2 + part;
        p += part;
        n -= part;
    }
    return at;
}

size_t xor_end(char *to, size_t at)
{
    put_length((unsigned char *)to + at, 0);
    return at + 2;
}

size_t xor_unframe(char *p, size_t n, bool *ended)
{
    size_t at = 0, to = 0;

    *ended = false;
    while (at < n) {
        assert_false(*ended);
        assert_true(n - at >= 2);
        size_t part = get_length((const unsigned char *)p + at);
        at += 2;
        assert_true(part <= n - at);
        *ended = part == 0;
        for (size_t i = 0; i < part; i++)
            p[to++] = (char)(p[at++] ^ KEY);
    }
    return to;
}
