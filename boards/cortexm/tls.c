/* SPDX-License-Identifier: MIT */
#include "tls.h"

#include "board.h"

static struct lwurl_tls_slot slot;
static unsigned char record[DEVICE_RECORD];

#if DEVICE_PARTS
static char part_tag[64];
static struct lwurl_parts parts = {.room = part_tag, .room_n = sizeof part_tag};
#define PARTS &parts
#else
#define PARTS NULL
#endif

struct lwurl_tls device_tls = {
    .slot = &slot,
    .record = record,
    .record_n = sizeof record,
    .profile = &DEVICE_PROFILE,
    .entropy = &board_entropy,
    .clock = &board_clock,
    .parts = PARTS,
};

int tls_init(uint32_t anchor)
{
    device_tls.built_s = board_time_floor();
    return trust_init(&device_tls, anchor);
}
