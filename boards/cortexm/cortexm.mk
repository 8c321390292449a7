# SPDX-License-Identifier: MIT
#
# What Cortex-M boards share; a board.mk includes it and adds its part.
#
#     SEMIHOSTING=0     an image that runs without debugger or emulator, and
#                       so has no entropy, time, arguments or exit code
#     SUPPLY=my.c       the product's own source of these: boards/cortexm/supply.h
#     MSS=536           TCP segments of 536 bytes, and smaller buffers
#     MAIN_STACK=2048   bytes of stack of the main task, as it was measured

SEMIHOSTING ?= 1
ifeq ($(SEMIHOSTING),1)
SUPPLY ?= boards/cortexm/supply_semihosting.c
else
SUPPLY ?= boards/cortexm/supply_none.c
endif

CORTEXM_SRCS := $(addprefix boards/cortexm/,startup.c start.c fault.c mpu.c \
    tick.c console.c errno.c lwip_hooks.c net.c nic.c os_coop.c) $(SUPPLY)
CORTEXM_PORTS := coop coop_cortexm

CORTEXM_CFLAGS := -mthumb -Os -g -Iboards/cortexm \
    $(if $(MSS),-DTCP_MSS=$(MSS)) \
    $(if $(MAIN_STACK),-DBOARD_MAIN_STACK=$(MAIN_STACK))

# Certificates cannot be older than the image: --defsym makes it a number
# that changes without compiling anything again.
CORTEXM_BUILD_TIME := $(or $(SOURCE_DATE_EPOCH),$(shell \
    git log -1 --format=%ct 2>/dev/null || date +%s))

CORTEXM_LDFLAGS := -nostartfiles --specs=nano.specs -Lboards/cortexm \
    -Wl,--fatal-warnings -Wl,--defsym=ld_build_time=$(CORTEXM_BUILD_TIME)
CORTEXM_LDDEPS := boards/cortexm/sections.ld

# A board's rule is flash-BOARD. It refuses an image that would stop at its
# first breakpoint.
.PHONY: flash
flash: flash-$(BOARD) ## program BOARD= through openocd, with SEMIHOSTING=0 (never tried on a board)

.PHONY: flash-ready
flash-ready:
	$(Q)test '$(SUPPLY)' != boards/cortexm/supply_semihosting.c || { \
	    echo 'make flash: add SEMIHOSTING=0 (or SUPPLY=): without a debugger' \
	    'this image stops at its first semihosting call' >&2; exit 1; }
	$(Q)command -v openocd >/dev/null || $(packages_sh) openocd
