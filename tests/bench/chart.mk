# SPDX-License-Identifier: MIT
#
# Pictures: chart.py, map.py (`make map` is in config/make/size.mk).

$(call suite,bench/treemap,,$(PYTHON) tests/bench/test_treemap.py,30)
$(call suite,bench/figures,,$(PYTHON) tests/bench/test_bench.py,30)
