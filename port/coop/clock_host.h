/* SPDX-License-Identifier: MIT */
/*
 * A PC's clock for coop. With a network, idle() is the network's, such as
 * port/slirp's; without one, use coop_host.
 */
#ifndef COOP_CLOCK_HOST_H
#define COOP_CLOCK_HOST_H

#include "coop.h"

#ifdef __cplusplus
extern "C" {
#endif

/* CLOCK_MONOTONIC; `ctx` is not used. */
uint32_t coop_host_now_ms(void *ctx);

/* Sleeps; as nothing but time can wake a task, COOP_FOREVER is a deadlock. */
int coop_host_idle(void *ctx, uint32_t max_ms);

extern const struct coop_platform coop_host;

#ifdef __cplusplus
}
#endif

#endif
