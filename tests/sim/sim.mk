# SPDX-License-Identifier: MIT
#
# The simulation: `make sim SEEDS=n SEED=k` runs seeds, `make sim SEED=k` one
# and tells what happens in it. The far lwIP has options of its own and is
# linked into one object, of which only peer_*() can be seen.

sim-test.PORTS := lwip coop coop_host
sim-test.CFLAGS := -g $(FLAGS_sections) -Itests/sim

sim-far-test.CFLAGS := -g $(FLAGS_sections) -Itests/sim/far -Iport

SIM_SRCS := $(wildcard tests/sim/*.c)

# $(call simulation,VARIANT,FLAGS)
define simulation
$(call variant,$1,sim-test,$2)
$(call variant,$1-far,sim-far-test,$2)
build/$1/far.o: $(call objects,$1-far,tests/sim/far/peer.c) \
    $(patsubst %.c,build/$1-far/obj/lwip/%.o,$(filter-out api/%,$(LWIP_SRCS)))
	$$(say) LD $$@
	@mkdir -p $$(@D)
	$$(Q)ld -r -o $$@.all $$(filter %.o,$$^)
	$$(Q)objcopy --wildcard --keep-global-symbol='peer_*' $$@.all $$@
build/$1/sim: $(call objects,$1,$(SIM_SRCS)) build/$1/far.o \
    build/$1/liblwurl.a build/$1/libport.a build/$1/liblwip.a
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@)
endef

$(eval $(call simulation,sim,-O2))
$(eval $(call simulation,sim-asan,-O1 $(FLAGS_sanitize)))
$(call checked_in,sim-asan,$(SIM_SRCS))
$(call checked_in,sim-asan-far,$(wildcard tests/sim/far/*.c))

# Every property under the sanitizers; then the same traces without them.
$(call suite,sim,build/sim/sim build/sim-asan/sim, \
    sh -c 'build/sim-asan/sim --seeds 6000 >build/sim/asan.txt && \
    build/sim/sim --seeds 6000 | cmp - build/sim/asan.txt; s=$$?; \
    cat build/sim/asan.txt; exit $$s',600)

.PHONY: sim
sim: build/sim/sim build/sim-asan/sim ## simulate SEEDS= seeds from SEED= on; SEED= alone: one, with a pcap
	$(Q)$(if $(SEED),$(if $(SEEDS),,build/sim-asan/sim --seed $(SEED) \
	    --verbose --pcap build/sim/seed-$(SEED).pcap && \
	    echo 'packets: build/sim/seed-$(SEED).pcap'))
	$(Q)$(if $(SEED),$(if $(SEEDS),build/sim/sim --seed $(SEED) --seeds \
	    $(SEEDS)),build/sim/sim --seeds $(or $(SEEDS),100000))
