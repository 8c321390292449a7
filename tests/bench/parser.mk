# SPDX-License-Identifier: MIT
#
# Parsers of responses side by side: by callgrind on the host, and by QEMU's
# instruction counter on a Cortex-M3. All are compiled from their sources, with
# the flags of the variant and without asserts: llhttp's C is in a package,
# picohttpparser is a part of Perl's HTTP::Parser::XS.

PACKAGES_TEST += valgrind node-llhttp

DEPS_http_parser := http_parser:http-parser:trixie:467b9e30fd0979ee301065e70f637d525c28193449e1b13fbcb1b1fab3ad224f
DEPS_pico := pico:libhttp-parser-xs-perl:trixie:794e6833e326b10d24369f9cdbfc1667105ef6591e8f41e561a3d41a7027a809:picohttpparser

BENCH_STAMPS := $(call deps_stamp,$(DEPS_http_parser)) \
    $(call deps_stamp,$(DEPS_pico))
$(BENCH_STAMPS) &:
	$(Q)command -v xz >/dev/null || $(packages_sh) $(PACKAGES_DEPS)
	$(Q)config/make/deps.sh $(DEPS_DIR) $(DEPS_http_parser) $(DEPS_pico)

LLHTTP_DIR := /usr/share/llhttp
BENCH_INCLUDE := -isystem $(DEPS_DIR)/http_parser -isystem $(DEPS_DIR)/pico \
    -isystem /usr/share/include/llhttp
BENCH_PEERS := http_parser/http_parser pico/picohttpparser llhttp/llhttp \
    llhttp/api llhttp/http
BENCH_PARSERS := $(addprefix tests/bench/,responses.c peer_lwurl.c \
    peer_http_parser.c peer_llhttp.c peer_pico.c)

# $(call bench_parsers,VARIANT): our files, and theirs under obj/peers.
define bench_parsers
$(call objects,$1,$(BENCH_PARSERS)): | $(BENCH_STAMPS)
build/$1/obj/tests/bench/%.o: private $1.CFLAGS += $(BENCH_INCLUDE)
build/$1/obj/peers/llhttp/%.o: $(LLHTTP_DIR)/%.c build/$1/flags \
    | $(call packages_of,$1)
	$$(call compile_peer,$1)
build/$1/obj/peers/%.o: $(DEPS_DIR)/%.c build/$1/flags \
    | $(call packages_of,$1)
	$$(call compile_peer,$1)
endef
define compile_peer
	$(say) CC '[$1] $<'
	@mkdir -p $(@D)
	$(Q)$(call compile,$1,-std=gnu11 -w -DNDEBUG $(BENCH_INCLUDE))
endef
bench_objects = $(call objects,$1,$(BENCH_PARSERS)) \
    $(BENCH_PEERS:%=build/$1/obj/peers/%.o)

# They are there once these are.
$(addprefix $(LLHTTP_DIR)/,llhttp.c api.c http.c): | packages-test ;
$(addprefix $(DEPS_DIR)/,http_parser/http_parser.c pico/picohttpparser.c): \
    | $(BENCH_STAMPS) ;

BENCH_BOARD := mps2-an385
$(eval $(call bench_parsers,host))
$(eval $(call bench_parsers,$(BENCH_BOARD)))

# Symbols are looked up before it counts.
build/host/bench-parser: $(call bench_objects,host) \
    $(call objects,host,tests/bench/parser_host.c) build/host/liblwurl.a
	$(say) LD $@
	$(Q)$(call link,host,$@) -Wl,-z,now

build/$(BENCH_BOARD)/bench-parser.elf: $(call bench_objects,$(BENCH_BOARD)) \
    $(call objects,$(BENCH_BOARD),$(filter-out %/main.c $(CORTEXM_PROGRAM), \
    $($(BENCH_BOARD).SRCS)) tests/bench/parser_board.c tests/bench/board_ns.c) \
    $($(BENCH_BOARD).LIBRARIES) $($(BENCH_BOARD).LDDEPS)
	$(say) LD $@
	$(Q)$(call link,$(BENCH_BOARD),$@) -Wl,-Map=$(basename $@).map

$(BENCH_PARSERS:%=build/check/tidy/%): private host.CFLAGS += $(BENCH_INCLUDE)
$(call checked_in,host,$(BENCH_PARSERS) tests/bench/parser_host.c)
$(call checked_in,$(BENCH_BOARD),$(addprefix tests/bench/,parser_board.c \
    board_ns.c))
