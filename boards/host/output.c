/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct {
    FILE *to;
    const char *path; /* NULL: standard output */
    const char *mode;
} output;

void output_begin(const char *path)
{
    output.path = path != NULL && strcmp(path, "-") == 0 ? NULL : path;
    output.to = output.path == NULL ? stdout : NULL;
    output.mode = "wb";
}

void output_append(void)
{
    output.mode = "ab";
}

static bool fail(void)
{
    fprintf(stderr, "lwurl: %s: %s\n",
            output.path != NULL ? output.path : "standard output",
            strerror(errno));
    return false;
}

static bool open_file(void)
{
    if (output.to == NULL)
        output.to = fopen(output.path, output.mode);
    return output.to != NULL || fail();
}

bool output_write(const void *p, size_t n)
{
    return open_file() && (fwrite(p, 1, n, output.to) == n || fail());
}

bool output_end(bool whole)
{
    FILE *to;

    if (whole && !open_file())
        return false;
    to = output.to;
    output.to = NULL;
    if (to == NULL)
        return true;
    return (to == stdout ? fflush(to) : fclose(to)) == 0 || fail();
}
