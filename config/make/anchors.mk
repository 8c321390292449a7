# SPDX-License-Identifier: MIT
#
# Trust anchors for a firmware, from PEM files to C:
#
#     make anchors PEM=roots.pem OUT=my/anchors.h [NAME=anchors]
#     make anchors WEB=1 OUT=my/anchors.h            roots of the public web
#     make anchors PEM=server.pem OUT=my/key.h KEY=1 NAME=server_key
#     make anchors PEM=server.pem OUT=my/pins.h PIN=1 NAME=pins
#
# KEY=1 takes the public key itself, for lwurl_tls_known_key; PIN=1 hashes of
# all keys in the file. WEB=1 takes the roots of config/roots-web.txt, or of
# ROOTS=my-list.txt, from the system's bundle or PEM=.

SYSTEM_ROOTS := /etc/ssl/certs/ca-certificates.crt

ANCHORS_PEM = $(or $(PEM),$(if $(WEB)$(ROOTS),$(SYSTEM_ROOTS)))
ANCHORS_LIST = $(or $(ROOTS),$(if $(WEB),config/roots-web.txt))

.PHONY: anchors
anchors: ## PEM= to a C header OUT= of trust anchors; WEB=1, KEY=1, PIN=1: config/make/anchors.mk
	$(Q)test -n '$(ANCHORS_PEM)' && test -n '$(OUT)' || { \
	    echo 'make anchors: say PEM=certificates.pem OUT=header.h' >&2; \
	    exit 1; }
	$(Q)/usr/bin/python3 config/make/anchors.py $(if $(KEY),--key) \
	    $(if $(PIN),--pin) $(if $(ANCHORS_LIST),--select '$(ANCHORS_LIST)') \
	    --name $(or $(NAME),anchors) '$(ANCHORS_PEM)' '$(OUT)'
