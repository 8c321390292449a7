/* SPDX-License-Identifier: MIT */
/* What a Cortex-M board gives to a program beyond boards/board.h, and what a
   board has to write. Nothing of it may be called from an interrupt, except
   where said. */
#ifndef BOARD_H
#define BOARD_H

#include "../board.h"

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

/* Bytes of stack that app_main() may use: MAIN_STACK=. Measured with
   lwurl_tls_fast and a chain of RSA keys: 4,464; and a tenth in reserve. */
#ifndef BOARD_MAIN_STACK
#define BOARD_MAIN_STACK 5024
#endif

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
