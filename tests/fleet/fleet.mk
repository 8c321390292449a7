# SPDX-License-Identifier: MIT
#
# The fleet: 10,000 devices that get power together, and what they do to their
# server, without and with the manners of lwurl_retry.h.

PACKAGES_FLEET := gnuplot-nox

FLEET_SRCS := $(filter-out %/ram.c,$(wildcard tests/fleet/*.c)) \
    tests/sim/chance.c
FLEET_RAM := build/lm3s6965evb/obj/tests/fleet/ram.o

# $(call fleet,VARIANT)
define fleet
build/$1/fleet: $(call objects,$1,$(FLEET_SRCS)) build/$1/liblwurl.a
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@)
endef
$(foreach v,host host-asan,$(eval $(call fleet,$v)))

# $(call fleet_ram,without or with): bytes, by the size of a symbol.
fleet_ram = $$(($$($(lm3s6965evb.CROSS)nm -S $(FLEET_RAM) | \
    sed -n 's/^[0-9a-f]* \([0-9a-f]*\) . ram_$1$$/0x\1/p')))

$(call suite,fleet/properties,build/host-asan/fleet,\
    build/host-asan/fleet --test,120)

$(call suite,fleet/clients,build/host/lwurl,$(PYTHON) \
    tests/fleet/test_clients.py build/host/lwurl,240)

packages: packages-fleet
readme: fleet

.PHONY: packages-fleet
packages-fleet: | packages-test
	$(Q)$(packages_sh) $(PACKAGES_FLEET)

.PHONY: fleet
fleet: build/host/fleet $(FLEET_RAM) | packages-fleet ## 10,000 devices after a power cut: plot and table of the README
	@mkdir -p build/fleet
	$(Q)build/host/fleet --series build/fleet/series.txt \
	    >build/fleet/table.txt
	$(Q)echo "bytes of RAM for lwurl in a device (Cortex-M3)  \
	    $(call fleet_ram,without)  $(call fleet_ram,with)" \
	    >>build/fleet/table.txt
	$(Q)cat build/fleet/table.txt
	$(Q)gnuplot -e "series='build/fleet/series.txt'" \
	    -e "picture='build/fleet/fleet.svg'" tests/fleet/fleet.gp
	$(Q)sed -e 's/[[:blank:]]*$$//' -e '/^$$/d' build/fleet/fleet.svg \
	    >tests/fleet/fleet.svg
	$(Q)$(PYTHON) tests/readme/tables.py README.md fleet \
	    <build/fleet/table.txt
