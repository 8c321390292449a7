# SPDX-License-Identifier: MIT
#
# A PC: lwurl as a command-line program over libslirp, without privileges.

BOARD_PORTS := lwip coop coop_host slirp
BOARD_SRCS := $(wildcard boards/host/*.c)
BOARD_CFLAGS := -O2 -g -Iboards/host -Iboards
BOARD_IMAGE := lwurl

.PHONY: run-host
run-host: build/host/lwurl | packages-test
	$(Q)boards/host/run.sh build/host/lwurl '$(URL)'
