/* SPDX-License-Identifier: MIT */
/*
 * Trust anchors from PEM at run time, for programs that have files. A firmware
 * has its anchors in flash instead: `make anchors`.
 *
 * Everything lies in memory of the caller's, which must live as long as the
 * anchors are used:
 *
 *     static br_x509_trust_anchor list[200];
 *     static unsigned char room[120000]; // about 600 bytes per anchor
 *     static struct lwurl_anchors anchors;
 *     lwurl_anchors_init(&anchors, list, 200, room, sizeof room);
 *     while (read a piece of the file)
 *         err = lwurl_anchors_add(&anchors, piece, n);
 *     err = lwurl_anchors_end(&anchors);
 *     ... .anchors = list, .anchors_n = anchors.n
 *
 * Stack: 128 bytes at most, above the port (make stack).
 */
#ifndef LWURL_ANCHORS_H
#define LWURL_ANCHORS_H

#include <bearssl.h>

#include "lwurl_types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lwurl_anchors {
    size_t n;       /* anchors in the list */
    size_t room_n;  /* bytes of the room that are used */
    size_t skipped; /* certificates that BearSSL cannot use */
    /* private from here */
    br_x509_trust_anchor *list;
    size_t max;
    unsigned char *room;
    size_t room_max;
    size_t dn_at; /* of the certificate being read */
    br_pem_decoder_context pem;
    br_x509_decoder_context x509;
    int err; /* the first one sticks */
    unsigned char inside;
};

void lwurl_anchors_init(struct lwurl_anchors *a, br_x509_trust_anchor *list,
                        size_t max, unsigned char *room, size_t room_max);

/* Adds what is in the next n bytes of PEM text, cut anywhere. Objects other
   than certificates are passed over. A certificate that is no CA's is trusted
   for itself alone. LWURL_ERR_ROOM: list or room is full. LWURL_ERR_CERT:
   broken PEM. Whole anchors before an error stay. */
int lwurl_anchors_add(struct lwurl_anchors *a, const void *pem, size_t n);

/* The text is complete; another may follow. LWURL_ERR_CERT: it ended inside an
   object, or the list is empty still. */
int lwurl_anchors_end(struct lwurl_anchors *a);

#ifdef __cplusplus
}
#endif

#endif
