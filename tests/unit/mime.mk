# SPDX-License-Identifier: MIT
#
# The vectors of test_mime.c are what CPython says here and now.

$(call suite,unit/mime-vectors,,$(PYTHON) tests/unit/mime_vectors.py \
    --check tests/unit/mime_vectors.inc,60)

build/host-asan/obj/tests/unit/test_mime.o: tests/unit/mime_vectors.inc
