# SPDX-License-Identifier: MIT
#
# A network interface for a PC, over libslirp. Its idle() belongs to
# port/coop, so a board that names it names coop and coop_host too.

PORT_slirp_SRCS := port/slirp/slirpif.c
PORT_slirp_LIBS := -lslirp
