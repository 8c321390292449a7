# SPDX-License-Identifier: MIT
#
# Boards in QEMU: their drivers and guards, shown by a program of their own.

PACKAGES_TEST += dnsmasq-base mount util-linux

# The anchors of the firmware are the test's own (tests/unit/tls.mk).
build/tls-pki/%.pem: build/tls-pki/done ;

# Small segments, and frames that do not fit into the pool: the driver has to
# hold them back. With lwIP's assertions.
FIRMWARE_SMALL := -DTCP_MSS=536 -DTCP_WND=4288 -DPBUF_POOL_SIZE=6 \
    -DPBUF_POOL_BUFSIZE=304 -DLWIP_DISABLE_TCP_SANITY_CHECKS=1 -DBOARD_ASSERTS=1

# $(call board_program,VARIANT,IMAGE,SOURCES,SUPPLY): these in place of the
# board's own; no TLS, no lwurl.
define board_program
build/$1/$2: $(call objects,$1,$(filter-out %/main.c \
    $(CORTEXM_PROGRAM) boards/cortexm/supply_%,$($1.SRCS)) $4 $3) \
    build/$1/libport.a build/$1/liblwip.a $($1.LDDEPS) build/$1/ldflags
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@) -Wl,-Map=$$(basename $$@).map
endef

# $(call bare_firmware,BOARD): the board's own program without semihosting.
define bare_firmware
build/$1/firmware_bare.elf: $(call objects,$1,$(filter-out \
    boards/cortexm/supply_%,$($1.SRCS)) boards/cortexm/supply_none.c) \
    $$($1.LIBRARIES) $($1.LDDEPS) build/$1/ldflags
	$$(say) LD $$@
	$$(Q)$$(call link,$1,$$@) -Wl,-Map=$$(basename $$@).map
endef

define board_suites
$(eval $(call variant,$1-small,$1,$(FIRMWARE_SMALL)))
$(foreach v,$1 $1-small,$(eval $(call board_program,$v,board_test.elf,\
    tests/firmware/board_test.c,boards/cortexm/supply_semihosting.c)))
$(eval $(call board_program,$1,board_bare.elf,\
    tests/firmware/board_test.c,boards/cortexm/supply_none.c))
$(call suite,firmware/$1,build/$1/board_test.elf build/$1-small/board_test.elf \
    build/$1/board_bare.elf,$(PYTHON) tests/firmware/test_board.py $1,240)
$(eval $(call bare_firmware,$1))
$(call suite,firmware/fetch-$1,build/$1/firmware.elf build/$1/firmware_bare.elf \
    build/tls-pki/done,$(PYTHON) tests/firmware/test_fetch.py $1,300)
endef
$(foreach b,$(QEMU_BOARDS),$(foreach v,$b $($b.OSES:%=$b-%),$(eval $(call \
    board_suites,$v))))
