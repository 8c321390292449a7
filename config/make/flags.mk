# SPDX-License-Identifier: MIT
#
# Compiler flags that all builds share. WERROR= lets warnings pass, for a
# compiler that is newer than ours.

WERROR ?= -Werror

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wvla -Wundef -Wwrite-strings $(WERROR)

# Own code, by place. Only core/tls sees BearSSL, only gzip.c and its test see
# zlib, and core sees no lwIP: a forbidden include fails to compile before `make
# check` names it.
FLAGS_core := -std=c99 -Wpedantic $(WARNINGS) -Icore -Iport -Iconfig
FLAGS_core_tls = $(FLAGS_core) -isystem $(BEARSSL_DIR)/inc
FLAGS_zlib_api = -isystem $(ZLIB_DIR) -DZ_SOLO
FLAGS_core_zlib = $(FLAGS_core) $(FLAGS_zlib_api)
FLAGS_rest = -std=gnu11 $(WARNINGS) -Icore -Iport -Iconfig \
    -isystem $(BEARSSL_DIR)/inc -isystem $(LWIP_DIR)/src/include

# Third-party code: their warnings are theirs. The handshake is an interpreter;
# -O2 there costs 460 bytes and saves a sixth of a resumed handshake.
FLAGS_lwip = -std=gnu11 -w -Icore -Iport -Iconfig -I$(LWIP_DIR)/src/include
FLAGS_bearssl = -std=gnu11 -w -I$(BEARSSL_DIR)/inc -I$(BEARSSL_DIR)/src \
    -DBR_LE_UNALIGNED=0 -DBR_USE_URANDOM=0 -DBR_USE_GETENTROPY=0 \
    -DBR_RDRAND=0 -DBR_USE_UNIX_TIME=0 \
    $(if $(filter %/ssl/ssl_hs_client.c,$<),-O2)

FLAGS_freertos = -std=gnu11 -w -Icore -Iport -Iconfig

# zlib alone: without the C library's heap and files, and without gzip's frame,
# which is read by core/handlers/gzip_frame.c.
FLAGS_zlib = -std=gnu11 -w -I$(ZLIB_DIR) -DZ_SOLO -DNO_GZIP -DHAVE_MEMCPY \
    -include string.h

# Every function and object in a section of its own: the linker takes what is
# used and no more.
FLAGS_sections := -ffunction-sections -fdata-sections -fno-common
FLAGS_sanitize := -fsanitize=address,undefined -fno-sanitize-recover=all \
    -fno-omit-frame-pointer

# $(call flags_of,FILE): the flags for one source file of ours.
flags_of = $(if $(filter core/tls/% $(addprefix core/lwurl_,tls.h anchors.h \
    bundle.h signature.h),$1),$(FLAGS_core_tls),$(if \
    $(filter core/handlers/gzip.c,$1),$(FLAGS_core_zlib),$(if \
    $(filter core/%,$1),$(FLAGS_core),$(FLAGS_rest) $(if \
    $(filter tests/unit/test_gzip.c,$1),$(FLAGS_zlib_api)))))
