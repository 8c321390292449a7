/* SPDX-License-Identifier: MIT */
#include "text/date.h"

#include <string.h>

#include "text/proof.h"

/* What was found of a date; -1: not yet. */
struct found {
    int32_t hour, minute, second, day, month, year;
};

/* Counts years from March on, so that the leap day is the last of its year, and
   the month behind December is January. */
int32_t date_days(int32_t year, int32_t month, int32_t day)
{
    int32_t y = month <= 2 ? year - 1 : year;
    int32_t m = month <= 2 ? month + 9 : month - 3;

    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 306 + 5) / 10 + day -
           719469;
}

/* RFC 6265 5.1.1: delimiter, all but digits, letters, ':' and non-ASCII. */
static bool is_delimiter(unsigned char c)
{
    return c == '\t' || (c >= 0x20 && c <= 0x2f) || (c >= 0x3b && c <= 0x40) ||
           (c >= 0x5b && c <= 0x60) || (c >= 0x7b && c <= 0x7e);
}

static struct lwurl_str next_token(struct lwurl_str *s)
{
    size_t from = 0, n;

    while (from < s->n && is_delimiter((unsigned char)s->p[from]))
        LOOP_HOLDS(from <= s->n, s->n - from)
    {
        from++;
    }
    for (n = from; n < s->n && !is_delimiter((unsigned char)s->p[n]);)
        LOOP_HOLDS(from <= n && n <= s->n, s->n - n)
    {
        n++;
    }
    struct lwurl_str token = str_cut(*s, from, n - from);
    *s = str_cut(*s, n, SIZE_MAX);
    return token;
}

/* A number of min to max digits at the front of s, which it takes off. What
   follows may be anything but a digit. */
static int32_t take_digits(struct lwurl_str *s, size_t min, size_t max)
{
    int32_t value = 0;
    size_t n = 0;

    while (n < s->n && n < max && is_digit((unsigned char)s->p[n]))
        LOOP_HOLDS(n <= s->n && n <= max && max <= 4 && value >= 0 &&
                       value < (n == 0   ? 1
                                : n == 1 ? 10
                                : n == 2 ? 100
                                : n == 3 ? 1000
                                         : 10000),
                   max - n)
    {
        value = value * 10 + (s->p[n++] - '0');
    }
    if (n < min || (n < s->n && is_digit((unsigned char)s->p[n])))
        return -1;
    *s = str_cut(*s, n, SIZE_MAX);
    return value;
}

static bool take_colon(struct lwurl_str *s)
{
    if (s->n == 0 || s->p[0] != ':')
        return false;
    *s = str_cut(*s, 1, SIZE_MAX);
    return true;
}

static bool read_time(struct lwurl_str token, struct found *f)
{
    int32_t hour = take_digits(&token, 1, 2);

    if (hour < 0 || !take_colon(&token))
        return false;
    int32_t minute = take_digits(&token, 1, 2);
    if (minute < 0 || !take_colon(&token))
        return false;
    int32_t second = take_digits(&token, 1, 2);
    if (second < 0)
        return false;
    f->hour = hour;
    f->minute = minute;
    f->second = second;
    return true;
}

static int32_t month_of(struct lwurl_str token)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (size_t i = 0; i < 12 && token.n >= 3; i++)
        LOOP_HOLDS(i <= 12, 12 - i)
    {
        if (str_same(str_cut(token, 0, 3),
                     (struct lwurl_str){&names[3 * i], 3}))
            return (int32_t)i + 1;
    }
    return -1;
}

/* For proofs: no number has more digits than are taken. */
#define IS_FOUND(f)                                               \
    (IS_BELOW((f)->hour, 100) && IS_BELOW((f)->minute, 100) &&    \
     IS_BELOW((f)->second, 100) &&                                \
     ((f)->hour < 0 || ((f)->minute >= 0 && (f)->second >= 0)) && \
     IS_BELOW((f)->day, 100) && IS_BELOW((f)->month, 13) &&       \
     IS_BELOW((f)->year, 10000))
#define IS_BELOW(n, end) ((n) >= -1 && (n) < (end))

/* A token is the first thing that it can be and that is not known yet. */
static void read_token(struct lwurl_str token, struct found *f)
{
    struct lwurl_str rest = token;

    if (f->hour < 0 && read_time(token, f))
        return;
    if (f->day < 0 && (f->day = take_digits(&rest, 1, 2)) >= 0)
        return;
    if (f->month < 0 && (f->month = month_of(token)) >= 0)
        return;
    if (f->year < 0)
        f->year = take_digits(&token, 2, 4);
}

static bool is_date(const struct found *f)
{
    return f->hour >= 0 && f->hour <= 23 && f->minute <= 59 &&
           f->second <= 59 && f->day >= 1 && f->month >= 1 && f->year >= 1601 &&
           date_days(f->year, f->month, f->day) <
               date_days(f->year, f->month + 1, 1);
}

bool date_parse(struct lwurl_str s, int64_t *unix_s)
{
    struct found f = {-1, -1, -1, -1, -1, -1};

    *unix_s = 0;
    while (s.n > 0)
        LOOP_WRITES((s, f), IS_PART(s) && IS_FOUND(&f), s.n)
    {
        read_token(next_token(&s), &f);
    }
    if (f.year >= 70 && f.year <= 99)
        f.year += 1900;
    else if (f.year >= 0 && f.year <= 69)
        f.year += 2000;
    if (!is_date(&f))
        return false;
    int32_t seconds = f.hour * 3600 + f.minute * 60 + f.second;
    *unix_s = (int64_t)date_days(f.year, f.month, f.day) * 86400 + seconds;
    return true;
}

/* ----------------------------------------------------------------- writing */

/* Days from 0000-03-01, the first of a cycle of 400 years that ends with its
   leap day, to 1970-01-01. */
#define EPOCH_DAYS 719468

/* 10000-01-01, in seconds since 1970: the year has four digits before. */
#define END_S 253402300800

static char *put_digits(char *to, uint32_t value, size_t n)
{
    for (size_t i = n; i > 0; i--) {
        to[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + n;
}

static char *put_name(char *to, const char *names, size_t which)
{
    for (size_t i = 0; i < 3; i++)
        to[i] = names[3 * which + i];
    to[3] = ' ';
    return to + 4;
}

/* "01 Jan 1970 " of a day since 0000-03-01: the years of a cycle begin in
   March, and its months repeat 31 30 31 30 31 every 153 days. */
static char *put_day(char *to, uint32_t days)
{
    uint32_t cycle = days / 146097, day = days % 146097;
    uint32_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    uint32_t of_year = day - (365 * year + year / 4 - year / 100);
    uint32_t month = (5 * of_year + 2) / 153; /* 0: March */

    to = put_digits(to, of_year - (153 * month + 2) / 5 + 1, 2);
    *to++ = ' ';
    to = put_name(to, "MarAprMayJunJulAugSepOctNovDecJanFeb", month);
    to = put_digits(to, cycle * 400 + year + (month >= 10), 4);
    *to++ = ' ';
    return to;
}

/* No division of 64 bits, which would be a library: 86400 is 128 * 675, and
   the seconds by 128 fit 32 bits. */
bool date_format(int64_t unix_s, char out[DATE_N])
{
    const int64_t epoch = (int64_t)EPOCH_DAYS * 86400;

    if (unix_s >= END_S || unix_s < -epoch)
        return false;
    int64_t since = unix_s + epoch;
    uint32_t days = (uint32_t)(since >> 7) / 675;
    uint32_t seconds = (uint32_t)(since - (int64_t)days * 86400);
    char *to = put_name(out, "WedThuFriSatSunMonTue", days % 7);
    out[3] = ',';
    *to++ = ' ';
    to = put_day(to, days);
    to = put_digits(to, seconds / 3600, 2);
    *to++ = ':';
    to = put_digits(to, seconds / 60 % 60, 2);
    *to++ = ':';
    to = put_digits(to, seconds % 60, 2);
    *to++ = ' ';
    *to++ = 'G';
    *to++ = 'M';
    *to = 'T';
    return true;
}
