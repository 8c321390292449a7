/* SPDX-License-Identifier: MIT */
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* Closes in any case; errno is that of the first failure. */
static bool fill(int fd, const void *p, size_t n, bool beside)
{
    bool good = write_all(fd, p, n) && (!beside || fsync(fd) == 0);
    int err = errno;

    if (close(fd) != 0 && good)
        return false;
    errno = err;
    return good;
}

static bool fill_in_place(const char *path, const void *p, size_t n,
                          mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    struct stat st;

    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
        fchmod(fd, st.st_mode & mode) != 0) {
        close(fd);
        return false;
    }
    return fill(fd, p, n, false);
}

/* The part beside, empty, with the rights that the file shall have; -1 where
   there can be none. */
static int open_part(const char *part, const struct stat *old, mode_t mode)
{
    int fd =
        open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);

    if (fd >= 0 && old != NULL && fchmod(fd, old->st_mode & mode) != 0) {
        close(fd);
        unlink(part);
        return -1;
    }
    return fd;
}

bool replace_file(const char *path, const void *p, size_t n, mode_t mode)
{
    char part[FILENAME_MAX];
    struct stat old;
    bool is_new = lstat(path, &old) != 0;
    int length = snprintf(part, sizeof part, "%s.part", path), fd = -1;

    if ((is_new ? errno == ENOENT : S_ISREG(old.st_mode)) && length > 0 &&
        (size_t)length < sizeof part)
        fd = open_part(part, is_new ? NULL : &old, mode);
    if (fd < 0)
        return fill_in_place(path, p, n, mode);
    if (fill(fd, p, n, true) && rename(part, path) == 0)
        return true;
    int err = errno;
    unlink(part);
    errno = err;
    return false;
}
