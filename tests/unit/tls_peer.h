/* SPDX-License-Identifier: MIT */
/* The other end for TLS tests: BearSSL's server engine, chains from files, and
   two queues of bytes between it and the filter under test. */
#ifndef TLS_PEER_H
#define TLS_PEER_H

#include <bearssl.h>

#include "lwurl_handler.h"
#include "lwurl_tls.h"

#define QUEUE_MAX 65536

struct queue {
    unsigned char bytes[QUEUE_MAX];
    size_t at, n;
};

/* A chain and its key, as pki.sh makes them. */
struct identity {
    unsigned char der[4][2048];
    br_x509_certificate chain[4];
    size_t chain_n;
    br_skey_decoder_context key;
};

struct peer {
    br_ssl_server_context server;
    unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
    struct queue to_client, to_server;
    size_t piece;     /* most bytes moved to the client at once; 0: any */
    size_t cut_at;    /* bytes to the client after which the wire ends; 0: no */
    size_t passed_n;  /* bytes that have reached the client */
    size_t offer_max; /* largest offer of room before the handshake's end */
    unsigned offers;  /* times that the client offered something to send */
    size_t last_offer; /* bytes of the last one */
};

/* Path of a file of the test PKI, in static memory. */
const char *pki(const char *name, const char *suffix);

/* Whole file into memory of the caller's; its length. */
size_t load(const char *path, char *text, size_t max);

/* Chain and key NAME.pem, NAME.key. */
void load_identity(struct identity *id, const char *name);

/* The chain alone; the key stays what it is. */
void load_chain_only(struct identity *id, const char *name);

/* Public key of a chain's leaf; lives until the next call. */
const br_x509_pkey *leaf_key(const struct identity *id);

/* A server that takes any suite; seeded, the same in each run. */
void peer_start(struct peer *p, const struct identity *id);

/* From now on the server keeps sessions; it has none yet. */
void peer_forget_sessions(void);

/* Moves bytes until nothing moves any more. */
void peer_run(struct peer *p, const struct lwurl_tls *tls);

/* One round of the above: 1 when something moved. */
int peer_step(struct peer *p, const struct lwurl_tls *tls);

/* Server side: writes, closes, reads what came. */
void peer_write(struct peer *p, const void *data, size_t n);
size_t peer_read(struct peer *p, void *data, size_t max);

#endif
