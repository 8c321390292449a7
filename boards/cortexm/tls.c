/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include "board.h"

static struct lwurl_tls_slot slot;
static unsigned char record[DEVICE_RECORD];

struct lwurl_tls device_tls = {
    .slot = &slot,
    .record = record,
    .record_n = sizeof record,
    .profile = &DEVICE_PROFILE,
    .entropy = &board_entropy,
    .clock = &board_clock,
};

int tls_init(uint32_t anchor)
{
    device_tls.built_s = board_time_floor();
    return trust_init(&device_tls, anchor);
}
