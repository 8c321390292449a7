# SPDX-License-Identifier: MIT
#
# ftp: and file: URLs of the host program, beside CPython's urllib.

PACKAGES_TEST += vsftpd python3-pyftpdlib

# $(call ftp_suites,SUITE,PROGRAM)
define ftp_suites
$(foreach t,ftp file,$(call suite,$1/$t,$2,\
    $(PYTHON) tests/integration/ftp/test_$t.py $2,240))
endef
$(call ftp_suites,schemes,build/host/lwurl)
$(call ftp_suites,schemes-asan,build/host-asan/lwurl)
