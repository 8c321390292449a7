/* SPDX-License-Identifier: MIT */
/*
 * The board's storage as a file of the emulator's, which keeps to the rules of
 * NOR flash: it refuses what flash cannot do, and leaves rubbish in a unit
 * while it is written, so that a killed emulator is a power cut.
 */
#include <string.h>

#include "board.h"
#include "semihosting.h"
#include "storage_part.h"

#define PIECE 256u

static int32_t file = -1;
static uint32_t noise = 1;

static void make_noise(unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        noise = noise * 1664525u + 1013904223u;
        p[i] = (unsigned char)(noise >> 24);
    }
}

static int put(uint32_t at, const void *p, size_t n)
{
    return semihost_seek(file, at) == 0 && semihost_write(file, p, n) == 0
               ? LWURL_OK
               : LWURL_ERR_STORAGE;
}

static int get(uint32_t at, void *p, size_t n)
{
    return semihost_seek(file, at) == 0 && semihost_read(file, p, n) == 0
               ? LWURL_OK
               : LWURL_ERR_STORAGE;
}

static int fill_erased(uint32_t at, uint32_t n)
{
    unsigned char piece[PIECE];
    int err = LWURL_OK;

    memset(piece, 0xFF, sizeof piece);
    for (; n > 0 && err == LWURL_OK; at += PIECE, n -= PIECE)
        err = put(at, piece, PIECE);
    return err;
}

static bool is_inside(uint32_t at, size_t n)
{
    return file >= 0 && at <= board_storage.size &&
           n <= board_storage.size - at;
}

static int storage_read(void *ctx, uint32_t at, void *p, size_t n)
{
    (void)ctx;
    return is_inside(at, n) ? get(at, p, n) : LWURL_ERR_STORAGE;
}

/* Bits go from 1 to 0 only. In between, some are there and some are not. */
static int write_piece(uint32_t at, const unsigned char *p, size_t n)
{
    unsigned char old[PIECE], torn[PIECE];

    if (get(at, old, n) != LWURL_OK)
        return LWURL_ERR_STORAGE;
    make_noise(torn, n);
    for (size_t i = 0; i < n; i++) {
        if ((old[i] & p[i]) != p[i])
            board_die("a write to flash that is not erased");
        torn[i] = (unsigned char)(p[i] | (old[i] & torn[i]));
    }
    return put(at, torn, n) == LWURL_OK ? put(at, p, n) : LWURL_ERR_STORAGE;
}

static int storage_write(void *ctx, uint32_t at, const void *p, size_t n)
{
    const unsigned char *from = p;
    const uint32_t unit = board_storage.write_unit;

    (void)ctx;
    if (!is_inside(at, n) || at % unit != 0 || n % unit != 0)
        return LWURL_ERR_STORAGE;
    while (n > 0) {
        size_t m = n < PIECE ? n : PIECE;
        if (write_piece(at, from, m) != LWURL_OK)
            return LWURL_ERR_STORAGE;
        at += m;
        from += m;
        n -= m;
    }
    return LWURL_OK;
}

static int storage_erase(void *ctx, uint32_t at)
{
    const uint32_t unit = board_storage.erase_unit;
    unsigned char torn[PIECE];

    (void)ctx;
    if (!is_inside(at, unit) || at % unit != 0)
        return LWURL_ERR_STORAGE;
    for (uint32_t done = 0; done < unit; done += PIECE) {
        make_noise(torn, sizeof torn);
        if (put(at + done, torn, sizeof torn) != LWURL_OK)
            return LWURL_ERR_STORAGE;
    }
    return fill_erased(at, unit);
}

const struct lwurl_storage board_storage = {
    .size = BOARD_STORAGE_N,
    .erase_unit = BOARD_ERASE_UNIT,
    .write_unit = BOARD_WRITE_UNIT,
    .read = storage_read,
    .write = storage_write,
    .erase = storage_erase,
};

/* A file that is not as long as the storage is a new chip. */
int board_storage_open(const char *name)
{
    file = semihost_open(name, SEMIHOST_RPB);
    noise = board_seed() | 1u;
    if (file >= 0 && semihost_length(file) == (int32_t)board_storage.size)
        return LWURL_OK;
    if (file >= 0)
        semihost_close(file);
    file = semihost_open(name, SEMIHOST_WPB);
    return file < 0 ? LWURL_ERR_STORAGE : fill_erased(0, board_storage.size);
}
