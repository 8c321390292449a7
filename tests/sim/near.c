/* SPDX-License-Identifier: MIT */
/* The near side: lwurl on port/lwip, and the program that fetches. */
#include <stdlib.h>
#include <string.h>

#include "lwip/dns.h"
#include "lwip/netif.h"
#include "lwip/stats.h"
#include "lwip/tcpip.h"

#include "chance.h"
#include "coop/clock_virtual.h"
#include "far/peer.h"
#include "link.h"
#include "lwip/lwurl_lwip.h"
#include "lwurl.h"
#include "lwurl_auth.h"
#include "lwurl_redirect.h"
#include "plan.h"
#include "sim.h"

/* A call may be late by the rest of a millisecond, and one more. */
#define LATE_MS 2u

static struct netif netif;
static struct lwurl_lwip net;
static const struct lwurl_port port = LWURL_LWIP_PORT(&net);

static char realm[32], room[160], work[2200], url[64];
static struct lwurl_basic basic = {.realm = realm, .realm_n = sizeof realm};
static struct lwurl_redirect redirect = {.room = room, .room_n = sizeof room};
static const struct lwurl_handler handlers[] = {
    LWURL_BASIC(&basic), LWURL_REDIRECT(&redirect), LWURL_HTTP};
static const struct lwurl_opener opener = {&port, handlers, 3};

/* The fetch that runs. */
static struct {
    const struct plan_fetch *plan;
    unsigned number;
    struct lwurl u;
    struct lwurl_request request;
    char user[4], password[4];
    uint32_t began_ms, call_ms;
    uint32_t got_n;
    uint32_t steps;
    bool whole;
} f;

uint32_t lwip_board_rand(void)
{
    return chance_word(CHANCE_NEAR);
}

uint32_t lwip_board_isn(const void *local_addr, uint16_t local_port,
                        const void *remote_addr, uint16_t remote_port)
{
    (void)local_addr;
    (void)remote_addr;
    return chance_word(CHANCE_NEAR) + local_port + remote_port;
}

void lwip_board_assert(const char *what)
{
    sim_assert(what);
}

/* --------------------------------------------------------------- interface */

static err_t send_packet(struct pbuf *p)
{
    uint8_t bytes[LINK_MTU];

    if (p->tot_len > sizeof bytes)
        return ERR_VAL;
    pbuf_copy_partial(p, bytes, p->tot_len, 0);
    link_send(LINK_OUT, bytes, p->tot_len);
    return ERR_OK;
}

static err_t output4(struct netif *to, struct pbuf *p, const ip4_addr_t *at)
{
    (void)to;
    (void)at;
    return send_packet(p);
}

static err_t output6(struct netif *to, struct pbuf *p, const ip6_addr_t *at)
{
    (void)to;
    (void)at;
    return send_packet(p);
}

void near_input(const uint8_t *packet, size_t n)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)n, PBUF_POOL);

    if (!p)
        return;
    pbuf_take(p, packet, (u16_t)n);
    if (netif.input(p, &netif) != ERR_OK)
        pbuf_free(p);
}

static err_t init_netif(struct netif *n)
{
    n->name[0] = 'n';
    n->name[1] = 'e';
    n->output = output4;
    n->output_ip6 = output6;
    n->mtu = LINK_MTU;
    return ERR_OK;
}

static void start_netif(void *started)
{
    ip4_addr_t at, mask, gateway;
    ip_addr_t names, six;

    IP4_ADDR(&at, 10, 0, 0, 100);
    IP4_ADDR(&mask, 255, 0, 0, 0);
    IP4_ADDR(&gateway, 10, 0, 0, 1);
    netif_add(&netif, &at, &mask, &gateway, NULL, init_netif, tcpip_input);
    netif_set_default(&netif);
    ipaddr_aton("fd00::64", &six);
    netif_ip6_addr_set(&netif, 1, ip_2_ip6(&six));
    netif_ip6_addr_set_state(&netif, 1, IP6_ADDR_PREFERRED);
    netif_set_link_up(&netif);
    netif_set_up(&netif);
    IP_ADDR4(&names, 10, 0, 0, 53);
    dns_setserver(0, &names);
    coop_sem_signal(started);
}

/* --------------------------------------------------------------- properties */

static uint32_t since(uint32_t ms)
{
    return coop_now_ms() - ms;
}

/* No call returns after the deadline, unless it began there. */
static void check_time(void)
{
    uint32_t took = since(f.call_ms);

    if (took > LATE_MS && since(f.began_ms) > f.plan->deadline_ms + LATE_MS)
        sim_fail("fetch %u: a call of %u ms ends %u ms after begin, "
                 "deadline %u",
                 f.number, (unsigned)took, (unsigned)since(f.began_ms),
                 (unsigned)f.plan->deadline_ms);
}

static void check_no_time(const char *what)
{
    if (since(f.call_ms) != 0)
        sim_fail("fetch %u: %s waits", f.number, what);
}

static uint32_t resource_got(void)
{
    struct lwurl_str at = lwurl_url(&f.u);
    size_t slash = at.n;

    while (slash > 0 && at.p[slash - 1] != '/')
        slash--;
    if (slash == 0 || slash == at.n)
        return 0;
    return (uint32_t)(at.p[slash] - '0') % RESOURCES_N;
}

static bool is_refusal(uint32_t resource)
{
    unsigned status = lwurl_status(&f.u);

    return status == 401 || plan.resources[resource].kind == STATUS_REDIRECT;
}

static uint32_t right_length(uint32_t resource)
{
    return is_refusal(resource) ? PLAN_REFUSAL_N
                                : plan.resources[resource].body_n;
}

/* Without a length, nobody can tell an early end. */
static bool may_end_early(uint32_t resource)
{
    const struct plan_resource *r = &plan.resources[resource];

    return r->framing == BY_CLOSE && r->fault == FAULT_FIN &&
           !is_refusal(resource);
}

static void take_body(const uint8_t *p, size_t n)
{
    uint32_t resource = resource_got();
    uint32_t who = is_refusal(resource) ? resource + RESOURCES_N : resource;

    if (f.got_n + n > right_length(resource))
        sim_fail("fetch %u: more body than there is", f.number);
    for (size_t i = 0; i < n; i++, f.got_n++)
        if (p[i] != plan_byte(who, f.got_n))
            sim_fail("fetch %u: byte %u of the body is wrong", f.number,
                     (unsigned)f.got_n);
}

static void take_end(void)
{
    uint32_t resource = resource_got();

    f.whole = true;
    if (f.got_n != right_length(resource) && !may_end_early(resource))
        sim_fail("fetch %u: success with %u of %u bytes", f.number,
                 (unsigned)f.got_n, (unsigned)right_length(resource));
}

static void check_posted(int result)
{
    const struct plan_resource *r = &plan.resources[f.plan->resource];

    if (result == LWURL_OK && f.plan->post_n > 0 && !r->early &&
        peer_posted(f.number) != f.plan->post_n)
        sim_fail("fetch %u: success, but the server has %u of %u bytes",
                 f.number, (unsigned)peer_posted(f.number),
                 (unsigned)f.plan->post_n);
}

static void check_result(int result)
{
    if (plan_is_clean(f.plan) && result != LWURL_OK &&
        result != LWURL_ERR_STATUS)
        sim_fail("fetch %u: nothing was wrong, but result %d", f.number,
                 result);
    if (result > 0 || result < -99)
        sim_fail("fetch %u: no result is %d", f.number, result);
    if ((result == LWURL_OK) != (f.whole && lwurl_status(&f.u) / 100 == 2) &&
        !f.plan->leaves_early)
        sim_fail("fetch %u: result %d, status %u", f.number, result,
                 lwurl_status(&f.u));
    check_posted(result);
}

/* ----------------------------------------------------------------- fetching */

static void maybe_pause(void)
{
    if (f.plan->pause_ms > 0 && chance(CHANCE_APP, 3) == 0)
        coop_sleep_ms(chance(CHANCE_APP, f.plan->pause_ms) + 1);
    f.call_ms = coop_now_ms();
}

static bool leaves_now(void)
{
    return f.plan->leaves_early && chance(CHANCE_APP, 8) == 0;
}

static int fetch_blocking(void)
{
    uint8_t bytes[4096];
    int head = lwurl_open(&f.u, &opener, &f.request, work, f.plan->work_n);
    int n = 1;

    check_time();
    if (head != LWURL_OK && head != LWURL_ERR_STATUS)
        return head;
    while (n > 0 && !leaves_now()) {
        maybe_pause();
        n = lwurl_read(&f.u, bytes, f.plan->read_max);
        check_time();
        if (n > 0)
            take_body(bytes, (size_t)n);
    }
    if (n == 0)
        take_end();
    return n < 0 ? n : head;
}

static void wait_for_turn(void)
{
    struct lwurl_wants wants;

    lwurl_wants(&f.u, &wants);
    check_no_time("wants");
    if (wants.ms > 0)
        port.wait(port.ctx, wants.fd, wants.events, wants.ms);
}

static int step_once(void)
{
    int turn;

    if (++f.steps == f.plan->cancel_at)
        lwurl_cancel(&f.u);
    f.call_ms = coop_now_ms();
    turn = lwurl_step(&f.u);
    check_no_time("step");
    if (turn == LWURL_TURN_WAIT &&
        since(f.began_ms) > f.plan->deadline_ms + f.plan->pause_ms + LATE_MS)
        sim_fail("fetch %u: still waits %u ms after begin", f.number,
                 (unsigned)since(f.began_ms));
    return turn;
}

/* A turn to go on with, or how the fetch ended. */
static int take_turn(int turn)
{
    uint8_t bytes[4096];
    int n;

    if (turn == LWURL_TURN_WAIT)
        wait_for_turn();
    if (turn != LWURL_TURN_BODY)
        return turn;
    n = lwurl_take(&f.u, bytes, f.plan->read_max);
    if (n > 0)
        take_body(bytes, (size_t)n);
    maybe_pause();
    return n < 0 ? n : turn;
}

static int fetch_stepwise(void)
{
    struct lwurl_error error;
    int turn = lwurl_begin(&f.u, &opener, &f.request, work, f.plan->work_n);

    while (turn >= 0 && turn != LWURL_TURN_DONE) {
        turn = take_turn(step_once());
        if (turn == LWURL_TURN_BODY && leaves_now())
            return LWURL_ERR_CANCELED;
    }
    if (turn < 0)
        return turn;
    take_end();
    lwurl_error(&f.u, &error);
    return error.code;
}

static void make_request(unsigned number)
{
    static uint8_t post[8192];

    memset(&f.request, 0, sizeof f.request);
    f.plan = &plan.fetches[number];
    f.number = number;
    f.got_n = f.steps = 0;
    f.whole = false;
    snprintf(url, sizeof url, "http://%s/%u?f=%u", host_names[f.plan->host],
             f.plan->resource, number);
    snprintf(f.user, sizeof f.user, "u%u", number % 10);
    snprintf(f.password, sizeof f.password, "p%u", number % 10);
    f.request.url = url;
    f.request.deadline_ms = f.plan->deadline_ms;
    f.request.idle_ms = f.plan->idle_ms;
    for (uint32_t i = 0; i < f.plan->post_n; i++)
        post[i] = plan_post_byte(number, i);
    f.request.body = f.plan->post_n > 0 ? post : NULL;
    f.request.body_n = f.plan->post_n;
    if (!f.plan->login)
        return;
    f.request.user = f.user;
    f.request.password = f.password;
}

static void fetch(unsigned number)
{
    int result;

    make_request(number);
    coop_sleep_ms(f.plan->before_ms);
    f.began_ms = f.call_ms = coop_now_ms();
    result = f.plan->stepwise ? fetch_stepwise() : fetch_blocking();
    sim_say("fetch %u: %s: %d, status %u, %u bytes, %u ms", number, url, result,
            lwurl_status(&f.u), (unsigned)f.got_n, (unsigned)since(f.began_ms));
    check_result(result);
    sim_count(result);
    trace_word((uint64_t)(int64_t)result);
    trace_word(f.got_n);
    trace_word(coop_virtual_now_us());
    f.call_ms = coop_now_ms();
    if (f.plan->ends)
        lwurl_end(&f.u);
    else
        lwurl_close(&f.u);
    check_no_time("close");
}

/* -------------------------------------------------------------------- leaks */

static unsigned near_left_over(void)
{
    static const memp_t pools[] = {
        MEMP_TCP_PCB,   MEMP_NETCONN,         MEMP_TCP_SEG,       MEMP_PBUF,
        MEMP_PBUF_POOL, MEMP_TCPIP_MSG_INPKT, MEMP_TCPIP_MSG_API, MEMP_UDP_PCB};
    unsigned held = (unsigned)lwip_stats.mem.used;

    for (size_t i = 0; i < LWIP_ARRAYSIZE(pools); i++)
        held += (unsigned)lwip_stats.memp[pools[i]]->used;
    for (size_t i = 0; i < LWURL_LWIP_LOOKUPS; i++)
        held += net.lookups[i].wanted || net.lookups[i].asking;
    return held;
}

/* TIME_WAIT and the far side's retries pass. */
static void check_leaks(unsigned before, unsigned far_before)
{
    peer_stop();
    for (int s = 0; s < 400; s++) {
        if (near_left_over() == before && peer_left_over() == far_before)
            return;
        coop_sleep_ms(1000);
    }
    sim_fail("left over: %u near (%u before), %u far (%u before)",
             near_left_over(), before, peer_left_over(), far_before);
}

int near_run(void *arg)
{
    static struct coop_sem started;
    unsigned before, far_before;

    (void)arg;
    coop_sem_init(&started, 0);
    tcpip_init(start_netif, &started);
    coop_sem_wait(&started, COOP_FOREVER);
    if (lwurl_lwip_init(&net) != LWURL_OK)
        sim_fail("no port");
    coop_sleep_ms(1);
    before = near_left_over();
    far_before = peer_left_over();
    for (unsigned i = 0; i < plan.fetches_n; i++)
        fetch(i);
    lwurl_end(&f.u);
    check_leaks(before, far_before);
    return 0;
}
