/* SPDX-License-Identifier: MIT */
#include "tls_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tls/filter.h"

static const struct lwurl_filter_ops *const ops = &lwurl_tls_filter;

static void need(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "test_tls: %s\n", what);
    exit(2);
}

/* -------------------------------------------------------------- identities */

const char *pki(const char *name, const char *suffix)
{
    static char path[512];
    const char *folder = getenv("LWURL_TLS_PKI");

    if (folder == NULL)
        folder = "build/tls-pki";
    snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
    return path;
}

size_t load(const char *path, char *text, size_t max)
{
    FILE *f = fopen(path, "rb");
    size_t n;

    need(f != NULL, path);
    n = fread(text, 1, max, f);
    fclose(f);
    need(n < max, "a file of the test PKI is too long");
    return n;
}

/* Decodes the PEM objects of a text, one call of `take` for each piece. */
struct pem_reader {
    void (*begin)(void *ctx);
    void (*take)(void *ctx, const void *p, size_t n);
    void *ctx;
};

static void read_pem(const char *path, const struct pem_reader *reader)
{
    static char text[32768];
    br_pem_decoder_context pem;
    size_t n = load(path, text, sizeof text);

    br_pem_decoder_init(&pem);
    for (size_t at = 0; at < n;) {
        at += br_pem_decoder_push(&pem, text + at, n - at);
        if (br_pem_decoder_event(&pem) == BR_PEM_BEGIN_OBJ) {
            reader->begin(reader->ctx);
            br_pem_decoder_setdest(&pem, reader->take, reader->ctx);
        }
    }
}

static void begin_certificate(void *ctx)
{
    struct identity *id = ctx;

    need(id->chain_n < 4, "a chain is too long");
    id->chain[id->chain_n].data = id->der[id->chain_n];
    id->chain[id->chain_n++].data_len = 0;
}

static void take_certificate(void *ctx, const void *p, size_t n)
{
    struct identity *id = ctx;
    br_x509_certificate *c = &id->chain[id->chain_n - 1];

    need(c->data_len + n <= sizeof id->der[0], "a certificate is too long");
    memcpy(c->data + c->data_len, p, n);
    c->data_len += n;
}

static void begin_key(void *ctx)
{
    br_skey_decoder_init(ctx);
}

static void take_key(void *ctx, const void *p, size_t n)
{
    br_skey_decoder_push(ctx, p, n);
}

void load_chain_only(struct identity *id, const char *name)
{
    struct pem_reader chain = {begin_certificate, take_certificate, id};

    id->chain_n = 0;
    read_pem(pki(name, ".pem"), &chain);
}

void load_identity(struct identity *id, const char *name)
{
    struct pem_reader key = {begin_key, take_key, &id->key};

    load_chain_only(id, name);
    read_pem(pki(name, ".key"), &key);
    need(br_skey_decoder_last_error(&id->key) == 0, "cannot read a key");
}

const br_x509_pkey *leaf_key(const struct identity *id)
{
    static br_x509_decoder_context decoder;

    br_x509_decoder_init(&decoder, NULL, NULL);
    br_x509_decoder_push(&decoder, id->chain[0].data, id->chain[0].data_len);
    return br_x509_decoder_get_pkey(&decoder);
}

/* ------------------------------------------------------------------ server */

static unsigned char cache_store[5000];
static br_ssl_session_cache_lru cache;

void peer_forget_sessions(void)
{
    br_ssl_session_cache_lru_init(&cache, cache_store, sizeof cache_store);
}

void peer_start(struct peer *p, const struct identity *id)
{
    br_ssl_server_context *s = &p->server;
    static uint64_t count;

    memset(p, 0, sizeof *p);
    if (br_skey_decoder_key_type(&id->key) == BR_KEYTYPE_RSA)
        br_ssl_server_init_full_rsa(s, id->chain, id->chain_n,
                                    br_skey_decoder_get_rsa(&id->key));
    else
        br_ssl_server_init_full_ec(s, id->chain, id->chain_n, BR_KEYTYPE_EC,
                                   br_skey_decoder_get_ec(&id->key));
    br_ssl_engine_set_buffer(&s->eng, p->buffer, sizeof p->buffer, 1);
    br_ssl_engine_inject_entropy(&s->eng, "the same seed in every test run",
                                 32);
    count++; /* or else all session identifiers would be the same */
    br_ssl_engine_inject_entropy(&s->eng, &count, sizeof count);
    if (cache.vtable != NULL)
        br_ssl_server_set_cache(s, &cache.vtable);
    need(br_ssl_server_reset(s), "the server does not start");
}

void peer_write(struct peer *p, const void *data, size_t n)
{
    const unsigned char *from = data;

    while (n > 0) {
        size_t room, queued;
        unsigned char *to = br_ssl_engine_sendapp_buf(&p->server.eng, &room);

        if (to != NULL) {
            room = room < n ? room : n;
            memcpy(to, from, room);
            br_ssl_engine_sendapp_ack(&p->server.eng, room);
            br_ssl_engine_flush(&p->server.eng, 0);
            from += room;
            n -= room;
        }
        to = br_ssl_engine_sendrec_buf(&p->server.eng, &queued);
        need(to != NULL && p->to_client.n + queued <= QUEUE_MAX,
             "the server cannot write");
        memcpy(p->to_client.bytes + p->to_client.n, to, queued);
        p->to_client.n += queued;
        br_ssl_engine_sendrec_ack(&p->server.eng, queued);
    }
}

size_t peer_read(struct peer *p, void *data, size_t max)
{
    size_t n;
    unsigned char *from = br_ssl_engine_recvapp_buf(&p->server.eng, &n);

    if (from == NULL)
        return 0;
    n = n < max ? n : max;
    memcpy(data, from, n);
    br_ssl_engine_recvapp_ack(&p->server.eng, n);
    return n;
}

/* -------------------------------------------------------------------- wire */

static int server_to_queue(struct peer *p)
{
    struct queue *q = &p->to_client;
    size_t n;
    unsigned char *from = br_ssl_engine_sendrec_buf(&p->server.eng, &n);

    if (from == NULL)
        return 0;
    need(q->n + n <= QUEUE_MAX, "queue to the client is full");
    memcpy(q->bytes + q->n, from, n);
    q->n += n;
    br_ssl_engine_sendrec_ack(&p->server.eng, n);
    return 1;
}

static int queue_to_server(struct peer *p)
{
    struct queue *q = &p->to_server;
    size_t n;
    unsigned char *to = br_ssl_engine_recvrec_buf(&p->server.eng, &n);

    if (to == NULL || q->at == q->n)
        return 0;
    n = n < q->n - q->at ? n : q->n - q->at;
    memcpy(to, q->bytes + q->at, n);
    q->at += n;
    br_ssl_engine_recvrec_ack(&p->server.eng, n);
    return 1;
}

static int queue_to_client(struct peer *p, const struct lwurl_tls *tls)
{
    struct queue *q = &p->to_client;
    size_t n, have = q->n - q->at;
    struct lwurl_tls_info info;
    unsigned char *to = ops->buf((void *)tls, LWURL_FILTER_WIRE_IN, &n);

    lwurl_tls_info(tls, &info);
    if (info.version == 0 && n > p->offer_max)
        p->offer_max = n;
    if (p->cut_at > 0 && have > p->cut_at - p->passed_n)
        have = p->cut_at - p->passed_n;
    if (to == NULL || have == 0)
        return 0;
    n = n < have ? n : have;
    n = p->piece > 0 && n > p->piece ? p->piece : n;
    memcpy(to, q->bytes + q->at, n);
    q->at += n;
    p->passed_n += n;
    ops->ack((void *)tls, LWURL_FILTER_WIRE_IN, n);
    if (p->cut_at > 0 && p->passed_n == p->cut_at)
        ops->wire_end((void *)tls);
    return 1;
}

static int client_to_queue(struct peer *p, const struct lwurl_tls *tls)
{
    struct queue *q = &p->to_server;
    unsigned char *from;
    size_t n;
    int moved = 0;

    while ((from = ops->buf((void *)tls, LWURL_FILTER_WIRE_OUT, &n)) != NULL) {
        p->last_offer = n;
        p->offers++;
        n = p->piece > 0 && n > p->piece ? p->piece : n;
        need(q->n + n <= QUEUE_MAX, "queue to the server is full");
        memcpy(q->bytes + q->n, from, n);
        q->n += n;
        ops->ack((void *)tls, LWURL_FILTER_WIRE_OUT, n);
        moved = 1;
    }
    return moved;
}

int peer_step(struct peer *p, const struct lwurl_tls *tls)
{
    int moved = client_to_queue(p, tls);

    while (queue_to_server(p))
        moved = 1;
    while (server_to_queue(p))
        moved = 1;
    return queue_to_client(p, tls) || moved;
}

void peer_run(struct peer *p, const struct lwurl_tls *tls)
{
    while (peer_step(p, tls)) {
    }
}
