/* SPDX-License-Identifier: MIT */
/* The far side: answers every request with a body, one connection at a time. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/tcp.h"

#include "../tls_pki.h"
#include "wire.h"

#define ANSWER                                   \
    "HTTP/1.1 200 OK\r\n"                        \
    "Content-Type: application/octet-stream\r\n" \
    "Content-Length: 524288\r\n\r\n"
#define ANSWER_N (sizeof ANSWER - 1)

static struct netif netif;
static struct tcp_pcb *conn;
static bool tls;
static size_t left;    /* of head and body, to be given to TLS or TCP */
static unsigned match; /* bytes of a request's end that came */

static br_ssl_server_context server;
static unsigned char buffer[BR_SSL_BUFSIZE_BIDI];

uint32_t sim_far_rand(void)
{
    return 1;
}

/* ---------------------------------------------------------------- answers */

static size_t produce(unsigned char *to, size_t room)
{
    size_t n = 0;

    while (n < room && left > 0) {
        size_t at = ANSWER_N + WIRE_BODY_N - left;
        size_t some = at < ANSWER_N ? ANSWER_N - at : left;

        some = some < room - n ? some : room - n;
        if (at < ANSWER_N)
            memcpy(to + n, ANSWER + at, some);
        else
            memset(to + n, 'x', some);
        n += some;
        left -= some;
    }
    return n;
}

static void consume(const unsigned char *p, size_t n)
{
    static const char end[] = "\r\n\r\n";

    for (size_t i = 0; i < n; i++) {
        match = p[i] == (unsigned char)end[match] ? match + 1 : p[i] == '\r';
        if (match < 4)
            continue;
        match = 0;
        left = ANSWER_N + WIRE_BODY_N;
    }
}

/* ------------------------------------------------------------- connections */

static bool send_some(const void *p, size_t n)
{
    return tcp_write(conn, p, (u16_t)n, TCP_WRITE_FLAG_COPY) == ERR_OK;
}

static size_t room_for(size_t n)
{
    size_t room = tcp_sndbuf(conn);

    if (tcp_sndqueuelen(conn) > TCP_SND_QUEUELEN / 2)
        return 0;
    return n < room ? n : room;
}

static void pump_plain(void)
{
    unsigned char piece[TCP_MSS];

    while (left > 0 && room_for(sizeof piece) == sizeof piece)
        if (!send_some(piece, produce(piece, sizeof piece)))
            abort();
}

static size_t pump_records(void)
{
    size_t n, moved = 0;
    unsigned char *p = br_ssl_engine_sendapp_buf(&server.eng, &n);

    if (p != NULL && left > 0) {
        moved = produce(p, n);
        br_ssl_engine_sendapp_ack(&server.eng, moved);
        br_ssl_engine_flush(&server.eng, 0);
    }
    p = br_ssl_engine_recvapp_buf(&server.eng, &n);
    if (p != NULL) {
        consume(p, n);
        br_ssl_engine_recvapp_ack(&server.eng, n);
        moved += n;
    }
    p = br_ssl_engine_sendrec_buf(&server.eng, &n);
    if (p != NULL && (n = room_for(n)) > 0 && send_some(p, n)) {
        br_ssl_engine_sendrec_ack(&server.eng, n);
        moved += n;
    }
    return moved;
}

static void pump(void)
{
    if (conn == NULL)
        return;
    if (tls)
        while (pump_records() > 0)
            ;
    else
        pump_plain();
    tcp_output(conn);
}

static void take(const unsigned char *p, size_t n)
{
    while (tls && n > 0) {
        size_t room;
        unsigned char *to = br_ssl_engine_recvrec_buf(&server.eng, &room);

        if (to == NULL)
            abort();
        room = room < n ? room : n;
        memcpy(to, p, room);
        br_ssl_engine_recvrec_ack(&server.eng, room);
        p += room;
        n -= room;
        pump();
    }
    if (!tls)
        consume(p, n);
}

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    static unsigned char bytes[WIRE_MTU];

    (void)arg;
    (void)err;
    if (p == NULL) {
        conn = NULL;
        return tcp_close(pcb);
    }
    for (u16_t at = 0; at < p->tot_len;) {
        u16_t n = pbuf_copy_partial(p, bytes, sizeof bytes, at);
        take(bytes, n);
        at = (u16_t)(at + n);
    }
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    pump();
    return ERR_OK;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t n)
{
    (void)arg;
    (void)pcb;
    (void)n;
    pump();
    return ERR_OK;
}

static void start_tls(void)
{
    static br_skey_decoder_context key;

    br_skey_decoder_init(&key);
    br_skey_decoder_push(&key, bench_ec.key, bench_ec.key_n);
    br_ssl_server_init_full_ec(&server, bench_ec.chain, bench_ec.chain_n,
                               BR_KEYTYPE_EC, br_skey_decoder_get_ec(&key));
    br_ssl_engine_set_buffer(&server.eng, buffer, sizeof buffer, 1);
    br_ssl_engine_inject_entropy(&server.eng, "the same in every run", 22);
    br_ssl_server_reset(&server);
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    if (err != ERR_OK)
        return err;
    conn = pcb;
    left = match = 0;
    tls = pcb->local_port == 443;
    if (tls)
        start_tls();
    tcp_arg(pcb, arg);
    tcp_recv(pcb, on_recv);
    tcp_sent(pcb, on_sent);
    tcp_nagle_disable(pcb);
    return ERR_OK;
}

/* ------------------------------------------------------------------- start */

static err_t output(struct netif *to, struct pbuf *p, const ip4_addr_t *at)
{
    static uint8_t bytes[WIRE_MTU];

    (void)to;
    (void)at;
    pbuf_copy_partial(p, bytes, p->tot_len, 0);
    wire_from_peer(bytes, p->tot_len);
    return ERR_OK;
}

static err_t init_netif(struct netif *n)
{
    n->output = output;
    n->mtu = WIRE_MTU;
    return ERR_OK;
}

static void listen_on(u16_t port)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_V4);

    if (tcp_bind(pcb, IP4_ADDR_ANY, port) != ERR_OK)
        abort();
    tcp_accept(tcp_listen(pcb), on_accept);
}

void peer_start(void)
{
    ip4_addr_t at, mask;

    lwip_init();
    IP4_ADDR(&at, 10, 0, 0, 1);
    IP4_ADDR(&mask, 255, 0, 0, 0);
    netif_add(&netif, &at, &mask, NULL, NULL, init_netif, ip_input);
    netif_set_up(&netif);
    netif_set_link_up(&netif);
    netif_set_default(&netif);
    listen_on(80);
    listen_on(443);
}

void peer_input(const uint8_t *packet, size_t n)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)n, PBUF_POOL);

    if (p == NULL)
        abort();
    pbuf_take(p, packet, (u16_t)n);
    netif.input(p, &netif);
}
