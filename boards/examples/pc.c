/* SPDX-License-Identifier: MIT */
/* A PC in the place of a board: what boards/board.h promises, over the network
   of boards/host, with a file as storage. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "lwurl_parse.h"
#include "net.h"
#include "network.h"
#include "supply.h"

#define STORAGE_N  (256u * 1024u)
#define ERASE_UNIT 4096u
#define WRITE_UNIT 16u

static struct {
    int argc;
    char **argv;
} arguments;

static FILE *storage;

/* ----------------------------------------------------------------- console */

void console_write(const char *p, size_t n)
{
    if (fwrite(p, 1, n, stdout) != n || fflush(stdout) != 0)
        exit(1);
}

void console_puts(const char *s)
{
    console_write(s, strlen(s));
}

void console_u32(uint32_t value)
{
    printf("%lu", (unsigned long)value);
}

void board_die(const char *why)
{
    fprintf(stderr, "died: %s\n", why);
    exit(2);
}

/* ------------------------------------------------------ entropy and time */

static int read_entropy(void *ctx, void *p, size_t n)
{
    return host_entropy.read(ctx, p, n);
}

static int read_clock(void *ctx, int64_t *unix_s)
{
    return host_clock.now(ctx, unix_s);
}

const struct lwurl_entropy board_entropy = {.read = read_entropy};
const struct lwurl_clock board_clock = {.now = read_clock};

/* A PC knows the time: nothing needs a floor. */
int64_t board_time_floor(void)
{
    return 0;
}

/* ----------------------------------------------------------------- storage */

static int get(void *ctx, uint32_t at, void *p, size_t n)
{
    (void)ctx;
    return fseek(storage, (long)at, SEEK_SET) == 0 &&
                   fread(p, 1, n, storage) == n
               ? LWURL_OK
               : LWURL_ERR_STORAGE;
}

static int put(void *ctx, uint32_t at, const void *p, size_t n)
{
    (void)ctx;
    return fseek(storage, (long)at, SEEK_SET) == 0 &&
                   fwrite(p, 1, n, storage) == n && fflush(storage) == 0
               ? LWURL_OK
               : LWURL_ERR_STORAGE;
}

static int erase(void *ctx, uint32_t at)
{
    static const unsigned char ones[1] = {0xFF};
    int err = LWURL_OK;

    for (uint32_t i = 0; i < ERASE_UNIT && err == LWURL_OK; i++)
        err = put(ctx, at + i, ones, 1);
    return err;
}

const struct lwurl_storage board_storage = {
    .size = STORAGE_N,
    .erase_unit = ERASE_UNIT,
    .write_unit = WRITE_UNIT,
    .read = get,
    .write = put,
    .erase = erase,
};

static bool is_long_enough(void)
{
    return fseek(storage, 0, SEEK_END) == 0 &&
           ftell(storage) == (long)STORAGE_N;
}

int board_storage_open(const char *name)
{
    int err = LWURL_OK;

    storage = fopen(name, "r+b");
    if (storage != NULL && is_long_enough())
        return LWURL_OK;
    storage =
        storage != NULL ? freopen(name, "w+b", storage) : fopen(name, "w+b");
    if (storage == NULL)
        return LWURL_ERR_STORAGE;
    for (uint32_t at = 0; at < STORAGE_N && err == LWURL_OK; at += ERASE_UNIT)
        err = erase(NULL, at);
    return err;
}

/* ------------------------------------------------------------------- start */

int network_up(const char *url)
{
    struct lwurl_split split;
    uint32_t port;

    if (lwurl_urlsplit((struct lwurl_str){url, strlen(url)}, &split) ==
            LWURL_OK &&
        lwurl_split_port(&split, &port) == LWURL_OK)
        net_map_hosts(split.hostname, port);
    return LWURL_OK;
}

static int run(void *unused)
{
    (void)unused;
    return app_main(arguments.argc, arguments.argv);
}

int main(int argc, char *argv[])
{
    static const struct options options;

    arguments.argc = argc;
    arguments.argv = argv;
    return net_run(&options, run, NULL);
}
