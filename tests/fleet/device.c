/* SPDX-License-Identifier: MIT */
/*
 * A device: it polls, with lwurl, stepwise, over a port without a network. With
 * manners it spreads its first poll and does what lwurl_retry.h says; without,
 * it does what much firmware does: polls when it has power, tries again after
 * five seconds, for ever.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fleet.h"
#include "lwurl_handler.h"
#include "lwurl_retry.h"
#include "../sim/chance.h"

#define WAY_MS   20u /* from a device to the server */
#define PLAIN_MS 5000u
#define FIRST_MS 60000u
#define FLASH_N  128u /* a record of the budget, in two halves */

/* All that a device has of lwurl. */
struct own {
    struct lwurl u;
    unsigned char work[LWURL_WORK_MIN];
    struct lwurl_opener opener;
    struct lwurl_handler handlers[2];
    struct lwurl_manners manners;
    struct lwurl_breaker breaker;
    struct lwurl_retry retry;
    struct lwurl_records records;
    struct lwurl_poll poll;
};

struct device {
    struct own own;
    struct lwurl_port port; /* the rest is the world around it */
    struct lwurl_storage storage;
    unsigned char flash[FLASH_N];
    bool on, fetching, open, served;
    uint32_t clock_ms; /* its clock less the world's */
    unsigned tries;
    uint64_t ready_ms; /* connected, or the answer is here */
    const char *answer;
    size_t answer_n;
    char last[4]; /* bytes sent */
};

static struct device *devices;
static struct fleet_result *result;
static struct fleet_plan plan;

static const struct lwurl_request request = {
    .url = "http://10.0.0.1/config.json", .deadline_ms = 15000};
static const struct lwurl_retry_rules rules = {.tries = 6};

size_t device_ram(void)
{
    return sizeof(struct own);
}

/* ----------------------------------------------------------------- its port */

static uint32_t now_ms(void *ctx)
{
    return (uint32_t)fleet_now_ms + ((struct device *)ctx)->clock_ms;
}

static int up(void *ctx)
{
    (void)ctx;
    return 1;
}

static int resolve(void *ctx, int *slot, struct lwurl_str name,
                   unsigned attempt, struct lwurl_addr *out)
{
    (void)ctx;
    (void)name;
    *slot = LWURL_PORT_NONE;
    memset(out, 0, sizeof *out);
    out->family = 4;
    return attempt == 0 ? 1 : LWURL_ERR_DNS;
}

static void resolve_cancel(void *ctx, int slot)
{
    (void)ctx;
    (void)slot;
}

static int connect(void *ctx, const struct lwurl_addr *to)
{
    struct device *d = ctx;

    (void)to;
    assert(!d->open);
    d->open = true;
    d->answer = NULL;
    d->answer_n = 0;
    d->ready_ms = fleet_now_ms + 2 * WAY_MS;
    return 0;
}

static int connected(void *ctx, int fd)
{
    struct device *d = ctx;

    (void)fd;
    return fleet_now_ms >= d->ready_ms;
}

static int send(void *ctx, int fd, const struct lwurl_str *slices, size_t n)
{
    struct device *d = ctx;
    unsigned sent = 0;

    (void)fd;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < slices[i].n; k++, sent++) {
            memmove(d->last, d->last + 1, 3);
            d->last[3] = slices[i].p[k];
        }
    if (memcmp(d->last, "\r\n\r\n", 4) == 0)
        fleet_at(fleet_now_ms + WAY_MS, EVENT_REQUEST, (unsigned)(d - devices));
    return (int)sent;
}

static int recv(void *ctx, int fd, void *p, size_t n)
{
    struct device *d = ctx;

    (void)fd;
    if (d->answer == NULL || fleet_now_ms < d->ready_ms)
        return 0;
    if (d->answer[0] == '\0')
        return LWURL_ERR_RESET;
    if (d->answer_n < n)
        n = d->answer_n;
    memcpy(p, d->answer, n);
    d->answer += n;
    d->answer_n -= n;
    return (int)n;
}

static void close_port(void *ctx, int fd, int abort)
{
    (void)fd;
    (void)abort;
    ((struct device *)ctx)->open = false;
}

static void wait(void *ctx, int fd, unsigned events, uint32_t ms)
{
    (void)ctx;
    (void)fd;
    (void)events;
    (void)ms;
    assert(!"nobody waits in a step");
}

static const struct lwurl_port port = {
    .now_ms = now_ms,
    .up = up,
    .resolve = resolve,
    .resolve_cancel = resolve_cancel,
    .connect = connect,
    .connected = connected,
    .send = send,
    .recv = recv,
    .close = close_port,
    .wait = wait,
};

/* ---------------------------------------------------------------- its flash */

static int flash_read(void *ctx, uint32_t at, void *p, size_t n)
{
    memcpy(p, ((struct device *)ctx)->flash + at, n);
    return LWURL_OK;
}

static int flash_write(void *ctx, uint32_t at, const void *p, size_t n)
{
    memcpy(((struct device *)ctx)->flash + at, p, n);
    return LWURL_OK;
}

static int flash_erase(void *ctx, uint32_t at)
{
    memset(((struct device *)ctx)->flash + at, 0xff, FLASH_N / 2);
    return LWURL_OK;
}

static const struct lwurl_storage flash = {
    .size = FLASH_N,
    .erase_unit = FLASH_N / 2,
    .write_unit = 4,
    .read = flash_read,
    .write = flash_write,
    .erase = flash_erase,
};

/* -------------------------------------------------------------- its program */

static void boot(struct device *d, unsigned number)
{
    struct own *o = &d->own;

    memset(o, 0, sizeof *o);
    o->manners = (struct lwurl_manners){
        .rules = &rules, .breakers = &o->breaker, .breakers_n = 1};
    lwurl_manners_seed(&o->manners, &number, sizeof number);
    lwurl_manners_seed(&o->manners, &plan.seed, sizeof plan.seed);
    o->records =
        (struct lwurl_records){.storage = &d->storage, .size = FLASH_N};
    if (lwurl_records_open(&o->records) != LWURL_OK ||
        lwurl_manners_keep(&o->manners, &o->records, 1) != LWURL_OK)
        abort();
    o->retry.manners = &o->manners;
    o->poll = (struct lwurl_poll){.manners = &o->manners,
                                  .period_ms = plan.period_ms,
                                  .first_ms = FIRST_MS};
    o->handlers[0] = (struct lwurl_handler)LWURL_HTTP;
    o->handlers[1] = (struct lwurl_handler)LWURL_RETRY(&o->retry);
    o->opener =
        (struct lwurl_opener){&d->port, o->handlers, plan.manners ? 2u : 1u};
}

/* When to fetch again, now that it ended with `err`. */
static uint32_t next_ms(struct own *o, int err)
{
    int r;

    if (!plan.manners)
        return err == LWURL_OK ? plan.period_ms : PLAIN_MS;
    r = lwurl_retry_next(&o->retry, &o->u);
    if (r == LWURL_ERR_CALL)
        abort();
    return r > 0 ? (uint32_t)r : lwurl_poll_next(&o->poll, &o->retry);
}

static void note(struct device *d, int err)
{
    unsigned second = (unsigned)(fleet_now_ms / 1000);

    result->skipped += err == LWURL_ERR_RETRY;
    if (err != LWURL_OK || d->served || fleet_now_ms < plan.power_ms)
        return;
    d->served = true;
    result->served[second]++;
    result->last_ms = (uint32_t)fleet_now_ms;
}

static void end_fetch(struct device *d, int err)
{
    note(d, err);
    lwurl_end(&d->own.u);
    d->fetching = false;
    fleet_at(fleet_now_ms + next_ms(&d->own, err), EVENT_WAKE,
             (unsigned)(d - devices));
}

/* One turn; true while there is more to do at once. */
static bool step(struct device *d)
{
    struct lwurl *u = &d->own.u;
    struct lwurl_wants wants;
    int turn = lwurl_step(u);
    char body[64];

    if (turn == LWURL_TURN_BODY)
        turn = lwurl_take(u, body, sizeof body) < 0 ? LWURL_TURN_DONE : turn;
    if (turn < 0 || turn == LWURL_TURN_DONE) {
        struct lwurl_error e;
        lwurl_error(u, &e);
        end_fetch(d, e.code);
        return false;
    }
    if (turn != LWURL_TURN_WAIT)
        return true;
    lwurl_wants(u, &wants);
    if (wants.ms == 0)
        return true;
    uint64_t until = fleet_now_ms + wants.ms;
    if (d->ready_ms > fleet_now_ms && d->ready_ms < until)
        until = d->ready_ms;
    fleet_at(until, EVENT_WAKE, (unsigned)(d - devices));
    return false;
}

void device_wake(unsigned device)
{
    struct device *d = &devices[device];
    struct own *o = &d->own;

    if (!d->on)
        return;
    if (!d->fetching) {
        int err =
            lwurl_begin(&o->u, &o->opener, &request, o->work, sizeof o->work);
        d->fetching = true;
        if (err != LWURL_OK) {
            end_fetch(d, err);
            return;
        }
    }
    while (step(d))
        ;
}

void device_answer(unsigned device, enum server_answer answer,
                   uint32_t after_ms)
{
    static const char *const texts[] = {
        [ANSWER_GOOD] = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"
                        "{\"door\":\"ok\"}",
        [ANSWER_BUSY] = "HTTP/1.1 503 Busy\r\nRetry-After: 30\r\n"
                        "Content-Length: 0\r\n\r\n",
        [ANSWER_RESET] = "",
    };
    struct device *d = &devices[device];

    d->tries += !d->served && fleet_now_ms >= plan.power_ms;
    if (d->tries > result->tries_max)
        result->tries_max = d->tries;
    if (!d->on || !d->open)
        return;
    d->answer = texts[answer];
    d->answer_n = strlen(texts[answer]);
    d->ready_ms = fleet_now_ms + WAY_MS + after_ms;
    fleet_at(d->ready_ms, EVENT_WAKE, device);
}

/* The first time they get power one by one, over a whole period. */
void device_power(unsigned device, bool on)
{
    struct device *d = &devices[device];

    d->on = on;
    d->fetching = d->open = false;
    if (!on)
        return;
    d->clock_ms = chance_word(CHANCE_NEAR);
    boot(d, device);
    fleet_at(fleet_now_ms +
                 (plan.manners ? lwurl_poll_next(&d->own.poll, NULL) : 0),
             EVENT_WAKE, device);
}

void devices_begin(const struct fleet_plan *p, struct fleet_result *r)
{
    plan = *p;
    result = r;
    devices = calloc(p->devices, sizeof *devices);
    if (devices == NULL)
        abort();
    for (unsigned i = 0; i < p->devices; i++) {
        devices[i].port = port;
        devices[i].port.ctx = &devices[i];
        devices[i].storage = flash;
        devices[i].storage.ctx = &devices[i];
        memset(devices[i].flash, 0xff, FLASH_N);
    }
}

void devices_end(void)
{
    free(devices);
}
