/* SPDX-License-Identifier: MIT */
/*
 * Sessions that can be resumed (RFC 5246 F.1.4). Nobody looks at certificates
 * then: so a session is bound to all that was looked at when it began.
 */
#include "tls/sessions.h"

#include <string.h>

#include "tls/tls.h"

/* FNV-1a: it notices change. Nobody gains by a collision that he arranges: to
   be a server here, he has to know the session's secret. */
#define FNV_START UINT64_C(0xCBF29CE484222325)
#define FNV_PRIME UINT64_C(0x100000001B3)

static void mix(uint64_t *h, const void *p, size_t n)
{
    const unsigned char *byte = p;

    while (n-- > 0)
        *h = (*h ^ *byte++) * FNV_PRIME;
}

static void mix_number(uint64_t *h, size_t value)
{
    for (int i = 0; i < 4; i++) {
        unsigned char byte = (unsigned char)value;
        mix(h, &byte, 1);
        value >>= 8;
    }
}

/* With its length: what is put side by side stays apart. */
static void mix_bytes(uint64_t *h, const void *p, size_t n)
{
    mix_number(h, n);
    mix(h, p, n);
}

static void mix_key(uint64_t *h, const br_x509_pkey *key)
{
    mix_number(h, key->key_type);
    if (key->key_type == BR_KEYTYPE_RSA) {
        mix_bytes(h, key->key.rsa.n, key->key.rsa.nlen);
        mix_bytes(h, key->key.rsa.e, key->key.rsa.elen);
    } else {
        mix_number(h, (size_t)key->key.ec.curve);
        mix_bytes(h, key->key.ec.q, key->key.ec.qlen);
    }
}

static void mix_trust(uint64_t *h, const struct lwurl_tls *tls)
{
    mix_number(h, tls->trust->kind);
    mix_number(h, tls->anchors_n);
    for (size_t i = 0; i < tls->anchors_n; i++) {
        mix_bytes(h, tls->anchors[i].dn.data, tls->anchors[i].dn.len);
        mix_number(h, tls->anchors[i].flags);
        mix_key(h, &tls->anchors[i].pkey);
    }
    mix_bytes(h, tls->pins, tls->pins_n * sizeof *tls->pins);
    if (tls->known != NULL)
        mix_key(h, &tls->known->pkey);
}

static uint64_t bind(const struct lwurl_tls *tls, const struct tls_host *host)
{
    uint64_t h = FNV_START;

    mix_trust(&h, tls);
    if (host->name[0] != '\0')
        mix_bytes(&h, host->name, strlen(host->name));
    else
        mix_bytes(&h, host->text.p, host->text.n);
    mix_number(&h, host->port);
    for (size_t i = 0; tls->own != NULL && i < tls->own->chain_n; i++)
        mix_bytes(&h, tls->own->chain[i].data, tls->own->chain[i].data_len);
    return h != 0 ? h : 1;
}

/* ------------------------------------------------------------------- cache */

static struct lwurl_tls_session *find(const struct lwurl_tls_sessions *s,
                                      uint64_t bound)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->list[i].bound == bound)
            return &s->list[i];
    return NULL;
}

/* A free place, or that of the session unused for the longest time. */
static struct lwurl_tls_session *find_place(const struct lwurl_tls_sessions *s)
{
    struct lwurl_tls_session *best = &s->list[0];

    for (size_t i = 0; i < s->n; i++) {
        if (s->list[i].bound == 0)
            return &s->list[i];
        if (s->turn - s->list[i].turn > s->turn - best->turn)
            best = &s->list[i];
    }
    return best;
}

/* Without a clock only the count ends it; a session that began without one
   ends when there is one: its chain has to be looked at. */
static bool is_fresh(const struct lwurl_tls *tls,
                     const struct lwurl_tls_session *session)
{
    int64_t now;

    if (session->uses >= LWURL_TLS_SESSION_USES)
        return false;
    if (!tls_now(tls, &now))
        return true;
    return session->since_s > 0 && session->since_s <= now &&
           now - session->since_s < LWURL_TLS_SESSION_S &&
           (session->expires_s == 0 || now <= session->expires_s);
}

static bool offer(const struct lwurl_tls *tls, const struct tls_host *host)
{
    struct lwurl_tls_sessions *s = tls->sessions;
    struct lwurl_tls_session *session;

    tls->slot->bound = bind(tls, host);
    session = find(s, tls->slot->bound);
    if (session == NULL)
        return false;
    if (!is_fresh(tls, session)) {
        memset(session, 0, sizeof *session);
        return false;
    }
    session->uses++;
    session->turn = ++s->turn;
    tls->slot->expires_s = session->expires_s;
    br_ssl_engine_set_session_parameters(engine_of(tls), &session->params);
    return true;
}

static void keep(const struct lwurl_tls *tls)
{
    struct lwurl_tls_sessions *s = tls->sessions;
    struct lwurl_tls_session *session = find(s, tls->slot->bound);

    if (engine_of(tls)->session.session_id_len == 0)
        return;
    if (session == NULL)
        session = find_place(s);
    memset(session, 0, sizeof *session);
    session->bound = tls->slot->bound;
    session->expires_s = tls->slot->expires_s;
    if (!tls_now(tls, &session->since_s))
        session->since_s = 0;
    session->turn = ++s->turn;
    br_ssl_engine_get_session_parameters(engine_of(tls), &session->params);
}

static void forget(const struct lwurl_tls *tls)
{
    struct lwurl_tls_session *session = find(tls->sessions, tls->slot->bound);

    if (session != NULL)
        memset(session, 0, sizeof *session);
}

const struct lwurl_tls_session_ops lwurl_tls_session_ops = {
    .offer = offer,
    .keep = keep,
    .forget = forget,
};
