/* SPDX-License-Identifier: MIT */
/*
 * A sink that keeps what it was given, and holds the caller to lwurl_sink.h:
 * the order of the calls, offsets without gaps, nothing behind `total`.
 */
#ifndef FAKE_SINK_H
#define FAKE_SINK_H

#include <stdbool.h>

#include "lwurl_sink.h"

#define FAKE_SINK_MAX 65536u

struct fake_sink {
    struct lwurl_sink sink;
    bool open, committed;
    unsigned begins, writes, syncs, commits, aborts, keeps;
    unsigned fail_at; /* number of the call that fails; 0: none */
    int fail_with;
    unsigned calls; /* that may fail */
    uint64_t total, kept, n;
    uint64_t synced; /* bytes that would be there after a power cut */
    unsigned char bytes[FAKE_SINK_MAX];
};

/* Empty; with `grain` 0 it cannot sync. */
void fake_sink_begin(struct fake_sink *s, uint32_t grain);

/* What a power cut leaves: the synced bytes, and junk behind. */
void fake_sink_restart(struct fake_sink *s);

#endif
