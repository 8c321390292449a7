/* SPDX-License-Identifier: MIT */
#include "fake_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schemes/http.h"

#define HO_N (sizeof FAKE_HO - 1)

static int start(void *slot, const struct lwurl_filter_start *how)
{
    struct fake_slot *s = slot;

    if (s->owner != NULL)
        return LWURL_ERR_BUSY;
    assert_true(how->host.n < sizeof s->host);
    memcpy(s->host, how->host.p, how->host.n);
    s->host[how->host.n] = '\0';
    s->port = how->port;
    s->tls_name = how->tls_name;
    s->owner = how->owner;
    s->out_n = sizeof FAKE_HI - 1;
    memcpy(s->out, FAKE_HI, s->out_n);
    s->in_n = s->greeted = 0;
    s->ended = s->too_large = false;
    s->starts++;
    return LWURL_OK;
}

static unsigned state(void *slot)
{
    struct fake_slot *s = slot;
    bool ready = s->greeted == HO_N;
    unsigned bits = s->in_n < sizeof s->in ? LWURL_FILTER_WIRE_IN : 0;

    if (s->too_large || (s->ended && s->in_n == 0))
        return LWURL_FILTER_CLOSED;
    if (s->out_n > 0)
        bits |= LWURL_FILTER_WIRE_OUT;
    if (ready && s->out_n < sizeof s->out)
        bits |= LWURL_FILTER_APP_OUT;
    return ready && s->in_n > 0 ? bits | LWURL_FILTER_APP_IN : bits;
}

static unsigned char *buf(void *slot, unsigned bit, size_t *n)
{
    struct fake_slot *s = slot;

    *n = 0;
    if ((state(s) & bit) == 0)
        return NULL;
    switch (bit) {
    case LWURL_FILTER_WIRE_OUT:
        *n = s->out_n;
        return s->out;
    case LWURL_FILTER_WIRE_IN:
        /* in its handshake a filter reads no further than that */
        *n = s->greeted < HO_N ? HO_N - s->greeted : sizeof s->in - s->in_n;
        return s->in + s->in_n;
    case LWURL_FILTER_APP_OUT:
        *n = sizeof s->out - s->out_n;
        return s->out + s->out_n;
    default:
        *n = s->in_n;
        return s->in;
    }
}

static void drop(unsigned char *p, size_t *held, size_t n)
{
    assert_true(n <= *held);
    *held -= n;
    memmove(p, p + n, *held);
}

static void greet(struct fake_slot *s, size_t n)
{
    assert_memory_equal(s->in, &FAKE_HO[s->greeted], n);
    s->greeted += n;
}

static void take(struct fake_slot *s, size_t n)
{
    s->too_large = memchr(s->in + s->in_n, 1, n) != NULL;
    s->in_n += n;
}

static void ack(void *slot, unsigned bit, size_t n)
{
    struct fake_slot *s = slot;

    if (bit == LWURL_FILTER_WIRE_OUT)
        drop(s->out, &s->out_n, n);
    else if (bit == LWURL_FILTER_APP_IN)
        drop(s->in, &s->in_n, n);
    else if (bit == LWURL_FILTER_APP_OUT)
        s->out_n += n;
    else if (s->greeted < HO_N)
        greet(s, n);
    else
        take(s, n);
}

static void flush(void *slot)
{
    (void)slot;
}

static void wire_end(void *slot)
{
    ((struct fake_slot *)slot)->ended = true;
}

static int error(void *slot, int32_t *detail)
{
    const struct fake_slot *s = slot;

    *detail = s->too_large ? s->large : 0;
    if (s->too_large)
        return LWURL_ERR_TLS_RECORD;
    return s->greeted < HO_N ? LWURL_ERR_TLS_TRUNCATED : LWURL_OK;
}

static void stop(void *slot)
{
    ((struct fake_slot *)slot)->owner = NULL;
}

static struct lwurl *owner(void *slot)
{
    return ((struct fake_slot *)slot)->owner;
}

static struct lwurl_parts *parts(void *slot, uint32_t *max)
{
    const struct fake_slot *s = slot;

    *max = s->greeted < HO_N ? 0 : s->parts_max;
    return s->parts;
}

const struct lwurl_filter_ops fake_filter = {
    .pump = &lwurl_filter_pump,
    .start = start,
    .state = state,
    .buf = buf,
    .ack = ack,
    .flush = flush,
    .wire_end = wire_end,
    .close = flush,
    .error = error,
    .stop = stop,
    .owner = owner,
    .parts = parts,
};

const struct lwurl_handler_ops fake_https_ops = {
    .scheme = "https",
    .default_port = 443,
    .source = &lwurl_http_source,
    .filter = &fake_filter,
};
