# SPDX-License-Identifier: MIT
#
# Debian packages by purpose. Other fragments add what they need:
#     PACKAGES_TEST += nginx-light
# INSTALL=no leaves the machine as it is.

PACKAGES_DEPS += xz-utils
PACKAGES_BUILD += gcc libc6-dev make libslirp-dev
PACKAGES_FIRMWARE += gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
PACKAGES_TEST += nginx-light openssl apache2-bin apache2-utils python3 \
    iproute2 libcmocka-dev
PACKAGES_CHART += python3-matplotlib
PACKAGES_CHECK += clang-format clang-tidy cppcheck python3 g++

INSTALL ?= yes
ifeq ($(INSTALL),no)
packages_sh := :
else
packages_sh := config/make/packages.sh
endif

.PHONY: packages packages-build packages-firmware packages-test packages-check \
    packages-chart
packages: packages-build packages-firmware packages-test packages-check packages-chart ## install the Debian packages of builds, firmware, tests and checks

# Order-only prerequisites of what needs them, one after another.
packages-build:
	$(Q)$(packages_sh) $(sort $(PACKAGES_DEPS) $(PACKAGES_BUILD))
packages-firmware: | packages-build
	$(Q)$(packages_sh) $(sort $(PACKAGES_FIRMWARE))
packages-test: | packages-build
	$(Q)$(packages_sh) $(sort $(PACKAGES_TEST))
packages-check: | packages-build
	$(Q)$(packages_sh) $(sort $(PACKAGES_CHECK))
packages-chart: | packages-build
	$(Q)$(packages_sh) $(sort $(PACKAGES_CHART))
