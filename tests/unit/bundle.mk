# SPDX-License-Identifier: MIT
#
# Bundles of trust anchors, as `make bundle` makes them: signed by the key of
# "ec"; then by that of "stranger", which the first one signed; and by "rsa".
# A fork: "ec" signed another key, too.

TEST_BUNDLES := build/bundles/done

bundle_py = $(PYTHON) config/make/bundle.py >>$(@D)/log
bundle_key = --key build/tls-pki/$1.key --seq $2

$(TEST_BUNDLES): $(TLS_PKI) config/make/bundle.py config/make/anchors.py \
    tests/unit/bundle.mk | packages-test
	$(say) MAKE 'bundles of the tests'
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)$(bundle_py) $(call bundle_key,ec,1) build/tls-pki/roots.pem \
	    $(@D)/first
	$(Q)$(bundle_py) $(call bundle_key,ec,2) --from $(@D)/first \
	    build/tls-pki/ec-root.pem $(@D)/second
	$(Q)$(bundle_py) $(call bundle_key,stranger,3) --from $(@D)/second \
	    --old-key build/tls-pki/ec.key build/tls-pki/roots.pem $(@D)/rotated
	$(Q)$(bundle_py) $(call bundle_key,stranger,4) --from $(@D)/rotated \
	    build/tls-pki/ec-root.pem $(@D)/later
	$(Q)$(bundle_py) $(call bundle_key,ec,9) build/tls-pki/ec-root.pem \
	    $(@D)/old-key
	$(Q)$(bundle_py) $(call bundle_key,rsa,5) --from $(@D)/later \
	    --old-key build/tls-pki/stranger.key build/tls-pki/p384-root.pem \
	    $(@D)/by-rsa
	$(Q)$(bundle_py) $(call bundle_key,rsa,6) build/tls-pki/roots.pem \
	    $(@D)/rsa-first
	$(Q)$(bundle_py) $(call bundle_key,rsa,7) --from $(@D)/second \
	    --old-key build/tls-pki/ec.key build/tls-pki/ec-root.pem $(@D)/fork
	$(Q)$(bundle_py) $(call bundle_key,stranger,8) --from $(@D)/second \
	    --old-key build/tls-pki/ec.key build/tls-pki/ec-root.pem $(@D)/forked
	$(Q)touch $@

$(call unit_programs,test_bundle): | $(TEST_BUNDLES)

$(call suite,tls/make-bundle,$(TLS_PKI),$(PYTHON) \
    tests/integration/tls/test_make_bundle.py $(dir $(TLS_PKI)),60)
