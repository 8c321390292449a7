# SPDX-License-Identifier: MIT
#
# Fuzz targets: each tests/fuzz/fuzz_X.c is one. `make fuzz` runs them with
# clang's libFuzzer, FUZZ_SECONDS of CPU each; `make test` replays the files in
# tests/fuzz/corpus/X with every compiler that we have.
#
#     make fuzz TARGET=url FUZZ_SECONDS=600

FUZZ_SECONDS ?= 20
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_RUN := $(or $(TARGET),$(FUZZ_TARGETS))
FUZZ_CC := clang
# An absent slice is {NULL, 0}, and NULL + 0 is NULL (C2y says so).
FUZZ_FLAGS := -g -O1 $(FLAGS_sanitize) -fno-sanitize=pointer-overflow \
    -fsanitize=fuzzer-no-link
FUZZ := build/fuzz

# Everything of core, compiled once more by clang.
FUZZ_CORE := $(LWURL_SRCS:%.c=$(FUZZ)/obj/%.o) \
    $(BEARSSL_SRCS:%.c=$(FUZZ)/obj/bearssl/%.o) \
    $(ZLIB_SRCS:%.c=$(FUZZ)/obj/zlib/%.o)

.PHONY: packages-fuzz
packages-fuzz: | packages-build
	$(Q)$(packages_sh) clang libclang-rt-14-dev

.PRECIOUS: $(FUZZ)/obj/%.o

$(FUZZ)/obj/bearssl/%.o: $(BEARSSL_DIR)/src/%.c | packages-fuzz
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -g -O1 $(FLAGS_bearssl) -c -o $@ $<
$(FUZZ)/obj/zlib/%.o: $(ZLIB_DIR)/%.c config/make/flags.mk | packages-fuzz
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) $(FLAGS_zlib) -c -o $@ $<
$(FUZZ)/obj/%.o: %.c | packages-fuzz
	$(say) CC '[fuzz] $<'
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) $(call flags_of,$<) -MD -MP -c -o $@ $<

$(FUZZ)/libcore.a: $(FUZZ_CORE)
	$(say) AR $@
	$(Q)rm -f $@ && ar qcs $@ $^

$(FUZZ)/fuzz_%: $(FUZZ)/obj/tests/fuzz/fuzz_%.o $(FUZZ)/obj/tests/fuzz/wire.o \
    $(FUZZ)/libcore.a
	$(say) LD $@
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^

-include $(shell test ! -d $(FUZZ)/obj || find $(FUZZ)/obj -name '*.d')

.PHONY: fuzz
fuzz: $(FUZZ_RUN:%=$(FUZZ)/fuzz_%) ## fuzz the parsers and the engine (TARGET=, FUZZ_SECONDS=)
	$(Q)$(PYTHON) tests/fuzz/fuzz.py --seconds $(FUZZ_SECONDS) $(FUZZ) \
	    $(FUZZ_RUN)

# The same files under gcc's sanitizers.
define replayed
build/host-asan/fuzz_$1: $(call objects,host-asan,$(addprefix \
    tests/fuzz/,fuzz_$1.c wire.c replay.c)) build/host-asan/liblwurl.a \
    build/host-asan/libbearssl.a build/host-asan/libzlib.a | packages-test
	$$(say) LD $$@
	$$(Q)$$(call link,host-asan,$$@)
$(call suite,fuzz/$1,build/host-asan/fuzz_$1,build/host-asan/fuzz_$1 \
    tests/fuzz/corpus/$1,60)
endef
$(foreach t,$(FUZZ_TARGETS),$(eval $(call replayed,$t)))
