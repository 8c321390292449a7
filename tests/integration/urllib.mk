# SPDX-License-Identifier: MIT
#
# The host program with httpbin, proxies and name servers.

PACKAGES_TEST += dnsmasq-base gunicorn python3-httpbin squid tinyproxy-bin

# $(call urllib_suite,NAME)
define urllib_suite
$(call suite,urllib/$1,build/host-asan/lwurl build/tls-pki/done,$(PYTHON) \
    tests/integration/urllib/test_$1.py build/host-asan/lwurl build/tls-pki,120)
endef
$(foreach t,httpbin names proxies,$(call urllib_suite,$t))
