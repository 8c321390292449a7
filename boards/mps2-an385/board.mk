# SPDX-License-Identifier: MIT
#
# Arm MPS2 with the image of application note 385: Cortex-M3 at 25 MHz, 4 MB
# for code, 4 MB RAM, a LAN9118 for Ethernet. In QEMU: mps2-an385, where an
# access to what is not there is a bus fault: all tests of firmware run on it
# as a check of memory. Never tried on the board itself.
#
#     RAM_LEN=64K       link into less RAM, to prove that it fits
#     FLASH_LEN=128K    the same for code
#     IRQ_STACK=512     bytes for start, scheduler and interrupts

include boards/cortexm/cortexm.mk

BOARD_CROSS := arm-none-eabi-
BOARD_PORTS := lwip $(CORTEXM_PORTS)
BOARD_SRCS := $(CORTEXM_SRCS) $(CORTEXM_PROGRAM) \
    $(addprefix boards/$(BOARD_NAME)/,board.c eth.c main.c)
BOARD_CFLAGS := -mcpu=cortex-m3 $(CORTEXM_CFLAGS) -Iboards/$(BOARD_NAME)
BOARD_LDFLAGS := $(CORTEXM_LDFLAGS) -T boards/$(BOARD_NAME)/link.ld \
    -Wl,--defsym=FLASH_LEN=$(or $(FLASH_LEN),4M) \
    -Wl,--defsym=RAM_LEN=$(or $(RAM_LEN),4M) \
    -Wl,--defsym=IRQ_STACK=$(or $(IRQ_STACK),512)
BOARD_LDDEPS := $(CORTEXM_LDDEPS) boards/$(BOARD_NAME)/link.ld

# What tests/firmware/qemu.py runs an image with.
BOARD_QEMU := qemu-system-arm -M mps2-an385 -nic user,model=lan9118
$(eval $(call run_in_qemu,$(BOARD_NAME)))

# No debugger writes this one.
.PHONY: flash-$(BOARD_NAME)
flash-$(BOARD_NAME): flash-%: build/%$(OS_SUFFIX)/firmware.elf
	@echo 'make flash: an MPS2 loads its program from its memory card: copy' \
	    '$<, made with SEMIHOSTING=0, to SOFTWARE/FIRMWARE.AXF there, and' \
	    'name that in the images.txt of AN385' >&2; exit 1
