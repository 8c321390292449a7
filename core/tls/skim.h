/* SPDX-License-Identifier: MIT */
/* What a certificate says of dates, purposes and addresses, and where its key
   is, read byte by byte as it passes (RFC 5280 4.1, DER of X.690). */
#ifndef LWURL_TLS_SKIM_H
#define LWURL_TLS_SKIM_H

#include <stdbool.h>
#include <stdint.h>

/* What ends with the byte, its contents being in value[0..n). */
enum skim_event {
    SKIM_NOTHING,
    SKIM_NOT_BEFORE,
    SKIM_NOT_AFTER,
    SKIM_KEY,      /* not an end: a byte of the SubjectPublicKeyInfo */
    SKIM_KEY_END,  /* its last byte */
    SKIM_CRITICAL, /* the byte says whether the extKeyUsage is critical */
    SKIM_PURPOSE,  /* OID in extKeyUsage */
    SKIM_ADDRESS,  /* iPAddress in subjectAltName */
    SKIM_BROKEN    /* no certificate; it makes no sense to go on */
};

/* Elements are open at 8 levels at most: certificate, TBS, [3], extensions,
   extension, its octets, their SEQUENCE; the last holds no more to open. */
#define SKIM_DEPTH 8

/* skim.step */
enum { SKIM_TAG, SKIM_LENGTH, SKIM_MORE, SKIM_VALUE };

struct skim {
    uint16_t at;              /* bytes taken */
    uint16_t end[SKIM_DEPTH]; /* of the element that is open at a depth */
    uint16_t n;               /* length of the element at hand, and its end */
    uint16_t stop;
    uint8_t depth, step, more;
    uint8_t sequences; /* of the TBS so far */
    uint8_t dates;     /* of the validity so far */
    uint8_t extension; /* that is open, and those that were */
    uint8_t extensions;
    uint8_t tag;
    bool key; /* inside of the SubjectPublicKeyInfo */
    unsigned char value[17];
};

/* For proofs: what holds between two bytes. */
#define SKIM_HOLDS(s)                                                         \
    ((s)->depth < SKIM_DEPTH && (s)->step <= SKIM_VALUE && (s)->dates <= 2 && \
     (s)->sequences <= 6 &&                                                   \
     ((s)->step != SKIM_MORE || ((s)->more == 2 && (s)->n == 0) ||            \
      ((s)->more == 1 && (s)->n <= 0xff)) &&                                  \
     ((s)->step != SKIM_VALUE ||                                              \
      ((s)->at < (s)->stop && (s)->stop - (s)->at <= (s)->n)))

/* False: longer than a certificate can be. */
bool skim_start(struct skim *s, uint32_t length);

enum skim_event skim_put(struct skim *s, unsigned char c);

#endif
