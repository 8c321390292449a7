# SPDX-License-Identifier: MIT

# The board asked for, or else every board that has flash to count.
SIZED := $(or $(addsuffix $(OS_SUFFIX),$(filter $(BOARD),$(FIRMWARE))), \
    $(FIRMWARE))

.PHONY: size
size: $(foreach b,$(SIZED),build/$b/$($b.IMAGE)) | packages-test ## flash and RAM of the firmware by part, and core by object (BOARD=)
	$(Q)$(foreach b,$(SIZED),$(PYTHON) tests/check/size.py '$($b.CROSS)' \
	    build/$b/$($b.IMAGE) build/$b/$(basename $($b.IMAGE)).map &&) true
