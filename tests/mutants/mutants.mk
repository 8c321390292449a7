# SPDX-License-Identifier: MIT
#
# Bugs that the tests have to find: each tests/mutants/X.patch is one.
#
#     make mutants BUG='chunk-bare-lf origin-by-host'

PACKAGES_MUTANTS := rsync patch

.PHONY: mutants
mutants: build/host-asan/liblwurl.a | packages-test ## plant bugs and see the tests find each (BUG=)
	$(Q)$(packages_sh) $(PACKAGES_MUTANTS)
	$(Q)$(PYTHON) tests/mutants/mutants.py build/mutants $(BUG)

# They have to fit the sources of today.
$(call suite,mutants/fit,,$(PYTHON) tests/mutants/test_mutants.py,60)
