/* SPDX-License-Identifier: MIT */
/*
 * Plain lwIP sockets over port/coop and port/slirp:
 *
 *     fetch [--open] HOST PORT PATH COUNT [DNS_PORT]
 *
 * gets the same resource COUNT times, one connection each, and prints
 * "COUNT fetches, BODY bytes, fnv HASH, SENT and RECEIVED frames, ...", or the
 * first error. With DNS_PORT, HOST is asked of a resolver on the PC's loopback;
 * --open is port/slirp's option.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/dns.h"
#include "lwip/errno.h"
#include "lwip/netdb.h"
#include "lwip/sockets.h"
#include "lwip/tcpip.h"

#include "coop/clock_host.h"
#include "slirp/slirpif.h"

#define BODY_FNV_BASIS 2166136261u

static const struct coop_platform platform = {
    .now_ms = coop_host_now_ms,
    .idle = slirpif_idle,
};

COOP_STACK(main_stack, 131072);
static struct coop_task main_task;
static struct netif netif;
static struct slirpif_options options;
static err_t network;
static unsigned frames[2];
static char buffer[65536];

struct result {
    size_t body_n;
    uint32_t hash;
};

static void count_frame(void *ctx, bool sent, const uint8_t *frame, size_t n)
{
    (void)ctx;
    (void)frame;
    frames[sent] += n >= 14;
}

/* In the tcpip thread. */
static void add_interface(void *sem)
{
    network = slirpif_add(&netif, &options);
    sys_sem_signal(sem);
}

static err_t start_network(void)
{
    sys_sem_t added;

    sys_sem_new(&added, 0);
    tcpip_init(add_interface, &added);
    sys_arch_sem_wait(&added, 0);
    coop_sleep_ms(1); /* IPv6 gets its route */
    return network;
}

static struct addrinfo *resolve(char *argv[])
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *at = NULL;
    ip_addr_t server = IPADDR4_INIT_BYTES(10, 0, 2, 2);

    if (argv[5]) {
        lwip_board_dns_port = (uint16_t)atoi(argv[5]);
        dns_setserver(0, &server);
    }
    hints.ai_family = strchr(argv[1], ':') ? AF_INET6 : AF_UNSPEC;
    if (lwip_getaddrinfo(argv[1], argv[2], &hints, &at) != 0)
        return NULL;
    return at;
}

static int ask(int fd, const struct addrinfo *at, const char *path)
{
    int n = snprintf(buffer, sizeof buffer,
                     "GET %s HTTP/1.0\r\nHost: x\r\n\r\n", path);

    if (lwip_connect(fd, at->ai_addr, at->ai_addrlen) != 0)
        return -1;
    return lwip_send(fd, buffer, (size_t)n, 0) == n ? 0 : -1;
}

static void add(struct result *result, const char *p, size_t n)
{
    result->body_n += n;
    for (size_t i = 0; i < n; i++)
        result->hash = (result->hash ^ (unsigned char)p[i]) * 16777619u;
}

/* The head must come within one buffer; the body runs to the end. */
static int read_answer(int fd, struct result *result)
{
    size_t head_n = 0;
    ssize_t n;
    char *body = NULL;

    while (!body) {
        n = lwip_recv(fd, buffer + head_n, sizeof buffer - 1 - head_n, 0);
        if (n <= 0)
            return -1;
        head_n += (size_t)n;
        buffer[head_n] = '\0';
        body = strstr(buffer, "\r\n\r\n");
    }
    if (strncmp(buffer + 8, " 200 ", 5) != 0)
        return -1;
    body += 4;
    add(result, body, head_n - (size_t)(body - buffer));
    while ((n = lwip_recv(fd, buffer, sizeof buffer, 0)) > 0)
        add(result, buffer, (size_t)n);
    return (int)n;
}

static int fetch(const struct addrinfo *at, const char *path,
                 struct result *result)
{
    int fd = lwip_socket(at->ai_family, SOCK_STREAM, 0);
    int err = fd < 0 ? -1 : ask(fd, at, path);

    result->body_n = 0;
    result->hash = BODY_FNV_BASIS;
    if (err == 0)
        err = read_answer(fd, result);
    if (err != 0)
        printf("%s\n", strerror(errno));
    if (fd >= 0)
        lwip_close(fd);
    return err;
}

static int fetch_all(char *argv[])
{
    struct result first = {0, 0}, next;
    struct addrinfo *at = resolve(argv);
    uint32_t since_ms = coop_now_ms();
    int count = atoi(argv[4]);

    if (!at)
        return puts("no address"), 1;
    if (fetch(at, argv[3], &first) != 0)
        return 1;
    for (int i = 1; i < count; i++) {
        if (fetch(at, argv[3], &next) != 0)
            return 1;
        if (next.hash != first.hash || next.body_n != first.body_n)
            return puts("a fetch differs"), 1;
    }
    printf("%d fetches, %zu bytes, fnv %08x, %u and %u frames, %u ms, "
           "%zu bytes of stack\n",
           count, first.body_n, (unsigned)first.hash, frames[1], frames[0],
           (unsigned)(coop_now_ms() - since_ms), coop_task_peak(coop_self()));
    return 0;
}

static int run(void *argv)
{
    if (start_network() != ERR_OK)
        return puts("no network"), 1;
    return fetch_all(argv);
}

int main(int argc, char *argv[])
{
    options.tap = count_frame;
    options.open = argc > 1 && strcmp(argv[1], "--open") == 0;
    argc -= options.open;
    argv += options.open;
    if (argc != 5 && argc != 6) {
        fprintf(stderr, "usage: fetch [--open] HOST PORT PATH COUNT "
                        "[DNS_PORT]\n");
        return 2;
    }
    coop_task_start(&main_task, "main", run, argv, main_stack);
    return coop_run(&platform, &main_task);
}
