/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lwurl_file.h"
#include "text/str.h"

/* Is `path`, which begins with a '/' and may end with one, a directory above
   `file`? */
static bool is_above(struct lwurl_str path, struct lwurl_str file)
{
    if (path.p[path.n - 1] == '/')
        path.n--;
    return path.n < file.n && str_equal(path, str_cut(file, 0, path.n)) &&
           file.p[path.n] == '/';
}

int lwurl_table_open(void *ctx, struct lwurl_str path,
                     struct lwurl_file_info *info)
{
    const struct lwurl_file_table *table = ctx;
    int err = LWURL_ERR_FILE;

    for (size_t i = 0; i < table->files_n; i++) {
        const struct lwurl_table_file *file = &table->files[i];
        struct lwurl_str name = str_of(file->path);
        if (str_equal(path, name)) {
            info->size = file->n;
            info->mtime = file->mtime;
            return (int)i;
        }
        if (is_above(path, name))
            err = LWURL_ERR_NOT_FILE;
    }
    return err;
}

int lwurl_table_read(void *ctx, int file, uint64_t offset, void *dst, size_t n)
{
    const struct lwurl_file_table *table = ctx;
    const struct lwurl_table_file *f = &table->files[file];
    size_t left = offset < f->n ? f->n - (size_t)offset : 0;

    if (n > left)
        n = left;
    if (n > 0)
        memcpy(dst, (const char *)f->data + (size_t)offset, n);
    return (int)n;
}

void lwurl_table_close(void *ctx, int file)
{
    (void)ctx;
    (void)file;
}
