/* SPDX-License-Identifier: MIT */
/*
 * A download that goes on where it stopped: after a connection that broke, and
 * after a reset.
 *
 *     static struct lwurl_records records = {...};   // lwurl_record.h
 *     static struct lwurl_resume resume = {
 *         .ops = &lwurl_resume_ops, .records = &records, .id = 1, .tries = 3,
 *     };
 *     ... {LWURL_RESUME(&resume), LWURL_REDIRECT(...), LWURL_HTTPS(&tls)}
 *     ... .resume = &resume in struct lwurl_retrieval
 *
 * The journal is one record: the URL as a hash, the validator of the version
 * that was begun, its length, how much of it the sink keeps, and the state of
 * SHA-256 there. It is written when the sink has made these bytes last, and
 * removed before any of them is touched again: a power cut at any moment leaves
 * bytes of one version, and a journal that is true of them, or none.
 *
 * Rules
 *  - Goes on with Range and If-Range (RFC 9110 14.2, 13.1.5), and only with a
 *    strong validator: an ETag without W/, else a Last-Modified that is a
 *    minute older than the Date. Without one, with a Content-Encoding, or with
 *    a sink that cannot sync, the next try begins at the first byte.
 *  - Where redirects lead elsewhere than before, the next try begins anew.
 *  - A 206 has to say the validator again, begin where it was asked to, and be
 *    of the same length. Another validator, a 416 or a 200 begins anew, within
 *    the same call; a 206 that contradicts the question is LWURL_ERR_RANGE.
 *    Bytes of two versions never meet.
 *  - A server that sends less than it was asked for is asked for the rest.
 *  - The line stands before LWURL_REDIRECT. Of a request with a Range of its
 *    own it keeps out.
 *  - One download at a time, and into its sink no other one without .resume.
 */
#ifndef LWURL_RESUME_H
#define LWURL_RESUME_H

#include "lwurl_conditional.h"
#include "lwurl_record.h"

#ifdef __cplusplus
extern "C" {
#endif

struct lwurl_resume_ops;
extern const struct lwurl_resume_ops lwurl_resume_ops;
extern const struct lwurl_handler_ops lwurl_resume_handler;

/* A line of the opener, for a struct lwurl_resume. */
/* clang-format off */
#define LWURL_RESUME(resume) {&lwurl_resume_handler, (resume)}
/* clang-format on */

/* Bytes of the longest journal entry, for the size of the records. */
#define LWURL_JOURNAL_MAX (34u + LWURL_ETAG_MAX + 64u)

/* Zero, but for the first ones. */
struct lwurl_resume {
    const struct lwurl_resume_ops *ops; /* &lwurl_resume_ops */
    struct lwurl_records *records; /* open; NULL: nothing survives a reset */
    uint16_t id;                   /* of the journal entry: one per sink */
    uint16_t tries; /* requests after a connection broke, in one call and at
                       once, with the first one; 0: 1. For more patience:
                       lwurl_retry.h around lwurl_retrieve() */
    uint32_t every; /* bytes between two entries, at least; 0: 4096 */
    /* private */
    bool active;         /* a download runs */
    bool judged;         /* the line saw this response */
    bool saved;          /* there is an entry */
    bool coded;          /* this response is not the bytes of the file */
    bool ranged;         /* it has a good Content-Range */
    uint64_t of;         /* hash of the URL that the validator is from */
    uint64_t from;       /* first byte that is asked for */
    uint64_t total;      /* of the version under way */
    uint64_t first, end; /* of this response, `end` behind its last byte */
    uint64_t range_total;
    int64_t date_s;
    struct lwurl_conditional seen;      /* its validators */
    char validator[LWURL_ETAG_MAX + 1]; /* of the version under way; "": none */
};

#ifdef __cplusplus
}
#endif

#endif
