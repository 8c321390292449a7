/* SPDX-License-Identifier: MIT */
/* From board_start() to app_main() and its exit, and what a program asks of
   the world around the chip. */
#include <string.h>

#include "board.h"
#include "cortexm.h"
#include "supply.h"

#define PAINT      0xA5
#define OWN_FRAMES 96 /* of paint_irq_stack() and memset() */

/* Items of the command line, the program's name among them. */
#define ARGS_MAX 12

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
    cortexm_tick_init();
    os_run(supply_args());
}

/* Splits at single spaces, in place. */
void board_main(char *line)
{
    static char name[] = "firmware";
    char *argv[ARGS_MAX + 1] = {name};
    char *at = line;
    int argc = *at == '\0' ? 1 : 0;

    while (*at != '\0' && argc < ARGS_MAX) {
        argv[argc++] = at;
        while (*at != '\0' && *at != ' ')
            at++;
        if (*at == ' ')
            *at++ = '\0';
    }
    argv[argc] = NULL;
    board_exit(app_main(argc, argv));
}

size_t board_peak(const unsigned char *lowest, size_t n)
{
    size_t clean = BOARD_GUARD_N;

    while (clean < n && lowest[clean] == PAINT)
        clean++;
    return n - clean;
}

bool board_stack(unsigned i, struct board_stack *out)
{
    if (i != 0)
        return os_stack(i - 1, out);
    out->name = "interrupts";
    out->lowest = ld_irq_stack_start;
    out->n = (size_t)(ld_irq_stack_end - ld_irq_stack_start);
    out->used_n = board_peak(out->lowest, out->n);
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
