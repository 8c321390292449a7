#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""coverage.py: what is not run is named, and an exclusion needs a reason."""

import contextlib
import io
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../check")]

import counted    # noqa: E402
import coverage   # noqa: E402


def line(number, count, *ways):
    return {"line_number": number, "count": count,
            "branches": [{"count": way} for way in ways]}


class Exclusions(unittest.TestCase):
    def test_with_reason(self):
        self.assertEqual([], coverage.unreasoned(
            "a(); /* GCOVR_EXCL_LINE: the port never says so */\n"
            "if (b) /* GCOVR_EXCL_BR_LINE: open() has checked it */\n"))

    def test_without(self):
        self.assertEqual([1, 2, 3, 4, 5], coverage.unreasoned(
            "a(); /* GCOVR_EXCL_LINE */\n"
            "a(); /* GCOVR_EXCL_LINE: */\n"
            "a(); // GCOVR_EXCL_BR_LINE\n"
            "/* GCOVR_EXCL_START */\n"
            "/* GCOVR_EXCL_STOP */\n"))


class Missing(unittest.TestCase):
    def test_all_run(self):
        self.assertEqual((2, 2, 2, 2, []), coverage.tally(
            [line(1, 3), line(2, 4, 1, 3)]))

    def test_line_and_branch(self):
        self.assertEqual(
            (3, 2, 4, 1, ["4", "7 (1 of 2 branches)"]),
            coverage.tally([line(1, 1), line(4, 0, 0, 0), line(7, 1, 1, 0)]))

    def test_files_of_a_pattern(self):
        files = [{"file": "core/a.c", "lines": [line(1, 1)]},
                 {"file": "core/http/b.c", "lines": [line(2, 0)]}]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertEqual([1, 0, 0, 0],
                             coverage.report(files, "core/http/*"))
        self.assertEqual("core/http/b.c:2 is not run\n", out.getvalue())


if __name__ == "__main__":
    counted.main()
