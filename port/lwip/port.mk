# SPDX-License-Identifier: MIT
#
# Transport on lwIP sockets, over any sys_arch.

PORT_lwip_SRCS := port/lwip/lwurl_lwip.c port/lwip/lwurl_lwip_dns.c \
    port/lwip/lwurl_lwip_hosts.c
