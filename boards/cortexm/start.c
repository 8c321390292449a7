/* SPDX-License-Identifier: MIT */
/* From board_start() to app_main() and its exit, and what a program asks of
   the world around the chip. */
#include <string.h>

#include "board.h"
#include "cortexm.h"
#include "supply.h"

#define PAINT      0xA5
#define OWN_FRAMES 96 /* of paint_irq_stack() and memset() */

extern unsigned char ld_irq_stack_start[], ld_irq_stack_end[];
extern char ld_build_time[]; /* its address is the number */

/* From reset only: what lies below the frames in use. */
static void paint_irq_stack(void)
{
    unsigned char *here = __builtin_frame_address(0);

    memset(ld_irq_stack_start, PAINT,
           (size_t)(here - ld_irq_stack_start) - OWN_FRAMES);
}

void board_start(void)
{
    board_part_init();
    cortexm_fault_init();
    paint_irq_stack();
    cortexm_mpu_init();
    cortexm_tick_init();
    board_exit(os_run(supply_args()));
}

bool board_stack(unsigned i, struct board_stack *out)
{
    const unsigned char *lowest = ld_irq_stack_start + BOARD_GUARD_N;

    if (i != 0)
        return os_stack(i - 1, out);
    while (lowest < ld_irq_stack_end && *lowest == PAINT)
        lowest++;
    out->name = "interrupts";
    out->lowest = ld_irq_stack_start;
    out->n = (size_t)(ld_irq_stack_end - ld_irq_stack_start);
    out->used_n = (size_t)(ld_irq_stack_end - lowest);
    return true;
}

void board_exit(int code)
{
    __asm__ volatile("cpsid i");
    supply_exit(code);
}

/* ---- For https ---- */

static int read_entropy(void *unused, void *p, size_t n)
{
    (void)unused;
    return supply_entropy(p, n);
}

static int read_clock(void *unused, int64_t *unix_s)
{
    (void)unused;
    *unix_s = supply_time();
    return *unix_s < 0 ? -1 : 0;
}

const struct lwurl_entropy board_entropy = {NULL, read_entropy};
const struct lwurl_clock board_clock = {NULL, read_clock};

int64_t board_time_floor(void)
{
    return (int64_t)(uint32_t)(uintptr_t)ld_build_time;
}
