/* SPDX-License-Identifier: MIT */
/*
 * A fetch in steps: lwurl_step() never waits, so the time between two of them
 * belongs to the phase that the fetch is in. A program that has nothing to
 * measure calls lwurl_open(), lwurl_read() and lwurl_close() instead.
 */
#include "fetch.h"

#include "lwip/lwurl_lwip.h"
#include "lwurl_auth.h"
#include "tls.h"

static struct lwurl_lwip net;
static const struct lwurl_port port = LWURL_LWIP_PORT(&net);

static struct lwurl_basic basic;
static const struct lwurl_handler handlers[] = {
    LWURL_BASIC(&basic),
    LWURL_HTTP,
    DEVICE_HTTPS,
};
static const struct lwurl_opener opener = {
    &port, handlers, sizeof handlers / sizeof handlers[0]};

static struct lwurl u;
static char work[FETCH_WORK];

int fetch_init(void)
{
    return lwurl_lwip_init(&net) == LWURL_OK ? 0 : -1;
}

static unsigned phase_now(void)
{
    struct lwurl_error now;

    lwurl_error(&u, &now);
    return now.phase;
}

static void wait(void)
{
    struct lwurl_wants wants;

    lwurl_wants(&u, &wants);
    if (wants.ms > 0)
        port.wait(port.ctx, wants.fd, wants.events, wants.ms);
}

/* The next turn of ours, or an error. */
static int next_turn(struct fetch *f)
{
    int turn = LWURL_TURN_WAIT;

    while (turn == LWURL_TURN_WAIT) {
        unsigned phase = phase_now();
        uint32_t since_ms = board_ms();

        turn = lwurl_step(&u);
        if (turn == LWURL_TURN_WAIT)
            wait();
        f->phase_ms[phase] += board_ms() - since_ms;
        if (phase == LWURL_PHASE_CONNECT)
            f->connected = true;
    }
    return turn;
}

/* What is here of the body, to the console. 0, or an error. The piece lies
   where a handshake's frames were, and not in the caller's, below them. */
__attribute__((noinline)) static int print_body(char *last)
{
    char piece[FETCH_PIECE];
    int n = lwurl_take(&u, piece, sizeof piece);

    if (n > 0) {
        console_write(piece, (size_t)n);
        *last = piece[n - 1];
    }
    return n < 0 ? n : 0;
}

static void print_url(const struct lwurl_request *request)
{
    struct lwurl_str url[2];

    lwurl_url_public(&u, url);
    console_puts(request->method != NULL ? request->method : "GET");
    console_puts(" ");
    console_write(url[0].p, url[0].n);
    console_write(url[1].p, url[1].n);
    console_puts("\n\n");
}

/* From counts at the beginning to what came since. */
static void end_counts(struct board_eth_stats *wire)
{
    wire->received = board_eth_stats.received - wire->received;
    wire->received_n = board_eth_stats.received_n - wire->received_n;
    wire->sent = board_eth_stats.sent - wire->sent;
    wire->sent_n = board_eth_stats.sent_n - wire->sent_n;
}

int fetch_run(const struct lwurl_request *request, struct fetch *out)
{
    uint32_t since_ms = board_ms();
    char last = '\n';
    int turn = lwurl_begin(&u, &opener, request, work, sizeof work);

    *out = (struct fetch){.wire = board_eth_stats};
    if (turn == LWURL_OK)
        print_url(request);
    while (turn >= 0 && turn != LWURL_TURN_DONE) {
        turn = next_turn(out);
        if (turn == LWURL_TURN_BODY)
            turn = print_body(&last);
    }
    if (last != '\n')
        console_puts("\n");
    out->total_ms = board_ms() - since_ms;
    end_counts(&out->wire);
    lwurl_error(&u, &out->error);
    lwurl_close(&u);
    return out->error.code;
}

void fetch_end(void)
{
    lwurl_end(&u);
}

size_t fetch_memory(void)
{
    return sizeof u + sizeof work;
}
