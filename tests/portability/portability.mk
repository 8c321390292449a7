# SPDX-License-Identifier: MIT
#
# `make portability`: the unit tests of core, and the simulation (tests/sim/
# traces.mk), once for each of ROWS, which are named COMPILER-MACHINE-LEVEL:
#
#     gcc-x86_64-O0     this machine
#     gcc-i686-O0       32 bits (what -m32 is, by a compiler of its own)
#     gcc-arm-O0        32 bits, char is unsigned; in qemu-user
#     gcc-powerpc-O0    the same, and the other byte order
#     gcc-s390x-O0      64 bits and the other byte order
#
# make portability ROWS='clang-arm-Os gcc-powerpc-O3' takes any others.

PACKAGES_PORTABILITY := clang qemu-user $(foreach m,i686:i386 arm:armhf \
    powerpc:powerpc s390x:s390x,libc6-dev-$(lastword $(subst :, ,$m))-cross) \
    gcc-i686-linux-gnu gcc-arm-linux-gnueabihf gcc-powerpc-linux-gnu \
    gcc-s390x-linux-gnu

# What Debian has in binary form is for one machine at a time.
DEPS_cmocka := cmocka:cmocka:trixie:810570eb0b8d64804331f82b29ff47c790ce9cd6b163e98d47a4807047ecad82
CMOCKA_DIR := $(DEPS_DIR)/cmocka
CMOCKA_STAMP := $(call deps_stamp,$(DEPS_cmocka))

CMOCKA_DEFINES := $(addprefix -DHAVE_,SIGNAL_H STRINGS_H INTTYPES_H MALLOC_H \
    STRSIGNAL SIGLONGJMP CLOCK_REALTIME STRUCT_TIMESPEC)

PORTABLE_LEVELS := O0 O1 O2 O3 Os
PORTABLE_i686 := i686-linux-gnu qemu-i386
PORTABLE_arm := arm-linux-gnueabihf qemu-arm
PORTABLE_powerpc := powerpc-linux-gnu qemu-ppc
PORTABLE_s390x := s390x-linux-gnu qemu-s390x

PORTABLE_MACHINES := x86_64 i686 arm powerpc s390x

ROWS := $(foreach c,gcc clang,$(PORTABLE_LEVELS:%=$c-x86_64-%)) \
    $(foreach m,i686 arm powerpc,gcc-$m-O0 gcc-$m-O2 gcc-$m-O3 clang-$m-O2) \
    gcc-s390x-O2

# The parts of a row's name.
row_part = $(word $1,$(subst -, ,$2))
row_machine = $(call row_part,2,$1)
row_emulator = $(word 2,$(PORTABLE_$(call row_machine,$1)))

# BearSSL, zlib and cmocka are compiled once for a machine, by gcc.
machine_libraries = $(addprefix build/$(if $(PORTABLE_$1),portable-$1,host)/, \
    libbearssl.a libzlib.a libcmocka.a)

# Of core: a board's driver is at home on its board.
PORTABLE_TESTS := $(filter-out test_lm3s_flash,$(UNIT_TESTS))

# Their files; the rules are in tests/unit/*.mk, which are read later.
PORTABLE_NEEDS := $(TLS_PKI) build/bundles/done build/gzip-vectors/records

portability.PORTS := lwip coop coop_host
portability.CFLAGS := $(FLAGS_sections) -isystem $(CMOCKA_DIR)/include \
    -Itests/sim
portability-far.CFLAGS := $(FLAGS_sections) -Itests/sim/far -Iport

# $(call portable_variant,VARIANT,COMPILER,MACHINE,FLAGS,BOARD)
define portable_variant
$(eval $1.PACKAGES := packages-portability)
$(eval $5.CROSS := $(addsuffix -,$(firstword $(PORTABLE_$3))))
$(eval $5.CC := $(if $(filter clang,$2),clang $(addprefix \
    --target=,$(firstword $(PORTABLE_$3)))))
$(eval $(call variant,$1,$5,$4 -fno-pie,$(if $(PORTABLE_$3),-static,-no-pie)))
build/$1/flags: | $(CMOCKA_STAMP)
endef

# $(call portable_cmocka,VARIANT)
define portable_cmocka
build/$1/obj/cmocka.o: $(CMOCKA_DIR)/src/cmocka.c build/$1/flags \
    | packages-portability
	$$(say) CC '[$1] cmocka.c'
	@mkdir -p $$(@D)
	$$(Q)$$(call compile,$1,-std=gnu11 -w $(CMOCKA_DEFINES) \
	    -I$(CMOCKA_DIR)/include)
build/$1/libcmocka.a: build/$1/obj/cmocka.o
	$$(call archive,$1)
endef

# $(call portable_test,VARIANT,TEST,MACHINE)
define portable_test
build/$1/$2: $(call objects,$1,tests/unit/$2.c $(UNIT_HELPERS)) \
    build/$1/liblwurl.a $(call machine_libraries,$3)
	$$(Q)$$(call link,$1,$$@)
endef

# $(call portable_row,ROW)
define portable_row
$(call portable_variant,portable-$1,$(call row_part,1,$1),$(call \
    row_machine,$1),-$(call row_part,3,$1),portability)
$(foreach t,$(PORTABLE_TESTS),$(eval $(call \
    portable_test,portable-$1,$t,$(call row_machine,$1))))
endef

# Only when asked for: the names of all these files take make a second.
ifneq ($(filter portability% build/portable%,$(GOALS)),)
ifneq ($(filter-out $(foreach m,$(PORTABLE_MACHINES),gcc-$m-% clang-$m-%), \
    $(ROWS)),)
$(error a row is COMPILER-MACHINE-LEVEL: $(PORTABLE_MACHINES), by gcc or clang)
endif
$(CMOCKA_DIR)/src/cmocka.c: $(CMOCKA_STAMP) ;
$(CMOCKA_STAMP):
	$(Q)config/make/deps.sh $(DEPS_DIR) $(DEPS_cmocka)
$(foreach m,$(filter-out x86_64,$(PORTABLE_MACHINES)),$(eval $(call \
    portable_variant,portable-$m,gcc,$m,-O2,portability)))
$(foreach v,host $(filter-out portable-x86_64, \
    $(PORTABLE_MACHINES:%=portable-%)),$(eval $(call portable_cmocka,$v)))
$(foreach r,$(ROWS),$(eval $(call portable_row,$r)))
endif

packages: packages-portability

.PHONY: packages-portability
packages-portability: | packages-test
	$(Q)$(packages_sh) $(PACKAGES_PORTABILITY)

.PHONY: portability
portability: $(PORTABLE_NEEDS) ## unit tests and the simulation by other compilers, on other machines (ROWS=)
portability: $(foreach r,$(ROWS),$(PORTABLE_TESTS:%=build/portable-$r/%))
	$(Q)$(PYTHON) tests/portability/rows.py $(foreach r,$(ROWS), \
	    build/portable-$r$(addprefix :,$(call row_emulator,$r)))

$(call suite,portability/rows,,$(PYTHON) tests/portability/test_rows.py,60)
