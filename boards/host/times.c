/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE   700 /* strptime() */
#define _DEFAULT_SOURCE     /* timegm() */
#include "times.h"

#include <string.h>

/* Longer forms stand before those that they begin with. */
static const char *const forms[] = {
    "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M",
    "%d %b %Y",          "%d-%b-%y %H:%M:%S",
    "%b %d %H:%M:%S %Y", "%b %d %Y %H:%M:%S",
    "%b %d %Y %H:%M",    "%b %d %Y",
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",    "%Y-%m-%d",
    "%Y%m%d %H:%M:%S",   "%Y%m%d",
};

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " ");
}

/* "Wed, " and "Wednesday " say nothing that the date does not. */
static const char *skip_weekday(const char *text)
{
    struct tm tm;
    const char *rest = strptime(text, "%a", &tm);

    if (rest == NULL)
        return text;
    return skip_blanks(*rest == ',' ? rest + 1 : rest);
}

/* Seconds that a zone is ahead of UTC. */
static bool read_zone(const char *text, long *ahead)
{
    struct tm tm = {.tm_gmtoff = 0};
    const char *end;

    *ahead = 0;
    if (*text == '\0' || strcmp(text, "GMT") == 0 || strcmp(text, "UTC") == 0)
        return true;
    end = strptime(text, "%z", &tm);
    *ahead = tm.tm_gmtoff;
    return end != NULL && *end == '\0';
}

bool times_read(const char *text, time_t *out)
{
    const char *from = skip_weekday(skip_blanks(text));
    long ahead;

    if (strcmp(from, "now") == 0) {
        *out = time(NULL);
        return true;
    }
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct tm tm = {.tm_isdst = 0};
        const char *rest = strptime(from, forms[i], &tm);

        if (rest == NULL || !read_zone(skip_blanks(rest), &ahead))
            continue;
        *out = timegm(&tm) - ahead;
        return true;
    }
    return false;
}

void times_write(time_t when, char out[TIMES_N])
{
    struct tm tm;

    if (gmtime_r(&when, &tm) == NULL ||
        strftime(out, TIMES_N, "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
        out[0] = '\0';
}
