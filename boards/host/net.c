/* SPDX-License-Identifier: MIT */
#include "net.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/dns.h"
#include "lwip/lwurl_lwip.h"
#include "lwip/tcpip.h"

#include "coop/clock_host.h"
#include "coop/coop.h"
#include "slirp/slirpif.h"

#include "exits.h"
#include "hosts.h"
#include "pcap.h"

/* The C library's printf alone wants 10 KB. */
#define STACK_N (256u * 1024u)

COOP_STACK(stack, STACK_N);
static struct coop_task task;
static struct netif netif;
static struct slirpif_options slirp;
static struct lwurl_lwip lwip;
static FILE *pcap;

static const struct coop_platform platform = {
    .now_ms = coop_host_now_ms,
    .idle = slirpif_idle,
};

const struct lwurl_port net_port = LWURL_LWIP_PORT_HOSTS(&lwip);
struct net_count net_count;

static struct job {
    const struct options *options;
    int (*run)(void *arg);
    void *arg;
} job;

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "lwurl: %s: %s\n", what, why);
    return -1;
}

/* -------------------------------------------------------------------- frames
 */

static void see_frame(void *ctx, bool sent, const uint8_t *frame, size_t n)
{
    (void)ctx;
    if (sent) {
        net_count.sent_frames++;
        net_count.sent_n += n;
    } else {
        net_count.received_frames++;
        net_count.received_n += n;
    }
    if (pcap != NULL)
        pcap_frame(pcap, frame, n);
}

static int open_pcap(const char *path)
{
    if (path == NULL)
        return 0;
    pcap = fopen(path, "wb");
    if (pcap == NULL)
        return fail(path, strerror(errno));
    pcap_begin(pcap);
    return 0;
}

/* -------------------------------------------------------------- name servers
 */

/* "10.1.2.3", "10.1.2.3:5353", "[::1]:5353". */
static int set_name_server(const char *given)
{
    char text[64];
    size_t n = strcspn(given, "[") == 0 ? strcspn(given, "]") + 1
                                        : strcspn(given, ":");
    const char *address = text;
    ip_addr_t server;
    unsigned long port = 53;

    if (n >= sizeof text || (given[n] != '\0' && given[n] != ':'))
        return -1;
    memcpy(text, given, n);
    text[n] = '\0';
    if (text[0] == '[') {
        text[n - 1] = '\0';
        address = text + 1;
    }
    if (given[n] == ':')
        port = strtoul(given + n + 1, NULL, 10);
    if (port == 0 || port > UINT16_MAX ||
        !ipaddr_aton(hosts_to_lwip(address), &server))
        return -1;
    lwip_board_dns_port = (uint16_t)port;
    dns_setserver(0, &server);
    return 0;
}

/* ------------------------------------------------------------------ starting
 */

static void signal_started(void *started)
{
    sys_sem_signal(started);
}

static void start_tcpip(void)
{
    static sys_sem_t started;

    sys_sem_new(&started, 0);
    tcpip_init(signal_started, &started);
    sys_arch_sem_wait(&started, 0);
    sys_sem_free(&started);
}

static int start(const struct options *o)
{
    int err;

    start_tcpip();
    slirp.open = !o->loopback_only;
    slirp.tap = see_frame;
    LOCK_TCPIP_CORE();
    err = slirpif_add(&netif, &slirp) == ERR_OK
              ? 0
              : fail("network", "libslirp does not start");
    if (err == 0 && o->dns_server != NULL && set_name_server(o->dns_server))
        err = fail("--dns-servers", "wants an address, and :PORT if not 53");
    UNLOCK_TCPIP_CORE();
    if (err == 0 && lwurl_lwip_init(&lwip) != LWURL_OK)
        err = fail("network", "lwIP has no room for a port");
    return err;
}

static int run_job(void *unused)
{
    (void)unused;
    return start(job.options) == 0 ? job.run(job.arg) : EXIT_NETWORK;
}

int net_run(const struct options *o, int (*run)(void *arg), void *arg)
{
    int code;

    if (open_pcap(o->pcap) != 0)
        return EXIT_WRITE;
    job = (struct job){o, run, arg};
    coop_task_start(&task, "fetch", run_job, NULL, stack);
    code = coop_run(&platform, &task);
    if (pcap != NULL && (ferror(pcap) | fclose(pcap)) != 0 && code == 0) {
        fail(o->pcap, strerror(errno));
        code = EXIT_WRITE;
    }
    if (code >= 0)
        return code;
    fail("network", "its scheduler is stuck");
    return EXIT_NETWORK;
}

void net_map_hosts(struct lwurl_str host, unsigned port)
{
    hosts_for(&lwip, host, port);
}

size_t net_stack_peak(void)
{
    return coop_task_peak(&task);
}
