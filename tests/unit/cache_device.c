/* SPDX-License-Identifier: MIT */
#include "cache_device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct cache_device dev;

static const struct lwurl_handler handlers[] = {
    LWURL_CACHE(&dev.cache), LWURL_REDIRECT(&dev.redirect), LWURL_HTTP,
    FAKE_HTTPS(&dev.tls), LWURL_DATA};

static int read_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = dev.wall;
    return dev.wall == NOBODY ? -1 : 0;
}

static const struct lwurl_clock wall_clock = {NULL, read_clock};

void device_pass(uint32_t seconds)
{
    dev.fake.now += seconds * 1000u;
    if (dev.wall != NOBODY)
        dev.wall += seconds;
}

static int mount(void)
{
    dev.records = (struct lwurl_records){.storage = &dev.flash.storage,
                                         .at = SLOTS * dev.body_max,
                                         .size = RECORDS};
    dev.cache = (struct lwurl_cache){.records = &dev.records,
                                     .id = 7,
                                     .storage = &dev.flash.storage,
                                     .body_max = dev.body_max,
                                     .slots = dev.slots,
                                     .slots_n = SLOTS,
                                     .room = dev.room,
                                     .room_n = sizeof dev.room,
                                     .work = dev.work,
                                     .work_n = sizeof dev.work,
                                     .clock = &wall_clock};
    assert_int_equal(lwurl_records_open(&dev.records), LWURL_OK);
    return lwurl_cache_init(&dev.cache);
}

void device_reboot(void)
{
    lwurl_cache_close(&dev.cache);
    lwurl_end(&dev.u);
    memset(&dev.u, 0, sizeof dev.u);
    fake_storage_restart(&dev.flash);
    memset(dev.slots, 0x55, sizeof dev.slots);
    dev.fake.now = 77;
    assert_int_equal(mount(), LWURL_OK);
}

static void begin(const struct fake_peer *peers, size_t n, uint32_t unit,
                  uint32_t body_max)
{
    dev.body_max = body_max;
    fake_begin(&dev.fake, peers, n);
    fake_storage_begin(&dev.flash, SLOTS * dev.body_max + RECORDS, ERASE, unit);
    dev.opener = (struct lwurl_opener){&dev.fake.port, handlers, N(handlers)};
    dev.redirect = (struct lwurl_redirect){.room = dev.location,
                                           .room_n = sizeof dev.location};
    dev.tls = (struct fake_slot){.owner = NULL};
    memset(&dev.u, 0, sizeof dev.u);
    dev.wall = EPOCH;
    assert_int_equal(mount(), LWURL_OK);
}

void device_begin(const struct fake_peer *peers, size_t n)
{
    begin(peers, n, 8, BODY_MAX);
}

void device_begin_on(const struct fake_peer *peers, size_t n, uint32_t unit)
{
    begin(peers, n, unit, BODY_MAX);
}

void device_begin_large(const struct fake_peer *peers, size_t n)
{
    begin(peers, n, 8, 4 * BODY_MAX);
}

void device_end(void)
{
    lwurl_cache_close(&dev.cache);
    lwurl_end(&dev.u);
    fake_end(&dev.fake);
}

struct fake_say say(const char *text, unsigned heads)
{
    return (struct fake_say){.p = text, .n = strlen(text), .heads = heads};
}

int ask(const struct lwurl_request *request, unsigned how)
{
    int err = lwurl_cache_open(&dev.cache, &dev.u, &dev.opener, request, how);

    dev.body_n = 0;
    if (err == LWURL_OK || err == LWURL_ERR_STATUS) {
        int r = lwurl_cache_read_all(&dev.cache, dev.body, sizeof dev.body - 1,
                                     &dev.body_n);
        err = r < 0 ? r : err;
    }
    dev.body[dev.body_n] = '\0';
    return err;
}

int get(const char *url, unsigned how)
{
    struct lwurl_request request = {.url = url};
    int err = ask(&request, how);

    lwurl_cache_close(&dev.cache); /* the request ends here */
    return err;
}

void expect(const char *url, unsigned how, enum lwurl_cache_from from,
            const char *text)
{
    struct lwurl_request request = {.url = url};

    assert_string_equal(error_name(ask(&request, how)), "OK");
    assert_string_equal(dev.body, text);
    assert_int_equal(lwurl_cache_from(&dev.cache), from);
    lwurl_cache_close(&dev.cache);
}

void expect_kept(const char *url, const char *text)
{
    expect(url, LWURL_CACHE_OFFLINE,
           get(url, LWURL_CACHE_OFFLINE) == LWURL_OK
               ? (enum lwurl_cache_from)dev.cache.from
               : LWURL_FROM_STALE,
           text);
}

void expect_not_kept(const char *url)
{
    assert_int_equal(get(url, LWURL_CACHE_OFFLINE), LWURL_ERR_NOT_CACHED);
    assert_int_equal(dev.body_n, 0);
}

struct fake_say long_body(char *to, size_t n, char version, unsigned heads,
                          const char *fields)
{
    int at = sprintf(to, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n%s\r\n", n,
                     fields);

    for (size_t i = 0; i < n; i++)
        to[at + (int)i] = (char)(i % 7 == 0 ? version : 'a' + (int)(i % 26));
    return (struct fake_say){.p = to, .n = (size_t)at + n, .heads = heads};
}

void expect_version(size_t n, char version)
{
    assert_int_equal(dev.body_n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(dev.body[i],
                         i % 7 == 0 ? version : 'a' + (int)(i % 26));
}
