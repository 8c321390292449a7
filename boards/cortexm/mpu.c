/* SPDX-License-Identifier: MIT */
/*
 * Memory protection. Regions of a higher number win:
 *
 *   0     0x00000000..0x3fffffff  no access: what no chip has there
 *   1     flash                   read and execute
 *   2     RAM                     read and write, never execute
 *   3     0x00000000..0x000000ff  no access: NULL (vectors are fetched anyway)
 *   4     interrupts' stack       read only: its lowest 32 bytes
 *   5     running task's stack    read only: its lowest 32 bytes
 *
 * Peripherals and the core's own registers keep the default map. A large frame
 * can leap over a guard, but not from the stack at the start of RAM: region 0
 * lies below it. So the main task's, the deepest, is placed there.
 */
#include "board.h"
#include "cortexm.h"

#define MPU_ENABLE     1u
#define MPU_PRIVDEFENA 4u

#define RBAR_VALID 0x10u

#define RASR_ENABLE    1u
#define RASR_SIZE(log) (((uint32_t)(log)-1) << 1)
#define RASR_NORMAL    (1u << 17) /* write-through, not shared */
#define RASR_READWRITE (3u << 24)
#define RASR_READONLY  (6u << 24)
#define RASR_NO_ACCESS (0u << 24)
#define RASR_NEVER_RUN (1u << 28)

enum {
    REGION_NOTHING,
    REGION_FLASH,
    REGION_RAM,
    REGION_NULL,
    REGION_IRQ_STACK,
    REGION_TASK_STACK
};

extern char ld_flash_start[], ld_flash_size[];
extern char ld_ram_start[], ld_ram_size[];
extern char ld_irq_stack_start[];

/* The smallest region that holds `size` bytes. */
static uint32_t size_field(const char *size)
{
    return RASR_SIZE(32 - __builtin_clz((uint32_t)(uintptr_t)size - 1));
}

static void set_region(unsigned region, const void *at, uint32_t attributes)
{
    MPU_RBAR = (uint32_t)(uintptr_t)at | RBAR_VALID | region;
    MPU_RASR = attributes | RASR_ENABLE;
}

static void set_guard(unsigned region, const void *lowest)
{
    set_region(region, lowest,
               RASR_READONLY | RASR_NEVER_RUN | RASR_NORMAL | RASR_SIZE(5));
}

void cortexm_guard(const void *lowest)
{
    set_guard(REGION_TASK_STACK, lowest);
    cortexm_barrier();
}

void cortexm_mpu_init(void)
{
    if (MPU_TYPE == 0)
        board_die("no MPU");
    set_region(REGION_NOTHING, NULL,
               RASR_NO_ACCESS | RASR_NEVER_RUN | RASR_SIZE(30));
    set_region(REGION_FLASH, ld_flash_start,
               RASR_READONLY | RASR_NORMAL | size_field(ld_flash_size));
    set_region(REGION_RAM, ld_ram_start,
               RASR_READWRITE | RASR_NEVER_RUN | RASR_NORMAL |
                   size_field(ld_ram_size));
    set_region(REGION_NULL, NULL,
               RASR_NO_ACCESS | RASR_NEVER_RUN | RASR_SIZE(8));
    set_guard(REGION_IRQ_STACK, ld_irq_stack_start);
    cortexm_barrier();
    MPU_CTRL = MPU_PRIVDEFENA | MPU_ENABLE;
    cortexm_barrier();
}
