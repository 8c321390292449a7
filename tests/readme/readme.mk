# SPDX-License-Identifier: MIT
#
# The README's examples.

PACKAGES_TEST += cmake

comma := ,

README_OBJS := $(call objects,host-asan,$(filter-out boards/host/main.c, \
    $(host.SRCS)))
README_ANCHORS := build/readme/anchors.h

$(README_ANCHORS): $(TLS_PKI) config/make/anchors.py | packages-test
	@mkdir -p $(@D)
	$(Q)$(PYTHON) config/make/anchors.py $(dir $(TLS_PKI))ec-root.crt $@ \
	    >/dev/null

$(call suite,readme,$(README_OBJS) $(host-asan.LIBRARIES) $(README_ANCHORS),\
    $(PYTHON) tests/readme/test_readme.py build/readme \
    'gcc -Itests/readme $(host-asan.CFLAGS) $(FLAGS_rest) -Iboards/host -Iport/coop -Iport/lwip \
    -Ibuild/readme' \
    '$(README_OBJS) -Wl$(comma)--start-group $(host-asan.LIBRARIES) \
    -Wl$(comma)--end-group -lslirp',120)

.PHONY: readme
readme: $(BUDGET_NEEDS) $(BENCH_TLS_NEEDS) $(BENCH_NEEDS) | packages-test packages-chart ## measure the tables and pictures of the README again, and write them there
	$(Q)$(PYTHON) tests/firmware/test_budget.py $(BUDGET_BOARD) --table \
	    >build/budget.txt
	$(Q)$(PYTHON) tests/readme/tables.py README.md budget <build/budget.txt
	$(Q)$(bench_tls) --svg tests/bench/tls.svg >build/bench-tls.txt
	$(Q)$(PYTHON) tests/readme/tables.py README.md tls <build/bench-tls.txt
	$(Q)$(call draw_map,$(BUDGET_BOARD),tests/bench/map.svg)
	$(Q)$(bench) --svg tests/bench/bench.svg $(BENCH_NEEDS)
	$(Q)for t in parser wire get speed; do $(PYTHON) tests/readme/tables.py \
	    README.md $$t <build/bench-$$t.txt || exit; done
