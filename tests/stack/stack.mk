# SPDX-License-Identifier: MIT
#
# Worst-case stack of core on a Cortex-M3 from the compiler's call graph, held
# against painted stacks in QEMU.

STACK_BOARD := lm3s6965evb
STACK := build/$(STACK_BOARD)-stack

$(eval $(call variant,$(STACK_BOARD)-stack,$(STACK_BOARD),\
    -fcallgraph-info=su))

$(STACK)/painted.elf: $(call objects,$(STACK_BOARD)-stack,$(filter-out \
    %/main.c $(CORTEXM_PROGRAM),$($(STACK_BOARD).SRCS)) \
    tests/stack/painted.c) $(STACK)/liblwurl.a \
    build/$(STACK_BOARD)/libport.a build/$(STACK_BOARD)/liblwip.a \
    $(STACK)/libbearssl.a $($(STACK_BOARD).LDDEPS) $(STACK)/ldflags
	$(say) LD $@
	$(Q)$(call link,$(STACK_BOARD)-stack,$@)

$(call checked_in,$(STACK_BOARD),tests/stack/painted.c)

STACK_CC := $($(STACK_BOARD).CROSS)gcc $($(STACK_BOARD).CFLAGS) \
    --specs=nano.specs

.PHONY: stack
stack: $(STACK)/painted.elf | packages-test ## worst-case stack of every public function, proven and painted
	$(Q)$(PYTHON) tests/stack/stack.py '$(STACK_CC)' $(STACK)

.PHONY: stack-write
stack-write: $(STACK)/painted.elf | packages-test ## the same, written into the public headers
	$(Q)$(PYTHON) tests/stack/stack.py --write '$(STACK_CC)' $(STACK)

$(call suite,stack/bounds,$(STACK)/painted.elf,$(PYTHON) \
    tests/stack/test_stack.py '$(STACK_CC)' $(STACK),60)
