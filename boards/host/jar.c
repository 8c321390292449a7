/* SPDX-License-Identifier: MIT */
#include "jar.h"

#include <errno.h>
#include <string.h>

#include "exits.h"
#include "replace.h"
#include "supply.h"

#define SLOTS_N  ((size_t)512)
#define TITLE    "# Netscape HTTP Cookie File\n"
#define TITLE_N  (sizeof TITLE - 1)
#define TEXT_MAX (TITLE_N + SLOTS_N * (LWURL_COOKIE_TEXT + 64u))

static struct lwurl_cookie_slot slots[SLOTS_N];
static char line[8192];
static char text[TEXT_MAX];

struct lwurl_jar host_jar = {
    .slots = slots,
    .slots_n = SLOTS_N,
    .line = line,
    .line_n = sizeof line,
    .clock = &host_clock,
};

static int fail(const char *path, int status)
{
    fprintf(stderr, "lwurl: %s: %s\n", path, strerror(errno));
    return status;
}

/* "a=b" is a field, anything else the name of a file. */
static bool is_file(const struct given *given)
{
    return strchr(given->text, '=') == NULL;
}

bool jar_wanted(const struct options *o)
{
    for (size_t i = 0; i < o->cookies.n; i++)
        if (is_file(&o->cookies.item[i]))
            return true;
    return o->cookie_jar != NULL;
}

static int read_file(const char *path)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");

    if (in == NULL)
        return errno == ENOENT ? 0 : fail(path, EXIT_READ);
    size_t n = fread(text, 1, sizeof text, in);
    int code = ferror(in) ? fail(path, EXIT_READ) : 0;
    if (in != stdin)
        fclose(in);
    (void)lwurl_jar_import(&host_jar, (struct lwurl_str){text, n});
    return code;
}

int jar_read(const struct options *o)
{
    int code = 0;

    for (size_t i = 0; i < o->cookies.n && code == 0; i++)
        if (is_file(&o->cookies.item[i]) && o->cookies.item[i].text[0] != '\0')
            code = read_file(o->cookies.item[i].text);
    return code;
}

static void warn_of_dropped(const struct options *o)
{
    if (host_jar.dropped > 0 && !o->silent)
        fprintf(stderr,
                "lwurl: %u cookies were not kept: name, value, domain and path "
                "of one have %u bytes\n",
                (unsigned)host_jar.dropped, (unsigned)LWURL_COOKIE_TEXT);
}

int jar_write(const struct options *o)
{
    const char *path = o->cookie_jar;
    size_t n;

    warn_of_dropped(o);
    if (path == NULL)
        return 0;
    memcpy(text, TITLE, TITLE_N);
    (void)lwurl_jar_export(&host_jar, text + TITLE_N, sizeof text - TITLE_N,
                           &n);
    n += TITLE_N;
    bool good = strcmp(path, "-") == 0
                    ? fwrite(text, 1, n, stdout) == n && fflush(stdout) == 0
                    : replace_file(path, text, n, 0666);
    return good ? 0 : fail(path, EXIT_WRITE);
}
