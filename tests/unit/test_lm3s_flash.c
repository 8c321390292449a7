/* SPDX-License-Identifier: MIT */
/* boards/lm3s6965evb/flash.c over a model of the controller's registers: what
   the data sheet says of keys, protection, and bits that go from 1 to 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cortexm/board.h"
#include "lm3s6965evb/flash_registers.h"
#include "lm3s6965evb/storage_part.h"

const uint32_t board_hz = 50000000;

/* The linker's symbols: the address of the second one is a length. */
unsigned char ld_storage_start[BOARD_STORAGE_N]
    __attribute__((aligned(FLASH_PAGE)));

/* ------------------------------------------------------------------- model */

static struct {
    uint32_t fma, fmd, fmc, fcris, usecrl;
    unsigned busy;        /* reads of FMC until it is done */
    uint32_t protect;     /* offset of a page that is protected */
    unsigned long writes; /* operations that were started */
    int stuck;            /* never done */
} model;

static uint32_t offset_of(uint32_t address)
{
    uint32_t offset = address - (uint32_t)(uintptr_t)ld_storage_start;

    assert_true(offset < BOARD_STORAGE_N);
    return offset;
}

static void erase_page(uint32_t offset)
{
    assert_int_equal(offset % FLASH_PAGE, 0);
    memset(ld_storage_start + offset, 0xFF, FLASH_PAGE);
}

static void write_word(uint32_t offset)
{
    assert_int_equal(offset % FLASH_WORD, 0);
    for (unsigned i = 0; i < FLASH_WORD; i++)
        ld_storage_start[offset + i] &= (unsigned char)(model.fmd >> 8 * i);
}

static void start(uint32_t bits)
{
    uint32_t offset = offset_of(model.fma);

    model.writes++;
    model.fmc = bits;
    model.busy = 3;
    if (offset / FLASH_PAGE == model.protect / FLASH_PAGE)
        model.fcris |= FC_ACCESS;
    else if (bits == FMC_ERASE)
        erase_page(offset);
    else if (bits == FMC_WRITE)
        write_word(offset);
    else
        fail_msg("FMC: %08x", (unsigned)bits);
}

uint32_t flash_register(uint32_t address)
{
    if (address == FLASH_FCRIS)
        return model.fcris;
    assert_int_equal(address, FLASH_FMC);
    if (model.busy > 0 && !model.stuck && --model.busy == 0)
        model.fmc = 0;
    return model.fmc;
}

void flash_set_register(uint32_t address, uint32_t value)
{
    assert_int_equal(model.fmc, 0); /* nothing while it works */
    if (address == FLASH_FMA)
        model.fma = value;
    else if (address == FLASH_FMD)
        model.fmd = value;
    else if (address == FLASH_USECRL)
        model.usecrl = value;
    else if (address == FLASH_FCMISC)
        model.fcris &= ~value;
    else if (address == FLASH_FMC && (value & 0xFFFF0000u) == FMC_KEY)
        start(value & 0xFFFFu);
    else
        fail_msg("a write to %08x", (unsigned)address);
}

static int setup(void **state)
{
    (void)state;
    memset(&model, 0, sizeof model);
    model.protect = UINT32_MAX;
    memset(ld_storage_start, 0xFF, sizeof ld_storage_start);
    assert_int_equal(board_storage_open(NULL), LWURL_OK);
    return 0;
}

/* ------------------------------------------------------------------- tests */

static void test_tells_its_clock(void **state)
{
    (void)state;
    assert_int_equal(model.usecrl, 49);
}

static void test_writes_what_reads(void **state)
{
    unsigned char text[1024], back[1024];
    const struct lwurl_storage *s = &board_storage;

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (unsigned char)(i * 7);
    assert_int_equal(s->write(s->ctx, 2048, text, sizeof text), LWURL_OK);
    assert_int_equal(model.writes, sizeof text / FLASH_WORD);
    assert_int_equal(s->read(s->ctx, 2048, back, sizeof back), LWURL_OK);
    assert_memory_equal(text, back, sizeof text);
    assert_int_equal(s->erase(s->ctx, 2048), LWURL_OK);
    for (size_t i = 0; i < FLASH_PAGE; i++)
        assert_int_equal(ld_storage_start[2048 + i], 0xFF);
}

static void test_cannot_set_bits(void **state)
{
    const struct lwurl_storage *s = &board_storage;

    (void)state;
    assert_int_equal(s->write(s->ctx, 0, "\0\0\0\0", 4), LWURL_OK);
    assert_int_equal(s->write(s->ctx, 0, "abcd", 4), LWURL_ERR_STORAGE);
}

static void test_says_what_is_protected(void **state)
{
    const struct lwurl_storage *s = &board_storage;

    (void)state;
    model.protect = 4096;
    assert_int_equal(s->erase(s->ctx, 4096), LWURL_ERR_STORAGE);
    assert_int_equal(s->write(s->ctx, 4100, "abcd", 4), LWURL_ERR_STORAGE);
    assert_int_equal(s->erase(s->ctx, 1024), LWURL_OK); /* not for ever */
}

static void test_does_not_wait_for_ever(void **state)
{
    const struct lwurl_storage *s = &board_storage;

    (void)state;
    model.stuck = 1;
    assert_int_equal(s->erase(s->ctx, 0), LWURL_ERR_STORAGE);
}

static void test_keeps_to_its_place(void **state)
{
    const struct lwurl_storage *s = &board_storage;
    unsigned char word[FLASH_WORD] = {0};

    (void)state;
    assert_int_equal(s->write(s->ctx, 2, word, 4), LWURL_ERR_STORAGE);
    assert_int_equal(s->write(s->ctx, 0, word, 3), LWURL_ERR_STORAGE);
    assert_int_equal(s->write(s->ctx, s->size, word, 4), LWURL_ERR_STORAGE);
    assert_int_equal(s->write(s->ctx, UINT32_MAX - 3, word, 4),
                     LWURL_ERR_STORAGE);
    assert_int_equal(s->erase(s->ctx, s->size), LWURL_ERR_STORAGE);
    assert_int_equal(s->erase(s->ctx, 512), LWURL_ERR_STORAGE);
    assert_int_equal(s->read(s->ctx, s->size - 1, word, 2), LWURL_ERR_STORAGE);
    assert_int_equal(model.writes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_tells_its_clock, setup),
        cmocka_unit_test_setup(test_writes_what_reads, setup),
        cmocka_unit_test_setup(test_cannot_set_bits, setup),
        cmocka_unit_test_setup(test_says_what_is_protected, setup),
        cmocka_unit_test_setup(test_does_not_wait_for_ever, setup),
        cmocka_unit_test_setup(test_keeps_to_its_place, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
