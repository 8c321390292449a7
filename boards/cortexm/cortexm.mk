# SPDX-License-Identifier: MIT
#
# What Cortex-M boards share; a board.mk includes it and adds its part.
#
#     SEMIHOSTING=0     an image that runs without debugger or emulator, and
#                       so has no entropy, time, arguments or exit code
#     SUPPLY=my.c       the product's own source of these: boards/cortexm/supply.h
#     OS=freertos       tasks of FreeRTOS in place of port/coop's, in
#                       build/BOARD-freertos; FREERTOS_DIR= for a kernel of yours
#     MSS=536           TCP segments of 536 bytes, and smaller buffers
#     MAIN_STACK=2048   bytes of stack of the main task; the default is what was
#                       measured and a tenth: 5024, or 6144 with the PROFILEs
#                       small and careful, whose P-256 takes 5,496
#
# and what the program (program.h) speaks TLS with:
#
#     PROFILE=small     or careful: lwurl_tls.h; default: fast
#     RECORD=837        bytes of record buffer; default: 16413. A smaller one
#                       is asked of servers, and bodies come in parts else
#     ANCHORS=my.pem    trust anchors; default: those of the tests
#     KNOWN_KEY=my.pem  a server's certificate, whose key is trusted instead

SEMIHOSTING ?= 1
ifeq ($(SEMIHOSTING),1)
SUPPLY ?= boards/cortexm/supply_semihosting.c
else
SUPPLY ?= boards/cortexm/supply_none.c
endif

CORTEXM_SRCS := $(addprefix boards/cortexm/,startup.c start.c fault.c mpu.c \
    tick.c console.c errno.c lwip_hooks.c net.c nic.c os_coop.c semihosting.c) \
    $(SUPPLY)
CORTEXM_PORTS := coop coop_cortexm

# OS=freertos. Its tasks are preempted: room on lwIP's stack for their
# registers and the kernel's frames.
BOARD_OSES := freertos
OS_freertos_WITHOUT := $(CORTEXM_PORTS) boards/cortexm/os_coop.c \
    boards/cortexm/errno.c
OS_freertos_SRCS := boards/cortexm/os_freertos.c
OS_freertos_PORTS := freertos
OS_freertos_CFLAGS = $(FREERTOS_INCLUDE) -DTCPIP_THREAD_PRIO=3 \
    -DTCPIP_THREAD_STACKSIZE=1280

# The program, beside the board's main.c.
CORTEXM_TRUST_chain := boards/cortexm/trust_chain.c build/device/anchors.c
CORTEXM_TRUST_known := boards/cortexm/trust_known.c build/device/key.c
CORTEXM_PROGRAM := $(addprefix boards/cortexm/,program.c options.c fetch.c \
    summary.c tls.c) $(CORTEXM_TRUST_$(if $(KNOWN_KEY),known,chain))

CORTEXM_CFLAGS := -mthumb -Os -g -Iboards/cortexm -Iboards \
    $(if $(MSS),-DTCP_MSS=$(MSS)) \
    $(addprefix -DBOARD_MAIN_STACK=,$(or $(MAIN_STACK),$(if \
    $(filter small careful,$(PROFILE)),6144))) \
    $(if $(PROFILE),-DDEVICE_PROFILE=lwurl_tls_$(PROFILE)) \
    $(if $(RECORD),-DDEVICE_RECORD=$(RECORD))

# Certificates cannot be older than the image: --defsym makes it a number
# that changes without compiling anything again.
CORTEXM_BUILD_TIME := $(or $(SOURCE_DATE_EPOCH),$(shell \
    git log -1 --format=%ct 2>/dev/null || date +%s))

CORTEXM_LDFLAGS := -nostartfiles --specs=nano.specs -Lboards/cortexm \
    -Wl,--fatal-warnings -Wl,--defsym=ld_build_time=$(CORTEXM_BUILD_TIME)
CORTEXM_LDDEPS := boards/cortexm/sections.ld

# Each board reads this file, the rules are there once.
ifndef CORTEXM_RULES
CORTEXM_RULES := read

# From PEM to C: build/device/WHAT.c, whose names trust_*.c knows. The stamp
# changes when another file is named.
ANCHORS ?= build/tls-pki/roots.pem
DEVICE_KEY := $(or $(KNOWN_KEY),build/tls-pki/ec.pem)

build/device/anchors.from: FORCE
	$(call note,$(ANCHORS))
build/device/key.from: FORCE
	$(call note,$(DEVICE_KEY))

build/device/anchors.c: $(ANCHORS) build/device/anchors.from \
    config/make/anchors.py
	$(say) ANCHOR $<
	$(Q)/usr/bin/python3 config/make/anchors.py $< $(@:.c=.h) >$(@:.c=.log)
	$(Q)printf '%s\n' '#include <stddef.h>' '#include "anchors.h"' \
	    'extern const br_x509_trust_anchor *const device_anchors;' \
	    'extern const size_t device_anchors_n;' \
	    'const br_x509_trust_anchor *const device_anchors = anchors;' \
	    'const size_t device_anchors_n = ANCHORS_N;' >$@

build/device/key.c: $(DEVICE_KEY) build/device/key.from config/make/anchors.py
	$(say) KEY $<
	$(Q)/usr/bin/python3 config/make/anchors.py --key --name key $< \
	    $(@:.c=.h) >$(@:.c=.log)
	$(Q)printf '%s\n' '#include "key.h"' \
	    'extern const br_x509_knownkey_context *const device_key;' \
	    'const br_x509_knownkey_context *const device_key = &key;' >$@

# A board that QEMU knows: $(call run_in_qemu,BOARD). The server's certificate
# is signed by one of the default anchors.
define run_in_qemu
.PHONY: run-$1 run-$1-freertos
run-$1 run-$1-freertos: run-%: build/%/firmware.elf | packages-test
	$$(Q)/usr/bin/python3 boards/cortexm/run.py $$< build/tls-pki/ec-root \
	    '$$(URL)'
endef

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

endif
