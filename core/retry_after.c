/* SPDX-License-Identifier: MIT */
/* Retry-After (RFC 9110 10.2.3), and the Date that it may be relative to. */
#include "manners.h"
#include "text/date.h"

#define AFTER_MAX_S 86400u
#define MOST_S      1000000u /* in milliseconds an int still */
#define NONE        UINT32_MAX

void after_clear(struct lwurl_retry *r)
{
    r->after_at_s = r->date_s = 0;
    r->after_s = NONE;
}

/* delay-seconds: digits and nothing else. More of them than a number holds are
   a very long time. */
static bool read_seconds(struct lwurl_str value, uint32_t *s)
{
    uint64_t n = 0;

    for (size_t i = 0; i < value.n; i++) {
        if (!is_digit((unsigned char)value.p[i]))
            return false;
        n = n * 10 + ((unsigned char)value.p[i] - '0');
        n = n < NONE - 1 ? n : NONE - 1;
    }
    *s = (uint32_t)n;
    return value.n > 0;
}

/* Of several the longest is obeyed: after_max_s bounds what that costs. */
static void read_after(struct lwurl_retry *r, struct lwurl_str value)
{
    int64_t at;
    uint32_t s;

    if (read_seconds(value, &s)) {
        if (r->after_s == NONE || s > r->after_s)
            r->after_s = s;
    } else if (date_parse(value, &at) && at > r->after_at_s) {
        r->after_at_s = at;
    }
}

void after_field(struct lwurl_retry *r, const struct lwurl_field *f)
{
    if (f->name.n == 0 && f->first)
        after_clear(r);
    if (!f->first || !f->last || f->trailer)
        return;
    if (str_is(f->name, "retry-after"))
        read_after(r, f->value);
    else if (str_is(f->name, "date"))
        (void)date_parse(f->value, &r->date_s);
}

/* Both dates are of one clock: that of this device may be wrong, or none. */
static bool now(const struct lwurl_retry *r, int64_t *unix_s)
{
    const struct lwurl_clock *clock = r->clock;

    *unix_s = r->date_s;
    return r->date_s != 0 ||
           (clock != NULL && clock->now(clock->ctx, unix_s) == 0);
}

bool lwurl_retry_after(const struct lwurl_retry *retry, uint32_t *s)
{
    uint32_t max = rule_or(retry->manners->rules->after_max_s, AFTER_MAX_S);
    bool dated = false;
    int64_t from, left = 0;

    max = max < MOST_S ? max : MOST_S;
    if (retry->after_at_s != 0 && now(retry, &from)) {
        dated = true;
        left = retry->after_at_s > from ? retry->after_at_s - from : 0;
    }
    if (retry->after_s != NONE && (int64_t)retry->after_s > left)
        left = retry->after_s;
    *s = left < (int64_t)max ? (uint32_t)left : max;
    return dated || retry->after_s != NONE;
}
