/* SPDX-License-Identifier: MIT */
/*
 * A first sign of life: GET over plain lwIP sockets, to a checksum.
 *
 *     firmware HOST PORT PATH
 */
#include "lwip/api.h"
#include "lwip/sockets.h"

#include <string.h>

#include "board.h"

#define NET_MS 10000u

static char buffer[1500];

static int fail(const char *what)
{
    console_puts("FAILED: ");
    console_puts(what);
    console_puts("\n");
    return 1;
}

static uint16_t port_number(const char *digits)
{
    uint32_t value = 0;

    while (*digits >= '0' && *digits <= '9' && value <= 65535)
        value = value * 10 + (uint32_t)(*digits++ - '0');
    return (uint16_t)value;
}

static int connect_to(const char *host, const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    ip_addr_t address;
    int fd;

    if (netconn_gethostbyname_addrtype(host, &address, NETCONN_DNS_IPV4) !=
        ERR_OK)
        return -1;
    inet_addr_from_ip4addr(&to.sin_addr, ip_2_ip4(&address));
    to.sin_port = lwip_htons(port_number(port));
    fd = lwip_socket(AF_INET, SOCK_STREAM, 0);
    if (fd >= 0 && lwip_connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        lwip_close(fd);
        fd = -1;
    }
    return fd;
}

static void add(const char *piece)
{
    strncat(buffer, piece, sizeof buffer - 1 - strlen(buffer));
}

static int send_request(int fd, const char *host, const char *path)
{
    buffer[0] = '\0';
    add("GET ");
    add(path);
    add(" HTTP/1.0\r\nHost: ");
    add(host);
    add("\r\n\r\n");
    return lwip_send(fd, buffer, strlen(buffer), 0) < 0 ? -1 : 0;
}

struct sum {
    uint32_t n, a, b; /* bytes, Adler-32 */
    unsigned blank;   /* bytes of CR LF CR LF seen at the end of the head */
};

static void add_byte(struct sum *sum, unsigned char byte)
{
    if (sum->blank < 4) {
        sum->blank = byte == "\r\n\r\n"[sum->blank] ? sum->blank + 1
                     : byte == '\r'                 ? 1
                                                    : 0;
        return;
    }
    sum->n++;
    sum->a = (sum->a + byte) % 65521;
    sum->b = (sum->b + sum->a) % 65521;
}

static int receive(int fd, struct sum *sum)
{
    int n;

    while ((n = lwip_recv(fd, buffer, sizeof buffer, 0)) > 0)
        for (int i = 0; i < n; i++)
            add_byte(sum, (unsigned char)buffer[i]);
    return n;
}

static int get(char *argv[])
{
    struct sum sum = {.a = 1};
    int fd = connect_to(argv[1], argv[2]);

    if (fd < 0)
        return fail("connect");
    if (send_request(fd, argv[1], argv[3]) != 0 || receive(fd, &sum) != 0)
        return fail("transfer");
    lwip_close(fd);
    console_puts("body ");
    console_u32(sum.n);
    console_puts(" adler32 ");
    console_hex32(sum.b << 16 | sum.a);
    console_puts("\n");
    return 0;
}

static void report(void)
{
    struct board_stack stack;

    for (unsigned i = 0; board_stack(i, &stack); i++) {
        console_puts("stack ");
        console_puts(stack.name);
        console_puts(" ");
        console_u32((uint32_t)stack.used_n);
        console_puts(" of ");
        console_u32((uint32_t)(stack.n - BOARD_GUARD_N));
        console_puts("\n");
    }
    console_puts("frames ");
    console_u32(board_eth_stats.received);
    console_puts(" stalls ");
    console_u32(board_eth_stats.stalls);
    console_puts(" fifo_most ");
    console_u32(board_eth_stats.fifo_most);
    console_puts(" ms ");
    console_u32(board_ms());
    console_puts("\n");
}

int app_main(int argc, char *argv[])
{
    int code;

    if (argc < 4)
        return fail("arguments: HOST PORT PATH");
    if (board_net_up(NET_MS) != 0)
        return fail("no address");
    code = get(argv);
    report();
    return code;
}
