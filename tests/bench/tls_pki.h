/* SPDX-License-Identifier: MIT */
/* Chains and keys of the TLS tests, made by tls_pki.py. */
#ifndef TLS_PKI_H
#define TLS_PKI_H

#include <bearssl.h>

struct bench_server {
    const br_x509_certificate *chain;
    size_t chain_n;
    const unsigned char *key; /* PKCS#8 */
    size_t key_n;
};

extern const struct bench_server bench_rsa, bench_ec;
extern const br_x509_trust_anchor *const bench_anchors;
extern const size_t bench_anchors_n;

#endif
