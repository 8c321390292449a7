/* SPDX-License-Identifier: MIT */
/*
 * Where a body goes that is more than a read into memory: the other end of
 * lwurl_retrieve (urllib.request.urlretrieve). A sink is yours, or one of the
 * ready ones in lwurl_retrieve.h.
 *
 * Order of the calls: begin, write ... with a sync now and then, and either
 * commit or abort, once. A begin in between starts over: the server has another
 * version. None of them is called from an interrupt, nor again before it
 * returned; how long one takes is how long a step takes.
 */
#ifndef LWURL_SINK_H
#define LWURL_SINK_H

#include "lwurl_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The length is not known before the end. */
#define LWURL_LENGTH_UNKNOWN UINT64_MAX

struct lwurl_sink {
    void *ctx;

    /* Makes ready for `total` bytes (LWURL_LENGTH_UNKNOWN: nobody knows), the
       first `kept` of which are there from an earlier try and stay; what is
       behind them is to be overwritten. 0, or < 0: LWURL_ERR_ROOM where total
       cannot fit, LWURL_ERR_STORAGE. */
    int (*begin)(void *ctx, uint64_t total, uint64_t kept);

    /* Takes n bytes that belong at offset `at`, in order and without gaps.
       0, or < 0: nothing of them counts. */
    int (*write)(void *ctx, uint64_t at, const void *p, size_t n);

    /* Makes what was written so far last over a power cut: a later begin may
       keep it. NULL: it does not, and a download begins anew after a reset. */
    int (*sync)(void *ctx);
    uint32_t grain; /* bytes: `kept` is a multiple of it; 0 and 1: any */

    /* Everything came and was verified: makes it the valid content, in one
       step that a power cut does or does not let happen. */
    int (*commit)(void *ctx, uint64_t total);

    /* Gives up. `keep`: what was written may be wanted by a later try. */
    void (*abort)(void *ctx, int keep);
};

#ifdef __cplusplus
}
#endif

#endif
