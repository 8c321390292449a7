# SPDX-License-Identifier: MIT
#
# Coded bodies for test_gzip.c.

GZIP_RECORDS := build/gzip-vectors/records

$(GZIP_RECORDS): tests/unit/gzip_vectors.py | packages-test
	$(say) MAKE 'coded bodies'
	@mkdir -p $(@D)
	$(Q)$(PYTHON) $< $@

$(call unit_programs,test_gzip): | $(GZIP_RECORDS)
