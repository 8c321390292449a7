# SPDX-License-Identifier: MIT
#
# Images that show what a budget says: each is linked into the RAM that it
# claims, and run in QEMU.
#
#     any1460   the board's firmware: a record of any server
#     any536    the same with MSS=536, one socket, one name at a time, and the
#               smallest work buffer
#     chain512  any536 with RECORD=837, which asks servers for small records
#     parts512  the same for servers that do not know of it: bodies in parts
#     known512  chain512 with KNOWN_KEY=
#     i31       any1460 with PROFILE=small
#     careful   any1460 with PROFILE=careful
#     get       no TLS, no program: get_client.c
#     gzip      the same with LWURL_GZIP

BUDGET_BOARD := lm3s6965evb
BUDGET_IMAGES := any1460 any536 chain512 parts512 known512 i31 careful get \
    gzip

comma := ,

# $(call budget_image,NAME,VARIANT OF LWIP,FLAGS,RAM,SOURCES)
define budget_image
$(call variant,$(BUDGET_BOARD)-$1,$(BUDGET_BOARD),$3)
$(eval $(BUDGET_BOARD)-$1.LDFLAGS := $(filter-out \
    -Wl$(comma)--defsym=RAM_LEN=%,$($(BUDGET_BOARD).LDFLAGS)) \
    -Wl$(comma)--defsym=RAM_LEN=$(strip $4))
build/$(BUDGET_BOARD)-$1/budget.elf: $(call objects,$(BUDGET_BOARD)-$1,$5) \
    build/$(BUDGET_BOARD)/liblwurl.a build/$(BUDGET_BOARD)/libbearssl.a \
    build/$(BUDGET_BOARD)/libzlib.a build/$2/libport.a build/$2/liblwip.a $($(BUDGET_BOARD).LDDEPS) \
    build/$(BUDGET_BOARD)-$1/ldflags
	$$(say) LD $$@
	$$(Q)$$(call link,$(BUDGET_BOARD)-$1,$$@) \
	    -Wl,-Map=$$(basename $$@).map
	$$(file >$$(@D)/link,$$(call link,$(BUDGET_BOARD)-$1,OUT))
endef

BUDGET_SRCS := $(filter-out $(CORTEXM_TRUST_chain) $(CORTEXM_TRUST_known), \
    $($(BUDGET_BOARD).SRCS))
BUDGET_PLAIN := $(filter-out %/main.c $(CORTEXM_PROGRAM), \
    $($(BUDGET_BOARD).SRCS))

# What depends on lwIP's numbers is compiled once for each set of them.
BUDGET_536 := -DTCP_MSS=536 -DMEMP_NUM_NETCONN=1 -DDNS_TABLE_SIZE=1 \
    -DFETCH_WORK=LWURL_WORK_MIN
BUDGET_PARTS := $(BUDGET_536) -DDEVICE_RECORD=LWURL_TLS_RECORD_512
BUDGET_512 := $(BUDGET_PARTS) -DDEVICE_PARTS=0
$(eval $(call variant,$(BUDGET_BOARD)-536,$(BUDGET_BOARD),$(BUDGET_536)))

$(eval $(call budget_image,any1460,$(BUDGET_BOARD),,39500,\
    $(BUDGET_SRCS) $(CORTEXM_TRUST_chain)))
$(eval $(call budget_image,i31,$(BUDGET_BOARD),\
    -DDEVICE_PROFILE=lwurl_tls_small -DBOARD_MAIN_STACK=6144,64K,\
    $(BUDGET_SRCS) $(CORTEXM_TRUST_chain)))
$(eval $(call budget_image,careful,$(BUDGET_BOARD),\
    -DDEVICE_PROFILE=lwurl_tls_careful -DBOARD_MAIN_STACK=6144,64K,\
    $(BUDGET_SRCS) $(CORTEXM_TRUST_chain)))
$(eval $(call budget_image,any536,$(BUDGET_BOARD)-536,$(BUDGET_536),34000,\
    $(BUDGET_SRCS) $(CORTEXM_TRUST_chain)))
$(eval $(call budget_image,chain512,$(BUDGET_BOARD)-536,$(BUDGET_512),21500,\
    $(BUDGET_SRCS) $(CORTEXM_TRUST_chain)))
$(eval $(call budget_image,parts512,$(BUDGET_BOARD)-536,$(BUDGET_PARTS),21700,\
    $(BUDGET_SRCS) $(CORTEXM_TRUST_chain)))
$(eval $(call budget_image,known512,$(BUDGET_BOARD)-536,$(BUDGET_512) \
    -DBOARD_MAIN_STACK=4608,18000,$(BUDGET_SRCS) $(CORTEXM_TRUST_known)))
$(eval $(call budget_image,get,$(BUDGET_BOARD),,64K,\
    $(BUDGET_PLAIN) tests/firmware/get_client.c))
$(eval $(call budget_image,gzip,$(BUDGET_BOARD),-DCLIENT_GZIP,64K,\
    $(BUDGET_PLAIN) tests/firmware/get_client.c))

BUDGET_ELFS := $(BUDGET_IMAGES:%=build/$(BUDGET_BOARD)-%/budget.elf)
BUDGET_NEEDS := $(BUDGET_ELFS) build/$(BUDGET_BOARD)/firmware.elf \
    build/tls-pki/done

.PHONY: budget
budget: $(BUDGET_NEEDS) | packages-test ## flash and RAM of the firmware beside their goals, proven in QEMU
	$(Q)$(PYTHON) tests/firmware/test_budget.py $(BUDGET_BOARD) --table

$(call suite,firmware/budget,$(BUDGET_NEEDS),$(PYTHON) \
    tests/firmware/test_budget.py $(BUDGET_BOARD),120)

# What each handler adds to the client.
HANDLERS_NEEDS := build/$(BUDGET_BOARD)-get/budget.elf

$(call suite,firmware/handlers,$(HANDLERS_NEEDS),$(PYTHON) \
    tests/firmware/test_handlers.py $(BUDGET_BOARD),120)

.PHONY: size-handlers
size-handlers: $(HANDLERS_NEEDS) | packages-test ## flash of each handler, on top of a client that does GET
	$(Q)$(PYTHON) tests/firmware/test_handlers.py $(BUDGET_BOARD) --table

$(if $(filter $(BUDGET_BOARD),$(SIZED)),$(eval size: | size-handlers))
