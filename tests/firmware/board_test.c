/* SPDX-License-Identifier: MIT */
/*
 * The program that test_board.py runs on a board: each command shows one
 * property of it.
 *
 *     get HOST PORT PATH [BUSY_MS]   body to a checksum; with BUSY_MS, compute
 *                                    that long before reading it
 *     flood HOST PORT N [BUSY_MS]    ask by UDP for N datagrams, compute, count
 *     send HOST PORT N               send N bytes of a pattern in odd pieces
 *     fault KIND                     see faults[]
 *     args ...  exit N  entropy  time  up MS  report
 */
#include "lwip/api.h"
#include "lwip/sockets.h"
#include "lwip/tcpip.h"

#include <string.h>

#include "board.h"
#include "cortexm.h"

#define NET_MS 10000u

static char buffer[1500];

static int fail(const char *what)
{
    console_puts("FAILED: ");
    console_puts(what);
    console_puts("\n");
    return 1;
}

static void tell(const char *name, uint32_t value)
{
    console_puts(name);
    console_puts(" ");
    console_u32(value);
    console_puts("\n");
}

static uint32_t number(const char *digits)
{
    uint32_t value = 0;

    while (*digits >= '0' && *digits <= '9')
        value = value * 10 + (uint32_t)(*digits++ - '0');
    return value;
}

/* Computes, and gives no other task a turn. `received` was counted before
   the last turn of others. */
static void compute(uint32_t ms, uint32_t received)
{
    uint32_t since_ms = board_ms();

    while (board_ms() - since_ms < ms)
        ;
    tell("taken-meanwhile", board_eth_stats.received - received);
}

/* argv: host, port. The socket, or -1. */
static int connect_to(int type, char *argv[])
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    ip_addr_t address;
    int fd;

    if (netconn_gethostbyname_addrtype(argv[0], &address, NETCONN_DNS_IPV4) !=
        ERR_OK)
        return -1;
    inet_addr_from_ip4addr(&to.sin_addr, ip_2_ip4(&address));
    to.sin_port = lwip_htons((u16_t)number(argv[1]));
    fd = lwip_socket(AF_INET, type, 0);
    if (fd >= 0 && lwip_connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        lwip_close(fd);
        fd = -1;
    }
    return fd;
}

/* ---- get ---- */

static int request(int fd, const char *path)
{
    static const char before[] = "GET ";
    static const char after[] = " HTTP/1.0\r\n\r\n";
    struct iovec slices[] = {{(void *)(uintptr_t)before, sizeof before - 1},
                             {(void *)(uintptr_t)path, strlen(path)},
                             {(void *)(uintptr_t)after, sizeof after - 1}};

    return lwip_writev(fd, slices, 3) < 0 ? -1 : 0;
}

struct sum {
    uint32_t n, a, b; /* bytes, Adler-32 */
    unsigned blank;   /* bytes of CR LF CR LF seen at the end of the head */
};

static void add_byte(struct sum *sum, unsigned char byte)
{
    if (sum->blank < 4) {
        if (byte == (unsigned char)"\r\n\r\n"[sum->blank])
            sum->blank++;
        else
            sum->blank = byte == '\r';
        return;
    }
    sum->n++;
    sum->a = (sum->a + byte) % 65521;
    sum->b = (sum->b + sum->a) % 65521;
}

static int sum_up(int fd, struct sum *sum)
{
    int n;

    while ((n = lwip_recv(fd, buffer, sizeof buffer, 0)) > 0)
        for (int i = 0; i < n; i++)
            add_byte(sum, (unsigned char)buffer[i]);
    return n;
}

static int get(int argc, char *argv[])
{
    struct sum sum = {.a = 1};
    uint32_t since_ms = board_ms();
    int fd = argc < 3 ? -1 : connect_to(SOCK_STREAM, argv);
    uint32_t received = board_eth_stats.received;

    if (fd < 0)
        return fail("connect");
    if (request(fd, argv[2]) != 0)
        return fail("send");
    if (argc > 3)
        compute(number(argv[3]), received);
    if (sum_up(fd, &sum) != 0)
        return fail("receive");
    lwip_close(fd);
    tell("body", sum.n);
    tell("adler32", sum.b << 16 | sum.a);
    tell("ms", board_ms() - since_ms);
    return 0;
}

/* ---- flood ---- */

static uint32_t count_datagrams(int fd)
{
    const struct timeval patience = {.tv_sec = 0, .tv_usec = 300000};
    uint32_t n = 0;

    lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    while (lwip_recv(fd, buffer, sizeof buffer, 0) > 0)
        n++;
    return n;
}

static int flood(int argc, char *argv[])
{
    int fd = argc < 3 ? -1 : connect_to(SOCK_DGRAM, argv);
    uint32_t received;

    if (fd < 0 || lwip_send(fd, "1", 1, 0) < 0 ||
        lwip_recv(fd, buffer, sizeof buffer, 0) < 0) /* ARP is done now */
        return fail("first datagram");
    received = board_eth_stats.received;
    if (lwip_send(fd, argv[2], strlen(argv[2]), 0) < 0)
        return fail("send");
    if (argc > 3)
        compute(number(argv[3]), received);
    tell("datagrams", count_datagrams(fd));
    lwip_close(fd);
    return 0;
}

/* ---- send ---- */

/* The pattern is there twice: pieces in turn from here and from there never
   touch, or lwIP would make one of them. */
#define PATTERN_N 251u
#define THERE     (3 * PATTERN_N)

/* Pieces of 1, 2, 3 ... bytes that lwIP does not copy: chains of pbufs in
   every alignment, as the driver has to turn them into words. */
static err_t send_pieces(struct netconn *conn, uint32_t total)
{
    err_t err = ERR_OK;

    for (size_t i = 0; i < sizeof buffer; i++)
        buffer[i] = (char)(i % PATTERN_N);
    for (uint32_t sent = 0, piece = 1; sent < total && err == ERR_OK;) {
        uint32_t n = LWIP_MIN(piece, total - sent);

        const char *from = buffer + sent % PATTERN_N + piece % 2 * THERE;

        err = netconn_write(conn, from, n, NETCONN_NOCOPY);
        sent += n;
        piece = piece % 333 + 1;
    }
    return err;
}

static err_t send_to(struct netconn *conn, char *argv[])
{
    ip_addr_t address;
    err_t err = netconn_gethostbyname(argv[0], &address);

    if (err == ERR_OK)
        err = netconn_connect(conn, &address, (u16_t)number(argv[1]));
    if (err == ERR_OK)
        err = send_pieces(conn, number(argv[2]));
    return err;
}

static int send_all(int argc, char *argv[])
{
    struct netconn *conn = netconn_new(NETCONN_TCP);
    struct pbuf *rest = NULL;

    if (conn == NULL || argc < 3 || send_to(conn, argv) != ERR_OK)
        return fail("send");
    netconn_shutdown(conn, 0, 1);
    while (netconn_recv_tcp_pbuf(conn, &rest) == ERR_OK)
        pbuf_free(rest);
    netconn_delete(conn);
    return 0;
}

/* ---- fault ---- */

/* Recursion and odd frames are the purpose. */
#pragma GCC diagnostic ignored "-Winfinite-recursion"

static volatile uint32_t sink;

static uint32_t __attribute__((noinline)) recurse(uint32_t n)
{
    volatile uint32_t here = n;

    return recurse(here + 1) + here;
}

static void fault_stack(void)
{
    sink = recurse(0);
}

/* One frame that leaps over any guard of 32 bytes. */
static void __attribute__((noinline)) fault_leap(void)
{
    volatile char frame[12000];

    frame[0] = 1;
    sink = (uint32_t)frame[0];
}

static void recurse_there(void *unused)
{
    (void)unused;
    sink = recurse(0);
}

static void fault_tcpip(void)
{
    tcpip_callback(recurse_there, NULL);
    sys_msleep(1000);
}

/* Interrupt 0 gets a handler in a vector table of its own. */
static void fault_irqstack(void)
{
    static uint32_t vectors[64] __attribute__((aligned(256)));

    for (size_t i = 0; i < 64; i++)
        vectors[i] = (uint32_t)(uintptr_t)cortexm_fault;
    vectors[16] = (uint32_t)(uintptr_t)fault_stack;
    SCB_VTOR = (uint32_t)(uintptr_t)vectors;
    cortexm_irq_enable(0);
    REG32(0xE000E200) = 1;
    cortexm_barrier();
}

static void fault_null(void)
{
    uintptr_t null = sink;

    sink = REG32(null);
}

static void fault_jump(void)
{
    void (*nowhere)(void) = (void (*)(void))(uintptr_t)(sink | 1u);

    nowhere();
}

static void fault_wild(void)
{
    REG32(0x30000000) = 1;
}

/* Beyond what the MPU guards: external memory that no board has. */
static void fault_bus(void)
{
    sink = REG32(0x60000000);
}

static void fault_flash(void)
{
    REG32(0x00004000) = 1;
}

static void fault_data(void)
{
    void (*here)(void) = (void (*)(void))((uintptr_t)buffer | 1u);

    memset(buffer, 0, sizeof buffer);
    here();
}

static void fault_undefined(void)
{
    __asm__ volatile("udf #1");
}

static void fault_division(void)
{
    sink = board_ms() / sink;
}

static void fault_interrupt(void)
{
    cortexm_irq_enable(5);
    REG32(0xE000E200) = 1u << 5;
    cortexm_barrier();
}

static void fault_die(void)
{
    board_die("as told");
}

static const struct {
    const char *kind;
    void (*run)(void);
} faults[] = {
    {"stack", fault_stack},       {"leap", fault_leap},
    {"tcpip", fault_tcpip},       {"irqstack", fault_irqstack},
    {"null", fault_null},         {"jump", fault_jump},
    {"wild", fault_wild},         {"flash", fault_flash},
    {"data", fault_data},         {"undefined", fault_undefined},
    {"division", fault_division}, {"interrupt", fault_interrupt},
    {"bus", fault_bus},           {"die", fault_die},
};

static int fault(int argc, char *argv[])
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (argc > 0 && strcmp(faults[i].kind, argv[0]) == 0)
            faults[i].run();
    return fail("no fault");
}

/* ---- the rest ---- */

static int args(int argc, char *argv[])
{
    for (int i = 0; i < argc; i++) {
        console_puts("[");
        console_puts(argv[i]);
        console_puts("]\n");
    }
    return argc;
}

static int exit_with(int argc, char *argv[])
{
    return argc < 1 ? 0 : (int)number(argv[0]);
}

static int entropy(int argc, char *argv[])
{
    uint32_t words[4] = {0};

    (void)argc;
    (void)argv;
    if (board_entropy.read(board_entropy.ctx, words, sizeof words) != 0)
        return fail("no entropy");
    for (size_t i = 0; i < 4; i++)
        console_hex32(words[i]);
    console_puts("\n");
    return 0;
}

static int tell_time(int argc, char *argv[])
{
    int64_t now = 0;

    (void)argc;
    (void)argv;
    tell("floor", (uint32_t)board_time_floor());
    if (board_clock.now(board_clock.ctx, &now) != 0)
        return fail("no time");
    tell("now", (uint32_t)now);
    return 0;
}

static int up(int argc, char *argv[])
{
    return board_net_up(argc < 1 ? NET_MS : number(argv[0])) != 0;
}

static void report(void)
{
    struct board_stack stack;

    for (unsigned i = 0; board_stack(i, &stack); i++) {
        console_puts("stack ");
        tell(stack.name, (uint32_t)stack.used_n);
    }
    tell("received", board_eth_stats.received);
    tell("sent", board_eth_stats.sent);
    tell("stalls", board_eth_stats.stalls);
    tell("dropped", board_eth_stats.dropped);
    tell("fifo-most", board_eth_stats.fifo_most);
}

static const struct {
    const char *name;
    int (*run)(int argc, char *argv[]);
    bool net;
} commands[] = {
    {"get", get, true},          {"flood", flood, true},
    {"send", send_all, true},    {"fault", fault, true},
    {"args", args, false},       {"exit", exit_with, false},
    {"entropy", entropy, false}, {"time", tell_time, false},
    {"up", up, false},
};

int app_main(int argc, char *argv[])
{
    int code;

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (argc < 2 || strcmp(commands[i].name, argv[1]) != 0)
            continue;
        if (commands[i].net && board_net_up(NET_MS) != 0)
            return fail("no address");
        code = commands[i].run(argc - 2, argv + 2);
        report();
        return code;
    }
    return fail("which command?");
}
