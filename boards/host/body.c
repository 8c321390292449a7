/* SPDX-License-Identifier: MIT */
#include "body.h"

#include <errno.h>
#include <string.h>

#include "exits.h"
#include "lwurl_parse.h"

/* Not touched until it is used, so it costs nothing. */
#define BODY_MAX (16u * 1024u * 1024u)

#define ENCODED_MAX (1024u * 1024u)

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

static int add_bytes(const char *p, size_t n)
{
    if (n > sizeof body - body_n)
        return fail("-d", "body longer than 16 MB");
    memcpy(body + body_n, p, n);
    body_n += n;
    return 0;
}

static int add_text(const char *text)
{
    return add_bytes(text, strlen(text));
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

/* Percent-encodes what was added since. */
static int encode(size_t from)
{
    static char plain[ENCODED_MAX];
    struct lwurl_str text = {plain, body_n - from};
    size_t n;

    if (text.n > sizeof plain)
        return fail("--data-urlencode", "more than 1 MB");
    memcpy(plain, body + from, text.n);
    if (lwurl_quote(text, "", body + from, sizeof body - from, &n) != LWURL_OK)
        return fail("--data-urlencode", "body longer than 16 MB");
    body_n = from + n;
    return 0;
}

/* "data", "=data", "name=data", "@file", "name@file": as curl. */
static int add_encoded(const char *text)
{
    const char *at = text + strcspn(text, "=@");
    bool named = at > text && *at != '\0';
    int code = named ? add_bytes(text, (size_t)(at - text)) : 0;

    if (named && code == 0)
        code = add_text("=");
    size_t from = body_n;
    if (code == 0 && *at == '@')
        code = add_file(at + 1, HOW_BINARY);
    else if (code == 0)
        code = add_text(*at == '=' ? at + 1 : text);
    return code == 0 ? encode(from) : code;
}

static int add_part(const struct given *part)
{
    if (part->how == HOW_ENCODED)
        return add_encoded(part->text);
    return part->text[0] == '@' ? add_file(part->text + 1, part->how)
                                : add_text(part->text);
}

int body_read_file(const char *path, struct lwurl_str *out)
{
    size_t from = body_n;
    int code = add_file(path, HOW_BINARY);

    *out = (struct lwurl_str){body + from, body_n - from};
    return code;
}

int body_read(const struct given_list *data, struct lwurl_str *out)
{
    *out = (struct lwurl_str){NULL, 0};
    for (size_t i = 0; i < data->n; i++) {
        int code = i > 0 ? add_text("&") : 0;

        if (code == 0)
            code = add_part(&data->item[i]);
        if (code != 0)
            return code;
        *out = (struct lwurl_str){body, body_n};
    }
    return 0;
}
