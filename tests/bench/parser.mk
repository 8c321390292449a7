# SPDX-License-Identifier: MIT
#
# Parsers of responses side by side, counted by callgrind on the host.

# The peer is compiled and analysed by make check, too.
PACKAGES_TEST += libhttp-parser-dev

PACKAGES_BENCH := valgrind libhttp-parser-dev

.PHONY: packages-bench
packages-bench: | packages-build
	$(Q)$(packages_sh) $(PACKAGES_BENCH)

# In one command: its header is in a package of its own.
build/host/bench-parser: tests/bench/parser.c tests/bench/peer_http_parser.c \
    build/host/liblwurl.a tests/bench/parser.h | packages-bench
	$(say) LD $@
	$(Q)gcc $(host.CFLAGS) $(FLAGS_rest) -o $@ $(filter %.c %.a,$^) \
	    -lhttp_parser -Wl,--gc-sections

.PHONY: bench
bench: build/host/bench-parser ## instructions of response parsers side by side
	$(Q)$(PYTHON) tests/bench/bench_parser.py $<
