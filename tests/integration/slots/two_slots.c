/* SPDX-License-Identifier: MIT */
/*
 * Two TLS connections at once in one task of a PC: two fetches with an opener
 * and a slot each take turns in one loop, which waits for both sockets.
 *
 *     two_slots two|one TIMES URL_A URL_B
 *
 * With "one", both openers name the first slot. Each URL is fetched TIMES times
 * on a connection that is kept; prints for each fetcher how many went well, the
 * last body's length and Adler-32, and the error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/lwurl_lwip.h"
#include "lwip/sockets.h"
#include "lwip/tcpip.h"

#include "coop/clock_host.h"
#include "coop/coop.h"
#include "slirp/slirpif.h"

#include "lwurl.h"
#include "lwurl_tls.h"
#include "supply.h"

#define FETCHERS    2
#define DEADLINE_MS 20000u

/* Made by make from ANCHORS=. */
extern const br_x509_trust_anchor *const device_anchors;
extern const size_t device_anchors_n;

static struct netif netif;
static const struct slirpif_options slirp;

/* One for all fetches of the task. */
static const struct lwurl_lwip_host hosts[] = {{"device.test", "10.0.2.2"}};
static struct lwurl_lwip net = {.hosts = hosts, .hosts_n = 1};
static const struct lwurl_port port = LWURL_LWIP_PORT_HOSTS(&net);

static struct fetcher {
    struct lwurl_request request;
    unsigned long left; /* fetches to do */
    struct lwurl_tls_slot slot;
    struct lwurl_tls tls;
    struct lwurl_handler handlers[1];
    struct lwurl_opener opener;
    struct lwurl u;
    unsigned char work[256];
    unsigned char record[LWURL_TLS_RECORD_ANY];

    unsigned long done; /* fetches that went well */
    uint32_t n, a, b;   /* of the last one: bytes, Adler-32 */
    int err;
} fetchers[FETCHERS];

/* ---- A fetcher ---- */

static void begin(struct fetcher *f)
{
    f->n = f->b = 0;
    f->a = 1;
    f->err =
        lwurl_begin(&f->u, &f->opener, &f->request, f->work, sizeof f->work);
}

static void add(struct fetcher *f, const unsigned char *piece, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        f->a = (f->a + piece[i]) % 65521;
        f->b = (f->b + f->a) % 65521;
    }
    f->n += (uint32_t)n;
}

static int take(struct fetcher *f)
{
    unsigned char piece[1000];
    int n = lwurl_take(&f->u, piece, sizeof piece);

    if (n > 0)
        add(f, piece, (size_t)n);
    return n < 0 ? n : LWURL_TURN_BODY;
}

static void end(struct fetcher *f)
{
    lwurl_close(&f->u);
    f->left--;
    if (f->err == LWURL_OK) {
        f->done++;
        if (f->left > 0)
            begin(f);
    }
    if (f->err != LWURL_OK)
        f->left = 0;
}

/* One step. false: it waits, or has nothing left to do. */
static bool advance(struct fetcher *f)
{
    int turn;

    if (f->left == 0)
        return false;
    turn = f->err != LWURL_OK ? f->err : lwurl_step(&f->u);
    if (turn == LWURL_TURN_BODY)
        turn = take(f);
    if (turn < 0 || turn == LWURL_TURN_DONE) {
        f->err = turn < 0 ? turn : LWURL_OK;
        end(f);
    }
    return turn != LWURL_TURN_WAIT;
}

/* ---- Both ---- */

/* Until one of the sockets is ready, or somebody's time is over. */
static void wait_for_both(void)
{
    struct pollfd polls[FETCHERS];
    uint32_t ms = 1000;
    nfds_t n = 0;

    for (struct fetcher *f = fetchers; f < fetchers + FETCHERS; f++) {
        struct lwurl_wants wants;

        if (f->left == 0)
            continue;
        lwurl_wants(&f->u, &wants);
        ms = LWIP_MIN(ms, wants.ms);
        if (wants.fd == LWURL_PORT_NONE)
            continue;
        polls[n].fd = wants.fd;
        polls[n].events =
            (short)((wants.events & LWURL_PORT_READ ? POLLIN : 0) |
                    (wants.events & LWURL_PORT_WRITE ? POLLOUT : 0));
        n++;
    }
    if (n > 0)
        (void)lwip_poll(polls, n, (int)ms);
    else if (fetchers[0].left > 0 || fetchers[1].left > 0)
        port.wait(port.ctx, LWURL_PORT_NONE, 0, ms);
}

/* Each until it waits: what comes to the sockets comes while we wait. */
static void fetch_all(void)
{
    while (fetchers[0].left > 0 || fetchers[1].left > 0) {
        for (struct fetcher *f = fetchers; f < fetchers + FETCHERS; f++)
            while (advance(f))
                ;
        wait_for_both();
    }
}

/* ---- Start ---- */

static void set_up(struct fetcher *f, char *argv[])
{
    size_t i = (size_t)(f - fetchers);

    f->tls = (struct lwurl_tls){
        .slot = strcmp(argv[1], "one") == 0 ? &fetchers[0].slot : &f->slot,
        .record = f->record,
        .record_n = sizeof f->record,
        .profile = &lwurl_tls_fast,
        .trust = &lwurl_tls_chain,
        .anchors = device_anchors,
        .anchors_n = device_anchors_n,
        .entropy = &host_entropy,
        .clock = &host_clock,
    };
    f->handlers[0] = (struct lwurl_handler)LWURL_HTTPS(&f->tls);
    f->opener = (struct lwurl_opener){&port, f->handlers, 1};
    f->request.url = argv[3 + i];
    f->request.deadline_ms = DEADLINE_MS;
    f->left = strtoul(argv[2], NULL, 10);
    begin(f);
}

static void report(const struct fetcher *f)
{
    printf("%c done %lu body %u adler32 %u error %d\n",
           (char)('a' + (f - fetchers)), f->done, (unsigned)f->n,
           (unsigned)(f->b << 16 | f->a), f->err);
}

static void start_net(void *started)
{
    if (slirpif_add(&netif, &slirp) != ERR_OK)
        abort();
    netif_set_default(&netif);
    sys_sem_signal(started);
}

static int run(void *argv)
{
    static sys_sem_t started;

    sys_sem_new(&started, 0);
    tcpip_init(start_net, &started);
    sys_arch_sem_wait(&started, 0);
    if (lwurl_lwip_init(&net) != LWURL_OK)
        return 1;
    for (struct fetcher *f = fetchers; f < fetchers + FETCHERS; f++)
        set_up(f, argv);
    fetch_all();
    for (struct fetcher *f = fetchers; f < fetchers + FETCHERS; f++) {
        lwurl_end(&f->u);
        report(f);
    }
    return 0;
}

int main(int argc, char *argv[])
{
    static const struct coop_platform platform = {
        .now_ms = coop_host_now_ms,
        .idle = slirpif_idle,
    };
    static struct coop_task task;
    COOP_STACK(stack, 262144);

    if (argc != 5)
        return 2;
    coop_task_start(&task, "main", run, argv, stack);
    return coop_run(&platform, &task);
}
