/* SPDX-License-Identifier: MIT */
/* What time it is. A clock that shows a time before the firmware was built is
   a clock that was never set. */
#include "tls/tls.h"

int tls_now(const struct lwurl_tls *tls, int64_t *now)
{
    const struct lwurl_clock *clock = tls->clock;

    return clock != NULL && clock->now(clock->ctx, now) == 0 && *now >= 0 &&
           *now >= tls->built_s;
}
