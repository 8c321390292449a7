/* SPDX-License-Identifier: MIT */
/*
 * Retries in 24 hours, as a debt of time: each retry adds the time in which it
 * is paid off, and none is made that would pass what may be owed. One number
 * holds it all, and time that is not counted (a reset) only lengthens it.
 *
 * With `least` retries at once and one for each `price` behind them, the
 * retries in 24 hours are at most least + 24 h / price - 1, which is day_max.
 */
#include "manners.h"

#define DAY_MS  86400000u
#define DAY_MAX 100u

/* What has been paid off since. The clock's wrap is in the difference; who does
   not ask for 49 days pays less off than he could. */
static void pay(struct lwurl_manners *m, uint32_t now_ms)
{
    uint32_t gone = now_ms - m->debt_at_ms;

    m->debt_ms -= gone < m->debt_ms ? gone : m->debt_ms;
    m->debt_at_ms = now_ms;
}

uint32_t budget_spend(struct lwurl_manners *m, uint32_t now_ms)
{
    uint32_t day_max = rule_or(m->rules->day_max, DAY_MAX);
    uint32_t least = (day_max + 1) / 2, later = day_max + 1 - least;
    uint32_t price = (DAY_MS + later - 1) / later;

    if (day_max == LWURL_RETRY_NO_LIMIT)
        return 0;
    pay(m, now_ms);
    if (m->debt_ms > (least - 1) * price)
        return m->debt_ms - (least - 1) * price;
    m->debt_ms += price;
    return 0;
}
