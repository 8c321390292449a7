# SPDX-License-Identifier: MIT
#
# Trust anchors for a firmware, from PEM files to C:
#
#     make anchors PEM=roots.pem OUT=my/anchors.h [NAME=anchors]
#     make anchors PEM=server.pem OUT=my/key.h KEY=1 NAME=server_key
#
# KEY=1 takes the public key itself, for lwurl_tls_known_key.

.PHONY: anchors
anchors: ## PEM= to a C header OUT= of trust anchors; KEY=1: a known key
	$(Q)test -n '$(PEM)' && test -n '$(OUT)' || { \
	    echo 'make anchors: say PEM=certificates.pem OUT=header.h' >&2; \
	    exit 1; }
	$(Q)/usr/bin/python3 config/make/anchors.py $(if $(KEY),--key) \
	    --name $(or $(NAME),anchors) '$(PEM)' '$(OUT)'
