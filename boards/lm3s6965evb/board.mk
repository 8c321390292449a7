# SPDX-License-Identifier: MIT
#
# LM3S6965 evaluation board: Cortex-M3 at 50 MHz, 256 KB flash, 64 KB SRAM,
# Ethernet. In QEMU: lm3s6965evb. Never tried on the board itself.
#
#     RAM_LEN=24K       link into less RAM, to prove that it fits
#     FLASH_LEN=128K    the same for flash
#     IRQ_STACK=512     bytes for start, scheduler and interrupts

include boards/cortexm/cortexm.mk

BOARD_CROSS := arm-none-eabi-
BOARD_PORTS := lwip $(CORTEXM_PORTS)
BOARD_SRCS := $(CORTEXM_SRCS) $(CORTEXM_PROGRAM) \
    $(addprefix boards/$(BOARD_NAME)/,board.c eth.c main.c)
BOARD_CFLAGS := -mcpu=cortex-m3 $(CORTEXM_CFLAGS) -Iboards/$(BOARD_NAME)
BOARD_LDFLAGS := $(CORTEXM_LDFLAGS) -T boards/$(BOARD_NAME)/link.ld \
    -Wl,--defsym=FLASH_LEN=$(or $(FLASH_LEN),256K) \
    -Wl,--defsym=RAM_LEN=$(or $(RAM_LEN),64K) \
    -Wl,--defsym=IRQ_STACK=$(or $(IRQ_STACK),512)
BOARD_LDDEPS := $(CORTEXM_LDDEPS) boards/$(BOARD_NAME)/link.ld

# What tests/firmware/qemu.py runs an image with.
BOARD_QEMU := qemu-system-arm -M lm3s6965evb -nic user
$(eval $(call run_in_qemu,$(BOARD_NAME)))

.PHONY: flash-$(BOARD_NAME)
flash-$(BOARD_NAME): flash-%: build/%$(OS_SUFFIX)/firmware.elf flash-ready
	openocd -f board/ek-lm3s6965.cfg -c 'program $< verify reset exit'
