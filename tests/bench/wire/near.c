/* SPDX-License-Identifier: MIT */
/*
 * What http and https take of the CPU beside loops without them: each reads
 * the same body from the same server in pieces of 1,460 bytes, and callgrind
 * counts from the end of the head to the end of the body. What the far side
 * does is not counted. Labels: "SCHEME WHO WHEN READS BYTES", WHEN one of
 *
 *     late    each read waits for its bytes
 *     early   a segment, or more, is there before each read
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/callgrind.h>

#include "lwip/netif.h"
#include "lwip/sockets.h"
#include "lwip/tcpip.h"

#include "../fixed.h"
#include "../tls_pki.h"
#include "coop/clock_virtual.h"
#include "lwip/lwurl_lwip.h"
#include "lwurl.h"
#include "lwurl_tls.h"
#include "tls/tls.h"
#include "wire.h"

#define READ_N   1460u
#define DELAY_US 100u
#define QUEUE_N  64u
#define REQUEST  "GET / HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n"
#define NAME     "device.test"

static unsigned char piece[READ_N];

/* -------------------------------------------------------------------- wire */

static struct packet {
    struct coop_event event;
    int busy, to_peer;
    size_t n;
    uint8_t bytes[WIRE_MTU];
} packets[QUEUE_N];

static struct netif netif;

static void to_near(const uint8_t *packet, size_t n)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)n, PBUF_POOL);

    if (p == NULL)
        abort();
    pbuf_take(p, packet, (u16_t)n);
    if (netif.input(p, &netif) != ERR_OK)
        abort();
}

/* The far side is not counted, nor what it sends meanwhile. */
static void to_far(const uint8_t *packet, size_t n)
{
    CALLGRIND_TOGGLE_COLLECT;
    peer_input(packet, n);
    CALLGRIND_TOGGLE_COLLECT;
}

static void arrive(void *arg)
{
    struct packet *p = arg;

    if (p->to_peer)
        to_far(p->bytes, p->n);
    else
        to_near(p->bytes, p->n);
    p->busy = 0;
}

static void put(const uint8_t *packet, size_t n, int to_peer)
{
    struct packet *p = packets;

    while (p < packets + QUEUE_N && p->busy)
        p++;
    if (p == packets + QUEUE_N || n > WIRE_MTU)
        abort();
    p->busy = 1;
    p->to_peer = to_peer;
    p->n = n;
    memcpy(p->bytes, packet, n);
    p->event.fire = arrive;
    p->event.arg = p;
    coop_virtual_plan(&p->event, coop_virtual_now_us() + DELAY_US);
}

void wire_from_peer(const uint8_t *packet, size_t n)
{
    put(packet, n, 0);
}

static err_t output(struct netif *to, struct pbuf *p, const ip4_addr_t *at)
{
    uint8_t bytes[WIRE_MTU];

    (void)to;
    (void)at;
    pbuf_copy_partial(p, bytes, p->tot_len, 0);
    put(bytes, p->tot_len, 1);
    return ERR_OK;
}

static err_t init_netif(struct netif *n)
{
    n->output = output;
    n->mtu = WIRE_MTU;
    return ERR_OK;
}

static void start_netif(void *started)
{
    ip4_addr_t at, mask, gateway;

    IP4_ADDR(&at, 10, 0, 0, 100);
    IP4_ADDR(&mask, 255, 0, 0, 0);
    IP4_ADDR(&gateway, 10, 0, 0, 1);
    netif_add(&netif, &at, &mask, &gateway, NULL, init_netif, tcpip_input);
    netif_set_default(&netif);
    netif_set_link_up(&netif);
    netif_set_up(&netif);
    coop_sem_signal(started);
}

void sim_assert(const char *what);
void sim_assert(const char *what)
{
    lwip_board_assert(what);
}

/* ------------------------------------------------------------------ counting
 */

/* A way of reading: up to n bytes, 0 at the end. */
typedef size_t read_fn(void *p, size_t n);

static uint32_t pause_ms; /* before each read */

static void count(const char *who, read_fn *read, size_t already)
{
    char label[64];
    size_t got = 0, n, reads = 0;

    CALLGRIND_ZERO_STATS;
    do {
        if (pause_ms > 0)
            coop_sleep_ms(pause_ms);
        n = read(piece, READ_N);
        got += n;
        reads++;
    } while (n > 0 && got < WIRE_BODY_N - already);
    snprintf(label, sizeof label, "%s %s %zu %zu", who,
             pause_ms > 0 ? "early" : "late", reads, got);
    CALLGRIND_DUMP_STATS_AT(label);
    if (got + already != WIRE_BODY_N)
        abort();
}

/* ------------------------------------------------------------------- lwIP */

static int fd;

static void connect_to(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = lwip_htons(port)};

    to.sin_addr.s_addr = PP_HTONL(LWIP_MAKEU32(10, 0, 0, 1));
    fd = lwip_socket(AF_INET, SOCK_STREAM, 0);
    if (lwip_connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        abort();
}

static size_t read_bare(void *p, size_t n)
{
    ssize_t r = lwip_recv(fd, p, n, 0);

    return r > 0 ? (size_t)r : 0;
}

/* Body bytes that came with the head. */
static size_t skip_head(read_fn *read)
{
    unsigned match = 0;
    size_t n = 0, i = 0;

    while (match < 4) {
        if (i == n) {
            n = read(piece, READ_N);
            i = 0;
            if (n == 0)
                abort();
        }
        match = piece[i] == (unsigned char)"\r\n\r\n"[match] ? match + 1
                                                             : piece[i] == '\r';
        i++;
    }
    return n - i;
}

static void http_bare(void)
{
    connect_to(80);
    lwip_send(fd, REQUEST, sizeof REQUEST - 1, 0);
    count("http bare", read_bare, skip_head(read_bare));
    lwip_close(fd);
}

/* ----------------------------------------------------------------- BearSSL */

static br_ssl_client_context client;
static br_x509_minimal_context x509;
static unsigned char record[LWURL_TLS_RECORD_ANY];

/* Carries what the engine asks for until it is the application's turn. */
static void run_engine(unsigned wanted)
{
    br_ssl_engine_context *e = &client.eng;
    unsigned state;

    while (((state = br_ssl_engine_current_state(e)) & wanted) == 0) {
        size_t n;
        unsigned char *p;
        ssize_t r;

        if (state & BR_SSL_CLOSED)
            abort();
        if (state & BR_SSL_SENDREC) {
            p = br_ssl_engine_sendrec_buf(e, &n);
            r = lwip_send(fd, p, n, 0);
            if (r <= 0)
                abort();
            br_ssl_engine_sendrec_ack(e, (size_t)r);
            continue;
        }
        p = br_ssl_engine_recvrec_buf(e, &n);
        r = lwip_recv(fd, p, n, 0);
        if (r <= 0)
            abort();
        br_ssl_engine_recvrec_ack(e, (size_t)r);
    }
}

static size_t read_bearssl(void *p, size_t n)
{
    size_t have;
    unsigned char *from;

    run_engine(BR_SSL_RECVAPP);
    from = br_ssl_engine_recvapp_buf(&client.eng, &have);
    n = n < have ? n : have;
    memcpy(p, from, n);
    br_ssl_engine_recvapp_ack(&client.eng, n);
    return n;
}

static void https_bare(void)
{
    size_t n;
    unsigned char *p;

    connect_to(443);
    br_ssl_client_init_full(&client, &x509, bench_anchors, bench_anchors_n);
    tls_use_profile(&client.eng, &lwurl_tls_fast);
    br_x509_minimal_set_time(&x509, FIXED_UNIX_S / 86400 + 719528,
                             FIXED_UNIX_S % 86400);
    br_ssl_engine_inject_entropy(&client.eng, "the same in every run", 22);
    br_ssl_engine_set_buffer(&client.eng, record, sizeof record, 0);
    if (!br_ssl_client_reset(&client, NAME, 0))
        abort();
    run_engine(BR_SSL_SENDAPP);
    p = br_ssl_engine_sendapp_buf(&client.eng, &n);
    memcpy(p, REQUEST, sizeof REQUEST - 1);
    br_ssl_engine_sendapp_ack(&client.eng, sizeof REQUEST - 1);
    br_ssl_engine_flush(&client.eng, 0);
    count("https bare", read_bearssl, skip_head(read_bearssl));
    lwip_close(fd);
}

/* ------------------------------------------------------------------- lwurl */

static struct lwurl_tls_slot slot;
static struct lwurl_tls tls = {
    .slot = &slot,
    .record = record,
    .record_n = sizeof record,
    .profile = &lwurl_tls_fast,
    .trust = &lwurl_tls_chain,
    .entropy = &entropy,
    .clock = &wall,
};

static struct lwurl_lwip net;
static const struct lwurl_port port = LWURL_LWIP_PORT(&net);
static const struct lwurl_handler handlers[] = {LWURL_HTTP, LWURL_HTTPS(&tls)};
static const struct lwurl_opener opener = {&port, handlers, 2};
static struct lwurl u;

static size_t read_lwurl(void *p, size_t n)
{
    int r = lwurl_read(&u, p, n);

    return r > 0 ? (size_t)r : 0;
}

static void fetch(const char *who, const char *url)
{
    static unsigned char work[256];
    const struct lwurl_request request = {
        .url = url, .tls_name = NAME, .deadline_ms = 60000};

    if (lwurl_open(&u, &opener, &request, work, sizeof work) != LWURL_OK)
        abort();
    count(who, read_lwurl, 0);
    if (lwurl_read(&u, piece, READ_N) != 0)
        abort();
    lwurl_end(&u);
}

/* ------------------------------------------------------------------- start */

static int near_run(void *arg)
{
    static struct coop_sem started;

    (void)arg;
    coop_sem_init(&started, 0);
    tcpip_init(start_netif, &started);
    coop_sem_wait(&started, COOP_FOREVER);
    if (lwurl_lwip_init(&net) != LWURL_OK)
        abort();
    tls.anchors = bench_anchors;
    tls.anchors_n = bench_anchors_n;
    for (pause_ms = 0; pause_ms <= 2; pause_ms += 2) {
        http_bare();
        fetch("http lwurl", "http://10.0.0.1/");
        https_bare();
        fetch("https lwurl", "https://10.0.0.1/");
    }
    return 0;
}

int main(void)
{
    static struct coop_task task;
    COOP_STACK(stack, 131072);

    coop_virtual_reset(0, UINT64_C(600000000));
    peer_start();
    coop_task_start(&task, "near", near_run, NULL, stack);
    return coop_run(&coop_virtual, &task) == 0 ? 0 : 1;
}
