/* SPDX-License-Identifier: MIT */
/* What a device of the fleet has of lwurl in RAM, as the sizes of symbols: the
   compiler of a Cortex-M lays it out. Tables and rules are in its flash. */
#include "lwurl_retry.h"

#define PLAIN_N (sizeof(struct lwurl) + LWURL_WORK_MIN)

extern const unsigned char ram_without[PLAIN_N];
const unsigned char ram_without[PLAIN_N] = {0};

#define MANNERS_N                                                          \
    (PLAIN_N + sizeof(struct lwurl_retry) + sizeof(struct lwurl_manners) + \
     sizeof(struct lwurl_breaker) + sizeof(struct lwurl_poll) +            \
     sizeof(struct lwurl_records))

extern const unsigned char ram_with[MANNERS_N];
const unsigned char ram_with[MANNERS_N] = {0};
