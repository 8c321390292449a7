/* SPDX-License-Identifier: MIT */
/*
 * The TLS filter on a plain socket of this machine: one GET, and what came of
 * it as lines "key value".
 *
 * usage: tls_probe PORT HOST ANCHORS.pem PATH RECORD [PROFILE]
 *
 * Memory has exactly the length that is under test, on the heap, so that
 * AddressSanitizer sees every byte beyond it.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lwurl_anchors.h"
#include "lwurl_handler.h"
#include "lwurl_tls.h"
#include "tls/filter.h"

static const struct lwurl_filter_ops *const ops = &lwurl_tls_filter;

static struct lwurl_tls_slot slot;
static struct lwurl owner;
static struct lwurl_anchors anchors;
static br_x509_trust_anchor list[16];
static unsigned char room[16384];
static size_t sends, longest_send;

static int read_clock(void *ctx, int64_t *unix_s)
{
    (void)ctx;
    *unix_s = time(NULL);
    return 0;
}

static int read_entropy(void *ctx, void *p, size_t n)
{
    (void)ctx;
    return getrandom(p, n, 0) == (ssize_t)n ? 0 : -1;
}

static const struct lwurl_clock wall_clock = {.now = read_clock};
static const struct lwurl_entropy entropy = {.read = read_entropy};

static void load_anchors(const char *path)
{
    char text[4096];
    FILE *f = fopen(path, "rb");
    size_t n;

    if (f == NULL)
        exit(2);
    lwurl_anchors_init(&anchors, list, 16, room, sizeof room);
    while ((n = fread(text, 1, sizeof text, f)) > 0)
        (void)lwurl_anchors_add(&anchors, text, n);
    fclose(f);
    if (lwurl_anchors_end(&anchors) != LWURL_OK)
        exit(2);
}

static int connect_to(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        exit(2);
    return fd;
}

static const struct lwurl_tls_profile *profile_of(const char *name)
{
    if (name == NULL || strcmp(name, "fast") == 0)
        return &lwurl_tls_fast;
    if (strcmp(name, "small") == 0)
        return &lwurl_tls_small;
    return strcmp(name, "careful") == 0 ? &lwurl_tls_careful : &lwurl_tls_wide;
}

/* ------------------------------------------------------------------- pump */

static int push(void *tls, int fd)
{
    size_t n;
    unsigned char *p = ops->buf(tls, LWURL_FILTER_WIRE_OUT, &n);
    ssize_t done;

    if (p == NULL)
        return 0;
    done = send(fd, p, n, MSG_NOSIGNAL);
    if (done <= 0) {
        ops->wire_end(tls);
        return 1;
    }
    sends++;
    longest_send = n > longest_send ? n : longest_send;
    ops->ack(tls, LWURL_FILTER_WIRE_OUT, (size_t)done);
    return 1;
}

static void pull(void *tls, int fd)
{
    size_t n;
    unsigned char *p = ops->buf(tls, LWURL_FILTER_WIRE_IN, &n);
    ssize_t done = recv(fd, p, n, 0);

    if (done <= 0)
        ops->wire_end(tls);
    else
        ops->ack(tls, LWURL_FILTER_WIRE_IN, (size_t)done);
}

static void ask(void *tls, const char *host, const char *path)
{
    char text[256];
    int length = snprintf(text, sizeof text,
                          "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, host);
    size_t n;
    unsigned char *p = ops->buf(tls, LWURL_FILTER_APP_OUT, &n);

    if (length <= 0 || n < (size_t)length)
        exit(2);
    memcpy(p, text, (size_t)length);
    ops->ack(tls, LWURL_FILTER_APP_OUT, (size_t)length);
    ops->flush(tls);
}

/* Writes what was received to standard error, the test's other pipe. */
static size_t take(void *tls)
{
    size_t n;
    unsigned char *p = ops->buf(tls, LWURL_FILTER_APP_IN, &n);

    if (p == NULL)
        return 0;
    fwrite(p, 1, n, stderr);
    ops->ack(tls, LWURL_FILTER_APP_IN, n);
    return n;
}

static void run(void *tls, int fd, const char *host, const char *path)
{
    size_t asked = 0, n;

    for (;;) {
        unsigned bits = ops->state(tls);

        if (push(tls, fd))
            continue;
        if ((bits & LWURL_FILTER_CLOSED) != 0)
            return;
        if (!asked && (bits & LWURL_FILTER_APP_OUT) != 0) {
            printf("handshake_sends %zu\nlongest_send %zu\n", sends,
                   longest_send);
            ask(tls, host, path);
            asked = 1;
            continue;
        }
        n = take(tls);
        if (n == 0)
            pull(tls, fd);
    }
}

static void report(struct lwurl_tls *tls)
{
    struct lwurl_tls_info info;
    int32_t detail = 0;
    int err = ops->error(tls, &detail);

    lwurl_tls_info(tls, &info);
    printf("version %04x\nsuite %s\nresumed %d\nerror %d\ndetail %ld\n",
           info.version, lwurl_tls_suite_name(info.suite), info.resumed, err,
           (long)detail);
}

int main(int argc, char **argv)
{
    struct lwurl_tls tls = {.slot = &slot,
                            .trust = &lwurl_tls_chain,
                            .entropy = &entropy,
                            .clock = &wall_clock};
    struct lwurl_filter_start how = {.owner = &owner, .port = 443};
    int fd, err;

    if (argc < 6)
        return 2;
    load_anchors(argv[3]);
    tls.anchors = list;
    tls.anchors_n = anchors.n;
    tls.record_n = strtoul(argv[5], NULL, 10);
    tls.record = malloc(tls.record_n);
    if (tls.record_n < LWURL_TLS_RECORD_4096) {
        tls.lent_n = LWURL_TLS_LENT;
        tls.lent = malloc(tls.lent_n);
    }
    tls.profile = profile_of(argv[6]);
    how.host.p = argv[2];
    how.host.n = strlen(argv[2]);
    fd = connect_to(atoi(argv[1]));
    err = ops->start(&tls, &how);
    if (err != LWURL_OK) {
        printf("start %d\n", err);
    } else {
        run(&tls, fd, argv[2], argv[4]);
        report(&tls);
    }
    ops->stop(&tls);
    close(fd);
    free(tls.record);
    free(tls.lent);
    return 0;
}
