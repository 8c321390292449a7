# SPDX-License-Identifier: MIT
#
# Programs to begin with, for the boards that QEMU knows and for a PC:
#
#     build/BOARD/config.elf  build/host/config   polls a configuration
#     build/BOARD/update.elf  build/host/update   downloads a signed image
#
# SIGNER=my.key is the private key that images are signed with; the default is
# made for this tree alone.

DEPS_jsmn := jsmn:jsmn:trixie:5f0913a10657fe7ec8d5794ccf00a01000e3e1f2f1e1f143c34a0f7b47edcb38

ifeq ($(JSMN_DIR),)
override JSMN_DIR := $(DEPS_DIR)/jsmn
JSMN_STAMP := $(call deps_stamp,$(DEPS_jsmn))
$(JSMN_STAMP):
	$(Q)command -v xz >/dev/null || $(packages_sh) $(PACKAGES_DEPS)
	$(Q)config/make/deps.sh $(DEPS_DIR) $(DEPS_jsmn)
endif

SIGNER ?= build/device/signer.key

build/device/signer.key: | packages-test
	@mkdir -p $(@D)
	$(Q)openssl ecparam -name prime256v1 -genkey -noout -out $@

# anchors.py takes a key from a certificate, whatever else that says.
build/device/signer.h: $(SIGNER) config/make/anchors.py
	$(say) KEY $<
	@mkdir -p $(@D)
	$(Q)openssl req -x509 -new -key $< -days 1 -subj '/CN=signer' \
	    -out $(@:.h=.pem)
	$(Q)/usr/bin/python3 config/make/anchors.py --key --name signer_key \
	    $(@:.h=.pem) $@ >$(@:.h=.log)

EXAMPLE_SRCS_config := $(addprefix boards/examples/,config.c settings.c \
    arguments.c)
EXAMPLE_SRCS_update := $(addprefix boards/examples/,update.c arguments.c)
EXAMPLE_SRCS := $(EXAMPLE_SRCS_config) $(EXAMPLE_SRCS_update)
EXAMPLE_TLS := boards/cortexm/tls.c $(CORTEXM_TRUST_chain)

# $(call example_flags,VARIANT): what they see beside a board's own.
define example_flags
build/$1/obj/boards/examples/%.o: private $1.CFLAGS += \
    -Iboards/examples -Ibuild/device -isystem $(JSMN_DIR)
$(call objects,$1,$(sort $(EXAMPLE_SRCS))): build/device/signer.h \
    | $(JSMN_STAMP)
endef

# $(call board_example,BOARD,EXAMPLE)
define board_example
build/$1/$2.elf: $(call objects,$1,$(filter-out %/main.c $(CORTEXM_PROGRAM),\
    $($1.SRCS)) boards/cortexm/storage_semihosting.c $(EXAMPLE_TLS) \
    boards/examples/network.c $(EXAMPLE_SRCS_$2)) $($1.LIBRARIES) \
    $($1.LDDEPS) build/$1/ldflags
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@) -Wl,-Map=$$(basename $$@).map
endef

# The update with the real flash under it: 124 KB for the firmware, 132 KB of
# storage. It is linked, to be looked at; no emulator can run it.
$(eval $(call variant,lm3s6965evb-flash,lm3s6965evb))
lm3s6965evb-flash.LDFLAGS := $(subst FLASH_LEN=256K,FLASH_LEN=124K,\
    $(lm3s6965evb.LDFLAGS)) -Wl,--defsym=STORAGE_LEN=132K
build/lm3s6965evb-flash/update.elf: $(call objects,lm3s6965evb,$(filter-out \
    %/main.c $(CORTEXM_PROGRAM),$(lm3s6965evb.SRCS)) \
    boards/lm3s6965evb/flash.c boards/lm3s6965evb/flash_registers.c \
    $(EXAMPLE_TLS) boards/examples/network.c $(EXAMPLE_SRCS_update)) \
    $(lm3s6965evb.LIBRARIES) $(lm3s6965evb.LDDEPS) \
    build/lm3s6965evb-flash/ldflags
	$(say) LD $@
	$(Q)$(call link,lm3s6965evb-flash,$@) -Wl,-Map=$(basename $@).map

define pc_example
build/host/$1: $(call objects,host,$(addprefix boards/host/,net.c hosts.c \
    pcap.c supply.c) $(EXAMPLE_TLS) boards/examples/pc.c \
    $(EXAMPLE_SRCS_$1)) $(host.LIBRARIES)
	$$(say) LD $$@
	$$(Q)$$(call link,host,$$@)
endef

EXAMPLES := config update
$(foreach b,$(QEMU_BOARDS) host,$(eval $(call example_flags,$b)))
build/host/obj/boards/cortexm/%.o: private host.CFLAGS += -Iboards/cortexm
$(foreach b,$(QEMU_BOARDS),$(foreach e,$(EXAMPLES),$(eval \
    $(call board_example,$b,$e))))
$(foreach e,$(EXAMPLES),$(eval $(call pc_example,$e)))

EXAMPLE_IMAGES := build/lm3s6965evb-flash/update.elf $(foreach e,$(EXAMPLES),build/host/$e \
    $(QEMU_BOARDS:%=build/%/$e.elf))

.PHONY: examples
examples: $(EXAMPLE_IMAGES) ## build the example programs, for the boards and for a PC
