# SPDX-License-Identifier: MIT
#
# Signed trust anchors for devices in the field (core/lwurl_bundle.h):
#
#     openssl ecparam -name prime256v1 -genkey -noout -out signer.pem
#     openssl pkey -in signer.pem -pubout -out signer.pub
#     make anchors PEM=signer.pub KEY=1 NAME=signer_key OUT=my/signer.h
#     make bundle PEM=roots.pem KEY=signer.pem SEQ=1 OUT=anchors.bundle
#
# The next one, and the next with a new key, which the old one signs:
#
#     make bundle PEM=... KEY=signer.pem SEQ=2 FROM=anchors.bundle OUT=...
#     make bundle PEM=... KEY=new.pem OLD_KEY=signer.pem SEQ=3 \
#         FROM=anchors.bundle OUT=...

.PHONY: bundle
bundle: ## PEM= to a signed bundle OUT= of trust anchors; KEY=, SEQ=, FROM=, OLD_KEY=: config/make/bundle.mk
	$(Q)test -n '$(PEM)' && test -n '$(KEY)' && test -n '$(SEQ)' && \
	    test -n '$(OUT)' || { echo 'make bundle: say PEM=roots.pem' \
	    'KEY=signer.pem SEQ=number OUT=anchors.bundle' >&2; exit 1; }
	$(Q)/usr/bin/python3 config/make/bundle.py --key '$(KEY)' \
	    --seq '$(SEQ)' $(if $(FROM),--from '$(FROM)') \
	    $(if $(OLD_KEY),--old-key '$(OLD_KEY)') '$(PEM)' '$(OUT)'
