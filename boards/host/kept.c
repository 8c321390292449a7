/* SPDX-License-Identifier: MIT */
#include "kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conditions.h"
#include "exits.h"
#include "supply.h"

/* The file: so many bodies, then what is known of them. */
#define UNIT    4096u
#define SLOTS   9u
#define BODY    (64u * UNIT)
#define RECORDS (16u * UNIT)
#define SIZE    (SLOTS * BODY + RECORDS)

static int file = -1;

/* -------------------------------------------------------------------- flash */

static int file_read(void *ctx, uint32_t at, void *p, size_t n)
{
    (void)ctx;
    return pread(file, p, n, at) == (ssize_t)n ? LWURL_OK : LWURL_ERR_STORAGE;
}

static int file_write(void *ctx, uint32_t at, const void *p, size_t n)
{
    (void)ctx;
    return pwrite(file, p, n, at) == (ssize_t)n ? LWURL_OK : LWURL_ERR_STORAGE;
}

static int file_erase(void *ctx, uint32_t at)
{
    unsigned char blank[UNIT];

    memset(blank, 0xFF, sizeof blank);
    return file_write(ctx, at, blank, sizeof blank);
}

static const struct lwurl_storage storage = {
    .size = SIZE,
    .erase_unit = UNIT,
    .write_unit = 8,
    .read = file_read,
    .write = file_write,
    .erase = file_erase,
};

/* -------------------------------------------------------------------- cache */

static struct lwurl_records records = {
    .storage = &storage, .at = SLOTS * BODY, .size = RECORDS};
static struct lwurl_cache_slot slots[SLOTS];
static unsigned char room[LWURL_CACHE_ROOM(1024)];

struct lwurl_cache host_cache = {
    .records = &records,
    .storage = &storage,
    .body_max = BODY,
    .slots = slots,
    .slots_n = SLOTS,
    .room = room,
    .room_n = sizeof room,
    .clock = &host_clock,
    .stale_s = LWURL_FOREVER,
};

static int fail(const char *path, const char *why)
{
    fprintf(stderr, "lwurl: --cache %s: %s\n", path, why);
    return EXIT_READ;
}

/* A new file is blank flash. */
static int make_blank(void)
{
    for (uint32_t at = 0; at < SIZE; at += UNIT)
        if (file_erase(NULL, at) != LWURL_OK)
            return -1;
    return 0;
}

int kept_init(const struct options *o)
{
    struct stat info;

    if (o->cache == NULL && o->offline)
        return fail("FILE", "--offline wants one");
    if (o->cache == NULL)
        return 0;
    if (o->retrieve)
        return fail(o->cache, "--retrieve writes a file of its own");
    if (conditions_wanted(o))
        return fail(o->cache, "it asks with what it has: no -z, no --etag-...");
    file = open(o->cache, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || fstat(file, &info) != 0 ||
        (info.st_size == 0 && make_blank() != 0))
        return fail(o->cache, strerror(errno));
    if (info.st_size != 0 && info.st_size != (off_t)SIZE)
        return fail(o->cache, "this is no cache of this program");
    if (lwurl_records_open(&records) != LWURL_OK ||
        lwurl_cache_init(&host_cache) != LWURL_OK)
        return fail(o->cache, "cannot be read");
    return 0;
}

const char *kept_from(void)
{
    static const char *const texts[] = {
        [LWURL_FROM_NETWORK] = "the network",
        [LWURL_FROM_FRESH] = "the cache, where it is fresh",
        [LWURL_FROM_CONFIRMED] = "the cache, and the server confirmed it",
        [LWURL_FROM_STALE] = "the cache, where it is stale",
    };

    return texts[lwurl_cache_from(&host_cache)];
}

const char *kept_now(void)
{
    switch (lwurl_cache_stored(&host_cache)) {
    case LWURL_OK:
        return "yes";
    case LWURL_ERR_ROOM:
        return "no, it is too long";
    case LWURL_ERR_STORAGE:
        return "no, the file cannot be written";
    default:
        return "no";
    }
}
