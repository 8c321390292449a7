# SPDX-License-Identifier: MIT
#
# A whole GET: by this program, and by those that packages provide.

build/host/bench-get: $(call objects,host,$(addprefix tests/bench/,get.c \
    get_http_client.c) $(addprefix boards/host/,net.c hosts.c pcap.c \
    supply.c)) \
    build/host/obj/lwip/apps/http/http_client.o $(host.LIBRARIES)
	$(say) LD $@
	$(Q)$(call link,host,$@)

$(call checked_in,host,$(addprefix tests/bench/,get.c get_http_client.c))
