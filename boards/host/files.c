/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(struct lwurl_file_info *info, int err)
{
    info->detail = errno;
    return err;
}

/* Only what is a file, so that a read cannot wait for ever: pipes and devices
   have no length. */
static int look(int file, struct lwurl_file_info *info)
{
    struct stat st;

    if (fstat(file, &st) != 0)
        return fail(info, LWURL_ERR_FILE);
    if (!S_ISREG(st.st_mode))
        return LWURL_ERR_NOT_FILE;
    info->size = (uint64_t)st.st_size;
    info->mtime = st.st_mtime;
    return LWURL_OK;
}

static int open_file(void *ctx, struct lwurl_str path,
                     struct lwurl_file_info *info)
{
    char name[PATH_MAX];

    (void)ctx;
    errno = ENAMETOOLONG;
    if (path.n >= sizeof name)
        return fail(info, LWURL_ERR_FILE);
    memcpy(name, path.p, path.n);
    name[path.n] = '\0';
    int file = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return fail(info, LWURL_ERR_FILE);
    int err = look(file, info);
    if (err == LWURL_OK)
        return file;
    (void)close(file);
    return err;
}

static int read_file(void *ctx, int file, uint64_t offset, void *dst, size_t n)
{
    (void)ctx;
    ssize_t r = pread(file, dst, n < INT_MAX ? n : INT_MAX, (off_t)offset);
    return r < 0 ? LWURL_ERR_FILE : (int)r;
}

static void close_file(void *ctx, int file)
{
    (void)ctx;
    (void)close(file);
}

const struct lwurl_files host_files = {
    .open = open_file,
    .read = read_file,
    .close = close_file,
};
