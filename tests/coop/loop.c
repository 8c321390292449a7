/* SPDX-License-Identifier: MIT */
/*
 * Two tasks and the tcpip thread on the virtual clock: 1 MB goes to an echo
 * server through lwIP's loopback interface and comes back, in pieces and
 * pauses of chance. Prints when it was done and a hash over every step:
 *
 *     loop [SEED]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/sockets.h"
#include "lwip/stats.h"
#include "lwip/tcpip.h"

#include "coop/clock_virtual.h"

#define TOTAL_N 1048576u
#define PORT    7

COOP_STACK(client_stack, 65536);
COOP_STACK(server_stack, 65536);
COOP_STACK(reader_stack, 65536);
static struct coop_task client_task, server_task, reader_task;
static struct coop_sem listening, finished;

static uint32_t chance_state;
static uint32_t trace = 2166136261u;
static unsigned steps;

static uint32_t chance(uint32_t n)
{
    chance_state = chance_state * 1664525u + 1013904223u;
    return (chance_state >> 16) % n;
}

static void step(char who, ssize_t n)
{
    const uint32_t words[3] = {(uint32_t)who, (uint32_t)n, coop_now_ms()};

    for (int i = 0; i < 3; i++)
        trace = (trace ^ words[i]) * 16777619u;
    steps++;
}

static void dawdle(void)
{
    if (chance(4) == 0)
        coop_sleep_ms(chance(20));
}

static uint8_t byte_at(uint32_t i)
{
    return (uint8_t)(i * 2654435761u >> 24);
}

static struct sockaddr_in here(void)
{
    struct sockaddr_in at;

    memset(&at, 0, sizeof at);
    at.sin_family = AF_INET;
    at.sin_port = lwip_htons(PORT);
    at.sin_addr.s_addr = lwip_htonl(INADDR_LOOPBACK);
    return at;
}

/* ---- The server ---- */

static int echo(int fd)
{
    static char buffer[5000];
    ssize_t n;

    while ((n = lwip_recv(fd, buffer, 1 + chance(sizeof buffer), 0)) > 0) {
        step('r', n);
        dawdle();
        if (lwip_send(fd, buffer, (size_t)n, 0) != n)
            return 1;
        step('s', n);
    }
    return n != 0;
}

static int serve(void *arg)
{
    struct sockaddr_in at = here();
    int fd, listener = lwip_socket(AF_INET, SOCK_STREAM, 0);
    int failed;

    (void)arg;
    if (lwip_bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        lwip_listen(listener, 1) != 0)
        return 1;
    coop_sem_signal(&listening);
    fd = lwip_accept(listener, NULL, NULL);
    failed = fd < 0 || echo(fd);
    lwip_close(fd);
    lwip_close(listener);
    coop_sem_signal(&finished);
    return failed;
}

/* ---- The client: two tasks, as one alone could block the other side ---- */

static int read_back(void *fd)
{
    static uint8_t buffer[3000];
    uint32_t at = 0;
    ssize_t n;

    while ((n = lwip_recv(*(int *)fd, buffer, sizeof buffer, 0)) > 0) {
        step('R', n);
        for (ssize_t i = 0; i < n; i++)
            if (buffer[i] != byte_at(at++))
                return 1;
        dawdle();
    }
    coop_sem_signal(&finished);
    return n != 0 || at != TOTAL_N;
}

static int send_all(int fd)
{
    static uint8_t buffer[4000];
    uint32_t at = 0;

    while (at < TOTAL_N) {
        uint32_t n = 1 + chance(sizeof buffer);
        if (n > TOTAL_N - at)
            n = TOTAL_N - at;
        for (uint32_t i = 0; i < n; i++)
            buffer[i] = byte_at(at + i);
        step('S', lwip_send(fd, buffer, n, 0));
        at += n;
        dawdle();
    }
    return lwip_shutdown(fd, SHUT_WR);
}

static void signal_it(void *sem)
{
    coop_sem_signal(sem);
}

static int talk(void *arg)
{
    struct coop_sem started;
    struct sockaddr_in at = here();
    int fd;

    (void)arg;
    coop_sem_init(&started, 0);
    tcpip_init(signal_it, &started);
    coop_sem_wait(&started, COOP_FOREVER);
    coop_task_start(&server_task, "server", serve, NULL, server_stack);
    coop_sem_wait(&listening, COOP_FOREVER);
    fd = lwip_socket(AF_INET, SOCK_STREAM, 0);
    if (lwip_connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
        return 1;
    coop_task_start(&reader_task, "reader", read_back, &fd, reader_stack);
    if (send_all(fd) != 0)
        return 2;
    coop_sem_wait(&finished, COOP_FOREVER);
    coop_sem_wait(&finished, COOP_FOREVER);
    lwip_close(fd);
    coop_sleep_ms(300000); /* TIME_WAIT passes: nothing may be left */
    return server_task.exit_code + reader_task.exit_code;
}

/* What lwIP still holds: connections, sockets, frames, bytes. */
static unsigned left_over(void)
{
    static const memp_t pools[] = {MEMP_TCP_PCB, MEMP_NETCONN, MEMP_TCP_SEG,
                                   MEMP_PBUF_POOL};
    unsigned held = (unsigned)lwip_stats.mem.used;

    for (size_t i = 0; i < sizeof pools / sizeof pools[0]; i++)
        held += (unsigned)lwip_stats.memp[pools[i]]->used;
    return held;
}

int main(int argc, char *argv[])
{
    int code;

    chance_state = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : 1;
    coop_virtual_reset(0, UINT64_C(3600) * 1000000);
    coop_sem_init(&listening, 0);
    coop_sem_init(&finished, 0);
    coop_task_start(&client_task, "client", talk, NULL, client_stack);
    code = coop_run(&coop_virtual, &client_task);
    printf("exit %d after %u ms, %u steps, trace %08x, %u left over\n", code,
           (unsigned)(coop_virtual_now_us() / 1000), steps, (unsigned)trace,
           left_over());
    return code != 0 || left_over() != 0;
}
