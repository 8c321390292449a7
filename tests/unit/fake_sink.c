/* SPDX-License-Identifier: MIT */
#include "fake_sink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool fails(struct fake_sink *s)
{
    return ++s->calls == s->fail_at;
}

static int sink_begin(void *ctx, uint64_t total, uint64_t kept)
{
    struct fake_sink *s = ctx;

    assert_true(kept <= total && kept <= s->synced);
    assert_true(kept == 0 || kept % s->sink.grain == 0);
    s->begins++;
    s->open = true;
    s->total = total;
    s->kept = kept;
    s->n = s->synced = kept;
    return fails(s) ? s->fail_with : LWURL_OK;
}

static int sink_write(void *ctx, uint64_t at, const void *p, size_t n)
{
    struct fake_sink *s = ctx;

    assert_true(s->open && n > 0);
    assert_int_equal(at, s->n);
    assert_true(n <= s->total - at);
    assert_true(n <= FAKE_SINK_MAX - at);
    s->writes++;
    if (fails(s))
        return s->fail_with;
    memcpy(s->bytes + at, p, n);
    s->n += n;
    return LWURL_OK;
}

static int sink_sync(void *ctx)
{
    struct fake_sink *s = ctx;

    assert_true(s->open);
    assert_int_equal(s->n % s->sink.grain, 0);
    s->syncs++;
    if (fails(s))
        return s->fail_with;
    s->synced = s->n;
    return LWURL_OK;
}

static int sink_commit(void *ctx, uint64_t total)
{
    struct fake_sink *s = ctx;

    assert_true(s->open);
    assert_int_equal(total, s->n);
    s->commits++;
    if (fails(s))
        return s->fail_with;
    s->open = false;
    s->committed = true;
    return LWURL_OK;
}

static void sink_abort(void *ctx, int keep)
{
    struct fake_sink *s = ctx;

    assert_true(s->open);
    s->aborts++;
    s->keeps += keep != 0;
    s->open = false;
    if (!keep)
        s->synced = 0;
}

void fake_sink_begin(struct fake_sink *s, uint32_t grain)
{
    memset(s, 0, offsetof(struct fake_sink, bytes));
    s->sink = (struct lwurl_sink){.ctx = s,
                                  .begin = sink_begin,
                                  .write = sink_write,
                                  .sync = grain == 0 ? NULL : sink_sync,
                                  .grain = grain,
                                  .commit = sink_commit,
                                  .abort = sink_abort};
}

void fake_sink_restart(struct fake_sink *s)
{
    s->open = false;
    s->fail_at = s->calls = 0;
    memset(s->bytes + s->synced, 0xA5, (size_t)(FAKE_SINK_MAX - s->synced));
}
