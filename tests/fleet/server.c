/* SPDX-License-Identifier: MIT */
/*
 * A server as a queue of work. Each good answer is a piece of it; while more
 * than a second of work waits, it says 503 and Retry-After, which is a tenth of
 * that piece; while more than two seconds wait, it drops connections.
 */
#include "fleet.h"

#define BUSY_US 1000000
#define FULL_US 2000000

static struct {
    uint64_t piece_us;
    uint64_t free_us; /* when the work that it has will be done */
} server;

void server_begin(unsigned capacity)
{
    server.piece_us = 1000000 / capacity;
    server.free_us = 0;
}

enum server_answer server_request(uint32_t *after_ms)
{
    uint64_t now_us = fleet_now_ms * 1000, wait_us;
    enum server_answer answer = ANSWER_GOOD;

    if (server.free_us < now_us)
        server.free_us = now_us;
    wait_us = server.free_us - now_us;
    *after_ms = 0;
    if (wait_us > FULL_US)
        return ANSWER_RESET;
    if (wait_us > BUSY_US)
        answer = ANSWER_BUSY;
    server.free_us +=
        answer == ANSWER_GOOD ? server.piece_us : server.piece_us / 10;
    *after_ms = (uint32_t)((server.free_us - now_us) / 1000);
    return answer;
}
