# SPDX-License-Identifier: MIT
#
# The core and CPython, asked the same.

PACKAGES_TEST += libpython3.11-testsuite librust-url-dev librust-data-url-dev

# $(call differential_driver,NAME)
define differential_driver
build/host-asan/differential_$1: \
    $(call objects,host-asan,tests/differential/$1.c \
    tests/differential/records.c) \
    build/host-asan/liblwurl.a | packages-test
	$$(say) LD $$@
	$$(Q)$$(call link,host-asan,$$@)
endef

# $(call differential,NAME): test_NAME.py asks NAME.c.
define differential
$(eval $(call differential_driver,$1))
$(call suite,differential/$1,build/host-asan/differential_$1,$(PYTHON) \
    tests/differential/test_$1.py build/host-asan/differential_$1,300)
endef

$(call differential,data)
$(call differential,multipart)
$(call differential,parse)
$(call differential,robots)
$(call suite,differential/program,build/host-asan/lwurl,$(PYTHON) \
    tests/differential/test_program.py build/host-asan/lwurl,300)
