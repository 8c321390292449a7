# SPDX-License-Identifier: MIT
#
# The core and CPython, asked the same.

PACKAGES_TEST += libpython3.11-testsuite librust-url-dev librust-data-url-dev

# $(call differential_driver,NAME)
define differential_driver
build/host-asan/differential_$1: \
    $(call objects,host-asan,tests/differential/$1.c) \
    build/host-asan/liblwurl.a | packages-test
	$$(say) LD $$@
	$$(Q)$$(call link,host-asan,$$@)
endef

$(eval $(call differential_driver,parse))
$(call suite,differential/parse,build/host-asan/differential_parse \
    build/host-asan/lwurl,$(PYTHON) tests/differential/test_parse.py \
    build/host-asan/differential_parse build/host-asan/lwurl,300)
