# SPDX-License-Identifier: MIT
#
# The simulation: `make sim SEEDS=n SEED=k` runs seeds, `make sim SEED=k` one
# and tells what happens in it. The far lwIP has options of its own and is
# linked into one object, of which only peer_*() can be seen.

sim-test.PORTS := lwip coop coop_host
sim-test.CFLAGS := -g $(FLAGS_sections) -Itests/sim

# What memory the near lwIP asks for goes through want.c.
sim-test.LDFLAGS := -Wl,--wrap=memp_malloc,--wrap=mem_malloc

sim-far-test.CFLAGS := -g $(FLAGS_sections) -Itests/sim/far -Iport

SIM_SRCS := $(wildcard tests/sim/*.c)
SIM_FAR_SRCS := $(wildcard tests/sim/far/*.c)

# $(call sim_program,VARIANT,BEARSSL): the far lwIP is of VARIANT-far.
define sim_program
build/$1/far.o: $(call objects,$1-far,$(SIM_FAR_SRCS)) \
    $(patsubst %.c,build/$1-far/obj/lwip/%.o,$(filter-out api/%,$(LWIP_SRCS)))
	$$(say) LD $$@
	@mkdir -p $$(@D)
	$$(Q)$($1.CROSS)ld -r -o $$@.all $$(filter %.o,$$^)
	$$(Q)$($1.CROSS)objcopy --wildcard --keep-global-symbol='peer_*' $$@.all $$@
build/$1/sim: $(call objects,$1,$(SIM_SRCS)) build/$1/far.o \
    build/$1/liblwurl.a build/$1/libport.a build/$1/liblwip.a $2
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@)
endef

# $(call simulation,VARIANT,FLAGS,BOARD): with the BearSSL of that board.
define simulation
$(call variant,$1,sim-test,$2)
$(call variant,$1-far,sim-far-test,$2)
$(call sim_program,$1,build/$3/libbearssl.a)
endef

$(eval $(call simulation,sim,-O2 -fno-pie,host))
sim.LDFLAGS += -no-pie
$(eval $(call simulation,sim-asan,-O1 $(FLAGS_sanitize),host-asan))
$(call checked_in,sim-asan,$(SIM_SRCS))
$(call checked_in,sim-asan-far,$(SIM_FAR_SRCS))

# $(call sim_suite,NAME,OPTIONS): every property under the sanitizers; then the
# same traces without them.
sim_suite = $(call suite,$1,build/sim/sim build/sim-asan/sim, \
    sh -c 'build/sim-asan/sim $2 >build/sim/asan.txt && \
    build/sim/sim $2 | cmp - build/sim/asan.txt; s=$$?; \
    cat build/sim/asan.txt; exit $$s',600)
$(call sim_suite,sim/plain,--seeds 6000)
$(call sim_suite,sim/tls,--tls --seeds 1000)

$(call sim_suite,sim/replay,--seeds 300 --replay tests/sim/corpus/nginx.pcap \
    --body tests/sim/corpus/nginx.body)

.PHONY: sim-capture
sim-capture: build/host/lwurl | packages-test ## record what a real nginx answers, for sim/replay
	$(Q)unshare -n sh -c 'ip link set lo up && \
	    tests/sim/capture.sh build/host/lwurl tests/sim/corpus'

# One seed, with all that can be seen of it.
define sim_one
	build/sim-asan/sim $(if $(TLS),--tls) --seed $(SEED) --verbose \
	    $(addprefix --only ,$(ONLY)) \
	    --pcap build/sim/$(SEED).pcap --keys build/sim/$(SEED).keys; s=$$?; \
	    echo 'packets: build/sim/$(SEED).pcap, keys: build/sim/$(SEED).keys'; \
	    exit $$s
endef

.PHONY: sim
sim: build/sim/sim build/sim-asan/sim ## simulate SEEDS= seeds from SEED= on, TLS=1: with https; SEED= alone: one, with a pcap
	$(Q)$(if $(SEED),$(if $(SEEDS),,$(sim_one)))
	$(Q)$(if $(SEEDS)$(if $(SEED),,all),build/sim/sim $(if $(TLS),--tls) \
	    $(if $(SEED),--seed $(SEED)) --seeds $(or $(SEEDS),100000))

.PHONY: sim-shrink
sim-shrink: build/sim/sim ## find what the failing SEED= (TLS=1) needs of its plan
	$(Q)build/sim/sim $(if $(TLS),--tls) --seed $(SEED) --shrink

# Takes a certificate of the TLS tests for the simulation, once: what is kept
# makes a seed the same on every machine.
.PHONY: sim-pki
sim-pki: $(TLS_PKI)
	$(Q)tests/sim/pki.sh $(dir $(TLS_PKI))
