/* SPDX-License-Identifier: MIT */
/*
 * file: URLs as a source. open() opens the file and writes the fields into the
 * work buffer, where its path was: nobody else needs it.
 *
 *   stage      step                            next
 *   REASON     an empty reason phrase          TYPE
 *   TYPE       Content-type                    LENGTH
 *   LENGTH     Content-length                  TIME
 *   TIME       Last-modified, if it is known   RESPONSE
 *   RESPONSE   turn RESPONSE                   BODY
 *   BODY       turn BODY, at its end DONE
 */
#include "lwurl_file.h"

#include <string.h>

#include "schemes/source.h"
#include "text/date.h"
#include "text/mime.h"
#include "text/sink.h"
#include "text/url.h"

enum { AT_REASON, AT_TYPE, AT_LENGTH, AT_TIME, AT_RESPONSE };

/* In the area of struct lwurl. */
struct reader {
    uint64_t offset; /* of the next byte */
    int32_t file;    /* number of the open file, or NONE */
    uint8_t stage;   /* AT_REASON ... */
};

#define NONE (-1)

/* Fields, and where in the work buffer their values stand, NUL-terminated:
   a type of MIME_MAX bytes, a number of 20 digits, a date of DATE_N. */
static const struct {
    char name[15];
    uint8_t at;
} fields[] = {
    [AT_REASON] = {"", 96},
    [AT_TYPE] = {"Content-type", 0},
    [AT_LENGTH] = {"Content-length", 32},
    [AT_TIME] = {"Last-modified", 64},
};

static struct reader *reader(struct lwurl *u)
{
    return (struct reader *)(void *)u->area.bytes;
}

static const struct lwurl_files *files_of(const struct lwurl *u)
{
    return u->scheme->state;
}

/* ----------------------------------------------------------------- opening */

static bool is_here(struct lwurl_str host)
{
    return host.n == 0 || str_same(host, STR("localhost"));
}

/* The path of the URL, with its query; *at the offset of a bad byte. */
static int find_path(struct lwurl_str url, struct lwurl_str *path, size_t *at)
{
    struct lwurl_str rest = str_cut(url, url_scheme(url).n + 1, SIZE_MAX);

    *at = url_find_bad(url);
    if (*at < url.n)
        return LWURL_ERR_URL;
    if (rest.n >= 2 && rest.p[0] == '/' && rest.p[1] == '/') {
        rest = str_cut(rest, 2, SIZE_MAX);
        struct lwurl_str host = str_cut(rest, 0, str_find(rest, '/'));
        host.n = str_find(host, '?');
        if (!is_here(host))
            return LWURL_ERR_NOT_LOCAL;
        rest = str_cut(rest, host.n, SIZE_MAX);
    }
    *path = rest;
    *at = (size_t)(rest.p - url.p);
    return rest.n > 0 && rest.p[0] == '/' ? LWURL_OK : LWURL_ERR_URL;
}

/* Decodes the path into the work buffer: its length. A NUL would end it for
   some and not for others: *bad is its offset in the path then. */
static size_t decode(struct lwurl *u, struct lwurl_str path, size_t *bad)
{
    struct sink sink = {.p = u->work, .max = u->work_max};

    *bad = path.n;
    for (size_t at = 0; at < path.n;) {
        size_t from = at;
        char c = (char)str_unquote(path, &at);
        if (c == '\0' && *bad == path.n)
            *bad = from;
        sink_put(&sink, c);
    }
    return sink.n;
}

static void write_fields(struct lwurl *u, struct lwurl_str path,
                         const struct lwurl_file_info *info)
{
    struct sink length = {.p = u->work + fields[AT_LENGTH].at, .max = 20};
    char *type = u->work + fields[AT_TYPE].at;
    char *time = u->work + fields[AT_TIME].at;
    size_t n = mime_guess(path, type);

    if (n == 0) {
        memcpy(type, LIT("text/plain"));
        n = sizeof "text/plain" - 1;
    }
    type[n] = '\0';
    sink_number(&length, info->size);
    length.p[length.n] = '\0';
    time[date_format(info->mtime, time) ? DATE_N : 0] = '\0';
    u->work[fields[AT_REASON].at] = '\0';
}

static int open_path(struct lwurl *u, struct lwurl_str path, size_t n)
{
    const struct lwurl_files *files = files_of(u);
    struct lwurl_file_info info = {0, 0, 0};
    struct reader *r = reader(u);

    int file = files->open(files->ctx, (struct lwurl_str){u->work, n}, &info);
    if (file < 0)
        return lwurl_fail(u, file, info.detail);
    r->file = file;
    r->offset = 0;
    r->stage = AT_REASON;
    lwurl_source_begin(u, info.size);
    write_fields(u, path, &info);
    return LWURL_OK;
}

static int file_open(struct lwurl *u)
{
    struct lwurl_str url = str_cut(u->url, 0, str_find(u->url, '#'));
    struct lwurl_str path;
    size_t at, bad;
    int err = find_path(url, &path, &at);

    reader(u)->file = NONE;
    if (err != LWURL_OK)
        return lwurl_fail(u, err, err == LWURL_ERR_URL ? (int32_t)at : 0);
    size_t n = decode(u, path, &bad);
    if (bad < path.n)
        return lwurl_fail(u, LWURL_ERR_URL, (int32_t)(at + bad));
    if (n > u->work_max)
        return lwurl_fail(u, LWURL_ERR_ROOM, (int32_t)n);
    u->url = url;
    return open_path(u, path, n);
}

/* ---------------------------------------------------------------- response */

static int deliver(struct lwurl *u, unsigned stage)
{
    struct lwurl_str value = str_of(u->work + fields[stage].at);

    if (stage == AT_TIME && value.n == 0)
        return 0;
    return source_field(u, fields[stage].name, value);
}

static int file_step(struct lwurl *u)
{
    struct reader *r = reader(u);

    while (r->stage < AT_RESPONSE) {
        int turn = deliver(u, r->stage++);
        if (turn != 0)
            return turn > 0 ? LWURL_TURN_FIELD : turn;
    }
    return source_turn(u);
}

static int file_take(struct lwurl *u, void *dst, size_t n)
{
    const struct lwurl_files *files = files_of(u);
    struct reader *r = reader(u);

    if (n > u->in_left)
        n = (size_t)u->in_left;
    if (n == 0)
        return 0;
    int got = dst == NULL ? (int)n
                          : files->read(files->ctx, r->file, r->offset, dst, n);
    if (got < 0)
        return lwurl_fail(u, got, 0);
    if (got == 0)
        return source_incomplete(u);
    r->offset += (unsigned)got;
    u->in_left -= (unsigned)got;
    return got;
}

static void file_close(struct lwurl *u, bool keep)
{
    const struct lwurl_files *files = files_of(u);
    struct reader *r = reader(u);

    (void)keep;
    if (r->file != NONE)
        files->close(files->ctx, r->file);
    r->file = NONE;
}

static const struct lwurl_source_ops file_source = {
    .open = file_open,
    .step = file_step,
    .take = file_take,
    .close = file_close,
};

const struct lwurl_handler_ops lwurl_file_ops = {
    .scheme = "file",
    .source = &file_source,
};
