/* SPDX-License-Identifier: MIT */
#include "conditions.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "exits.h"
#include "replace.h"
#include "times.h"

static struct lwurl_validators ask;
struct lwurl_conditional host_conditional = {.ask = &ask};

static char unmodified_since[TIMES_N];

/* Of -z. */
static enum { NO_TIME, NEWER, OLDER } condition;
static time_t since;

bool conditions_wanted(const struct options *o)
{
    return o->time_cond != NULL || o->etag_compare != NULL ||
           o->etag_save != NULL;
}

static int fail(const char *path, const char *why)
{
    fprintf(stderr, "lwurl: %s: %s\n", path, why);
    return EXIT_READ;
}

/* As curl: line ends are left out, and what is not there is the empty tag, so
   that the first fetch of all has the options of every other. */
static int read_tag(const struct options *o)
{
    FILE *in = fopen(o->etag_compare, "r");
    size_t n = 0;
    int c = EOF;

    if (in == NULL && o->etag_save == NULL)
        return fail(o->etag_compare, strerror(errno));
    while (in != NULL && (c = getc(in)) != EOF && n < LWURL_ETAG_MAX)
        if (c != '\r' && c != '\n')
            ask.etag[n++] = (char)c;
    if (in != NULL)
        fclose(in);
    if (c != EOF && c != '\r' && c != '\n')
        return fail(o->etag_compare, "this is no entity tag: it is too long");
    if (n == 0)
        strcpy(ask.etag, "\"\"");
    return 0;
}

/* "+" and nothing before it mean newer, "-" older; a file stands for the time
   at which it was modified. Nonsense is no condition, as for curl. */
static void read_time(const char *text)
{
    const char *from = text + (*text == '+' || *text == '-');
    struct stat file;

    if (!times_read(from, &since)) {
        if (stat(from, &file) != 0) {
            fprintf(stderr, "lwurl: -z %s: no time and no file; left out\n",
                    text);
            return;
        }
        since = file.st_mtime;
    }
    condition = *text == '-' ? OLDER : NEWER;
    times_write(since,
                condition == OLDER ? unmodified_since : ask.last_modified);
}

int conditions_init(const struct options *o)
{
    if (o->time_cond != NULL)
        read_time(o->time_cond);
    return o->etag_compare != NULL ? read_tag(o) : 0;
}

const char *conditions_unmodified_since(void)
{
    return unmodified_since[0] != '\0' ? unmodified_since : NULL;
}

bool conditions_unmet(void)
{
    time_t modified;

    if (condition == NO_TIME ||
        !times_read(host_conditional.got.last_modified, &modified))
        return false;
    return condition == NEWER ? modified <= since : modified >= since;
}

static int save(const char *path, const char *tag)
{
    char line[sizeof host_conditional.got.etag + 1];
    int n = snprintf(line, sizeof line, "%s\n", tag);

    if (strcmp(path, "-") == 0)
        return fputs(line, stdout) < 0 || fflush(stdout) != 0 ? EXIT_WRITE : 0;
    return replace_file(path, line, (size_t)n, 0666)
               ? 0
               : fail(path, strerror(errno));
}

int conditions_save(const struct options *o)
{
    const struct lwurl_conditional *c = &host_conditional;

    if (o->etag_save == NULL)
        return 0;
    if (c->got.etag[0] != '\0')
        return save(o->etag_save, c->got.etag);
    if ((c->left_out & LWURL_LEFT_ETAG) != 0)
        fputs("lwurl: --etag-save: an ETag that is too long, or there twice, "
              "is not saved\n",
              stderr);
    return 0;
}
