# SPDX-License-Identifier: MIT
#
# The host program, as users get it and under ASan and UBSan.

PACKAGES_TEST += ca-certificates squid tinyproxy-bin python3-httpbin gunicorn \
    curl

# The rule is in tests/unit/tls.mk, which is read later.
CLI_PKI := build/tls-pki/done

# $(call cli_suites,SUITE,PROGRAM)
define cli_suites
$(foreach t,options features connections hostile terminal retry \
    compressed continue retrieve,$(call suite,$1/$t,$2,\
    $(PYTHON) tests/integration/cli/test_$t.py $2,120))
$(foreach t,tls apache auth cache,$(call suite,$1/$t,$2 $(CLI_PKI),$(PYTHON) \
    tests/integration/cli/test_$t.py $2 $(dir $(CLI_PKI)),120))
endef
$(call cli_suites,cli,build/host/lwurl)
$(call cli_suites,cli-asan,build/host-asan/lwurl)
