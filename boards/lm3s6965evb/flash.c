/* SPDX-License-Identifier: MIT */
/*
 * The storage of the LM3S6965: the end of its flash, behind the firmware. The
 * core stands still while the controller works, as all that runs is in the same
 * flash: 20 ms for an erase, 20 us for a word. Unlike all else of this board
 * it has run in no emulator, which has no such controller, nor on silicon: a
 * model of the registers tests it (tests/unit/test_lm3s_flash.c).
 */
#include "flash_registers.h"

#include <string.h>

#include "cortexm/board.h"
#include "storage_part.h"

/* Bounds the wait for the controller: more than 100 ms at any clock. */
#define POLLS_MAX 2000000u

/* Of the linker script: where the storage is. */
extern const unsigned char ld_storage_start[], ld_storage_size[];

static uint32_t base(void)
{
    return (uint32_t)(uintptr_t)ld_storage_start;
}

static bool is_inside(uint32_t at, size_t n)
{
    return at <= board_storage.size && n <= board_storage.size - at;
}

/* Starts what `bit` says and waits for its end. */
static int operate(uint32_t bit)
{
    flash_set_register(FLASH_FCMISC, FC_ACCESS);
    flash_set_register(FLASH_FMC, FMC_KEY | bit);
    for (uint32_t i = 0; i < POLLS_MAX; i++)
        if ((flash_register(FLASH_FMC) & bit) == 0)
            return (flash_register(FLASH_FCRIS) & FC_ACCESS) != 0
                       ? LWURL_ERR_STORAGE
                       : LWURL_OK;
    return LWURL_ERR_STORAGE;
}

static int write_word(uint32_t at, const unsigned char *p)
{
    uint32_t word;

    memcpy(&word, p, sizeof word);
    flash_set_register(FLASH_FMA, base() + at);
    flash_set_register(FLASH_FMD, word);
    return operate(FMC_WRITE);
}

static int flash_read(void *ctx, uint32_t at, void *p, size_t n)
{
    (void)ctx;
    if (!is_inside(at, n))
        return LWURL_ERR_STORAGE;
    memcpy(p, ld_storage_start + at, n);
    return LWURL_OK;
}

static int flash_write(void *ctx, uint32_t at, const void *p, size_t n)
{
    const unsigned char *from = p;
    int err = LWURL_OK;

    (void)ctx;
    if (!is_inside(at, n) || at % FLASH_WORD != 0 || n % FLASH_WORD != 0)
        return LWURL_ERR_STORAGE;
    for (size_t i = 0; i < n && err == LWURL_OK; i += FLASH_WORD)
        err = write_word(at + (uint32_t)i, from + i);
    return err == LWURL_OK && memcmp(ld_storage_start + at, p, n) != 0
               ? LWURL_ERR_STORAGE
               : err;
}

static int flash_erase(void *ctx, uint32_t at)
{
    (void)ctx;
    if (!is_inside(at, FLASH_PAGE) || at % FLASH_PAGE != 0)
        return LWURL_ERR_STORAGE;
    flash_set_register(FLASH_FMA, base() + at);
    return operate(FMC_ERASE);
}

const struct lwurl_storage board_storage = {
    .size = BOARD_STORAGE_N,
    .erase_unit = FLASH_PAGE,
    .write_unit = FLASH_WORD,
    .read = flash_read,
    .write = flash_write,
    .erase = flash_erase,
};

int board_storage_open(const char *name)
{
    (void)name;
    flash_set_register(FLASH_USECRL, board_hz / 1000000u - 1u);
    return (uintptr_t)ld_storage_size == board_storage.size &&
                   base() % FLASH_PAGE == 0
               ? LWURL_OK
               : LWURL_ERR_STORAGE;
}
