# SPDX-License-Identifier: MIT
#
# A board's driver in a unit test. The length of the storage is an address, as
# the linker script of the board makes it one.

build/host-asan/test_lm3s_flash: \
    build/host-asan/obj/boards/lm3s6965evb/flash.o
build/host-asan/test_lm3s_flash: private host-asan.LDFLAGS += \
    -Wl,--defsym=ld_storage_size=0x21000 -no-pie
