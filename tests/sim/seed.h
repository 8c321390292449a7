/* SPDX-License-Identifier: MIT */
/* One seed after the other in one process. */
#ifndef TESTS_SIM_SEED_H
#define TESTS_SIM_SEED_H

#include <stdbool.h>
#include <stdint.h>

#define SEED_ENDS 100

/* What a seed leaves. */
struct seed_result {
    uint64_t trace;
    uint64_t virtual_us;
    bool finished;
    char failure[200];
    uint32_t ends[SEED_ENDS]; /* how often a fetch ended with -i */
};

/* What all seeds have in common. */
struct seed_kind {
    bool tls;
    bool verbose;
    const char *pcap; /* files; NULL: none */
    const char *keys;
    const bool *neutral; /* fields of the plan, see shrink.h; no static one */
};

/* Once. The result of each seed goes to *to, which is no static object, so that
   it outlives the seed. */
void seed_prepare(struct seed_result *to, const struct seed_kind *kind);

/* May end the process, with a failure said. */
void seed_run(uint64_t seed);

#endif
