/* SPDX-License-Identifier: MIT */
/*
 * Gets a URL of this PC N times, in one of several ways, and prints how many
 * seconds the second and later ones took:
 *
 *     get lwurl|kept|http_client|sockets PORT PATH BODY-BYTES N
 *
 * lwurl (a connection each), kept (one for all) and lwIP's http_client go over
 * lwIP and libslirp in this process; sockets are the system's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "get.h"
#include "lwurl.h"
#include "net.h"

struct get get;
static double first_s, last_s;

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ------------------------------------------------------------------- lwurl */

static bool keep;

static bool get_lwurl(void)
{
    static const struct lwurl_handler handlers[] = {LWURL_HTTP};
    static const struct lwurl_opener opener = {&net_port, handlers, 1};
    static unsigned char work[256], bytes[16384];
    static struct lwurl u;
    char url[128];
    const struct lwurl_request request = {.url = url, .deadline_ms = 10000};
    size_t got = 0;
    int n;

    snprintf(url, sizeof url, "http://10.0.2.2:%u%s", get.port, get.path);
    n = lwurl_open(&u, &opener, &request, work, sizeof work);
    while (n >= 0 && (n = lwurl_read(&u, bytes, sizeof bytes)) > 0)
        got += (size_t)n;
    if (keep)
        lwurl_close(&u);
    else
        lwurl_end(&u);
    return n == 0 && got == get.body_n;
}

/* ----------------------------------------------------------------- sockets */

/* How much of it is body, when all of it has come: the head's end is looked
   for in the first piece. */
static size_t body_of(const char *p, size_t n)
{
    for (size_t i = 4; i <= n; i++)
        if (memcmp(p + i - 4, "\r\n\r\n", 4) == 0)
            return n - i;
    return 0;
}

static bool get_sockets(void)
{
    static char bytes[16384];
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)get.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t got = 0;
    ssize_t n;

    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        return false;
    n = snprintf(bytes, sizeof bytes,
                 "GET %s HTTP/1.1\r\nHost: 10.0.2.2:%u\r\n\r\n", get.path,
                 get.port);
    if (send(fd, bytes, (size_t)n, 0) != n)
        return false;
    n = recv(fd, bytes, sizeof bytes, 0);
    got = n > 0 ? body_of(bytes, (size_t)n) : 0;
    while (got < get.body_n && (n = recv(fd, bytes, sizeof bytes, 0)) > 0)
        got += (size_t)n;
    close(fd);
    return got == get.body_n;
}

/* ------------------------------------------------------------------- start */

static const struct way {
    const char *name;
    bool (*run)(void);
    bool system;
} ways[] = {
    {"lwurl", get_lwurl, false},
    {"kept", get_lwurl, false},
    {"http_client", get_http_client, false},
    {"sockets", get_sockets, true},
};

static int get_all(void *arg)
{
    const struct way *way = arg;

    for (unsigned i = 0; i < get.times; i++) {
        if (!way->run()) {
            fprintf(stderr, "get %s failed\n", way->name);
            return 1;
        }
        last_s = seconds();
        if (i == 0)
            first_s = last_s;
    }
    return 0;
}

int main(int argc, char *argv[])
{
    static struct options options = {.loopback_only = true};
    const struct way *way = ways;
    int code;

    if (argc != 6)
        return 2;
    while (way < ways + sizeof ways / sizeof *ways &&
           strcmp(way->name, argv[1]) != 0)
        way++;
    if (way == ways + sizeof ways / sizeof *ways)
        return 2;
    keep = strcmp(argv[1], "kept") == 0;
    get.port = (unsigned)strtoul(argv[2], NULL, 10);
    get.path = argv[3];
    get.body_n = strtoul(argv[4], NULL, 10);
    get.times = (unsigned)strtoul(argv[5], NULL, 10);
    code = way->system ? get_all((void *)(uintptr_t)way)
                       : net_run(&options, get_all, (void *)(uintptr_t)way);
    printf("%.6f\n", last_s - first_s);
    return code;
}
