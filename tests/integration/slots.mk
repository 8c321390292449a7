# SPDX-License-Identifier: MIT
#
# Two TLS slots: connections at the same time.

build/host-asan/two_slots: $(call objects,host-asan, \
    tests/integration/slots/two_slots.c boards/host/supply.c \
    build/device/anchors.c) build/host-asan/liblwurl.a \
    build/host-asan/libport.a build/host-asan/liblwip.a \
    build/host-asan/libbearssl.a | packages-test
	$(say) LD $@
	$(Q)$(call link,host-asan,$@)

$(call suite,slots,build/host-asan/two_slots build/tls-pki/done,$(PYTHON) \
    tests/integration/slots/test_slots.py build/host-asan/two_slots,60)
