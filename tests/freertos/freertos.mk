# SPDX-License-Identifier: MIT
#
# What is for FreeRTOS alone. The suites of firmware run on it as well
# (tests/firmware/firmware.mk).

FREERTOS_VARIANT := lm3s6965evb-freertos

$(call checked_in,$(FREERTOS_VARIANT),$(wildcard tests/freertos/*.c))
