# SPDX-License-Identifier: MIT
"""Runs a module's unittest cases so that run_suites.py can count them.

    if __name__ == "__main__":
        counted.main()
"""

import sys
import unittest


def main(module="__main__"):
    suite = unittest.defaultTestLoader.loadTestsFromName(module)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors) \
        + len(result.unexpectedSuccesses)
    passed = result.testsRun - failed - len(result.skipped)
    print("%d passed, %d failed" % (passed, failed), flush=True)
    sys.exit(0 if failed == 0 and passed > 0 else 1)
