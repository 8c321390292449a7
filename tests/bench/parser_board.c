/* SPDX-License-Identifier: MIT */
/* Counts on a board, by SysTick under QEMU's -icount shift=0: one instruction
   takes one nanosecond. Prints lines "LABEL INSTRUCTIONS". */
#include <stdlib.h>

#include "board.h"
#include "board_ns.h"
#include "parser.h"

/* What peers call; newlib's wants more of an operating system. */
void abort(void)
{
    board_die("a parser failed");
}

static void count(const char *label, run_fn *run, size_t piece)
{
    uint64_t since_ns = board_ns();

    run(piece);
    since_ns = board_ns() - since_ns;
    console_puts(label);
    console_puts(" ");
    console_u32((uint32_t)since_ns);
    console_puts("\n");
}

int app_main(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    return each_parser(count) ? 0 : 1;
}
