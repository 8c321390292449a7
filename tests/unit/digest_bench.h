/* SPDX-License-Identifier: MIT */
/* Digest in whole fetches over a fake port: an opener, a user with a password,
   and what is expected of the requests. */
#ifndef DIGEST_BENCH_H
#define DIGEST_BENCH_H

#include "digest_oracle.h"
#include "exchange.h"
#include "lwurl_digest.h"
#include "seen.h"

#define DENIED(fields) \
    "HTTP/1.1 401 No\r\n" fields "Content-Length: 2\r\n\r\nno"
#define ASKED(challenge) DENIED("WWW-Authenticate: " challenge "\r\n")
#define OK_WITH(fields) \
    "HTTP/1.1 200 Fine\r\n" fields "Content-Length: 3\r\n\r\nyes"
#define OK OK_WITH("")
#define GO(to) \
    "HTTP/1.1 302 There\r\nLocation: " to "\r\nContent-Length: 0\r\n\r\n"
#define PLAIN(nonce)  "Digest realm=\"x\", nonce=\"" nonce "\""
#define AUTH(nonce)   PLAIN(nonce) ", qop=\"auth\""
#define SHA256(nonce) AUTH(nonce) ", algorithm=SHA-256"
#define STALE(nonce)  AUTH(nonce) ", stale=true"

/* The source of entropy. */
struct noise {
    int result; /* of all calls */
    unsigned calls;
    unsigned fails_at; /* number of the call that fails; 0: none */
};
extern struct noise noise;

/* The opener's lines are Digest, Basic, redirect, https and http. */
extern struct lwurl_digest digest;
extern struct fake fake;
extern struct fetch t;

/* http://h/a, for this user. */
extern const struct lwurl_request plain;
extern const struct oracle_user user;

/* All anew, with these servers. */
void begin_digest(const struct fake_peer *peers, size_t n);

/* Leaves Digest and http of the opener's lines. */
void digest_alone(void);

/* Runs a fetch; its error. */
int run(const struct lwurl_request *r);

/* The n-th request with its Authorization, and how many there were. */
struct seen request(unsigned n);
unsigned requests(void);

/* The n-th request carries a right answer to this nonce, with this count. */
void expect_answer(unsigned n, const char *nonce, unsigned count);
void expect_none(unsigned n);

#endif
