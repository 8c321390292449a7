# SPDX-License-Identifier: MIT
#
# Third-party sources. LWIP_DIR=, BEARSSL_DIR=, ZLIB_DIR= and FREERTOS_DIR=
# name trees that you have already; nothing is fetched for those.

DEPS_DIR := build/deps

DEPS_lwip := lwip:lwip:trixie:83729c274c499d3348e9fbbe043a3113f3fa8953e7efddc7c21c7fcbb1f2b7b1
DEPS_bearssl := bearssl:bearssl:trixie:102a625bd8f6155260867a50c508df8d8c3f796985dd744df1a68e5cd1a79004
DEPS_zlib := zlib:zlib:trixie:60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb

# The one kernel in Debian that can do without a heap: V9.0.0, as MicroPython
# brings it along.
DEPS_freertos := freertos:micropython:trixie:7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea:ports/cc3200/FreeRTOS

# The stamp is named after the pin: a new pin is a new target, and an old one
# is never fetched again.
deps_stamp = $(DEPS_DIR)/.$(firstword $(subst :, ,$1))-$(word 4,$(subst :, ,$1))

ifeq ($(LWIP_DIR),)
override LWIP_DIR := $(DEPS_DIR)/lwip
LWIP_STAMP := $(call deps_stamp,$(DEPS_lwip))
DEPS_WANTED += $(DEPS_lwip)
endif

ifeq ($(BEARSSL_DIR),)
override BEARSSL_DIR := $(DEPS_DIR)/bearssl
BEARSSL_STAMP := $(call deps_stamp,$(DEPS_bearssl))
DEPS_WANTED += $(DEPS_bearssl)
endif

ifeq ($(ZLIB_DIR),)
override ZLIB_DIR := $(DEPS_DIR)/zlib
ZLIB_STAMP := $(call deps_stamp,$(DEPS_zlib))
DEPS_WANTED += $(DEPS_zlib)
endif

DEPS_STAMPS = $(foreach dep,$(DEPS_WANTED),$(call deps_stamp,$(dep)))

# One run of the script serves all: apt's index is read once.
ifneq ($(DEPS_WANTED),)
$(DEPS_STAMPS) &:
	$(Q)command -v xz >/dev/null || $(packages_sh) $(PACKAGES_DEPS)
	$(Q)config/make/deps.sh $(DEPS_DIR) $(DEPS_WANTED)
endif

# FreeRTOS is fetched when something is built with it.
ifeq ($(FREERTOS_DIR),)
override FREERTOS_DIR := $(DEPS_DIR)/freertos/Source
FREERTOS_STAMP := $(call deps_stamp,$(DEPS_freertos))
$(FREERTOS_STAMP):
	$(Q)command -v xz >/dev/null || $(packages_sh) $(PACKAGES_DEPS)
	$(Q)config/make/deps.sh $(DEPS_DIR) $(DEPS_freertos)
else ifeq ($(wildcard $(FREERTOS_DIR)/tasks.c),)
$(error FREERTOS_DIR=$(FREERTOS_DIR) holds no tasks.c: name the folder that does)
endif

.PHONY: deps
deps: $(DEPS_STAMPS) $(FREERTOS_STAMP) ## fetch lwIP, BearSSL, zlib and FreeRTOS into build/deps (or LWIP_DIR=, BEARSSL_DIR=, ZLIB_DIR=, FREERTOS_DIR=)
	$(Q)test -r $(LWIP_DIR)/src/include/lwip/init.h || \
	    { echo 'make deps: LWIP_DIR=$(LWIP_DIR) holds no lwIP (src/include/lwip/init.h is missing)' >&2; exit 1; }
	$(Q)test -r $(BEARSSL_DIR)/inc/bearssl.h || \
	    { echo 'make deps: BEARSSL_DIR=$(BEARSSL_DIR) holds no BearSSL (inc/bearssl.h is missing)' >&2; exit 1; }
	$(Q)test -r $(ZLIB_DIR)/inflate.c || \
	    { echo 'make deps: ZLIB_DIR=$(ZLIB_DIR) holds no sources of zlib (inflate.c is missing)' >&2; exit 1; }
