# SPDX-License-Identifier: MIT
#
# port/coop and port/slirp by themselves: the scheduler on cmocka, and lwIP's
# sockets on the virtual clock and against servers on loopback.

PACKAGES_TEST += dnsmasq-base iproute2 mount util-linux

coop-test.PORTS := coop coop_host slirp
coop-test.CFLAGS := -g $(FLAGS_sections) -Itests/coop

COOP_SUPPORT := tests/coop/support.c

# $(call coop_program,VARIANT,NAME,HELPERS,LIBRARIES)
define coop_program
build/$1/$2: $(call objects,$1,tests/coop/$2.c $3 $(COOP_SUPPORT)) \
    build/$1/libport.a build/$1/liblwip.a | packages-test
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@) $4
endef

# $(call coop_test,VARIANT,FLAGS)
define coop_test
$(call variant,$1,coop-test,$2)
$(foreach t,test_coop test_sys_arch,$(eval $(call \
    coop_program,$1,$t,tests/coop/journal.c,-lcmocka))$(call \
    suite,coop/$(t:test_%=%)-$1,build/$1/$t,build/$1/$t,60))
$(foreach t,loop fetch,$(eval $(call coop_program,$1,$t)))
$(call suite,coop/network-$1,build/$1/loop build/$1/fetch build/coop/loop, \
    $(PYTHON) tests/coop/test_network.py build/$1,120)
endef

$(eval $(call coop_test,coop,-O2))
$(eval $(call coop_test,coop-asan,-O1 $(FLAGS_sanitize)))
$(eval $(call coop_test,coop-message,-O1 $(FLAGS_sanitize) \
    -DLWIP_TCPIP_CORE_LOCKING=0))
$(eval $(call coop_test,coop-small,-O1 $(FLAGS_sanitize) -DTESTS_COOP_SMALL))

$(call checked_in,coop-asan,$(wildcard tests/coop/*.c))
