/* SPDX-License-Identifier: MIT */
#include "file_sink.h"

#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void shut(struct file_sink *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

static int sink_begin(void *ctx, uint64_t total, uint64_t kept)
{
    struct file_sink *f = ctx;
    struct stat info;

    (void)total;
    shut(f);
    f->fd = open(f->part, kept > 0 ? O_RDWR : O_RDWR | O_CREAT, 0666);
    if (f->fd < 0 || fstat(f->fd, &info) != 0 ||
        (uint64_t)info.st_size < kept || ftruncate(f->fd, (off_t)kept) != 0) {
        shut(f);
        return LWURL_ERR_STORAGE;
    }
    return LWURL_OK;
}

static int sink_write(void *ctx, uint64_t at, const void *p, size_t n)
{
    struct file_sink *f = ctx;
    const char *from = p;

    while (n > 0) {
        ssize_t done = pwrite(f->fd, from, n, (off_t)at);
        if (done <= 0)
            return LWURL_ERR_STORAGE;
        from += done;
        at += (size_t)done;
        n -= (size_t)done;
    }
    return LWURL_OK;
}

static int sink_sync(void *ctx)
{
    const struct file_sink *f = ctx;

    return fdatasync(f->fd) == 0 ? LWURL_OK : LWURL_ERR_STORAGE;
}

/* The new name is on the disk when its directory is. */
static int sync_folder(const struct file_sink *f)
{
    char path[FILENAME_MAX];
    int fd, err;

    memcpy(path, f->path, sizeof path);
    fd = open(dirname(path), O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return LWURL_ERR_STORAGE;
    err = fsync(fd) == 0 ? LWURL_OK : LWURL_ERR_STORAGE;
    close(fd);
    return err;
}

static int sink_commit(void *ctx, uint64_t total)
{
    struct file_sink *f = ctx;

    (void)total;
    if (fsync(f->fd) != 0 || rename(f->part, f->path) != 0)
        return LWURL_ERR_STORAGE;
    shut(f);
    return sync_folder(f);
}

static void sink_abort(void *ctx, int keep)
{
    struct file_sink *f = ctx;

    shut(f);
    if (!keep)
        unlink(f->part);
}

int file_sink_init(struct file_sink *f, const char *path,
                   struct lwurl_sink *out)
{
    f->fd = -1;
    if (strlen(path) >= sizeof f->path)
        return LWURL_ERR_ROOM;
    snprintf(f->path, sizeof f->path, "%s", path);
    snprintf(f->part, sizeof f->part, "%s.part", path);
    *out = (struct lwurl_sink){.ctx = f,
                               .begin = sink_begin,
                               .write = sink_write,
                               .sync = sink_sync,
                               .commit = sink_commit,
                               .abort = sink_abort};
    return LWURL_OK;
}
