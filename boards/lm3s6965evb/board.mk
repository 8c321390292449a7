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
    $(addprefix boards/lm3s6965evb/,board.c eth.c main.c)
BOARD_CFLAGS := -mcpu=cortex-m3 $(CORTEXM_CFLAGS) -Iboards/lm3s6965evb
BOARD_LDFLAGS := $(CORTEXM_LDFLAGS) -T boards/lm3s6965evb/link.ld \
    -Wl,--defsym=FLASH_LEN=$(or $(FLASH_LEN),256K) \
    -Wl,--defsym=RAM_LEN=$(or $(RAM_LEN),64K) \
    -Wl,--defsym=IRQ_STACK=$(or $(IRQ_STACK),512)
BOARD_LDDEPS := $(CORTEXM_LDDEPS) boards/lm3s6965evb/link.ld

# What tests/firmware/qemu.py runs an image with.
BOARD_QEMU := qemu-system-arm -M lm3s6965evb -nic user
$(eval $(call run_in_qemu,lm3s6965evb))

.PHONY: flash-lm3s6965evb
flash-lm3s6965evb: flash-ready build/lm3s6965evb$(OS_SUFFIX)/firmware.elf
	openocd -f board/ek-lm3s6965.cfg \
	    -c 'program build/lm3s6965evb$(OS_SUFFIX)/firmware.elf verify reset exit'
