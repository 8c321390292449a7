/* SPDX-License-Identifier: MIT */
/*
 * What a Cortex-M board gives to a program, and what a board has to write.
 *
 * A program is one function, app_main(). It runs in a task of its own and its
 * result is the exit code of the firmware (where there is somebody to take
 * it). Start the network with board_net_up() and use lwIP sockets or lwurl.
 *
 * Nothing here may be called from an interrupt, except where said.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwurl_port.h"

struct netif;

/* ------------------------------------------------------- written by main.c */

/* The program. argv[0] is its name; without arguments argc is 1. */
int app_main(int argc, char *argv[]);

/* ------------------------------------------------------------ for programs */

/* Starts lwIP and the interface, and waits until it has an address by DHCP. 0,
   or -1 when there is none after `ms`, nor one of IPv6. DHCP goes on in the
   background: it may be called again. */
int board_net_up(uint32_t ms);

/* The interface, after board_net_up(). */
extern struct netif board_netif;

/* Milliseconds since start; wraps at 2^32. From any task or interrupt. */
uint32_t board_ms(void);

/* For https. Without a source of entropy read() fails and https refuses to
   start; now() fails while the time is unknown. See supply.h. */
extern const struct lwurl_entropy board_entropy;
extern const struct lwurl_clock board_clock;

/* A time that has certainly passed: when this image was built (seconds since
   1970-01-01 UTC). For certificates, where now() fails. */
int64_t board_time_floor(void);

/* Ends the program: the exit code where somebody takes it, then sleep. */
_Noreturn void board_exit(int code);

/* Ends the program because it must not go on: prints the reason. */
_Noreturn void board_die(const char *why);

/* What a fault makes the exit code to be. Below 100 is the program's. */
enum {
    BOARD_EXIT_DIE = 110,      /* board_die(), an assertion */
    BOARD_EXIT_STACK = 111,    /* stack overflow: an MPU guard was hit */
    BOARD_EXIT_MEMORY = 112,   /* another access that the MPU forbids */
    BOARD_EXIT_BUS = 113,      /* bus fault */
    BOARD_EXIT_USAGE = 114,    /* undefined instruction, division by zero */
    BOARD_EXIT_HARD = 115,     /* hard fault without a cause of the above */
    BOARD_EXIT_INTERRUPT = 116 /* an interrupt that nobody serves */
};

/* ----------------------------------------------------------------- console */

/* Waits until all is written. From any task, and from a fault. */
void console_write(const char *p, size_t n);

void console_puts(const char *s);
void console_u32(uint32_t value);
void console_i32(int32_t value);
void console_hex32(uint32_t value); /* 0x and eight digits */

/* ------------------------------------------------------------------ stacks */

struct board_stack {
    const char *name;
    const unsigned char *lowest; /* the guard is at its lowest bytes */
    size_t n;                    /* bytes, guard included */
    size_t used_n;               /* the most ever used, by the paint left */
};

/* Stack number i: 0 is that of start, scheduler and interrupts, then one per
   task. false: there is none. */
bool board_stack(unsigned i, struct board_stack *out);

/* ------------------------------------------------------------------ network */

/* What the Ethernet driver counts. */
struct board_eth_stats {
    uint32_t received, sent;     /* frames */
    uint32_t received_n, sent_n; /* their bytes, without CRC */
    uint32_t stalls;             /* times that no pbuf was there for a frame */
    uint32_t overruns;           /* times that the chip lost frames */
    uint32_t dropped;            /* frames that were nonsense */
    uint32_t fifo_most;          /* most frames ever waiting in the chip */
};
extern struct board_eth_stats board_eth_stats;

/* ------------------------------------- written by a board, beside nic.h's */

/* Clock tree, pins, console, ticks' frequency: everything before tasks run. */
void board_part_init(void);

/* Core clock in Hz, after board_part_init(). */
extern const uint32_t board_hz;

/* A number that differs between boards and, as far as the part can, between
   starts: it seeds lwIP's ports and sequence numbers. It is no entropy. */
uint32_t board_seed(void);

/* ------------------------------------------------------ inside of cortexm/ */

/* Bytes at the lowest end of a stack that nobody may write: an MPU region. */
#define BOARD_GUARD_N 32u

_Noreturn void board_start(void); /* called at reset */

/* app_main() with the arguments in `line`, and its end. In a task. */
_Noreturn void board_main(char *line);

/* Bytes of a painted stack ever used; n with its guard. */
size_t board_peak(const unsigned char *lowest, size_t n);

/* os_coop.c or os_freertos.c (OS=): the operating system. os_run() runs
   board_main() in a task, behind the MPU. */
_Noreturn void os_run(char *line);

/* The stack of task i, counted from 0; the one that runs. */
bool os_stack(unsigned i, struct board_stack *out);
bool os_stack_running(struct board_stack *out);

/* Its vectors: once per millisecond from the tick, SVCall, PendSV. */
void os_tick(void);
void os_svc(void);
void os_switch(void);

/* netif_add()'s init function, and once per millisecond from the tick. */
signed char board_eth_init(struct netif *netif);
void board_eth_tick(void);

void cortexm_tick_init(void);
void cortexm_mpu_init(void);
void cortexm_fault_init(void);

/* Moves the guard under a task's stack there. Also before cortexm_mpu_init().
 */
void cortexm_guard(const void *lowest);

void cortexm_tick(void);
void cortexm_fault(void); /* every vector that is not served */

#endif
