# SPDX-License-Identifier: MIT
#
# A sys_arch for lwIP on FreeRTOS, and its kernel. Both need a FreeRTOSConfig.h
# on the include path and, as flags of the whole variant, FREERTOS_INCLUDE.

# The machine's part of the kernel: Cortex-M3, unless a board says otherwise.
FREERTOS_MACHINE ?= GCC/ARM_CM3

PORT_freertos_SRCS := port/freertos/sys_arch.c
PORT_freertos_INCLUDE := port/freertos

# No heap_x.c among them.
FREERTOS_SRCS := tasks.c queue.c list.c portable/$(FREERTOS_MACHINE)/port.c
PORT_freertos_OBJS := $(FREERTOS_SRCS:%.c=freertos/%.o)

FREERTOS_INCLUDE = -isystem $(FREERTOS_DIR)/include \
    -isystem $(FREERTOS_DIR)/portable/$(FREERTOS_MACHINE)

ifneq ($(FREERTOS_STAMP),)
$(FREERTOS_SRCS:%=$(FREERTOS_DIR)/%): | $(FREERTOS_STAMP) ;
endif
