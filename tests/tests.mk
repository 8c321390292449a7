# SPDX-License-Identifier: MIT
#
# The suites of `make test`, run one after another by tests/check/run_suites.py
# (how a suite reports is said there). To add one:
#
#     $(call suite,NAME,PREREQUISITES,COMMAND,SECONDS)
#
# A fragment tests/x/x.mk may hold its own. `make test SUITE='unit/*'` runs
# those alone; their output is in build/test-logs.

# `make check` compiles and analyses the C of tests with the flags of
# host-asan. Files that need another variant say so:
#
#     $(call checked_in,VARIANT,FILES)

PYTHON := /usr/bin/python3

suite = $(eval SUITES += $1)$(eval SUITE_$1_NEEDS := $2)$(eval \
    SUITE_$1_COMMAND := $3)$(eval SUITE_$1_SECONDS := $4)

checked_in = $(eval CHECKED_IN += $1)$(eval CHECKED_$1 += $2)

# Unit tests: each tests/unit/test_x.c is a program of its own, under ASan and
# UBSan, with cmocka; the other files of that folder are linked to all.
UNIT_SRCS := $(wildcard tests/unit/*.c)
UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
UNIT_HELPERS := $(filter-out $(UNIT_TESTS:%=tests/unit/%.c),$(UNIT_SRCS))

# The programs of unit tests in every variant that has them, for what they read
# when they run: $(call unit_programs,TESTS).
unit_programs = $(foreach v,host-asan coverage,$(1:%=build/$v/%))

define unit_test
build/host-asan/$1: $(call objects,host-asan,tests/unit/$1.c $(UNIT_HELPERS)) \
    build/host-asan/liblwurl.a build/host-asan/libbearssl.a \
    build/host-asan/libzlib.a | packages-test
	$$(say) LD $$@
	$$(Q)$$(call link,host-asan,$$@) -lcmocka
$(call suite,unit/$(1:test_%=%),build/host-asan/$1,build/host-asan/$1,60)
endef
$(foreach t,$(UNIT_TESTS),$(eval $(call unit_test,$t)))

$(foreach t,$(wildcard tests/check/test_*.py),$(call suite,$(t:tests/%.py=%),,\
    $(PYTHON) $t,60))

# Certificates made for the tests; the rule is in tests/unit/tls.mk. Here, since
# prerequisites are read before that.
TLS_PKI := build/tls-pki/done

-include $(wildcard tests/*/*.mk)

SUITE := *
SUITES_RUN = $(sort $(filter $(subst *,%,$(SUITE)),$(SUITES)))

tab := $(subst x,,x	x)

.PHONY: test
test: $(foreach s,$(SUITES_RUN),$(SUITE_$s_NEEDS)) | packages-test packages-firmware ## run all tests, or those of SUITE=
	@$(shell mkdir -p build)$(file >build/suites)$(foreach s,$(SUITES_RUN),$(file \
	    >>build/suites,$s$(tab)$(SUITE_$s_SECONDS)$(tab)$(SUITE_$s_COMMAND)))
	$(Q)$(PYTHON) tests/check/run_suites.py build/suites build/test-logs
