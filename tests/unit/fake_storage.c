/* SPDX-License-Identifier: MIT */
#include "fake_storage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static uint32_t chance(struct fake_storage *f)
{
    f->seed = f->seed * 1664525u + 1013904223u;
    return f->seed >> 16;
}

/* What a cut may leave of a unit: the old, the new, some bits of it, junk. */
static void tear(struct fake_storage *f, uint32_t at, const unsigned char *p,
                 uint32_t n)
{
    uint32_t how = chance(f) % 4;

    for (uint32_t i = 0; i < n; i++) {
        unsigned char *byte = &f->bytes[at + i];
        if (how == 1)
            *byte = p[i];
        else if (how == 2)
            *byte = (unsigned char)(p[i] | chance(f));
        else if (how == 3)
            *byte = (unsigned char)chance(f);
    }
}

/* Counts a call: true when it does not come through. */
static bool is_last(struct fake_storage *f)
{
    unsigned call = fake_storage_calls(f);

    f->dead = call == f->cut_at;
    return f->dead || call == f->fail_at;
}

static int fake_read(void *ctx, uint32_t at, void *p, size_t n)
{
    struct fake_storage *f = ctx;

    assert_true(n <= f->storage.size && at <= f->storage.size - n);
    if (f->dead || ++f->reads == f->fail_read_at)
        return LWURL_ERR_STORAGE;
    memcpy(p, f->bytes + at, n);
    return LWURL_OK;
}

static int fake_write(void *ctx, uint32_t at, const void *p, size_t n)
{
    struct fake_storage *f = ctx;
    const unsigned char *from = p;
    uint32_t unit = f->storage.write_unit;

    assert_true(n > 0 && n <= f->storage.size && at <= f->storage.size - n);
    assert_true(at % unit == 0 && n % unit == 0);
    if (f->dead)
        return LWURL_ERR_STORAGE;
    for (size_t i = 0; i < n; i++)
        assert_int_equal(f->bytes[at + i], 0xFF);
    f->writes++;
    if (is_last(f)) {
        for (size_t i = 0; i < n; i += unit)
            tear(f, at + (uint32_t)i, from + i, unit);
        return LWURL_ERR_STORAGE;
    }
    memcpy(f->bytes + at, p, n);
    return LWURL_OK;
}

static int fake_erase(void *ctx, uint32_t at)
{
    struct fake_storage *f = ctx;
    uint32_t unit = f->storage.erase_unit;
    unsigned char blank[FAKE_STORAGE_MAX];

    assert_true(at % unit == 0 && at < f->storage.size);
    if (f->dead)
        return LWURL_ERR_STORAGE;
    f->erases++;
    memset(blank, 0xFF, unit);
    if (is_last(f)) {
        for (uint32_t i = 0; i < unit; i += f->storage.write_unit)
            tear(f, at + i, blank, f->storage.write_unit);
        return LWURL_ERR_STORAGE;
    }
    memcpy(f->bytes + at, blank, unit);
    return LWURL_OK;
}

void fake_storage_begin(struct fake_storage *f, uint32_t size,
                        uint32_t erase_unit, uint32_t write_unit)
{
    assert_true(size <= FAKE_STORAGE_MAX);
    memset(f, 0, sizeof *f);
    memset(f->bytes, 0xFF, size);
    f->storage = (struct lwurl_storage){
        f, size, erase_unit, write_unit, fake_read, fake_write, fake_erase};
}

void fake_storage_restart(struct fake_storage *f)
{
    f->writes = f->erases = f->cut_at = f->fail_at = 0;
    f->reads = f->fail_read_at = 0;
    f->dead = false;
}

unsigned fake_storage_calls(const struct fake_storage *f)
{
    return f->writes + f->erases;
}
