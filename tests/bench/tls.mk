# SPDX-License-Identifier: MIT
#
# What TLS costs on a Cortex-M3, by QEMU's instruction counter. The test holds
# a resumed handshake below its budget.

BENCH_TLS := build/lm3s6965evb/bench-tls

$(BENCH_TLS)/tls_pki.c: $(TLS_PKI) tests/bench/tls_pki.py \
    config/make/anchors.py
	@mkdir -p $(@D)
	$(Q)$(PYTHON) config/make/anchors.py build/tls-pki/roots.pem \
	    $(@D)/anchors.h >/dev/null
	$(Q)$(PYTHON) tests/bench/tls_pki.py build/tls-pki $@

$(BENCH_TLS)/tls_pki.o: $(BENCH_TLS)/tls_pki.c tests/bench/tls_pki.h \
    build/lm3s6965evb/flags | packages-firmware
	$(Q)$(call compile,lm3s6965evb,$(FLAGS_rest) -Itests/bench)

# The server has its turns on the same stack.
$(BENCH_TLS)/os_coop.o: boards/cortexm/os_coop.c build/lm3s6965evb/flags \
    | packages-firmware
	@mkdir -p $(@D)
	$(Q)$(call compile,lm3s6965evb,$(FLAGS_rest) -DBOARD_MAIN_STACK=8192 \
	    $(addprefix -I,$(lm3s6965evb.PATHS)))

$(BENCH_TLS).elf: $(call objects,lm3s6965evb,$(filter-out %/main.c %/os_coop.c \
    $(CORTEXM_PROGRAM) boards/cortexm/supply_%,$(lm3s6965evb.SRCS)) \
    boards/cortexm/supply_semihosting.c tests/bench/tls_handshake.c \
    tests/bench/board_ns.c) \
    $(BENCH_TLS)/os_coop.o $(BENCH_TLS)/tls_pki.o $(lm3s6965evb.LIBRARIES) \
    $(lm3s6965evb.LDDEPS)
	$(say) LD $@
	$(Q)$(call link,lm3s6965evb,$@) -Wl,-Map=$(basename $@).map

$(call checked_in,lm3s6965evb,tests/bench/tls_handshake.c)

# The https firmware by profile, of tests/firmware/budget.mk.
BENCH_FIRMWARE := $(foreach p,fast=any1460 small=i31 careful=careful,$(subst \
    =,=build/lm3s6965evb-,$p)/budget.elf)
BENCH_TLS_NEEDS := $(BENCH_TLS).elf $(foreach f,$(BENCH_FIRMWARE),$(lastword \
    $(subst =, ,$f)))
bench_tls = $(PYTHON) tests/bench/bench_tls.py $(BENCH_TLS).elf \
    $(BENCH_FIRMWARE)

.PHONY: bench-tls
bench-tls: $(BENCH_TLS_NEEDS) | packages-chart ## instructions, stack and flash of TLS on a Cortex-M3, and build/bench-tls.svg
	$(Q)$(bench_tls) --svg build/bench-tls.svg

$(call suite,bench/tls,$(BENCH_TLS).elf,$(PYTHON) \
    tests/bench/bench_tls.py --test $(BENCH_TLS).elf,60)
