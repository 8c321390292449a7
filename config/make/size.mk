# SPDX-License-Identifier: MIT

# The board asked for, or else every board that has flash to count.
SIZED := $(or $(addsuffix $(OS_SUFFIX),$(filter $(BOARD),$(FIRMWARE))), \
    $(FIRMWARE))

.PHONY: size
size: $(foreach b,$(SIZED),build/$b/$($b.IMAGE)) | packages-test ## flash and RAM of the firmware by part, and core by object (BOARD=)
	$(Q)$(foreach b,$(SIZED),$(PYTHON) tests/check/size.py '$($b.CROSS)' \
	    build/$b/$($b.IMAGE) build/$b/$(basename $($b.IMAGE)).map &&) true

# $(call draw_map,VARIANT,PICTURE)
draw_map = $(PYTHON) tests/bench/map.py '$($1.CROSS)' build/$1/$($1.IMAGE) \
    build/$1/$(basename $($1.IMAGE)).map 'https firmware, $1' $2

MAPPED := $(firstword $(SIZED))
MAP_OUT := $(or $(OUT),build/$(MAPPED)/map.svg)

.PHONY: map
map: build/$(MAPPED)/$($(MAPPED).IMAGE) | packages-chart ## draw flash and RAM of the firmware by object: build/BOARD/map.svg (BOARD=, OUT=)
	$(Q)$(call draw_map,$(MAPPED),$(MAP_OUT))
	@echo $(MAP_OUT)
