# SPDX-License-Identifier: MIT
#
# Lines and branches of core that the unit tests run, by gcov, without
# optimisation. `make coverage` fails below 100 % of either; FILES= shows what
# is missing of these alone:
#
#     make coverage FILES='core/http/*'
#
# A line that no test can reach says why: /* GCOVR_EXCL_LINE: reason */, and a
# branch /* GCOVR_EXCL_BR_LINE: reason */. tests/coverage/coverage.py refuses
# an exclusion without one.

PACKAGES_TEST += gcovr

COVERAGE := build/coverage
# All but the test of a board's driver.
COVERAGE_UNITS := $(filter-out test_lm3s_flash,$(UNIT_TESTS))
COVERAGE_TESTS := $(COVERAGE_UNITS:%=$(COVERAGE)/%)

$(eval $(call variant,coverage,host,-O0 -g --coverage))

define covered_test
$(COVERAGE)/$1: $(call objects,coverage,tests/unit/$1.c $(UNIT_HELPERS)) \
    $(COVERAGE)/liblwurl.a build/host/libbearssl.a build/host/libzlib.a \
    | packages-test
	$$(say) LD $$@
	$$(Q)$$(call link,coverage,$$@) -lcmocka
endef
$(foreach t,$(COVERAGE_UNITS),$(eval $(call covered_test,$t)))

.PHONY: coverage
coverage: $(COVERAGE_TESTS) | packages-test ## lines and branches of core that the tests run: 100 % (FILES=)
	$(Q)$(PYTHON) tests/coverage/coverage.py $(COVERAGE) '$(or \
	    $(FILES),core/*)' $(COVERAGE_UNITS)

$(call suite,coverage/script,,$(PYTHON) tests/coverage/test_coverage.py,30)
