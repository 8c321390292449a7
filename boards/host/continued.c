/* SPDX-License-Identifier: MIT */
#include "continued.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static uint64_t from;

/* Content-Range of the last head: its first byte, or the length. */
static struct {
    bool part, total;
    uint64_t first, length;
} range;

static uint64_t size_of(const char *path)
{
    struct stat info;

    return path != NULL && stat(path, &info) == 0 && S_ISREG(info.st_mode)
               ? (uint64_t)info.st_size
               : 0;
}

uint64_t continued_begin(const struct options *o, const char *path)
{
    memset(&range, 0, sizeof range);
    from = 0;
    if (o->continue_at != NULL)
        from = strcmp(o->continue_at, "-") == 0
                   ? size_of(path)
                   : strtoull(o->continue_at, NULL, 10);
    return from;
}

void continued_field(const struct lwurl_field *f)
{
    char value[96], *end;

    if (f->name.n == 0 && f->first)
        memset(&range, 0, sizeof range);
    if (!lwurl_name_is(f->name, "content-range") || !f->first || !f->last)
        return;
    snprintf(value, sizeof value, "%.*s", (int)f->value.n, f->value.p);
    if (strncmp(value, "bytes */", 8) == 0) {
        range.length = strtoull(value + 8, &end, 10);
        range.total = end > value + 8 && *end == '\0';
    } else if (strncmp(value, "bytes ", 6) == 0) {
        range.first = strtoull(value + 6, &end, 10);
        range.part = end > value + 6 && *end == '-';
    }
}

/* More than the server has is no part of what the server has. */
static enum continued judge_refusal(void)
{
    return range.total && range.length != from ? CONTINUED_NOT
                                               : CONTINUED_WHOLE;
}

enum continued continued_judge(const struct lwurl *u)
{
    unsigned status = lwurl_status(u);

    if (from == 0)
        return CONTINUED_ALL;
    if (status == 0)
        return CONTINUED_SKIP;
    if (status == 206)
        return range.part && range.first == from ? CONTINUED_REST
                                                 : CONTINUED_NOT;
    if (status == 416)
        return judge_refusal();
    if (status >= 400)
        return CONTINUED_REFUSED;
    if (status / 100 == 2)
        return lwurl_length(u) == from ? CONTINUED_WHOLE : CONTINUED_NOT;
    return CONTINUED_NOT;
}
