/* SPDX-License-Identifier: MIT */
/*
 * Two tasks that fetch at the same time, each with an opener, a TLS slot and a
 * struct lwurl_lwip of its own.
 *
 *     two_tasks TIMES CANCEL_MS URL_A URL_B
 *
 * Each fetches its URL TIMES times, every second time on the connection that
 * was kept, and sums up what it read. CANCEL_MS, unless 0, is when main cancels
 * what task b does.
 */
#include <string.h>

#include "lwip/lwurl_lwip.h"
#include "lwip/sys.h"

#include "lwurl.h"
#include "lwurl_tls.h"

#include "os_freertos.h"

#define NET_MS      10000u
#define DEADLINE_MS 20000u
#define FETCHERS    2

/* One record of 4 KB each: the board has 64 KB for all. */
#define RECORD_N LWURL_TLS_RECORD_4096
#define STACK_N  5376

/* Made by make from ANCHORS=. */
extern const br_x509_trust_anchor *const device_anchors;
extern const size_t device_anchors_n;

static struct fetcher {
    struct os_task task;
    const char *url;
    uint32_t times;
    struct lwurl_lwip net;
    struct lwurl_port port;
    struct lwurl_tls_slot slot;
    struct lwurl_tls tls;
    struct lwurl_handler handlers[2];
    struct lwurl_opener opener;
    struct lwurl u;
    unsigned char work[256];
    unsigned char record[RECORD_N];

    uint32_t done;   /* fetches that went well */
    uint32_t n;      /* bytes of the last one, */
    uint32_t a, b;   /* and their Adler-32 */
    uint32_t shared; /* pieces read while the other's fetch was open, too */
    int err;
} fetchers[FETCHERS];
static unsigned char stacks[FETCHERS][OS_STACK_N(STACK_N)]
    __attribute__((aligned(BOARD_GUARD_N)));

static volatile bool is_open[FETCHERS];
static sys_sem_t ended;

/* ---- A task ---- */

static void add(struct fetcher *f, const unsigned char *piece, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        f->a = (f->a + piece[i]) % 65521;
        f->b = (f->b + f->a) % 65521;
    }
    f->n += (uint32_t)n;
    if (is_open[0] && is_open[1])
        f->shared++;
}

/* Its piece lies where a handshake's frames were. */
__attribute__((noinline)) static int read_piece(struct fetcher *f)
{
    unsigned char piece[512];
    int n = lwurl_read(&f->u, piece, sizeof piece);

    if (n > 0)
        add(f, piece, (size_t)n);
    return n;
}

static int fetch(struct fetcher *f)
{
    const struct lwurl_request request = {
        .url = f->url,
        .deadline_ms = DEADLINE_MS,
    };
    int n;

    f->n = f->b = 0;
    f->a = 1;
    is_open[f - fetchers] = true;
    n = lwurl_open(&f->u, &f->opener, &request, f->work, sizeof f->work);
    do
        n = n < 0 ? n : read_piece(f);
    while (n > 0);
    lwurl_close(&f->u);
    is_open[f - fetchers] = false;
    return n;
}

static void run(void *arg)
{
    struct fetcher *f = arg;

    for (uint32_t i = 0; i < f->times && f->err == LWURL_OK; i++) {
        f->err = fetch(f);
        if (f->err == LWURL_OK)
            f->done++;
        if (i % 2 != 0)
            lwurl_end(&f->u);
    }
    lwurl_end(&f->u);
    sys_sem_signal(&ended);
    vTaskSuspend(NULL);
}

/* ---- Main ---- */

static void set_up(struct fetcher *f, const char *name)
{
    f->port = (struct lwurl_port)LWURL_LWIP_PORT(&f->net);
    f->tls = (struct lwurl_tls){
        .slot = &f->slot,
        .record = f->record,
        .record_n = sizeof f->record,
        .profile = &lwurl_tls_fast,
        .trust = &lwurl_tls_chain,
        .anchors = device_anchors,
        .anchors_n = device_anchors_n,
        .entropy = &board_entropy,
        .clock = &board_clock,
        .built_s = board_time_floor(),
    };
    f->handlers[0] = (struct lwurl_handler)LWURL_HTTP;
    f->handlers[1] = (struct lwurl_handler)LWURL_HTTPS(&f->tls);
    f->opener = (struct lwurl_opener){&f->port, f->handlers, 2};
    f->task.name = name;
    f->task.lowest = stacks[f - fetchers];
    f->task.n = sizeof stacks[0];
    f->task.priority = 1;
    if (lwurl_lwip_init(&f->net) != LWURL_OK)
        board_die("no room for the port");
}

static void tell(const char *who, const char *what, uint32_t value)
{
    console_puts(who);
    console_puts(what);
    console_u32(value);
    console_puts("\n");
}

static void report(const struct fetcher *f)
{
    const char *name = f->task.name;

    tell(name, " done ", f->done);
    tell(name, " body ", f->n);
    tell(name, " adler32 ", f->b << 16 | f->a);
    tell(name, " shared ", f->shared);
    tell(name, " error ", (uint32_t)-f->err);
}

static void report_stacks(void)
{
    struct board_stack stack;

    for (unsigned i = 0; board_stack(i, &stack); i++) {
        tell(stack.name, " stack ", (uint32_t)(stack.n - BOARD_GUARD_N));
        tell(stack.name, " used ", (uint32_t)stack.used_n);
    }
}

static uint32_t number(const char *digits)
{
    uint32_t value = 0;

    while (*digits >= '0' && *digits <= '9')
        value = value * 10 + (uint32_t)(*digits++ - '0');
    return value;
}

int app_main(int argc, char *argv[])
{
    if (argc != 5 || board_net_up(NET_MS) != 0 ||
        sys_sem_new(&ended, 0) != ERR_OK)
        return 1;
    set_up(&fetchers[0], "a");
    set_up(&fetchers[1], "b");
    for (int i = 0; i < FETCHERS; i++) {
        fetchers[i].times = number(argv[1]);
        fetchers[i].url = argv[3 + i];
        os_task_start(&fetchers[i].task, run, &fetchers[i]);
    }
    if (number(argv[2]) != 0) {
        sys_msleep(number(argv[2]));
        lwurl_cancel(&fetchers[1].u);
    }
    for (int i = 0; i < FETCHERS; i++)
        sys_arch_sem_wait(&ended, 0);
    report(&fetchers[0]);
    report(&fetchers[1]);
    report_stacks();
    return 0;
}
