# SPDX-License-Identifier: MIT
#
# The simulation by other compilers and on other machines: a seed's trace has
# to be that of `make sim`. Of the rows of tests/portability/portability.mk;
# on this machine -O0 and -O3 tell enough.

TRACED_ROWS := $(filter-out %-x86_64-O1 %-x86_64-O2 %-x86_64-Os,$(ROWS))
TRACED_SEEDS ?= 500 100

# $(call traced_row,ROW): in the row's variant, with BearSSL of the machine.
# What world.c keeps must not be the C library's: no -static.
define traced_row
$(call portable_variant,portable-$1-far,$(call row_part,1,$1),$(call \
    row_machine,$1),-$(call row_part,3,$1),portability-far)
$(call sim_program,portable-$1,$(firstword $(call \
    machine_libraries,$(call row_machine,$1))))
build/portable-$1/sim: private portable-$1.LDFLAGS := $(sim-test.LDFLAGS) \
    -no-pie
endef

ifneq ($(filter portability% build/portable%,$(GOALS)),)
$(foreach r,$(TRACED_ROWS),$(eval $(call traced_row,$r)))
endif

# $(call traced_command,ROW): an x86_64 runs those of i686 itself; qemu-i386
# 7.2 hangs in them.
traced_emulator = $(if $(filter i686,$1),/usr/i686-linux-gnu/lib/ld-linux.so.2 \
    --library-path /usr/i686-linux-gnu/lib,$(addsuffix \
    $(if $(PORTABLE_$1), -L /usr/$(firstword $(PORTABLE_$1))),$(word \
    2,$(PORTABLE_$1))))
traced_command = build/portable-$1/sim:$(call \
    traced_emulator,$(call row_machine,$1))

portability: portability-traces
.PHONY: portability-traces
portability-traces: build/sim/sim $(TRACED_ROWS:%=build/portable-%/sim)
	$(Q)$(if $(TRACED_ROWS),$(PYTHON) tests/sim/traces.py $(TRACED_SEEDS) \
	    build/sim/sim $(foreach r,$(TRACED_ROWS),'$(call \
	    traced_command,$r)'))

$(call suite,sim/traces,,$(PYTHON) tests/sim/test_traces.py,60)
