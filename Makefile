# SPDX-License-Identifier: MIT
#
# lwurl: urllib.request for microcontrollers. `make` alone shows the targets.
# How a variant is built and what a board.mk or port.mk says: config/make/.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-builtin-variables
SHELL := /bin/sh

# V=1 shows the commands.
ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '%-6s %s\n'
endif

# The board that `run`, `firmware`, `size` and `flash` are about.
BOARD ?= host
# Its operating system: `coop`, which is its own, or one of its BOARD_OSES.
OS := coop
OS_SUFFIX := $(addprefix -,$(filter-out coop,$(OS)))
BOARDS := $(patsubst boards/%/board.mk,%,$(wildcard boards/*/board.mk))
QEMU_BOARDS := $(patsubst boards/%/board.mk,%,$(shell \
    grep -l '^BOARD_QEMU := ' boards/*/board.mk))

include config/make/packages.mk
include config/make/deps.mk
include config/make/flags.mk
include config/make/anchors.mk
include config/make/bundle.mk

# Goals that need no sources of others. For all else the stamps are included
# as makefiles: make fetches what is missing, starts over, and finds it there.
GOALS := $(or $(MAKECMDGOALS),help)
ifneq ($(filter-out help clean distclean deps anchors bundle packages%,$(GOALS)),)
ifneq ($(DEPS_STAMPS),)
include $(DEPS_STAMPS)
endif

include core/sources.mk
include $(wildcard port/*/port.mk)
include config/make/build.mk

$(foreach b,$(BOARDS),$(call load_board,$b))
$(foreach b,$(BOARDS),$(eval $(call variant,$b,$b)))
$(foreach b,$(BOARDS),$(foreach o,$($b.OSES),$(call load_flavour,$b,$o)$(eval \
    $(call variant,$b-$o,$b-$o))))
$(eval $(call variant,host-asan,host,$(FLAGS_sanitize) -O1 -g))

ifeq ($(filter $(BOARD),$(BOARDS)),)
ifneq ($(filter run firmware flash,$(GOALS)),)
$(error there is no boards/$(BOARD); boards: $(BOARDS))
endif
endif
ifeq ($(filter coop $($(BOARD).OSES),$(OS)),)
$(error there is no OS=$(OS) for $(BOARD); it has: coop $($(BOARD).OSES))
endif

include boards/examples/examples.mk
include tests/tests.mk
include $(filter-out $(MAKEFILE_LIST),$(wildcard config/make/*.mk))
endif

.PHONY: help
help: ## show this list
	@echo 'lwurl: targets (V=1 shows the commands, INSTALL=no installs nothing)'
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' \
	    Makefile config/make/*.mk tests/*.mk tests/*/*.mk boards/*/*.mk \
	    2>/dev/null | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

.PHONY: all
all: $(foreach b,$(BOARDS),build/$b/$($b.IMAGE)) ## build the program of every board

.PHONY: firmware
firmware: build/$(BOARD)$(OS_SUFFIX)/$($(BOARD).IMAGE) ## build for BOARD=, into build/BOARD/ (OS=freertos: build/BOARD-freertos/)

.PHONY: run
run: run-$(BOARD)$(OS_SUFFIX) ## fetch a configuration over https from a server on loopback (BOARD=, URL=)

.PHONY: clean
clean: ## remove what was built, but keep the fetched sources
	$(Q)test ! -d build || find build -mindepth 1 -maxdepth 1 \
	    ! -name deps -exec rm -rf {} +

.PHONY: distclean
distclean: ## remove everything that make has made
	$(Q)rm -rf build
