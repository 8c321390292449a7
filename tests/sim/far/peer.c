/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/stats.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"

#include "../chance.h"
#include "../link.h"
#include "../plan.h"
#include "../sim.h"
#include "../world.h"
#include "coop/clock_virtual.h"

#define CONNS_MAX 32
#define WIRE_MAX  65536u

struct conn {
    struct tcp_pcb *pcb; /* NULL: free */
    struct coop_event resume;
    uint32_t request_n, post_n, post_at;
    uint32_t wire_n, sent;
    uint32_t fetch; /* that a request body belongs to */
    uint8_t resource;
    bool answering;
    bool paused;
    bool fault_done;
    bool over;  /* what comes is thrown away */
    char *wire; /* the answer */
    char request[2048];
};

static struct conn conns[CONNS_MAX];
static char wires[CONNS_MAX][WIRE_MAX]
    __attribute__((aligned(sizeof(uintptr_t))));
static bool fault_spent[RESOURCES_N];
static uint32_t posted[FETCHES_MAX];
static struct netif netifs[3];
static struct coop_event timer;
static bool timer_planned;
static bool stopped;

uint32_t sim_far_rand(void)
{
    return chance_word(CHANCE_FAR);
}

/* ------------------------------------------------------------------- timers */

static void plan_timer(void);

static void on_timer(void *arg)
{
    (void)arg;
    timer_planned = false;
    sys_check_timeouts();
    plan_timer();
}

/* Most packets leave it as it is. */
static void plan_timer(void)
{
    uint32_t ms = sys_timeouts_sleeptime();
    uint64_t at_us = (coop_virtual_now_us() / 1000 + ms) * 1000;
    bool wanted = ms != SYS_TIMEOUTS_SLEEPTIME_INFINITE;

    if (timer_planned && wanted && timer.at_us == at_us)
        return;
    if (timer_planned)
        coop_virtual_cancel(&timer);
    timer_planned = wanted;
    timer.fire = on_timer;
    if (wanted)
        coop_virtual_plan(&timer, at_us);
}

/* ------------------------------------------------------------- connections */

static struct conn *new_conn(struct tcp_pcb *pcb)
{
    for (int i = 0; i < CONNS_MAX; i++) {
        if (conns[i].pcb)
            continue;
        memset(&conns[i], 0, offsetof(struct conn, request));
        conns[i].pcb = pcb;
        conns[i].wire = wires[i];
        return &conns[i];
    }
    return NULL;
}

static void forget(struct conn *c)
{
    if (c->paused)
        coop_virtual_cancel(&c->resume);
    if (c->pcb)
        tcp_arg(c->pcb, NULL);
    c->pcb = NULL;
    c->paused = false;
}

static err_t abort_conn(struct conn *c)
{
    struct tcp_pcb *pcb = c->pcb;

    forget(c);
    tcp_abort(pcb);
    return ERR_ABRT;
}

static err_t close_conn(struct conn *c)
{
    struct tcp_pcb *pcb = c->pcb;

    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    if (tcp_close(pcb) != ERR_OK)
        return abort_conn(c);
    forget(c);
    return ERR_OK;
}

/* ------------------------------------------------------------------ answers */

static void put(struct conn *c, const char *text)
{
    size_t n = strlen(text);

    memcpy(c->wire + c->wire_n, text, n);
    c->wire_n += (uint32_t)n;
}

static void put_bytes(struct conn *c, uint32_t who, uint32_t from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        c->wire[c->wire_n++] = (char)plan_byte(who, from + i);
}

static void put_chunks(struct conn *c, uint32_t who, uint32_t n)
{
    char line[64];

    for (uint32_t at = 0, size; at < n; at += size) {
        size = 1 + n / 500 + chance(CHANCE_SERVER, 3000);
        size = size < n - at ? size : n - at;
        snprintf(line, sizeof line, "%x%s\r\n", (unsigned)size,
                 chance_hits(CHANCE_SERVER, 10) ? ";name=\"a b\"" : "");
        put(c, line);
        put_bytes(c, who, at, size);
        put(c, "\r\n");
    }
    put(c, "0\r\n");
    if (chance_hits(CHANCE_SERVER, 20))
        put(c, "X-Trailer: yes\r\n");
    put(c, "\r\n");
}

static void put_length(struct conn *c, uint32_t n)
{
    char line[64];

    snprintf(line, sizeof line, "Content-Length: %u\r\n\r\n", (unsigned)n);
    put(c, line);
}

static void put_refusal(struct conn *c, const char *status)
{
    put(c, status);
    put_length(c, PLAN_REFUSAL_N);
    put_bytes(c, c->resource + RESOURCES_N, 0, PLAN_REFUSAL_N);
}

static void put_redirect(struct conn *c, const struct plan_resource *r)
{
    char line[200], host[100] = "";

    if (!r->relative)
        snprintf(host, sizeof host, "http://%s", host_names[r->to_host]);
    snprintf(line, sizeof line, "HTTP/1.1 %s\r\nLocation: %s/%u\r\n",
             c->resource % 2 ? "307 Go" : "302 Go", host, (unsigned)r->to);
    put_refusal(c, line);
}

static void put_body(struct conn *c, const struct plan_resource *r)
{
    if (r->framing == BY_LENGTH) {
        put_length(c, r->body_n);
        put_bytes(c, c->resource, 0, r->body_n);
    } else if (r->framing == BY_CHUNKS) {
        put(c, "Transfer-Encoding: chunked\r\n\r\n");
        put_chunks(c, c->resource, r->body_n);
    } else {
        put(c, "\r\n");
        put_bytes(c, c->resource, 0, r->body_n);
    }
}

static void write_answer(struct conn *c, bool with_password)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    c->wire_n = c->sent = 0;
    c->fault_done = false;
    c->answering = true;
    if (r->kind == STATUS_INFO)
        put(c, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
    if (r->wants_password && !with_password) {
        put_refusal(c, "HTTP/1.1 401 Who\r\n"
                       "WWW-Authenticate: Basic realm=\"sim\"\r\n");
    } else if (r->kind == STATUS_REDIRECT) {
        put_redirect(c, r);
    } else if (r->kind == STATUS_EMPTY) {
        put(c, "HTTP/1.1 204 Nothing\r\n\r\n");
    } else {
        put(c, r->kind == STATUS_MISSING ? "HTTP/1.1 404 No\r\n"
                                         : "HTTP/1.1 200 OK\r\n");
        put(c, "Server: sim\r\nX-Empty:\r\n");
        put(c, r->closes ? "Connection: close\r\n" : "");
        put_body(c, r);
    }
}

static bool ends_with_close(const struct conn *c)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    return r->closes || r->just_closes ||
           (r->framing == BY_CLOSE &&
            (r->kind == STATUS_OK || r->kind == STATUS_MISSING ||
             r->kind == STATUS_INFO));
}

/* ------------------------------------------------------------------ sending */

static err_t go_on(struct conn *c);

static void on_resume(void *arg)
{
    struct conn *c = arg;

    c->paused = false;
    (void)go_on(c);
    plan_timer();
}

static void resume_in(struct conn *c, uint32_t ms)
{
    c->paused = true;
    c->resume.fire = on_resume;
    c->resume.arg = c;
    coop_virtual_plan(&c->resume, coop_virtual_now_us() + ms * 1000u);
}

static bool has_fault(const struct conn *c)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    return r->fault != FAULT_NONE && !c->fault_done &&
           !(r->fault_once && fault_spent[c->resource]);
}

static uint32_t send_until(const struct conn *c)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    return has_fault(c) && r->fault_at < c->wire_n ? r->fault_at : c->wire_n;
}

/* Of an answer sent up to its fault. */
static err_t misbehave(struct conn *c)
{
    const struct plan_resource *r = &plan.resources[c->resource];

    c->fault_done = true;
    fault_spent[c->resource] = true;
    trace_word(0xfa17 + r->fault);
    if (r->fault == FAULT_RESET)
        return abort_conn(c);
    if (r->fault == FAULT_PAUSE) {
        resume_in(c, r->pause_ms);
        return ERR_OK;
    }
    c->over = true;
    if (r->fault == FAULT_FIN && tcp_shutdown(c->pcb, 0, 1) != ERR_OK)
        return abort_conn(c);
    return ERR_OK;
}

static bool send_piece(struct conn *c, uint32_t until)
{
    uint32_t n = plan.resources[c->resource].piece_n;

    if (n > until - c->sent)
        n = until - c->sent;
    if (n > tcp_sndbuf(c->pcb))
        n = tcp_sndbuf(c->pcb);
    if (n == 0 || tcp_write(c->pcb, c->wire + c->sent, (u16_t)n,
                            TCP_WRITE_FLAG_COPY) != ERR_OK)
        return false;
    c->sent += n;
    tcp_output(c->pcb);
    return true;
}

/* lwIP 2.2.1 splits a segment for a small window and leaves the FIN on its
   first part: a FIN must not share one with bytes that wait. */
static bool must_wait(const struct conn *c)
{
    return c->pcb->unsent != NULL;
}

static err_t go_on(struct conn *c)
{
    uint32_t until;

    if (!c->answering || c->paused || c->over)
        return ERR_OK;
    until = send_until(c);
    while (c->sent < until)
        if (!send_piece(c, until))
            return ERR_OK;
    if (must_wait(c))
        return ERR_OK;
    if (has_fault(c)) {
        err_t err = misbehave(c);

        return err != ERR_OK || c->paused ? err : go_on(c);
    }
    c->answering = false;
    return ends_with_close(c) ? close_conn(c) : ERR_OK;
}

/* ----------------------------------------------------------------- requests */

static void make_token(char token[9], unsigned fetch)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t text[6] = {'u', (uint8_t)('0' + fetch), ':',
                             'p', (uint8_t)('0' + fetch), 0};

    for (int i = 0; i < 8; i++) {
        unsigned bit = (unsigned)i * 6, at = bit / 8;
        unsigned pair = (unsigned)text[at] << 8 | (at < 5 ? text[at + 1] : 0u);

        token[i] = digits[pair >> (10 - bit % 8) & 63];
    }
    token[7] = '=';
    token[8] = '\0';
}

static bool is_for(const char *request, const char *host)
{
    char line[64];

    snprintf(line, sizeof line, "\r\nHost: %s\r\n", host);
    return strstr(request, line) != NULL;
}

/* A password is shown to nobody but the host it was given for. */
static bool check_password(const struct conn *c)
{
    const char *field = strstr(c->request, "\r\nAuthorization: ");
    char token[9];

    if (!field)
        return false;
    for (unsigned f = 0; f < plan.fetches_n; f++) {
        make_token(token, f);
        if (!plan.fetches[f].login || !strstr(field, token))
            continue;
        if (!is_for(c->request, host_names[plan.fetches[f].host]))
            sim_fail("password of fetch %u shown to another host", f);
        return true;
    }
    sim_fail("a password that nobody gave");
    return false;
}

static bool came_to(const struct conn *c, const char *host)
{
    const ip_addr_t *at = &c->pcb->local_ip;
    unsigned last = IP_IS_V4(at) ? ip4_addr4(ip_2_ip4(at)) : 6;

    if (strcmp(host, host_names[HOST_A]) == 0)
        return last == 1;
    if (strcmp(host, host_names[HOST_B]) == 0)
        return last == 2;
    return last == 6;
}

static void check_host(const struct conn *c)
{
    for (int i = 0; i < HOSTS_N; i++) {
        if (!is_for(c->request, host_names[i]))
            continue;
        if (!came_to(c, host_names[i]))
            sim_fail("a request for %s came to another", host_names[i]);
        return;
    }
    sim_fail("a request without a host of ours");
}

static uint32_t number_after(const char *request, const char *key)
{
    const char *at = strstr(request, key);

    return at ? (uint32_t)strtoul(at + strlen(key), NULL, 10) : 0;
}

static err_t take_request(struct conn *c)
{
    bool with_password = check_password(c);

    check_host(c);
    c->resource = (uint8_t)(number_after(c->request, " /") % RESOURCES_N);
    c->fetch = number_after(c->request, "?f=") % FETCHES_MAX;
    c->post_n = number_after(c->request, "\r\nContent-Length: ");
    c->post_at = 0;
    sim_say("server: %.*s", (int)strcspn(c->request, "\r"), c->request);
    write_answer(c, with_password);
    if (c->post_n > 0 && !plan.resources[c->resource].early) {
        c->answering = false;
        return ERR_OK;
    }
    return go_on(c);
}

static err_t take_post_byte(struct conn *c, char byte)
{
    uint8_t want = plan_post_byte(c->fetch, c->post_at);

    if ((uint8_t)byte != want)
        sim_fail("byte %u of a request body is wrong", (unsigned)c->post_at);
    c->post_at++;
    if (c->post_at > posted[c->fetch])
        posted[c->fetch] = c->post_at;
    if (--c->post_n > 0 || plan.resources[c->resource].early)
        return ERR_OK;
    c->answering = true;
    return go_on(c);
}

static err_t take_byte(struct conn *c, char byte)
{
    if (c->over)
        return ERR_OK;
    if (c->post_n > 0)
        return take_post_byte(c, byte);
    if (c->request_n == sizeof c->request - 1) {
        sim_fail("a request head is too long");
        return ERR_OK;
    }
    c->request[c->request_n++] = byte;
    c->request[c->request_n] = '\0';
    if (c->request_n < 4 ||
        memcmp(c->request + c->request_n - 4, "\r\n\r\n", 4) != 0)
        return ERR_OK;
    c->request_n = 0;
    return take_request(c);
}

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct conn *c = arg;

    (void)err;
    if (!c) {
        if (p)
            pbuf_free(p);
        return ERR_OK;
    }
    if (!p)
        return close_conn(c);
    tcp_recved(pcb, p->tot_len);
    err = ERR_OK;
    for (u16_t i = 0; i < p->tot_len && err == ERR_OK && c->pcb == pcb; i++)
        err = take_byte(c, (char)pbuf_get_at(p, i));
    pbuf_free(p);
    return err;
}

/* Not in here: a connection that is aborted in this callback leaves the bytes
   that came with the same segment behind (lwIP 2.2.1). */
static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t n)
{
    struct conn *c = arg;

    (void)pcb;
    (void)n;
    if (c && !c->paused)
        resume_in(c, 0);
    return ERR_OK;
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    return on_sent(arg, pcb, 0);
}

static void on_error(void *arg, err_t err)
{
    struct conn *c = arg;

    (void)err;
    if (!c)
        return;
    c->pcb = NULL;
    forget(c);
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct conn *c = NULL;

    (void)arg;
    if (stopped) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    if (err == ERR_OK)
        c = new_conn(pcb);
    if (!c)
        return ERR_MEM;
    tcp_arg(pcb, c);
    tcp_recv(pcb, on_recv);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
    tcp_poll(pcb, on_poll, 2);
    tcp_nagle_disable(pcb);
    return ERR_OK;
}

/* -------------------------------------------------------------------- names */

static const struct {
    uint8_t a_last; /* of 10.0.0.x; 0: none */
    uint8_t is_six; /* fd00::6 */
} known[HOSTS_N] = {
    [HOST_A] = {1, 0},
    [HOST_B] = {2, 0},
    [HOST_FALL] = {9, 1},
    [HOST_CLOSED] = {3, 1},
};

/* The name of a question as text, the bytes up to the question's end. */
static uint32_t read_question(const uint8_t *q, uint32_t n, char name[64])
{
    uint32_t at = 12, text_n = 0;

    while (at < n && q[at] != 0 && at + q[at] < n && text_n + q[at] < 62) {
        memcpy(name + text_n, q + at + 1, q[at]);
        text_n += q[at];
        name[text_n++] = '.';
        at += q[at] + 1u;
    }
    name[text_n > 0 ? text_n - 1 : 0] = '\0';
    return at + 5;
}

static uint32_t add_record(uint8_t *q, uint32_t n, const void *data, uint8_t of)
{
    const uint8_t head[] = {0xc0, 12, 0, q[n - 3], 0, 1, 0, 0, 0, 30, 0, of};

    q[7] = 1;
    memcpy(q + n, head, sizeof head);
    memcpy(q + n + sizeof head, data, of);
    return n + (uint32_t)sizeof head + of;
}

static uint32_t answer_name(uint8_t *q, uint32_t n, unsigned host)
{
    const uint8_t six[16] = {0xfd, [15] = 6};
    uint8_t four[4] = {10};

    four[3] = known[host].a_last;
    q[2] = 0x81;
    q[3] = host == HOST_UNKNOWN ? 0x83 : 0x80;
    if (q[n - 3] == 1 && four[3])
        return add_record(q, n, four, 4);
    if (q[n - 3] == 28 && known[host].is_six)
        return add_record(q, n, six, 16);
    return n;
}

static void on_question(void *arg, struct udp_pcb *pcb, struct pbuf *p,
                        const ip_addr_t *from, u16_t port)
{
    uint8_t q[512] = {0};
    char name[64] = "";
    uint32_t n = pbuf_copy_partial(p, q, 200, 0);

    (void)arg;
    pbuf_free(p);
    n = read_question(q, n, name);
    for (unsigned i = 0; i < HOST_SILENT; i++) {
        if (strcmp(name, host_names[i]) != 0)
            continue;
        n = answer_name(q, n, i);
        p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)n, PBUF_RAM);
        pbuf_take(p, q, (u16_t)n);
        udp_sendto(pcb, p, from, port);
        pbuf_free(p);
    }
}

/* -------------------------------------------------------------------- start */

static err_t send_packet(struct pbuf *p)
{
    uint8_t bytes[LINK_MTU];

    if (p->tot_len > sizeof bytes)
        return ERR_VAL;
    pbuf_copy_partial(p, bytes, p->tot_len, 0);
    link_send(LINK_IN, bytes, p->tot_len);
    return ERR_OK;
}

static err_t output4(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
    (void)netif;
    (void)to;
    return send_packet(p);
}

static err_t output6(struct netif *netif, struct pbuf *p, const ip6_addr_t *to)
{
    (void)netif;
    (void)to;
    return send_packet(p);
}

static err_t init_netif(struct netif *netif)
{
    netif->name[0] = 'f';
    netif->name[1] = 'a';
    netif->output = output4;
    netif->output_ip6 = output6;
    netif->mtu = LINK_MTU;
    return ERR_OK;
}

static void listen_at(const ip_addr_t *at)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(at));

    if (tcp_bind(pcb, at, 80) != ERR_OK)
        sim_assert("the far side cannot bind");
    pcb = tcp_listen(pcb);
    if (!pcb)
        sim_assert("the far side cannot listen");
    tcp_accept(pcb, on_accept);
}

static void add_netif(int i)
{
    static const uint8_t lasts[3] = {1, 2, 53};
    ip4_addr_t at, mask, none = {0};
    ip_addr_t here;

    IP4_ADDR(&at, 10, 0, 0, lasts[i]);
    IP4_ADDR(&mask, 255, 0, 0, 0);
    netif_add(&netifs[i], &at, &mask, &none, NULL, init_netif, ip_input);
    netif_set_up(&netifs[i]);
    netif_set_link_up(&netifs[i]);
    ip_addr_copy_from_ip4(here, at);
    if (i < 2)
        listen_at(&here);
}

static void add_six(void)
{
    ip_addr_t at;

    ipaddr_aton("fd00::6", &at);
    netif_ip6_addr_set(&netifs[0], 1, ip_2_ip6(&at));
    netif_ip6_addr_set_state(&netifs[0], 1, IP6_ADDR_PREFERRED);
    listen_at(&at);
}

void peer_prepare(void)
{
    world_leave_out(wires, sizeof wires);
}

void peer_start(void)
{
    struct udp_pcb *names;

    lwip_init();
    for (int i = 0; i < 3; i++)
        add_netif(i);
    add_six();
    netif_set_default(&netifs[0]);
    names = udp_new_ip_type(IPADDR_TYPE_V4);
    udp_bind(names, IP4_ADDR_ANY, 53);
    udp_recv(names, on_question, NULL);
    plan_timer();
}

void peer_input(const uint8_t *packet, size_t n)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)n, PBUF_POOL);

    if (!p)
        return;
    pbuf_take(p, packet, (u16_t)n);
    if (netifs[0].input(p, &netifs[0]) != ERR_OK)
        pbuf_free(p);
    plan_timer();
}

void peer_stop(void)
{
    stopped = true;
    for (int i = 0; i < CONNS_MAX; i++)
        if (conns[i].pcb)
            (void)abort_conn(&conns[i]);
    plan_timer();
}

unsigned peer_left_over(void)
{
    static const memp_t pools[] = {MEMP_TCP_PCB, MEMP_TCP_SEG, MEMP_PBUF,
                                   MEMP_PBUF_POOL};
    unsigned held = 0;

    for (size_t i = 0; i < LWIP_ARRAYSIZE(pools); i++)
        held += (unsigned)lwip_stats.memp[pools[i]]->used;
    return held;
}

uint32_t peer_posted(unsigned fetch)
{
    return posted[fetch];
}
