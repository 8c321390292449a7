# SPDX-License-Identifier: MIT
#
# Certificates for the TLS tests.

$(TLS_PKI): tests/integration/tls/pki.sh | packages-test
	$(say) MAKE 'certificates of the TLS tests'
	$(Q)rm -rf $(@D) && $< $(@D)

$(call unit_programs,test_tls test_tls_own_key test_tls_sessions \
    test_tls_trust test_tls_wire test_anchors test_verify test_chain \
    test_pinned_key): | $(TLS_PKI)

$(call suite,tls/make-anchors,$(TLS_PKI),$(PYTHON) \
    tests/integration/tls/test_make_anchors.py $(dir $(TLS_PKI)) \
    $(BEARSSL_DIR)/inc,60)

# Servers of all makes, against the host program.
PACKAGES_TEST += gnutls-bin caddy h2o lighttpd lighttpd-mod-gnutls

$(call suite,tls/peers,build/host/lwurl $(TLS_PKI),$(PYTHON) \
    tests/integration/tls/test_peers.py build/host/lwurl $(dir $(TLS_PKI)),120)

$(call suite,tls/peers-gnutls,build/host/lwurl $(TLS_PKI),$(PYTHON) \
    tests/integration/tls/test_peers.py build/host/lwurl $(dir $(TLS_PKI)) \
    gnutls,60)

$(call suite,tls/make-own-key,$(TLS_PKI) build/host/liblwurl.a \
    build/host/libbearssl.a,$(PYTHON) \
    tests/integration/tls/test_make_own_key.py $(dir $(TLS_PKI)) \
    'gcc -Wall -Wextra -Werror -std=c99 $(addprefix -I,core port config) \
    -isystem $(BEARSSL_DIR)/inc' \
    'build/host/liblwurl.a build/host/libbearssl.a',60)

TLS_PROBE := build/host-asan/tls_probe

$(TLS_PROBE): $(call objects,host-asan,tests/integration/tls/probe.c) \
    build/host-asan/liblwurl.a build/host-asan/libbearssl.a
	$(say) LD $@
	$(Q)$(call link,host-asan,$@)

$(call suite,tls/servers,$(TLS_PROBE) $(TLS_PKI),$(PYTHON) \
    tests/integration/tls/test_servers.py $(TLS_PROBE) $(dir $(TLS_PKI)),180)

$(call suite,tls/negative,$(TLS_PROBE) $(TLS_PKI),$(PYTHON) \
    tests/integration/tls/test_negative.py $(TLS_PROBE) $(dir $(TLS_PKI)),240)
