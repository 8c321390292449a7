/* SPDX-License-Identifier: MIT */
#include "body.h"

#include <errno.h>
#include <string.h>

#include "exits.h"

/* Not touched until it is used, so it costs nothing. */
#define BODY_MAX (16u * 1024u * 1024u)

static char body[BODY_MAX];
static size_t body_n;

static int fail(const char *name, const char *why)
{
    fprintf(stderr, "lwurl: %s: %s\n", name, why);
    return EXIT_READ;
}

/* As curl, -d takes a file for a text that was broken into lines. */
static void drop_line_ends(size_t from)
{
    size_t to = from;

    for (size_t at = from; at < body_n; at++)
        if (body[at] != '\r' && body[at] != '\n')
            body[to++] = body[at];
    body_n = to;
}

static int add_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if (body_n == sizeof body)
            return fail("-d", "body longer than 16 MB");
        body[body_n++] = *text;
    }
    return 0;
}

static int add_file(const char *path, int how)
{
    size_t from = body_n;
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");

    if (in == NULL)
        return fail(path, strerror(errno));
    body_n += fread(body + body_n, 1, sizeof body - body_n, in);
    bool bad = ferror(in) != 0, more = !bad && getc(in) != EOF;
    if (in != stdin)
        fclose(in);
    if (bad || more)
        return fail(path, bad ? "cannot be read" : "body longer than 16 MB");
    if (how == HOW_DATA)
        drop_line_ends(from);
    return 0;
}

int body_read(const struct given_list *data, struct lwurl_str *out)
{
    *out = (struct lwurl_str){NULL, 0};
    for (size_t i = 0; i < data->n; i++) {
        const struct given *part = &data->item[i];
        int code = i > 0 ? add_text("&") : 0;

        if (code == 0)
            code = part->text[0] == '@' ? add_file(part->text + 1, part->how)
                                        : add_text(part->text);
        if (code != 0)
            return code;
        *out = (struct lwurl_str){body, body_n};
    }
    return 0;
}
