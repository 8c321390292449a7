/* SPDX-License-Identifier: MIT */
#include "sealed_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schemes/http.h"

#define HEADER 5u

/* ------------------------------------------------------------------ records */

static size_t put_header(unsigned char *to, size_t at, unsigned type, size_t n)
{
    to[at] = (unsigned char)type;
    to[at + 1] = to[at + 2] = 3;
    to[at + 3] = (unsigned char)(n >> 8);
    to[at + 4] = (unsigned char)n;
    return at + HEADER;
}

static size_t put_zeros(unsigned char *to, size_t at, unsigned type, size_t n)
{
    at = put_header(to, at, type, n);
    memset(to + at, 0, n);
    return at + n;
}

size_t sealed_hello(unsigned char *to, size_t at, size_t seal)
{
    at = put_zeros(to, at, 22, 30);
    at = put_zeros(to, at, 20, 1);
    return put_zeros(to, at, 22, 16 + seal);
}

size_t sealed_records(unsigned char *to, size_t at, const char *p, size_t n,
                      size_t piece)
{
    while (n > 0) {
        size_t part = n < piece ? n : piece;
        at = put_header(to, at, 23, part + SEALED_SEAL);
        memcpy(to + at, p, part);
        memset(to + at + part, 0, SEALED_SEAL);
        at += part + SEALED_SEAL;
        p += part;
        n -= part;
    }
    return at;
}

/* ------------------------------------------------------------------- filter */

static size_t record_n(const struct sealed_slot *s)
{
    return s->in_n < HEADER ? HEADER
                            : HEADER + ((size_t)s->in[3] << 8 | s->in[4]);
}

static bool is_whole(const struct sealed_slot *s)
{
    return s->in_n >= HEADER && s->in_n == record_n(s);
}

static bool is_shaken(const struct sealed_slot *s)
{
    return s->records >= 3;
}

static int start(void *slot, const struct lwurl_filter_start *how)
{
    struct sealed_slot *s = slot;

    assert_null(s->owner);
    memset(s, 0, sizeof *s);
    s->owner = how->owner;
    s->out_n = sealed_hello(s->out, 0, SEALED_SEAL);
    return LWURL_OK;
}

static unsigned state(void *slot)
{
    struct sealed_slot *s = slot;
    unsigned bits = 0;

    if (s->ended && !is_whole(s))
        return LWURL_FILTER_CLOSED;
    bits |= s->out_n > 0 ? LWURL_FILTER_WIRE_OUT : 0;
    if (is_shaken(s) && s->out_n == 0)
        bits |= LWURL_FILTER_APP_OUT;
    return bits | (is_whole(s) ? LWURL_FILTER_APP_IN : LWURL_FILTER_WIRE_IN);
}

static unsigned char *buf(void *slot, unsigned bit, size_t *n)
{
    struct sealed_slot *s = slot;

    *n = 0;
    if ((state(s) & bit) == 0)
        return NULL;
    switch (bit) {
    case LWURL_FILTER_WIRE_OUT:
        *n = s->out_n;
        return s->out;
    case LWURL_FILTER_WIRE_IN:
        *n = record_n(s) - s->in_n;
        return s->in + s->in_n;
    case LWURL_FILTER_APP_OUT:
        *n = sizeof s->out - HEADER - SEALED_SEAL - s->staged;
        return s->out + HEADER + s->staged;
    default:
        *n = record_n(s) - HEADER - SEALED_SEAL - s->app_at;
        return s->in + HEADER + s->app_at;
    }
}

/* A record came: of the handshake it says nothing. */
static void end_record(struct sealed_slot *s)
{
    s->records++;
    if (s->in[0] == 23)
        return;
    s->in_n = 0;
    s->app_at = 0;
}

static void ack(void *slot, unsigned bit, size_t n)
{
    struct sealed_slot *s = slot;

    if (bit == LWURL_FILTER_WIRE_OUT) {
        s->out_n -= n;
        memmove(s->out, s->out + n, s->out_n);
    } else if (bit == LWURL_FILTER_APP_OUT) {
        s->staged += n;
    } else if (bit == LWURL_FILTER_WIRE_IN) {
        s->in_n += n;
        if (is_whole(s))
            end_record(s);
    } else {
        s->app_at += n;
        if (s->app_at == record_n(s) - HEADER - SEALED_SEAL)
            s->in_n = s->app_at = 0;
    }
}

static void flush(void *slot)
{
    struct sealed_slot *s = slot;

    if (s->staged == 0)
        return;
    (void)put_header(s->out, 0, 23, s->staged + SEALED_SEAL);
    memset(s->out + HEADER + s->staged, 0, SEALED_SEAL);
    s->out_n = HEADER + s->staged + SEALED_SEAL;
    s->staged = 0;
}

static void wire_end(void *slot)
{
    ((struct sealed_slot *)slot)->ended = true;
}

/* The alert of an orderly close. */
static void close(void *slot)
{
    struct sealed_slot *s = slot;

    s->out_n = put_zeros(s->out, 0, 21, 2 + SEALED_SEAL);
}

static int error(void *slot, int32_t *detail)
{
    *detail = 0;
    return is_shaken(slot) ? LWURL_OK : LWURL_ERR_TLS_TRUNCATED;
}

static void stop(void *slot)
{
    ((struct sealed_slot *)slot)->owner = NULL;
}

static struct lwurl *owner(void *slot)
{
    return ((struct sealed_slot *)slot)->owner;
}

static const struct lwurl_filter_ops sealed = {
    .pump = &lwurl_filter_pump,
    .start = start,
    .state = state,
    .buf = buf,
    .ack = ack,
    .flush = flush,
    .wire_end = wire_end,
    .close = close,
    .error = error,
    .stop = stop,
    .owner = owner,
};

const struct lwurl_handler_ops sealed_ops = {
    .scheme = "https",
    .default_port = 443,
    .source = &lwurl_http_source,
    .filter = &sealed,
};
