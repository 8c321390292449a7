# SPDX-License-Identifier: MIT
#
# `make check`: what holds for every source file of ours. Each part is a
# target of its own; what was found good is not looked at again until it
# changes (build/check).

CHECKED := $(shell find core port boards config tests -name build -prune -o \
    -name '*.[ch]' -print)
CHECKED_C := $(filter %.c,$(CHECKED))
CHECKED_H := $(filter %.h,$(CHECKED))
PUBLIC_H := $(filter core/lwurl%.h port/lwurl_port.h config/lwurl_config.h, \
    $(CHECKED_H))

FIRMWARE := $(foreach b,$(BOARDS),$(if $($b.CROSS),$b))

$(if $(FIRMWARE),$(call checked_in,$(firstword $(FIRMWARE)),$(wildcard \
    tests/firmware/*.c)))

# The C of tests is compiled in host-asan, unless `checked_in` says where.
CHECKED_host-asan += $(filter-out $(foreach v,$(CHECKED_IN),$(CHECKED_$v)), \
    $(filter tests/%,$(CHECKED_C)))

# The variants in which sources are compiled and analysed, best first.
CHECK_VARIANTS := host $(FIRMWARE) $(sort $(CHECKED_IN)) host-asan

# $(call sources_of,VARIANT)
sources_of = $(filter %.c,$(LWURL_SRCS) $(call ports,$1,SRCS) $($1.SRCS)) \
    $(CHECKED_$1)

# $(call variant_of,FILE): the first variant that has it, or nothing.
variant_of = $(firstword $(foreach v,$(CHECK_VARIANTS),$(if \
    $(filter $1,$(sources_of_$v)),$v)))
$(foreach v,$(CHECK_VARIANTS),$(eval sources_of_$v := $(call sources_of,$v)))

# $(call libc_of,PREFIX): where a toolchain keeps its C library's headers.
libc_of = $(shell $1gcc -xc -E -v /dev/null 2>&1 | \
    sed -n '/^.include </,/^End/s/^ //p' | tail -n 1)

# $(call own_flags,VARIANT,FILE): as for compiling it.
own_flags = $($1.CFLAGS) $(call flags_of,$2) $(call port_flags,$2) \
    $(if $(filter core/%,$2),,$(addprefix -I,$($1.PATHS)))

.PHONY: check
check: ## include rules, format, static analysis, headers, no state in core
check: check-includes check-text check-format check-headers check-symbols \
    check-cppcheck check-misra check-tidy check-analyzer
	@echo 'check: no findings'

.PHONY: check-includes
check-includes: | packages-check
	$(say) CHECK 'who includes whom'
	$(Q)$(PYTHON) tests/check/includes.py

.PHONY: check-text
check-text: | packages-check
	$(say) CHECK 'text of the sources'
	$(Q)$(PYTHON) tests/check/text.py

# Nothing writable in core, and nothing of libc but memory and strings.
.PHONY: check-symbols
check-symbols: $(addsuffix /liblwurl.a,$(addprefix build/,host $(FIRMWARE)))
	$(say) CHECK 'no state in core'
	$(Q)$(PYTHON) tests/check/symbols.py '' build/host/liblwurl.a
	$(Q)$(foreach v,$(FIRMWARE),$(PYTHON) tests/check/symbols.py \
	    '$($v.CROSS)' build/$v/liblwurl.a;)

.PHONY: check-format
check-format: $(CHECKED:%=build/check/format/%)
build/check/format/%: % .clang-format | packages-check
	@mkdir -p $(@D)
	$(Q)clang-format --dry-run -Werror $< || { \
	    echo '$<: format it with: clang-format -i $<'; exit 1; }
	@touch $@

.PHONY: format
format: | packages-check ## reformat all C sources of ours
	$(Q)clang-format -i $(CHECKED)

# Headers: each compiles alone, and twice; the public ones as C++, too.
header_variant = $(or $(if $(filter port/freertos/% %/os_freertos.h,$1),$(strip \
    $(firstword $(FIRMWARE)))-freertos),$(filter-out .,$(filter \
    $(BOARDS),$(word 2,$(subst /, ,$1)))),$(if $(filter boards/%,$1),$(firstword $(FIRMWARE))),host)

define header_check
build/check/headers/$1: $1 $$(LWIP_STAMP) $$(BEARSSL_STAMP) \
    $(if $(filter %-freertos,$2),$$(FREERTOS_STAMP)) \
    | $(call packages_of,$2) packages-check $(if $(filter tests/%,$1), \
    packages-test)
	$$(say) HEADER '$1'
	@mkdir -p $$(@D)
	$$(Q)printf '#include "$(notdir $1)"\n#include "$(notdir $1)"\n' | \
	    $$($2.CROSS)gcc $$(call own_flags,$2,$1) -I$(dir $1) -MMD -MP \
	    -MF $$@.d -MT $$@ -fsyntax-only -x c - || { \
	    echo '$1: does not compile alone'; exit 1; }
	$(if $(filter $1,$(PUBLIC_H)),$$(Q)g++ -std=c++11 -Wall -Wextra \
	    -Wpedantic -Werror -Icore -Iport -Iconfig \
	    -isystem $$(BEARSSL_DIR)/inc -fsyntax-only -x c++ $1 || { \
	    echo '$1: does not compile as C++'; exit 1; })
	@touch $$@
endef
$(foreach h,$(CHECKED_H),$(eval $(call header_check,$h,$(call \
    header_variant,$h))))
.PHONY: check-headers
check-headers: $(CHECKED_H:%=build/check/headers/%)
-include $(shell test ! -d build/check/headers || \
    find build/check/headers -name '*.d')

# Left to others: uninitvar (gcc and clang's analyser, which see through
# calls), unassignedVariable (a static const object is 0), variableScope and
# shadowFunction (a matter of taste), the linker's symbols and callbacks.
.PHONY: check-cppcheck
check-cppcheck: build/check/cppcheck.ok
build/check/cppcheck.ok: $(CHECKED) config/make/check.mk | packages-check
	$(say) CHECK 'cppcheck'
	@mkdir -p build/check/cppcheck
	$(Q)cppcheck --quiet --std=c11 --inline-suppr --error-exitcode=1 \
	    --enable=warning,style,performance,portability -j 2 \
	    --suppress=missingInclude --suppress=unmatchedSuppression \
	    --suppress=unusedStructMember --suppress=shadowFunction \
	    --suppress=uninitvar --suppress=unassignedVariable \
	    --suppress=variableScope \
	    --suppress='comparePointers:boards/*' \
	    --suppress='constParameter:tests/*' --max-configs=4 \
	    --template='{file}:{line}: {message} [{id}]' \
	    --cppcheck-build-dir=build/check/cppcheck \
	    -Icore -Iport -Iconfig $(CHECKED_C)
	@touch $@

# Where core departs from the rules, and why, is in the list.
.PHONY: check-misra
check-misra: build/check/misra.ok
build/check/misra.ok: $(filter core/% port/lwurl_port.h config/%,$(CHECKED)) \
    tests/check/misra.py tests/check/misra.txt | packages-check
	$(say) CHECK 'MISRA C:2012'
	@mkdir -p $(@D)
	$(Q)$(PYTHON) tests/check/misra.py tests/check/misra.txt \
	    $(filter core/%.c,$^)
	@touch $@

# clang-tidy looks at a file again when its object was compiled again.
define tidy_check
build/check/tidy/$1: build/$2/obj/$(1:.c=.o) .clang-tidy | packages-check
	$$(say) TIDY '$1'
	@mkdir -p $$(@D)
	$$(Q)clang-tidy --quiet $1 -- $$(call own_flags,$2,$1) \
	    $(if $($2.CROSS),--target=$($2.CROSS:%-=%) -isystem \
	    $$(call libc_of,$($2.CROSS))) 2>$$@.log || { \
	    grep -v 'warnings generated' $$@.log; exit 1; }
	@touch $$@
endef
TIDIED := $(foreach c,$(CHECKED_C),$(if $(call variant_of,$c),$c))
$(foreach c,$(TIDIED),$(eval $(call tidy_check,$c,$(call variant_of,$c))))
.PHONY: check-tidy
check-tidy: $(TIDIED:%=build/check/tidy/%)

# gcc's analyser, along the paths through core and the ports. With -g it loses
# sight of loops that the optimiser has unrolled.
define analyzer_check
build/check/analyzer/$1: build/$2/obj/$(1:.c=.o) | packages-check
	$$(say) ANALYZ '$1'
	@mkdir -p $$(@D)
	$$(Q)$$($2.CROSS)gcc $$(call own_flags,$2,$1) -g0 -fanalyzer \
	    -c -o /dev/null $1
	@touch $$@
endef
ANALYZED := $(filter core/% port/%,$(TIDIED))
$(foreach c,$(ANALYZED),$(eval $(call analyzer_check,$c,$(call \
    variant_of,$c))))
.PHONY: check-analyzer
check-analyzer: $(ANALYZED:%=build/check/analyzer/%)
