# SPDX-License-Identifier: MIT
"""What `make coverage` counts, and which exclusions it takes."""

import os
import sys
import unittest

import counted

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "coverage"))
import coverage  # noqa: E402


def line(number, count, *branches, **more):
    return dict({"line_number": number, "count": count,
                 "branches": [{"count": n} for n in branches]}, **more)


class Tally(unittest.TestCase):
    def test_all(self):
        self.assertEqual(coverage.tally([line(1, 1), line(2, 3, 1, 2)]),
                         (2, 2, 2, 2, []))

    def test_line_that_is_not_run(self):
        self.assertEqual(coverage.tally([line(1, 1), line(7, 0)]),
                         (2, 1, 0, 0, ["7"]))

    def test_branch_that_is_not_taken(self):
        self.assertEqual(coverage.tally([line(4, 9, 9, 0)]),
                         (1, 1, 2, 1, ["4 (1 of 2 branches)"]))

    def test_lines_that_are_none(self):
        excluded = line(3, 0, 0, 0, **{"gcovr/noncode": True})
        self.assertEqual(coverage.tally([line(1, 1), excluded]),
                         (1, 1, 0, 0, []))


class Exclusions(unittest.TestCase):
    def bad(self, text):
        return coverage.unreasoned("int a;\n%s\nint b;\n" % text)

    def test_with_a_reason(self):
        self.assertEqual(self.bad(
            "x(); /* GCOVR_EXCL_LINE: gcc wants a default */"), [])
        self.assertEqual(self.bad(
            "if (x) /* GCOVR_EXCL_BR_LINE: x is checked before */"), [])

    def test_others(self):
        for text in ("x(); /* GCOVR_EXCL_LINE */",
                     "x(); /* GCOVR_EXCL_LINE: */",
                     "x(); /* GCOVR_EXCL_LINE: no */",
                     "x(); /* LCOV_EXCL_LINE: gcc wants a default */",
                     "x(); /* GCOV_EXCL_BR_LINE: x is checked before */",
                     "x(); // GCOVR_EXCL_LINE: gcc wants a default",
                     "/* GCOVR_EXCL_START: all of it is hard to test */",
                     "x(); /* GCOVR_EXCL_BR_WITHOUT_HIT: 1/2 of them taken */",
                     "x(); /* GCOVR_EXCL_LINE: a good reason, first of them */"
                     " /* GCOVR_EXCL_BR_LINE */"):
            self.assertEqual(self.bad(text), [2], text)


if __name__ == "__main__":
    counted.main()
