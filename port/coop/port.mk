# SPDX-License-Identifier: MIT
#
# A cooperative sys_arch for lwIP. A board names `coop` and one of
#     coop_host       a PC: ucontext, real and virtual clock
#     coop_cortexm    Cortex-M3 and larger; the board writes a clock

PORT_coop_SRCS := port/coop/coop.c port/coop/sys_arch.c
PORT_coop_INCLUDE := port/coop

PORT_coop_host_SRCS := port/coop/switch_ucontext.c port/coop/clock_host.c \
    port/coop/clock_virtual.c
PORT_coop_cortexm_SRCS := port/coop/switch_cortexm.c
