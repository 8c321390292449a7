/* SPDX-License-Identifier: MIT */
/*
 * The byte filter over BearSSL's engine.
 *
 * What the filter has or wants is computed from the engine's own registers.
 * Four things are added to them:
 *
 *  - Before the handshake is complete, at most PIECE bytes are taken from the
 *    wire at once. Clear records are then read piece by piece in the front of
 *    the record buffer, so that its end can hold the X.509 context. That
 *    context is last asked when the server's key exchange has been checked,
 *    before the first longer record can be written or read.
 *  - A piece holds the end of one message at most that costs an asymmetric
 *    operation. Only ServerHelloDone is so short that it could come with the
 *    one before: it is the last DONE bytes of its record, and taken alone.
 *  - The records of the client's last flight are gathered at the end of the
 *    record buffer and offered as one (RFC 5246 7.3).
 *  - The engine does not know that the wire has ended.
 */
#include "tls/tls.h"

#include <string.h>

#include "text/str.h"
#include "text/url.h"
#include "tls/filter.h"
#include "tls/hello.h"
#include "tls/sessions.h"

#define PIECE 128u
#define DONE  4u

#define RECORD_HEADER 5u

/* Content of a record (RFC 5246 6.2.1). */
#define CONTENT_MAX 16384u

/* ClientKeyExchange (143 bytes with P-521), ChangeCipherSpec (6), Finished
   (45). A client certificate does not fit and goes on its own, before. */
#define FLIGHT 200u

/* For all of BearSSL's DRBG: its SHA-256 state (bearssl_rand.h). */
#define SEED 32u

/* The engine's bits are the filter's, shifted: else this does not compile. */
enum {
    BITS_AGREE = 1 / (LWURL_FILTER_WIRE_OUT == BR_SSL_SENDREC >> 1 &&
                      LWURL_FILTER_WIRE_IN == BR_SSL_RECVREC >> 1 &&
                      LWURL_FILTER_APP_OUT == BR_SSL_SENDAPP >> 1 &&
                      LWURL_FILTER_APP_IN == BR_SSL_RECVAPP >> 1)
};

/* A memset that no compiler takes out. */
static void wipe(void *p, size_t n)
{
    volatile unsigned char *byte = p;

    while (n-- > 0)
        *byte++ = 0;
}

/* ------------------------------------------------------------------- start */

/* Everything that is wrong whatever the host is. */
static int check_setup(const struct lwurl_tls *tls)
{
    if (tls->profile == NULL || tls->trust == NULL || tls->record == NULL)
        return LWURL_ERR_TLS_SETUP;
    if (tls->record_n < LWURL_TLS_RECORD_512)
        return LWURL_ERR_ROOM;
    return LWURL_OK;
}

/* The name for SNI and the certificate, or an address, which has none. */
static int read_host(const struct lwurl_filter_start *how, struct tls_host *out)
{
    struct lwurl_str from =
        how->tls_name != NULL ? str_of(how->tls_name) : how->host;

    out->text = from;
    out->port = how->port;
    out->name[0] = '\0';
    if (url_is_address(from))
        return LWURL_OK;
    if (from.n > 0 && from.p[from.n - 1] == '.')
        from.n--;
    if (from.n == 0 || from.n >= TLS_NAME)
        return LWURL_ERR_TLS_NAME;
    for (size_t i = 0; i < from.n; i++)
        out->name[i] = (char)to_lower((unsigned char)from.p[i]);
    out->name[from.n] = '\0';
    return LWURL_OK;
}

/* Where the trust works during the handshake: in lent memory, or at the end
   of the record buffer, which keeps enough for small records. NULL: nowhere. */
static void *find_room(const struct lwurl_tls *tls)
{
    size_t n = tls->trust->room;
    uintptr_t end = (uintptr_t)tls->record + tls->record_n;

    if (tls->lent != NULL)
        return tls->lent_n >= n ? tls->lent : NULL;
    if (n > tls->record_n - LWURL_TLS_RECORD_512)
        return NULL;
    return tls->record + tls->record_n - n - (end - n) % 8u;
}

static int seed(const struct lwurl_tls *tls)
{
    unsigned char bytes[SEED];
    const struct lwurl_entropy *from = tls->entropy;

    if (from == NULL || from->read(from->ctx, bytes, sizeof bytes) != 0)
        return LWURL_ERR_ENTROPY;
    br_ssl_engine_inject_entropy(engine_of(tls), bytes, sizeof bytes);
    wipe(bytes, sizeof bytes);
    return LWURL_OK;
}

/* The one protocol that is spoken here (RFC 7301 6). */
static const char *const protocols[] = {"http/1.1"};

static void set_client(const struct lwurl_tls *tls)
{
    br_ssl_engine_context *engine = engine_of(tls);

    br_ssl_client_zero(&tls->slot->client);
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_add_flags(engine, BR_OPT_NO_RENEGOTIATION);
    /* BearSSL reads names and key, and writes neither. */
    br_ssl_engine_set_protocol_names(engine,
                                     (const char **)(uintptr_t)protocols, 1);
    if (tls->own != NULL)
        br_ssl_client_set_client_certificate(
            &tls->slot->client,
            (const br_ssl_client_certificate_class **)(uintptr_t)tls->own);
    tls_use_profile(engine, tls->profile);
}

static bool has_sessions(const struct lwurl_tls *tls)
{
    return tls->sessions != NULL && tls->sessions->n > 0;
}

/* The engine with all it needs, up to the ClientHello. */
static int set_up(const struct lwurl_tls *tls, const struct tls_host *host)
{
    br_ssl_engine_context *engine = engine_of(tls);
    void *room = find_room(tls);
    bool resume;
    int err;

    if (room == NULL)
        return LWURL_ERR_ROOM;
    set_client(tls);
    err = tls->trust->begin(tls, room, host);
    if (err == LWURL_OK)
        err = seed(tls);
    if (err != LWURL_OK)
        return err;
    br_ssl_engine_set_buffer(engine, tls->record, tls->record_n, 0);
    resume = has_sessions(tls) && tls->sessions->ops->offer(tls, host);
    /* It can fail for want of a seed or of room for the name alone. */
    (void)br_ssl_client_reset(&tls->slot->client, host->name, resume);
    return LWURL_OK;
}

static int start(void *slot, const struct lwurl_filter_start *how)
{
    const struct lwurl_tls *tls = slot;
    struct lwurl_tls_slot *s = tls->slot;
    struct tls_host host;
    int err;

    if (s == NULL)
        return LWURL_ERR_TLS_SETUP;
    if (s->owner != NULL && s->owner != how->owner)
        return LWURL_ERR_BUSY;
    s->owner = NULL;
    s->flags = 0;
    s->flight_at = s->flight_n = 0;
    s->expires_s = 0;
    memset(&s->hello, 0, sizeof s->hello);
    err = check_setup(tls);
    if (err == LWURL_OK)
        err = read_host(how, &host);
    if (err == LWURL_OK)
        err = set_up(tls, &host);
    if (err == LWURL_OK)
        s->owner = how->owner;
    return err;
}

/* ------------------------------------------------------------------- state */

static unsigned state(void *slot)
{
    const struct lwurl_tls *tls = slot;
    const struct lwurl_tls_slot *s = tls->slot;
    unsigned engine = br_ssl_engine_current_state(&s->client.eng);
    unsigned bits = (engine >> 1) & 15u;

    if ((s->flags & TLS_ENDED) != 0) {
        bits &= LWURL_FILTER_APP_IN;
        return bits != 0 ? bits : LWURL_FILTER_CLOSED;
    }
    if (s->flight_n > 0)
        return LWURL_FILTER_WIRE_OUT;
    /* After the server's close_notify only ours is left, if it can go. */
    if ((engine & BR_SSL_CLOSED) != 0 || s->client.eng.shutdown_recv != 0)
        bits = (bits & LWURL_FILTER_WIRE_OUT) | LWURL_FILTER_CLOSED;
    return bits;
}

static unsigned char *flight_room(const struct lwurl_tls *tls)
{
    return tls->record + tls->record_n - FLIGHT;
}

static unsigned char *wire_out(const struct lwurl_tls *tls, size_t *n)
{
    const struct lwurl_tls_slot *s = tls->slot;

    if (s->flight_n == 0)
        return br_ssl_engine_sendrec_buf(&s->client.eng, n);
    *n = (size_t)(s->flight_n - s->flight_at);
    return flight_room(tls) + s->flight_at;
}

static unsigned char *wire_in(const struct lwurl_tls *tls, size_t *n)
{
    const br_ssl_engine_context *engine = engine_of(tls);
    unsigned char *p = br_ssl_engine_recvrec_buf(engine, n);

    if ((tls->slot->flags & TLS_READY) != 0)
        return p;
    if (engine->ixa >= RECORD_HEADER && *n > DONE)
        *n -= DONE;
    if (*n > PIECE)
        *n = PIECE;
    return p;
}

static unsigned char *buf(void *slot, unsigned bit, size_t *n)
{
    const struct lwurl_tls *tls = slot;

    *n = 0;
    if ((state(slot) & bit) == 0)
        return NULL;
    switch (bit) {
    case LWURL_FILTER_WIRE_OUT:
        return wire_out(tls, n);
    case LWURL_FILTER_WIRE_IN:
        return wire_in(tls, n);
    case LWURL_FILTER_APP_OUT:
        return br_ssl_engine_sendapp_buf(engine_of(tls), n);
    default:
        return br_ssl_engine_recvapp_buf(engine_of(tls), n);
    }
}

/* -------------------------------------------------------------- the engine */

/* Takes the records of the client's last flight out of the engine's way, as
   long as they fit; it begins after the ServerHello, which sets `reneg`. Only
   the first of a flight can be too long (it holds the client's certificates).
   None reaches into the flight's room: BearSSL leaves 325 bytes of a record
   buffer behind the longest that it sends. */
static void gather(const struct lwurl_tls *tls)
{
    struct lwurl_tls_slot *s = tls->slot;
    br_ssl_engine_context *engine = engine_of(tls);
    unsigned char *room = flight_room(tls);

    while ((s->flags & TLS_READY) == 0 && engine->reneg != 0) {
        size_t n;
        const unsigned char *p = br_ssl_engine_sendrec_buf(engine, &n);

        if (p == NULL || n > FLIGHT - s->flight_n)
            return;
        memcpy(room + s->flight_n, p, n);
        s->flight_n = (uint16_t)(s->flight_n + n);
        br_ssl_engine_sendrec_ack(engine, n);
    }
}

static void tell(const struct lwurl_tls *tls, enum lwurl_tls_event event)
{
    if (tls->event != NULL)
        tls->event(tls->event_ctx, tls, event);
}

/* Content of a record that the buffer holds: header, nonce and tag apart. */
static uint16_t record_max(const struct lwurl_tls *tls)
{
    size_t n = tls->record_n - (LWURL_TLS_RECORD_ANY - CONTENT_MAX);

    return (uint16_t)(n < CONTENT_MAX ? n : CONTENT_MAX);
}

/* What outlives the engine. Only a full handshake has a key exchange. */
static void note_facts(const struct lwurl_tls *tls)
{
    const br_ssl_engine_context *engine = engine_of(tls);
    struct lwurl_tls_slot *s = tls->slot;

    s->suite = engine->session.cipher_suite;
    s->flags |= TLS_READY;
    if (engine->ecdhe_point_len == 0)
        s->flags |= TLS_RESUMED;
    if (br_ssl_engine_get_selected_protocol(&s->client.eng) != NULL)
        s->flags |= TLS_ALPN;
}

static void notice_ready(const struct lwurl_tls *tls)
{
    struct lwurl_tls_slot *s = tls->slot;

    if ((s->flags & TLS_READY) != 0 || engine_of(tls)->application_data != 1)
        return;
    note_facts(tls);
    if (has_sessions(tls) && (s->flags & TLS_RESUMED) == 0)
        tls->sessions->ops->keep(tls);
    tell(tls, LWURL_TLS_READY);
    if ((s->flags & TLS_EXPIRING) != 0)
        tell(tls, LWURL_TLS_EXPIRING);
}

static void received(const struct lwurl_tls *tls, size_t n)
{
    br_ssl_engine_context *engine = engine_of(tls);
    size_t room;
    const unsigned char *p = br_ssl_engine_recvrec_buf(engine, &room);

    if ((tls->slot->flags & TLS_READY) == 0)
        hello_put(&tls->slot->hello, p, n);
    br_ssl_engine_recvrec_ack(engine, n);
}

static void sent(const struct lwurl_tls *tls, size_t n)
{
    struct lwurl_tls_slot *s = tls->slot;

    if (s->flight_n == 0) {
        br_ssl_engine_sendrec_ack(engine_of(tls), n);
        return;
    }
    s->flight_at = (uint16_t)(s->flight_at + n);
    if (s->flight_at >= s->flight_n)
        s->flight_at = s->flight_n = 0;
}

static void ack(void *slot, unsigned bit, size_t n)
{
    const struct lwurl_tls *tls = slot;
    br_ssl_engine_context *engine = engine_of(tls);

    if (n == 0)
        return;
    switch (bit) {
    case LWURL_FILTER_WIRE_OUT:
        sent(tls, n);
        break;
    case LWURL_FILTER_WIRE_IN:
        received(tls, n);
        break;
    case LWURL_FILTER_APP_OUT:
        br_ssl_engine_sendapp_ack(engine, n);
        break;
    default:
        br_ssl_engine_recvapp_ack(engine, n);
        break;
    }
    gather(tls);
    notice_ready(tls);
}

static void flush(void *slot)
{
    br_ssl_engine_flush(engine_of(slot), 0);
}

/* ----------------------------------------------------------------- the end */

static void wire_end(void *slot)
{
    const struct lwurl_tls *tls = slot;

    tls->slot->flags |= TLS_ENDED;
}

/* Body bytes that nobody read would keep a shared buffer from sending. */
static void drop_unread(br_ssl_engine_context *engine)
{
    size_t n;

    if (br_ssl_engine_recvapp_buf(engine, &n) != NULL)
        br_ssl_engine_recvapp_ack(engine, n);
}

static void close(void *slot)
{
    const struct lwurl_tls *tls = slot;

    tls->slot->flags |= TLS_CLOSING;
    drop_unread(engine_of(tls));
    br_ssl_engine_close(engine_of(tls));
}

static int error(void *slot, int32_t *detail)
{
    const struct lwurl_tls *tls = slot;
    const br_ssl_engine_context *engine = engine_of(tls);
    unsigned flags = tls->slot->flags;
    int err = tls_error(tls, detail);

    if (err != LWURL_OK || (flags & TLS_CLOSING) != 0)
        return err;
    if ((flags & TLS_READY) == 0 && engine->shutdown_recv != 0)
        return LWURL_ERR_TLS_ALERT; /* close_notify instead of a handshake */
    if ((flags & TLS_ENDED) != 0 && engine->shutdown_recv == 0)
        return LWURL_ERR_TLS_TRUNCATED;
    return LWURL_OK;
}

/* What lwurl_tls_info() tells is no secret and stays. */
static void stop(void *slot)
{
    const struct lwurl_tls *tls = slot;
    struct lwurl_tls_slot *s = tls->slot;

    if (s->owner == NULL)
        return;
    if (has_sessions(tls) &&
        ((s->flags & TLS_READY) == 0 || engine_of(tls)->err != 0))
        tls->sessions->ops->forget(tls);
    wipe(&s->client, sizeof s->client);
    wipe(tls->record, tls->record_n);
    s->owner = NULL;
}

static struct lwurl *owner(void *slot)
{
    const struct lwurl_tls *tls = slot;

    return tls->slot == NULL ? NULL : tls->slot->owner;
}

static struct lwurl_parts *parts(void *slot, uint32_t *max)
{
    const struct lwurl_tls *tls = slot;
    bool ready = (tls->slot->flags & TLS_READY) != 0;
    bool agreed = tls->slot->hello.agreed != 0;

    *max =
        ready && !agreed && record_max(tls) < CONTENT_MAX ? record_max(tls) : 0;
    return tls->parts;
}

void lwurl_tls_info(const struct lwurl_tls *tls, struct lwurl_tls_info *out)
{
    const struct lwurl_tls_slot *s = tls->slot;

    memset(out, 0, sizeof *out);
    if ((s->flags & TLS_READY) == 0)
        return;
    out->expires_s = s->expires_s;
    out->version = BR_TLS12; /* there is no other */
    out->suite = s->suite;
    out->fragment_max = s->hello.agreed;
    out->record_max = record_max(tls);
    out->resumed = (s->flags & TLS_RESUMED) != 0;
    out->clockless = (s->flags & TLS_CLOCKLESS) != 0;
    out->alpn = (s->flags & TLS_ALPN) != 0;
}

const struct lwurl_filter_ops lwurl_tls_filter = {
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
    .parts = parts,
};
