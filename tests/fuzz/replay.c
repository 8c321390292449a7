/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over the files of folders and each of their beginnings:
 * for compilers without libFuzzer, and for `make test`. Prints what ran.
 *
 *     target FOLDER ...
 */
#include <dirent.h>

#include "wire.h"

#define FILE_MAX 65536

static unsigned ran;

static void replay(const char *path)
{
    static uint8_t bytes[FILE_MAX];
    FILE *file = fopen(path, "rb");
    size_t n;

    CHECK(file != NULL);
    n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t cut = 0; cut <= n; cut += n < 512 || cut == n ? 1 : n - cut) {
        /* In a block of its own: ASan sees a read behind it. */
        uint8_t *data = malloc(cut > 0 ? cut : 1);
        CHECK(data != NULL);
        memcpy(data, bytes, cut);
        (void)LLVMFuzzerTestOneInput(data, cut);
        free(data);
        ran++;
    }
}

static void replay_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    char path[1024];

    CHECK(dir != NULL);
    while ((entry = readdir(dir)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            replay(path);
    }
    closedir(dir);
}

int main(int argc, char *argv[])
{
    for (int i = 1; i < argc; i++)
        replay_folder(argv[i]);
    printf("%u passed, %d failed\n", ran, ran == 0);
    return ran == 0;
}
