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
#define HOUR_MS 3600000u
#define DAY_MAX 100u

static void keep(struct lwurl_manners *m)
{
    if (m->keep != NULL)
        m->keep(m);
}

/* A write for each hour that is paid off bounds the wear of a flash, and what
   a reset forgets. One that failed leaves kept_ms where it was, below the debt
   or an hour above: it is made again. */
void lwurl_manners_slept(struct lwurl_manners *manners, uint32_t ms)
{
    manners->debt_ms -= ms < manners->debt_ms ? ms : manners->debt_ms;
    if (manners->kept_ms - manners->debt_ms >= HOUR_MS ||
        (manners->debt_ms == 0 && manners->kept_ms > 0))
        keep(manners);
}

/* The clock's wrap is in the difference; who does not ask for 49 days pays less
   off than he could. */
void budget_pay(struct lwurl_manners *m, uint32_t now_ms)
{
    if (m->running)
        lwurl_manners_slept(m, now_ms - m->debt_at_ms);
    m->debt_at_ms = now_ms;
    m->running = true;
}

uint32_t budget_spend(struct lwurl_manners *m, uint32_t now_ms)
{
    uint32_t day_max = rule_or(m->rules->day_max, DAY_MAX);
    uint32_t least = (day_max + 1) / 2, later = day_max + 1 - least;
    uint32_t price = (DAY_MS + later - 1) / later;

    if (day_max == LWURL_RETRY_NO_LIMIT)
        return 0;
    budget_pay(m, now_ms);
    if (m->debt_ms > (least - 1) * price)
        return m->debt_ms - (least - 1) * price;
    m->debt_ms += price;
    keep(m);
    return 0;
}
