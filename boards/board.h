/* SPDX-License-Identifier: MIT */
/*
 * What a board gives to a program, be it a Cortex-M or a PC.
 *
 * A program is one function, app_main(). It runs in a task of its own and its
 * result is the exit code of the firmware (where there is somebody to take
 * it). Start the network with board_net_up() and use lwIP sockets or lwurl.
 *
 * Nothing here may be called from an interrupt, except where said.
 */
#ifndef BOARDS_BOARD_H
#define BOARDS_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwurl_port.h"
#include "lwurl_storage.h"

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

/* ----------------------------------------------------------------- console */

/* Waits until all is written. From any task, and from a fault. */
void console_write(const char *p, size_t n);

void console_puts(const char *s);
void console_u32(uint32_t value);
void console_i32(int32_t value);
void console_hex32(uint32_t value); /* 0x and eight digits */

/* ----------------------------------------------------------------- storage */

/* Memory that survives a reset, after board_storage_open(): flash of the chip,
   or a file in its place, which is then the one of that name and is made where
   there is none. LWURL_OK, or LWURL_ERR_STORAGE. */
extern const struct lwurl_storage board_storage;
int board_storage_open(const char *name);

#endif
