# SPDX-License-Identifier: MIT
#
# Trust anchors for a firmware, from PEM files to C:
#
#     make anchors PEM=roots.pem OUT=my/anchors.h [NAME=anchors]
#     make anchors WEB=1 OUT=my/anchors.h            roots of the public web
#     make anchors PEM=server.pem OUT=my/key.h KEY=1 NAME=server_key
#     make anchors PEM=server.pem OUT=my/pins.h PIN=1 NAME=pins
#     make anchors CERT=device.pem KEY=device.key OUT=my/own.h NAME=own
#
# KEY=1 takes the public key itself, for lwurl_tls_known_key; PIN=1 hashes of
# all keys in the file. WEB=1 takes the roots of config/roots-web.txt, or of
# ROOTS=my-list.txt, from the system's bundle or PEM=. CERT= with KEY= takes a
# certificate of the device's and its private key, for .own: that header is a
# secret.

SYSTEM_ROOTS := /etc/ssl/certs/ca-certificates.crt

ANCHORS_PEM = $(or $(PEM),$(if $(WEB)$(ROOTS),$(SYSTEM_ROOTS)))
ANCHORS_LIST = $(or $(ROOTS),$(if $(WEB),config/roots-web.txt))

anchors_py = /usr/bin/python3 config/make/anchors.py $(if $(KEY),--key) \
    $(if $(PIN),--pin) $(if $(ANCHORS_LIST),--select '$(ANCHORS_LIST)') \
    --name $(or $(NAME),anchors) '$(ANCHORS_PEM)' '$(OUT)'
own_key_py = /usr/bin/python3 config/make/own_key.py --key '$(KEY)' \
    --name $(or $(NAME),own) '$(CERT)' '$(OUT)'

.PHONY: anchors
anchors: ## PEM= to a C header OUT= of trust anchors; WEB=1, KEY=1, PIN=1, CERT=: config/make/anchors.mk
	$(Q)test -n '$(ANCHORS_PEM)$(CERT)' && test -n '$(OUT)' || { \
	    echo 'make anchors: say PEM=certificates.pem OUT=header.h' >&2; \
	    exit 1; }
	$(Q)$(if $(CERT),$(own_key_py),$(anchors_py))
