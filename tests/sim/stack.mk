# SPDX-License-Identifier: MIT
#
# Stack marks of the simulation: core is compiled as for a device (-Os) and with
# its call graph; the rest is that of build/sim.

SIM_MARKED := open read begin step take close end

$(eval $(call variant,sim-stack,sim-test,\
    -Os -fno-pie -fcallgraph-info=su,-no-pie))

build/sim-stack/app.o: build/sim/obj/tests/sim/app.o
	@mkdir -p $(@D)
	$(Q)objcopy --redefine-sym near_port=marked_port $(foreach \
	    f,$(SIM_MARKED),--redefine-sym lwurl_$f=marked_$f) $< $@

build/sim-stack/sim: build/sim-stack/app.o $(filter-out \
    %/app.o,$(call objects,sim,$(SIM_SRCS))) $(call objects,sim-stack,\
    $(wildcard tests/sim/stack/*.c)) build/sim/far.o \
    build/sim-stack/liblwurl.a build/sim/libport.a build/sim/liblwip.a \
    build/host/libbearssl.a
	$(say) LD $@
	$(Q)$(call link,sim-stack,$@)

$(call checked_in,sim-asan,$(wildcard tests/sim/stack/*.c))

SIM_STACK := $(PYTHON) tests/sim/test_stack.py build/sim-stack/sim \
    build/sim-stack
$(call suite,sim/stack,build/sim-stack/sim,$(SIM_STACK),120)

stack: sim-stack
.PHONY: sim-stack
sim-stack: build/sim-stack/sim
	$(Q)$(SIM_STACK)
