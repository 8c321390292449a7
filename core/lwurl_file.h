/* SPDX-License-Identifier: MIT */
/*
 * file: URLs (urllib.request.FileHandler), for whatever holds files: a line of
 * the opener over a small interface. Flash on a board:
 *
 *     static const struct lwurl_table_file list[] = {
 *         {"/config.json", config, sizeof config, LWURL_FILE_NO_TIME},
 *     };
 *     static const struct lwurl_file_table table = {list, 1};
 *     static const struct lwurl_files files = LWURL_FILE_TABLE(&table);
 *     ... {LWURL_FILE(&files), LWURL_HTTP} in the table of the opener
 *
 * Rules
 *  - "file:///path", "file://localhost/path" and "file:/path"; another host is
 *    LWURL_ERR_NOT_LOCAL. The path is percent-decoded, "?q" belongs to it, a
 *    fragment is dropped. It must fit the work buffer: LWURL_ERR_ROOM.
 *  - Fields: Content-type as the name's extension suggests (Python's mimetypes
 *    without the system's files; else text/plain), Content-length,
 *    Last-modified. The status is 0, as urllib's None.
 *  - As many bytes are delivered as the file had when it was opened; one that
 *    shrinks meanwhile is LWURL_ERR_INCOMPLETE.
 *  - The file is open from lwurl_begin() to lwurl_close().
 *  - The interface is called in the task of the fetch, from inside its calls;
 *    how long a read takes is how long a step takes.
 *
 * Stack: 128 bytes at most, above the port (make stack).
 */
#ifndef LWURL_FILE_H
#define LWURL_FILE_H

#include "lwurl.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct lwurl_handler_ops lwurl_file_ops;

/* A line of the opener, for a const struct lwurl_files. */
/* clang-format off */
#define LWURL_FILE(files) {&lwurl_file_ops, (void *)(files)}
/* clang-format on */

#define LWURL_FILE_NO_TIME INT64_MIN /* then there is no Last-modified */

/* What open() tells of a file. */
struct lwurl_file_info {
    uint64_t size;  /* bytes */
    int64_t mtime;  /* last changed, seconds since 1970-01-01 UTC */
    int32_t detail; /* where it failed: the system's own number */
};

struct lwurl_files {
    void *ctx;

    /* Opens the file at a path, which begins with '/', is not NUL-terminated,
       holds no NUL and lives during the call. >= 0: its number, to be given to
       close(); *info is set. < 0: LWURL_ERR_FILE, LWURL_ERR_NOT_FILE for a
       directory and what else has no size, or another LWURL_ERR_*. *info is
       zero before. */
    int (*open)(void *ctx, struct lwurl_str path, struct lwurl_file_info *info);

    /* Reads up to n bytes, n >= 1, from offset. > 0: so many. 0: the file ends
       at or before offset. < 0: LWURL_ERR_FILE. */
    int (*read)(void *ctx, int file, uint64_t offset, void *dst, size_t n);

    void (*close)(void *ctx, int file);
};

/* ----------------------------------------------------- a table of files */

struct lwurl_table_file {
    const char *path; /* "/dir/name" */
    const void *data;
    size_t n;
    int64_t mtime;
};

/* Files in flash, or anywhere in memory: nothing is copied before it is read.
   A directory is what some path goes through. */
struct lwurl_file_table {
    const struct lwurl_table_file *files;
    size_t files_n;
};

int lwurl_table_open(void *ctx, struct lwurl_str path,
                     struct lwurl_file_info *info);
int lwurl_table_read(void *ctx, int file, uint64_t offset, void *dst, size_t n);
void lwurl_table_close(void *ctx, int file);

/* Initialises a struct lwurl_files; table is a const struct lwurl_file_table.
 */
/* clang-format off */
#define LWURL_FILE_TABLE(table) \
    {(void *)(table), lwurl_table_open, lwurl_table_read, lwurl_table_close}
/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif
