/* SPDX-License-Identifier: MIT */
/* A file as the flash of lwurl_storage.h. */
#ifndef FILE_STORAGE_H
#define FILE_STORAGE_H

#include <stdbool.h>

#include "lwurl_storage.h"

struct file_storage {
    struct lwurl_storage storage; /* with its size and units set */
    int fd;
};

/* Opens it, or makes it, blank. False: it cannot be, see errno. */
bool file_storage_open(struct file_storage *f, const char *path);

void file_storage_close(struct file_storage *f);

#endif
