/* SPDX-License-Identifier: MIT */
/* One fetch to the console, and how it went. */
#ifndef FETCH_H
#define FETCH_H

#include "board.h"
#include "lwurl.h"

/* Bytes of the work buffer: LWURL_WORK_MIN or more. */
#ifndef FETCH_WORK
#define FETCH_WORK 256
#endif

/* Bytes of a body at a time. */
#define FETCH_PIECE 256

#define FETCH_PHASES (LWURL_PHASE_DONE + 1)

struct fetch {
    struct lwurl_error error;
    uint32_t phase_ms[FETCH_PHASES];
    uint32_t total_ms;
    struct board_eth_stats wire; /* since it began */
    bool connected;              /* anew; else the connection was kept */
};

/* Once, after board_net_up(). 0, or -1. */
int fetch_init(void);

/* Prints the URL and the body. 0, or the error. */
int fetch_run(const struct lwurl_request *request, struct fetch *out);

/* Closes a connection that was kept. */
void fetch_end(void);

/* Bytes of struct lwurl and its work buffer. */
size_t fetch_memory(void);

#endif
