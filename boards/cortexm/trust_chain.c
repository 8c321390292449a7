/* SPDX-License-Identifier: MIT */
#include "tls.h"

/* Made by make from ANCHORS=. */
extern const br_x509_trust_anchor *const device_anchors;
extern const size_t device_anchors_n;

/* A large record buffer has room for the check of a chain at its end. */
#if DEVICE_RECORD < LWURL_TLS_RECORD_4096
static unsigned char lent[LWURL_TLS_LENT] __attribute__((aligned));

static void lend(struct lwurl_tls *tls)
{
    tls->lent = lent;
    tls->lent_n = sizeof lent;
}
#else
static void lend(struct lwurl_tls *tls)
{
    (void)tls;
}
#endif

int trust_init(struct lwurl_tls *tls, uint32_t anchor)
{
    lend(tls);
    tls->trust = &lwurl_tls_chain;
    if (anchor > device_anchors_n)
        return -1;
    tls->anchors = device_anchors + (anchor > 0 ? anchor - 1 : 0);
    tls->anchors_n = anchor > 0 ? 1 : device_anchors_n;
    return 0;
}
