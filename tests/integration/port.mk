# SPDX-License-Identifier: MIT
#
# port/lwip in three builds of lwIP: with core locking and without (then calls
# are messages to the tcpip thread), and without IPv6. And port/template.

port-test.PORTS := lwip coop coop_host slirp
port-test.CFLAGS := -O1 -g $(FLAGS_sections) $(FLAGS_sanitize) \
    -Itests/integration/port

PORT_TEST_SRCS := $(addprefix tests/integration/port/,support.c peers.c)
PORT_TEST_VIRTUAL := $(wildcard tests/integration/port/*virtual*.c)

PACKAGES_TEST += dnsmasq-base libcmocka-dev

# $(call port_test,VARIANT,FLAGS)
define port_test
$(call variant,$1,port-test,$2)
build/$1/test_port_virtual: $(call objects,$1,$(PORT_TEST_VIRTUAL) \
    $(PORT_TEST_SRCS) $(COOP_SUPPORT)) build/$1/libport.a build/$1/liblwip.a | packages-test
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@) -lcmocka
build/$1/test_port_host: $(call objects,$1,tests/integration/port/test_port_host.c \
    tests/integration/port/support.c $(COOP_SUPPORT)) build/$1/libport.a build/$1/liblwip.a \
    | packages-test
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@) -lcmocka
$(call suite,$1/virtual,build/$1/test_port_virtual,build/$1/test_port_virtual,60)
$(call suite,$1/host,build/$1/test_port_host,$(PYTHON) \
    tests/integration/port/run_host.py build/$1/test_port_host,90)
endef

$(eval $(call port_test,port-lock))
$(eval $(call port_test,port-message,-DLWIP_TCPIP_CORE_LOCKING=0))
$(eval $(call port_test,port-ip4,-DLWIP_IPV6=0))
$(call checked_in,port-lock,$(PORT_TEST_SRCS) $(PORT_TEST_VIRTUAL) \
    tests/integration/port/test_port_host.c)

build/host-asan/test_template: $(call objects,host-asan, \
    tests/integration/port/test_template.c $(PORT_template_SRCS)) \
    build/host-asan/liblwurl.a | packages-test
	$(say) LD $@
	$(Q)$(call link,host-asan,$@) -lcmocka
$(call suite,port-template,build/host-asan/test_template,build/host-asan/test_template,60)
