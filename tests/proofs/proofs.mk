# SPDX-License-Identifier: MIT
#
# Proofs of core with CBMC, in the model of a Cortex-M3 (32 bits, char without a
# sign), as the firmware is compiled.
#
#     make prove PROOF='str engine'

# CBMC is in Debian 13 and later.
CBMC_SUM := 02560859a17049c976961c232c4fc58f0747b57f9b751a466b1f368a438b0e41
MINISAT_SUM := 0b3a870202e022bea8b04d140ded40d9137363566706750b4540518bc0eb63d7
CBMC := $(DEPS_DIR)/cbmc
CBMC_STAMP := $(DEPS_DIR)/.cbmc-$(CBMC_SUM)
$(CBMC_STAMP):
	$(Q)config/make/debs.sh $(DEPS_DIR) cbmc trixie \
	    cbmc,goto-cc,goto-instrument cbmc:$(CBMC_SUM) \
	    minisat:$(MINISAT_SUM) libc6:- libstdc++6:- libgcc-s1:- zlib1g:-

PROVE_FLAGS = --native-compiler arm-none-eabi-gcc --native-linker \
    arm-none-eabi-ld -mcpu=cortex-m3 -mthumb -std=c99 -Iport -Iconfig \
    -isystem $(BEARSSL_DIR)/inc
prove_py = $(PYTHON) tests/proofs/prove.py $1 $(CBMC) build/prove \
    '$(PROVE_FLAGS)' $(PROOF)

.PHONY: prove
prove: $(CBMC_STAMP) | packages-firmware packages-test ## prove the parsers with CBMC, for inputs of any length (PROOF=)
	$(Q)$(call prove_py,)

.PHONY: prove-planted
prove-planted: $(CBMC_STAMP) | packages-firmware packages-test ## plant an off-by-one in each proven file: its proof has to refuse it (PROOF=)
	$(Q)$(call prove_py,--planted)
