# SPDX-License-Identifier: MIT
#
# What is for FreeRTOS alone: port/freertos by itself, and two tasks that fetch
# at the same time. The suites of firmware run on it as well
# (tests/firmware/firmware.mk).

# Sockets by messages, which signal inside of a protected region, and lwIP's
# assertions and counters. Two connections at once: what both windows allow
# fits into the second board's receive FIFO.
FREERTOS_MESSAGE := -DLWIP_TCPIP_CORE_LOCKING=0 -DBOARD_ASSERTS=1 \
    -DLWIP_STATS=1 -DTCP_WND=4380

# $(call two_tasks,VARIANT,BOARD): what does not depend on lwIP's options is
# compiled once.
define two_tasks
build/$1/two_tasks.elf: $(call objects,$1,$(filter-out %/main.c \
    $(CORTEXM_PROGRAM),$($1.SRCS)) build/device/anchors.c \
    tests/freertos/two_tasks.c) build/$2/liblwurl.a build/$2/libbearssl.a \
    build/$1/libport.a build/$1/liblwip.a $($1.LDDEPS) build/$1/ldflags
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@) -Wl,-Map=$$(basename $$@).map
endef

define freertos_suites
$(eval $(call variant,$1-message,$1,$(FREERTOS_MESSAGE)))
$(foreach v,$1-small $1-message,$(eval $(call board_program,$v,sys_test.elf,\
    tests/freertos/sys_test.c,boards/cortexm/supply_semihosting.c)))
$(foreach v,$1 $1-message,$(eval $(call two_tasks,$v,$1)))
$(call suite,freertos/$(1:%-freertos=%),$(foreach v,small message, \
    build/$1-$v/sys_test.elf) build/$1/two_tasks.elf \
    build/$1-message/two_tasks.elf  build/$1/firmware.elf \
    build/tls-pki/done, \
    $(PYTHON) tests/freertos/test_freertos.py $1,60)
endef
$(foreach b,$(QEMU_BOARDS),$(foreach v,$(filter freertos,$($b.OSES)),$(eval \
    $(call freertos_suites,$b-$v))))

$(call checked_in,lm3s6965evb-freertos,$(wildcard tests/freertos/*.c))
