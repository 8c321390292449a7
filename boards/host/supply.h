/* SPDX-License-Identifier: MIT */
/* What the PC gives to lwurl and lwIP: entropy, wall clock, the task's time. */
#ifndef SUPPLY_H
#define SUPPLY_H

#include "lwurl_port.h"

extern const struct lwurl_entropy host_entropy;
extern const struct lwurl_clock host_clock;

/* Microseconds since any start. */
int64_t host_now_us(void);

#endif
