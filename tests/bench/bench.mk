# SPDX-License-Identifier: MIT
#
# What parser.mk, wire.mk and get.mk build, counted.

BENCH_NEEDS := build/host/bench-parser build/mps2-an385/bench-parser.elf \
    build/sim/bench-wire build/host/lwurl build/host/bench-get
bench = $(PYTHON) tests/bench/bench.py --into build

.PHONY: bench
bench: $(BENCH_NEEDS) | packages-test packages-chart ## parsers, reads and whole GETs beside peers: instructions, fetches a second, and build/bench.svg
	$(Q)$(bench) --svg build/bench.svg $(BENCH_NEEDS)
