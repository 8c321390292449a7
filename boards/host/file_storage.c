/* SPDX-License-Identifier: MIT */
#include "file_storage.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PIECE 256u

static int storage_read(void *ctx, uint32_t at, void *p, size_t n)
{
    const struct file_storage *f = ctx;

    return pread(f->fd, p, n, (off_t)at) == (ssize_t)n ? LWURL_OK
                                                       : LWURL_ERR_STORAGE;
}

static int storage_write(void *ctx, uint32_t at, const void *p, size_t n)
{
    const struct file_storage *f = ctx;

    return pwrite(f->fd, p, n, (off_t)at) == (ssize_t)n && fdatasync(f->fd) == 0
               ? LWURL_OK
               : LWURL_ERR_STORAGE;
}

static int storage_erase(void *ctx, uint32_t at)
{
    const struct file_storage *f = ctx;
    uint32_t end = at + f->storage.erase_unit;
    unsigned char blank[PIECE];

    memset(blank, 0xFF, sizeof blank);
    for (uint32_t n; at < end; at += n) {
        n = end - at < PIECE ? end - at : PIECE;
        if (pwrite(f->fd, blank, n, (off_t)at) != (ssize_t)n)
            return LWURL_ERR_STORAGE;
    }
    return fdatasync(f->fd) == 0 ? LWURL_OK : LWURL_ERR_STORAGE;
}

bool file_storage_open(struct file_storage *f, const char *path)
{
    struct lwurl_storage *s = &f->storage;
    off_t have;

    s->ctx = f;
    s->read = storage_read;
    s->write = storage_write;
    s->erase = storage_erase;
    f->fd = open(path, O_RDWR | O_CREAT, 0666);
    if (f->fd < 0)
        return false;
    have = lseek(f->fd, 0, SEEK_END);
    for (uint32_t at = 0; at < s->size; at += s->erase_unit)
        if (have < (off_t)at + (off_t)s->erase_unit &&
            storage_erase(f, at) != 0)
            return false;
    return true;
}

void file_storage_close(struct file_storage *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}
