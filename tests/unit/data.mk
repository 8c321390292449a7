# SPDX-License-Identifier: MIT
#
# The vectors of test_data.c are what CPython says here and now.

$(call suite,unit/data-vectors,,$(PYTHON) tests/unit/data_vectors.py \
    --check tests/unit/data_vectors.inc,60)

build/host-asan/obj/tests/unit/test_data.o: tests/unit/data_vectors.inc
