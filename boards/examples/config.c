/* SPDX-License-Identifier: MIT */
/*
 * A device that polls its configuration: applies the last good one at once,
 * from its own storage, then asks for a newer one in good manners. What cannot
 * be read or makes no sense never takes the place of what is good.
 *
 *     config [-s STORAGE] [-u USER:PASSWORD] [-n POLLS] [-p SECONDS] URL
 */
#include <string.h>

#include "arguments.h"
#include "board.h"
#include "lwurl_auth.h"
#include "lwurl_cache.h"
#include "lwurl_retry.h"
#include "network.h"
#include "settings.h"
#include "cortexm/tls.h"

#define DEADLINE_MS 30000u
#define TEXT_MAX    1024u /* bytes of a configuration */
#define PERIOD_S    3600u

/* ------------------------------------------------------------------ memory */

/* The storage: four erase units of records, then two slots for bodies. */
static struct lwurl_records records = {.storage = &board_storage};
static struct lwurl_cache_slot slots[2];
static unsigned char room[LWURL_CACHE_ROOM(128)], work[256];
static struct lwurl_cache cache = {
    .records = &records,
    .id = 1,
    .storage = &board_storage,
    .slots = slots,
    .slots_n = 2,
    .room = room,
    .room_n = sizeof room,
    .work = work,
    .work_n = sizeof work,
    .clock = &board_clock,
    .stale_s = LWURL_FOREVER,
};

static const struct lwurl_retry_rules rules = {.tries = 4};
static struct lwurl_manners manners = {.rules = &rules};
static struct lwurl_retry retry = {.manners = &manners, .clock = &board_clock};
static struct lwurl_basic basic;

static const struct lwurl_handler handlers[] = {
    LWURL_CACHE(&cache), LWURL_RETRY(&retry),      LWURL_BASIC(&basic),
    LWURL_HTTP,          LWURL_HTTPS(&device_tls),
};
static const struct lwurl_opener opener = {
    &net_port, handlers, sizeof handlers / sizeof handlers[0]};

static struct lwurl u;
static char text[TEXT_MAX];
static struct settings settings;

/* ------------------------------------------------------------------- apply */

static const char *const sources[] = {
    [LWURL_FROM_NETWORK] = "new",
    [LWURL_FROM_FRESH] = "still fresh",
    [LWURL_FROM_CONFIRMED] = "unchanged",
    [LWURL_FROM_STALE] = "the last good one",
};

/* What a device does with its settings; this one says them. */
static void apply(void)
{
    console_puts("configuration (");
    console_puts(sources[lwurl_cache_from(&cache)]);
    console_puts("): ");
    console_puts(settings.name);
    console_puts(" reports every ");
    console_u32(settings.report_every_s);
    console_puts(" s\n");
}

/* Reads the body, and keeps it if it is good. */
static int take(void)
{
    size_t n = 0;
    int err = lwurl_cache_read_all(&cache, text, sizeof text, &n);
    const char *wrong = NULL;

    if (err == LWURL_OK)
        wrong = settings_read(&settings, text, n);
    if (wrong != NULL) {
        console_puts("refused: ");
        console_puts(wrong);
        console_puts("\n");
    }
    if (err != LWURL_OK || wrong != NULL)
        return err;
    apply();
    if (lwurl_cache_from(&cache) == LWURL_FROM_NETWORK)
        err = lwurl_cache_keep(&cache);
    return err == LWURL_ERR_NOT_CACHED ? LWURL_OK : err; /* no-store */
}

static int fetch(const struct lwurl_request *request, unsigned how)
{
    int err =
        lwurl_cache_open(&cache, &u, &opener, request, how | LWURL_CACHE_HOLD);

    if (err == LWURL_OK)
        err = take();
    lwurl_cache_close(&cache);
    return err;
}

static void say_error(int err)
{
    console_puts("no configuration: ");
    console_puts(lwurl_strerror(err));
    console_puts("\n");
}

/* ------------------------------------------------------------------- polls */

static void poll_once(const struct lwurl_request *request)
{
    int err;

    do {
        err = fetch(request, LWURL_CACHE_ASK);
        if (err != LWURL_OK)
            say_error(err);
    } while (lwurl_retry_wait(&retry, &u) > 0);
}

static void poll_for_ever(const struct lwurl_request *request,
                          const struct arguments *a)
{
    struct lwurl_poll poll = {
        .manners = &manners,
        .period_ms = (a->period_s > 0 ? a->period_s : PERIOD_S) * 1000u,
        .first_ms = 1,
    };

    for (uint32_t i = 0; a->times == 0 || i < a->times; i++) {
        net_port.wait(net_port.ctx, LWURL_PORT_NONE, 0,
                      lwurl_poll_next(&poll, &retry));
        poll_once(request);
    }
}

/* ------------------------------------------------------------------- start */

static int open_storage(const char *name)
{
    const uint32_t unit = board_storage.erase_unit;
    int err = board_storage_open(name);

    records.size = 4 * unit;
    cache.at = records.size;
    cache.body_max = (TEXT_MAX + unit - 1) / unit * unit;
    if (err == LWURL_OK)
        err = lwurl_records_open(&records);
    return err == LWURL_OK ? lwurl_cache_init(&cache) : err;
}

static void seed(void)
{
    uint32_t number = 0;

    (void)board_entropy.read(board_entropy.ctx, &number, sizeof number);
    lwurl_manners_seed(&manners, &number, sizeof number);
}

int app_main(int argc, char *argv[])
{
    struct arguments a = {
        .storage = "flash.bin",
        .letters = "sunp",
        .usage = "config [-s STORAGE] [-u USER:PASSWORD] [-n POLLS] "
                 "[-p SECONDS] URL",
    };
    struct lwurl_request request = {.deadline_ms = DEADLINE_MS};
    int err;

    if (arguments_read(&a, argc, argv) != 0 || tls_init(0) != 0)
        return 1;
    request.url = a.url;
    request.user = a.user;
    request.password = a.password;
    seed();
    err = open_storage(a.storage);
    if (err == LWURL_OK)
        err = fetch(&request, LWURL_CACHE_OFFLINE); /* needs no network */
    if (err != LWURL_OK && err != LWURL_ERR_NOT_CACHED) {
        say_error(err);
        return 1;
    }
    if (network_up(a.url) != LWURL_OK)
        board_die("no room for the port");
    poll_for_ever(&request, &a);
    lwurl_end(&u);
    return settings.report_every_s != 0 ? 0 : 1;
}
