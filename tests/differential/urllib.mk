# SPDX-License-Identifier: MIT
#
# The host program and CPython's urllib.request, asked the same.

# The rule is in tests/unit/tls.mk, which is read later.
URLLIB_PKI := build/tls-pki/done

# Openers of an application's own, on the network of the examples.
OPENERS_SRCS := tests/differential/openers.c boards/examples/pc.c \
    $(addprefix boards/host/,net.c hosts.c pcap.c supply.c)

build/host-asan/differential_openers: $(call objects,host-asan,$(OPENERS_SRCS)) \
    $(host-asan.LIBRARIES) | packages-test
	$(say) LD $@
	$(Q)$(call link,host-asan,$@)

$(call suite,differential/urllib,build/host-asan/lwurl \
    build/host-asan/differential_openers $(URLLIB_PKI),$(PYTHON) \
    tests/differential/urllib/test_urllib.py build/host-asan/lwurl \
    $(dir $(URLLIB_PKI)),120)

$(call differential,passwords)

$(call suite,differential/tables,build/host-asan/lwurl \
    build/host-asan/differential_passwords,$(PYTHON) \
    tests/differential/urllib/test_tables.py build/host-asan/lwurl,240)

.PHONY: deviations
deviations: ## write where lwurl differs from CPython's urllib into the README
	$(Q)$(PYTHON) tests/differential/urllib/test_urllib.py --readme
