# SPDX-License-Identifier: MIT
#
# lwurl: urllib.request for microcontrollers. `make` alone shows the targets.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-builtin-variables

# V=1 shows the commands.
ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '%-6s %s\n'
endif

include config/make/packages.mk
include config/make/deps.mk

.PHONY: help
help: ## show this list
	@echo 'lwurl: targets (V=1 shows the commands, INSTALL=no installs nothing)'
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' \
	    $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

.PHONY: clean
clean: ## remove what was built, but keep the fetched sources
	$(Q)test ! -d build || find build -mindepth 1 -maxdepth 1 \
	    ! -name deps -exec rm -rf {} +

.PHONY: distclean
distclean: ## remove everything that make has made
	$(Q)rm -rf build
