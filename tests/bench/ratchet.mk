# SPDX-License-Identifier: MIT
#
# What lwurl takes may not grow unseen: ratchet.py, ratchet.txt.

RATCHET_BOARD := lm3s6965evb
RATCHET_IMAGES := get gzip any1460 i31 any536 known512 chain512
RATCHET_NEEDS := $(RATCHET_IMAGES:%=build/$(RATCHET_BOARD)-%/budget.elf) \
    build/host/bench-parser
ratchet = $(PYTHON) tests/bench/ratchet.py $(RATCHET_BOARD) \
    build/host/bench-parser

.PHONY: check-ratchet
check-ratchet: $(RATCHET_NEEDS) | packages-test
	$(say) CHECK 'flash, RAM, stack, instructions'
	$(Q)$(ratchet)
check: check-ratchet

.PHONY: ratchet-write
ratchet-write: $(RATCHET_NEEDS) | packages-test ## record what lwurl takes now: make check refuses what takes 1 % more
	$(Q)$(ratchet) --write
