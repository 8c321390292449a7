# SPDX-License-Identifier: MIT
#
# Builds a variant: one board with one set of flags, under build/VARIANT/:
#
#     obj/...          objects and their dependency files
#     liblwurl.a       core (every LWURL_*_SRCS of core/sources.mk)
#     libport.a        the ports that the board names
#     liblwip.a libbearssl.a libzlib.a
#     IMAGE, IMAGE.map the board's program and its linker map
#
# A port's port.mk sets, for port/x:
#     PORT_x_SRCS      its sources
#     PORT_x_CFLAGS    flags for these alone
#     PORT_x_INCLUDE   folders that the stack or a board must see, as arch/
#     PORT_x_LIBS      what a program that links it needs
#     PORT_x_OBJS      objects from sources of others, under obj/
#
# A board's board.mk knows its folder's name as BOARD_NAME, and sets:
#     BOARD_CROSS      toolchain prefix, as arm-none-eabi-; empty for the host
#     BOARD_CC         compiler; default: that toolchain's gcc
#     BOARD_SRCS       its sources
#     BOARD_PORTS      its ports, as: lwip coop slirp
#     BOARD_CFLAGS     CPU and optimisation, for all code of the variant
#     BOARD_LDFLAGS    linker script and the like
#     BOARD_LDDEPS     files that the link depends on, as the linker script
#     BOARD_LIBS       libraries after ours
#     BOARD_IMAGE      file name of the program; default: firmware.elf
#     BOARD_OSES       what OS= may be instead of the board's own; for each, as
#                      in boards/cortexm/cortexm.mk, OS_x_SRCS, OS_x_PORTS and
#                      OS_x_CFLAGS are added, and OS_x_WITHOUT taken away
# and may hold rules, as for `run-BOARD`. All boards are read, one after the
# other: take a default as $(or $(RAM_LEN),64K), since a ?= of one board would
# still be set when the next is read.

LWURL_SRCS := $(addprefix core/,$(sort $(foreach v,$(filter LWURL_%_SRCS, \
    $(.VARIABLES)),$($v))))

# These exist once the sources are fetched: see Makefile.
LWIP_SRCS := $(patsubst $(LWIP_DIR)/src/%,%,$(wildcard \
    $(addprefix $(LWIP_DIR)/src/,core/*.c core/ipv4/*.c core/ipv6/*.c \
    api/*.c netif/ethernet.c)))
BEARSSL_SRCS := $(patsubst $(BEARSSL_DIR)/src/%,%,$(wildcard \
    $(addprefix $(BEARSSL_DIR)/src/,*.c */*.c)))
# What inflates.
ZLIB_SRCS := inflate.c inftrees.c inffast.c adler32.c

BOARD_VARS := CROSS CC SRCS PORTS CFLAGS LDFLAGS LDDEPS LIBS IMAGE OSES

# $(call load_board,BOARD): reads its board.mk and keeps what it says under
# the names BOARD.SRCS and so on.
define load_board
$(foreach v,$(BOARD_VARS),$(eval BOARD_$v :=))
$(eval BOARD_NAME := $1)
$(eval include boards/$1/board.mk)
$(foreach v,$(BOARD_VARS),$(eval $1.$v := $(BOARD_$v)))
$(if $($1.IMAGE),,$(eval $1.IMAGE := firmware.elf))
$(eval $1.CFLAGS += $(FLAGS_sections))
endef

# $(call load_flavour,BOARD,OS): the same board on another operating system, as
# BOARD-OS.
define load_flavour
$(foreach v,$(BOARD_VARS),$(eval $1-$2.$v := $($1.$v)))
$(foreach v,SRCS PORTS,$(eval $1-$2.$v := $(filter-out \
    $(OS_$2_WITHOUT),$($1.$v)) $(OS_$2_$v)))
$(eval $1-$2.CFLAGS += $(OS_$2_CFLAGS))
endef

# $(call objects,VARIANT,SOURCES)
objects = $(patsubst %.c,build/$1/obj/%.o,$(filter %.c,$2)) \
    $(patsubst %.S,build/$1/obj/%.o,$(filter %.S,$2))

# $(call ports,VARIANT,SRCS or CFLAGS or ...): of all its ports.
ports = $(foreach p,$($1.PORTS),$(PORT_$p_$2))

# The flags of the one port that FILE belongs to: $(call port_flags,FILE).
port_flags = $(if $(filter port/%,$1),$(PORT_$(word 2,$(subst /, \
    ,$1))_CFLAGS))

# $(call cc_of,VARIANT)
cc_of = $(or $($1.CC),$($1.CROSS)gcc)

# $(call compile,VARIANT,FLAGS): the recipe's one command.
compile = $(call cc_of,$1) $($1.CFLAGS) $2 -MD -MP -c -o $@ $<

# $(call compile_own,VARIANT): the recipe for a file of ours.
define compile_own
	$(say) CC '[$1] $<'
	@mkdir -p $(@D)
	$(Q)$(call compile,$1,$(call flags_of,$<) $(call port_flags,$<) $(if \
	    $(filter core/%,$<),,$(addprefix -I,$($1.PATHS))))
endef

# $(call archive,VARIANT)
define archive
	$(say) AR $@
	$(Q)rm -f $@ && $($1.CROSS)ar qcs $@.$$$$ $(filter %.o,$^) && \
	    mv $@.$$$$ $@
endef

# $(call note,TEXT): puts TEXT into $@ unless it is there already.
define note
	@mkdir -p $(@D)
	@printf '%s\n' '$1' | cmp -s - $@ || printf '%s\n' '$1' >$@
endef

# $(call packages_of,VARIANT): what must be installed before it is built.
packages_of = $(or $($1.PACKAGES),$(if \
    $($1.CROSS),packages-firmware,packages-build))

# $(call variant,VARIANT,BOARD,CFLAGS,LDFLAGS): rules for one variant.
define variant
$(foreach v,$(BOARD_VARS),$(eval $1.$v := $($2.$v)))
$(if $3,$(eval $1.CFLAGS += $3))
$(if $4,$(eval $1.LDFLAGS += $4))
$(eval $1.PATHS := $(sort $(call ports,$1,INCLUDE)))

.PRECIOUS: build/$1/obj/%.o

# They change when the flags do, and then all is compiled or linked again.
build/$1/flags: FORCE | $(if $(filter freertos,$($1.PORTS)),$(FREERTOS_STAMP))
	$$(call note,$$(or $$($1.CC),$$($1.CROSS)) $$($1.CFLAGS) $$(FLAGS_rest) $$(FLAGS_bearssl) \
	    $$(FLAGS_zlib))
build/$1/ldflags: FORCE
	$$(call note,$$($1.LDFLAGS) $$($1.LIBS) $$($1.SRCS))

build/$1/obj/lwip/%.o: $$(LWIP_DIR)/src/%.c build/$1/flags \
    | $$(call packages_of,$1)
	$$(say) CC '[$1] lwip/$$*.c'
	@mkdir -p $$(@D)
	$$(Q)$$(call compile,$1,$$(FLAGS_lwip) $$(addprefix -I,$$($1.PATHS)))

build/$1/obj/bearssl/%.o: $$(BEARSSL_DIR)/src/%.c build/$1/flags \
    | $$(call packages_of,$1)
	$$(say) CC '[$1] bearssl/$$*.c'
	@mkdir -p $$(@D)
	$$(Q)$$(call compile,$1,$$(FLAGS_bearssl))

build/$1/obj/freertos/%.o: $$(FREERTOS_DIR)/%.c build/$1/flags \
    | $$(call packages_of,$1)
	$$(say) CC '[$1] freertos/$$*.c'
	@mkdir -p $$(@D)
	$$(Q)$$(call compile,$1,$$(FLAGS_freertos))

build/$1/obj/zlib/%.o: $$(ZLIB_DIR)/%.c build/$1/flags \
    | $$(call packages_of,$1)
	$$(say) CC '[$1] zlib/$$*.c'
	@mkdir -p $$(@D)
	$$(Q)$$(call compile,$1,$$(FLAGS_zlib))

build/$1/obj/%.o: %.c build/$1/flags | $$(call packages_of,$1)
	$$(call compile_own,$1)
build/$1/obj/tests/%.o: tests/%.c build/$1/flags \
    | $$(call packages_of,$1) packages-test
	$$(call compile_own,$1)

build/$1/obj/%.o: %.S build/$1/flags | $$(call packages_of,$1)
	$$(say) AS '[$1] $$<'
	@mkdir -p $$(@D)
	$$(Q)$$(call compile,$1)

build/$1/liblwurl.a: $$(call objects,$1,$(LWURL_SRCS))
	$$(call archive,$1)
build/$1/libport.a: $(call objects,$1,$(call ports,$1,SRCS)) \
    $(addprefix build/$1/obj/,$(call ports,$1,OBJS))
	$$(call archive,$1)
build/$1/liblwip.a: $(LWIP_SRCS:%.c=build/$1/obj/lwip/%.o)
	$$(call archive,$1)
build/$1/libbearssl.a: $(BEARSSL_SRCS:%.c=build/$1/obj/bearssl/%.o)
	$$(call archive,$1)
build/$1/libzlib.a: $(ZLIB_SRCS:%.c=build/$1/obj/zlib/%.o)
	$$(call archive,$1)

$1.LIBRARIES := build/$1/liblwurl.a build/$1/libport.a build/$1/liblwip.a \
    build/$1/libbearssl.a build/$1/libzlib.a

build/$1/$($1.IMAGE): $(call objects,$1,$($1.SRCS)) $$($1.LIBRARIES) \
    $($1.LDDEPS) build/$1/ldflags
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@) -Wl,-Map=$$(basename $$@).map

-include $$(shell test ! -d build/$1/obj || find build/$1/obj -name '*.d')
endef

# $(call link,VARIANT,IMAGE): the objects and libraries among the
# prerequisites to a program.
link = $(call cc_of,$1) $($1.CFLAGS) -Wl,--gc-sections $($1.LDFLAGS) -o $2 \
    $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group \
    $(call ports,$1,LIBS) $($1.LIBS)

.PHONY: FORCE
FORCE:
