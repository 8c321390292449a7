# SPDX-License-Identifier: MIT
#
# port/lwip in three builds of lwIP: with core locking and without (then calls
# are messages to the tcpip thread), and without IPv6.

port-test.PORTS := lwip template coop coop_host
port-test.CFLAGS := -O1 -g $(FLAGS_sections) $(FLAGS_sanitize) \
    -Itests/integration/port

PORT_TEST_SRCS := $(addprefix tests/integration/port/,support.c peers.c)
PORT_TEST_VIRTUAL := $(wildcard tests/integration/port/*virtual*.c)

# $(call port_test,VARIANT,FLAGS)
define port_test
$(call variant,$1,port-test,$2)
build/$1/test_port_virtual: $(call objects,$1,$(PORT_TEST_VIRTUAL) \
    $(PORT_TEST_SRCS)) build/$1/libport.a build/$1/liblwip.a | packages-test
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@) -lcmocka
$(call suite,port/virtual-$1,build/$1/test_port_virtual,build/$1/test_port_virtual,60)
endef

$(eval $(call port_test,port-lock))
$(eval $(call port_test,port-message,-DLWIP_TCPIP_CORE_LOCKING=0))
$(eval $(call port_test,port-ip4,-DLWIP_IPV6=0))
