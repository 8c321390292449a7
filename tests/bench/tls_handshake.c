/* SPDX-License-Identifier: MIT */
/*
 * Instructions of a TLS handshake on a board, full and resumed, and of a body:
 * the filter against BearSSL's server in the same program, without a network.
 * Only the client's side is counted, by SysTick under QEMU's -icount shift=0,
 * where one instruction takes one nanosecond. Prints lines "name number":
 * instructions; "longest" is the longest step of all handshakes, "stack" the
 * bytes of stack that the filter took.
 *
 *     tls_handshake fast|small|careful
 */
#include <string.h>

#include "board.h"
#include "board_ns.h"
#include "fixed.h"
#include "lwurl_handler.h"
#include "lwurl_tls.h"
#include "tls/filter.h"
#include "tls_pki.h"

#define BODY_N 65536u

static const struct lwurl_filter_ops *const ops = &lwurl_tls_filter;

static struct lwurl_tls_slot slot;
static unsigned char record[LWURL_TLS_RECORD_4096];
static uint64_t lent[(LWURL_TLS_LENT + 7) / 8];
static struct lwurl_tls_session list[1];
static struct lwurl_tls_sessions sessions = LWURL_TLS_SESSIONS(list, 1);

static struct lwurl_tls tls = {
    .slot = &slot,
    .record = record,
    .record_n = sizeof record,
    .lent = lent,
    .lent_n = sizeof lent,
    .trust = &lwurl_tls_chain,
    .sessions = &sessions,
    .entropy = &entropy,
    .clock = &wall,
};

/* ------------------------------------------------------------------ counting
 */

static uint64_t spent_ns, since_ns, longest_ns;

/* ------------------------------------------------------------------ stack */

#define PAINT  0xA5u
#define MARGIN 64u /* the frame of who paints */

static size_t stack_most;

/* What lies below the caller is painted anew for each turn: the server has its
   turns on the same stack. */
static __attribute__((noinline)) void paint_stack(void)
{
    unsigned char *end = (unsigned char *)__builtin_frame_address(0) - MARGIN;
    struct board_stack stack;
    volatile unsigned char *p;

    if (!os_stack_running(&stack))
        return;
    p = (unsigned char *)stack.lowest + BOARD_GUARD_N;
    while (p < end)
        *p++ = PAINT;
}

static __attribute__((noinline)) void look_at_stack(void)
{
    const unsigned char *here = __builtin_frame_address(0);
    struct board_stack stack;
    size_t used;

    if (!os_stack_running(&stack))
        return;
    used = (size_t)(here - stack.lowest) - BOARD_GUARD_N;
    while (used > 0 && *(here - used) == PAINT)
        used--;
    if (used > stack_most)
        stack_most = used;
}

/* ----------------------------------------------------------------- turns */

static void client_turn(void)
{
    paint_stack();
    since_ns = board_ns();
}

static void client_done(void)
{
    uint64_t ns = board_ns() - since_ns;

    spent_ns += ns;
    if (ns > longest_ns)
        longest_ns = ns;
    look_at_stack();
}

static void tell_number(const char *name, uint32_t number)
{
    console_puts(name);
    console_puts(" ");
    console_u32(number);
    console_puts("\n");
}

static void tell(const char *name)
{
    tell_number(name, (uint32_t)spent_ns);
    spent_ns = 0;
}

/* -------------------------------------------------------------------- server
 */

static br_ssl_server_context server;
static unsigned char server_buffer[5000];
static br_ssl_session_cache_lru cache;
static unsigned char cache_store[200];
static br_skey_decoder_context key;

static void start_server(const struct bench_server *s)
{
    if (br_skey_decoder_key_type(&key) == BR_KEYTYPE_RSA)
        br_ssl_server_init_full_rsa(&server, s->chain, s->chain_n,
                                    br_skey_decoder_get_rsa(&key));
    else
        br_ssl_server_init_full_ec(&server, s->chain, s->chain_n, BR_KEYTYPE_EC,
                                   br_skey_decoder_get_ec(&key));
    br_ssl_engine_set_buffer(&server.eng, server_buffer, sizeof server_buffer,
                             0);
    br_ssl_engine_inject_entropy(&server.eng, "the same in every run", 22);
    br_ssl_server_set_cache(&server, &cache.vtable);
    (void)br_ssl_server_reset(&server);
}

/* Moves bytes one way; 0 when there are none. */
static size_t to_server(void)
{
    size_t n, room;
    unsigned char *from, *to = br_ssl_engine_recvrec_buf(&server.eng, &room);

    if (to == NULL)
        return 0;
    client_turn();
    from = ops->buf(&tls, LWURL_FILTER_WIRE_OUT, &n);
    n = n < room ? n : room;
    if (from != NULL) {
        memcpy(to, from, n);
        ops->ack(&tls, LWURL_FILTER_WIRE_OUT, n);
    }
    client_done();
    if (from != NULL)
        br_ssl_engine_recvrec_ack(&server.eng, n);
    return n;
}

static size_t to_client(void)
{
    size_t n, room;
    unsigned char *to, *from = br_ssl_engine_sendrec_buf(&server.eng, &n);

    if (from == NULL)
        return 0;
    client_turn();
    to = ops->buf(&tls, LWURL_FILTER_WIRE_IN, &room);
    n = n < room ? n : room;
    if (to != NULL) {
        memcpy(to, from, n);
        ops->ack(&tls, LWURL_FILTER_WIRE_IN, n);
    }
    client_done();
    if (to != NULL)
        br_ssl_engine_sendrec_ack(&server.eng, n);
    return n;
}

static size_t take_body(void)
{
    size_t n;

    client_turn();
    if (ops->buf(&tls, LWURL_FILTER_APP_IN, &n) != NULL)
        ops->ack(&tls, LWURL_FILTER_APP_IN, n);
    client_done();
    return n;
}

static void pump(void)
{
    while (to_server() + to_client() > 0)
        ;
}

static int handshake(const char *name, const struct bench_server *s)
{
    struct lwurl_filter_start how = {.host = {"device.test", 11}, .port = 443};
    struct lwurl_tls_info info;
    int err;

    how.owner = (struct lwurl *)&slot;
    start_server(s);
    spent_ns = 0;
    client_turn();
    err = ops->start(&tls, &how);
    client_done();
    if (err != LWURL_OK)
        return err;
    pump();
    lwurl_tls_info(&tls, &info);
    tell(name);
    return info.version == BR_TLS12 ? LWURL_OK : LWURL_ERR_TLS;
}

static void body(const char *name)
{
    size_t left = BODY_N;

    while (left > 0) {
        size_t n;
        unsigned char *p = br_ssl_engine_sendapp_buf(&server.eng, &n);

        n = n < left ? n : left;
        if (p != NULL) {
            br_ssl_engine_sendapp_ack(&server.eng, n);
            br_ssl_engine_flush(&server.eng, 0);
            left -= n;
        }
        while (to_client() + take_body() > 0)
            ;
    }
    tell(name);
}

static int measure(const char *full, const char *resumed,
                   const struct bench_server *s)
{
    int err;

    br_skey_decoder_init(&key);
    br_skey_decoder_push(&key, s->key, s->key_n);
    br_ssl_session_cache_lru_init(&cache, cache_store, sizeof cache_store);
    memset(list, 0, sizeof list);
    err = handshake(full, s);
    ops->stop(&tls);
    if (err == LWURL_OK)
        err = handshake(resumed, s);
    return err;
}

static const struct lwurl_tls_profile *profile_of(const char *name)
{
    if (strcmp(name, "small") == 0)
        return &lwurl_tls_small;
    return strcmp(name, "careful") == 0 ? &lwurl_tls_careful : &lwurl_tls_fast;
}

int app_main(int argc, char *argv[])
{
    struct lwurl_tls_info info;
    int err;

    tls.profile = profile_of(argc > 1 ? argv[1] : "fast");
    tls.anchors = bench_anchors;
    tls.anchors_n = bench_anchors_n;
    err = measure("rsa_full", "rsa_resumed", &bench_rsa);
    ops->stop(&tls);
    if (err == LWURL_OK)
        err = measure("ec_full", "ec_resumed", &bench_ec);
    lwurl_tls_info(&tls, &info);
    if (err == LWURL_OK && !info.resumed)
        err = LWURL_ERR_TLS;
    tell_number("longest", (uint32_t)longest_ns);
    tell_number("stack", (uint32_t)stack_most);
    if (err == LWURL_OK)
        body("body_65536");
    return err == LWURL_OK ? 0 : 1;
}
