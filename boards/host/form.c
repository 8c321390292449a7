/* SPDX-License-Identifier: MIT */
#include "form.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "body.h"
#include "exits.h"
#include "supply.h"

#define TEXTS_MAX   (64u * 1024u)
#define BOUNDARY_N  16u /* letters, of 4 bits each */
#define CONTEXT(fd) ((void *)(intptr_t)(fd))

static struct lwurl_part parts[GIVEN_MAX];
static size_t parts_n;
static struct lwurl_multipart form;
static char boundary[BOUNDARY_N + 1], type[LWURL_MULTIPART_TYPE_MAX];

/* Pieces of argv, NUL-terminated and without their quotes. */
static char texts[TEXTS_MAX];
static size_t texts_n;

static char piece[16 * 1024]; /* of the body, on its way */
static size_t piece_at, piece_n;

static int fail(const char *name, const char *why, int status)
{
    fprintf(stderr, "lwurl: %s: %s\n", name, why);
    return status;
}

/* ------------------------------------------------------------------ parsing */

static bool put(char c)
{
    if (texts_n == sizeof texts)
        return false;
    texts[texts_n++] = c;
    return true;
}

/* Copies up to one of `ends` or the end; "in quotes" it may be anything, with a
   backslash before a quote and itself. What follows, or NULL. */
static const char *word(const char *from, const char *ends, const char **out)
{
    bool quoted = from[0] == '"';

    *out = texts + texts_n;
    for (from += quoted; *from != '\0'; from++) {
        if (quoted ? *from == '"' : strchr(ends, *from) != NULL)
            break;
        if (quoted && *from == '\\' && (from[1] == '"' || from[1] == '\\'))
            from++;
        if (!put(*from))
            return NULL;
    }
    if (quoted && *from++ != '"')
        return NULL;
    return put('\0') ? from : NULL;
}

/* ";type=text/plain;filename=x"; false where it is anything else. */
static bool attributes(const char *from, struct lwurl_part *part)
{
    while (from != NULL && *from == ';') {
        if (strncmp(from, ";type=", 6) == 0)
            from = word(from + 6, ";", &part->content_type);
        else if (strncmp(from, ";filename=", 10) == 0)
            from = word(from + 10, ";", &part->filename);
        else
            return false;
    }
    return from != NULL && *from == '\0';
}

/* ------------------------------------------------------------------- values */

static int read_file(void *context, uint64_t at, void *dst, size_t n)
{
    ssize_t r = pread((int)(intptr_t)context, dst, n < INT_MAX ? n : INT_MAX,
                      (off_t)at);

    return r < 0 ? LWURL_ERR_FILE : (int)r;
}

/* A file is read while it is sent; what has no length, now. */
static int open_value(const char *path, struct lwurl_part *part)
{
    struct lwurl_str all = {NULL, 0};
    struct stat st;
    int fd = -1, code = 0;

    if (strcmp(path, "-") != 0) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &st) != 0)
            return fail(path, strerror(errno), EXIT_READ);
    }
    if (fd >= 0 && S_ISREG(st.st_mode)) {
        part->n = (uint64_t)st.st_size;
        part->read = read_file;
        part->context = CONTEXT(fd);
        return 0;
    }
    if (fd >= 0)
        (void)close(fd);
    code = body_read_file(path, &all);
    part->value = all.p;
    part->n = all.n;
    return code;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* "name=value", "name=@file" and "name=<file", each with attributes. */
static int add(const char *text)
{
    struct lwurl_part *part = &parts[parts_n++];
    const char *value, *rest = word(text, "=", &part->name);

    if (rest == NULL || *rest != '=' || part->name[0] == '\0')
        return fail(text, "-F wants NAME=VALUE, NAME=@FILE or NAME=<FILE",
                    EXIT_USAGE);
    char kind = *++rest;
    bool file = kind == '@' || kind == '<';
    rest = word(rest + file, ";", &value);
    if (!attributes(rest, part))
        return fail(text,
                    "what follows ; is type= or filename=; a value with ; "
                    "stands in quotes",
                    EXIT_USAGE);
    if (!file) {
        part->value = value;
        part->n = strlen(value);
        return 0;
    }
    if (kind == '@' && part->filename == NULL)
        part->filename = base_name(value);
    return open_value(value, part);
}

/* ---------------------------------------------------------------- the whole */

static int make_boundary(void)
{
    unsigned char random[BOUNDARY_N];

    if (host_entropy.read(host_entropy.ctx, random, sizeof random) != 0)
        return -1;
    for (size_t i = 0; i < sizeof random; i++)
        boundary[i] = (char)('a' + random[i] % 16);
    return 0;
}

int form_init(const struct options *o)
{
    int code = 0;
    size_t n;

    for (size_t i = 0; i < o->form.n && code == 0; i++)
        code = add(o->form.item[i].text);
    if (code != 0 || parts_n == 0)
        return code;
    if (make_boundary() != 0 ||
        lwurl_multipart_init(&form, parts, parts_n, boundary) != LWURL_OK)
        return fail("-F", "a type that cannot be sent", EXIT_USAGE);
    return lwurl_multipart_type(&form, type, sizeof type, &n);
}

void form_describe(struct lwurl_request *request)
{
    request->content_type = type;
    request->body_n = lwurl_multipart_length(&form);
    request->flags |= LWURL_BODY_REWINDS;
    if ((request->flags & LWURL_BODY_CHUNKED) == 0)
        request->flags |= LWURL_BODY_STREAM;
}

int form_send(struct lwurl *u)
{
    int n;

    if (lwurl_written(u) == 0) {
        lwurl_multipart_rewind(&form);
        piece_at = piece_n = 0;
    }
    if (piece_at == piece_n) {
        n = lwurl_multipart_read(&form, piece, sizeof piece);
        if (n <= 0)
            return n < 0 ? lwurl_fail(u, n, 0) : lwurl_send_end(u);
        piece_at = 0;
        piece_n = (size_t)n;
    }
    n = lwurl_send(u, piece + piece_at, piece_n - piece_at);
    if (n > 0)
        piece_at += (size_t)n;
    return n < 0 ? n : 0;
}
