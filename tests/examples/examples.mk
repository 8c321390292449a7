# SPDX-License-Identifier: MIT

$(foreach b,$(QEMU_BOARDS) host,$(call suite,examples/$b,\
    $(EXAMPLES:%=build/$b/%$(if $(filter-out host,$b),.elf)) \
    build/tls-pki/done,$(PYTHON) tests/examples/test_examples.py $b,180))

.PHONY: kills
kills: build/$(BOARD)/update$(if $(filter-out host,$(BOARD)),.elf) build/tls-pki/done | packages-test ## kill the update example 50 times at random moments (BOARD=, SEED=)
	$(Q)$(PYTHON) tests/examples/kills.py $(BOARD) $(or $(SEED),1)
