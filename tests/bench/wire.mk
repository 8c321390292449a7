# SPDX-License-Identifier: MIT
#
# What http and https take of the CPU, beside a loop of lwip_recv() and one of
# BearSSL: two lwIPs in one program, as in tests/sim.

BENCH_WIRE := build/sim/bench-wire

$(BENCH_WIRE)-far.o: $(call objects,sim-far,tests/bench/wire/far.c) \
    $(patsubst %.c,build/sim-far/obj/lwip/%.o,$(filter-out api/%,$(LWIP_SRCS)))
	$(say) LD $@
	@mkdir -p $(@D)
	$(Q)ld -r -o $@.all $(filter %.o,$^)
	$(Q)objcopy --wildcard --keep-global-symbol='peer_*' $@.all $@

$(BENCH_WIRE)-pki.o: $(BENCH_TLS)/tls_pki.c tests/bench/tls_pki.h
	@mkdir -p $(@D)
	$(Q)gcc $(FLAGS_rest) -Itests/bench -I$(<D) -c -o $@ $<

# The simulation's own flags for the linker are not wanted.
$(BENCH_WIRE): $(call objects,sim,tests/bench/wire/near.c tests/coop/support.c) \
    $(BENCH_WIRE)-far.o $(BENCH_WIRE)-pki.o build/sim/liblwurl.a \
    build/sim/libport.a build/sim/liblwip.a build/host/libbearssl.a
	$(say) LD $@
	$(Q)gcc $(sim.CFLAGS) -no-pie -Wl,--gc-sections,-z,now -o $@ $(filter %.o,$^) \
	    -Wl,--start-group $(filter %.a,$^) -Wl,--end-group

$(call checked_in,sim,tests/bench/wire/near.c)
$(call checked_in,sim-far,tests/bench/wire/far.c)
