#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A row must not pass when a program of it fails, dies or runs less."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "check"))
import counted  # noqa: E402

import rows  # noqa: E402

GOOD = "echo 1..2; echo ok 1 - a; echo ok 2 - b"


class Rows(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def row(self, name, head="#!/bin/sh\n", **scripts):
        folder = os.path.join(self.folder.name, name)
        os.mkdir(folder)
        for program, script in scripts.items():
            path = os.path.join(folder, program)
            with open(path, "w", encoding="utf-8") as out:
                out.write(head + script + "\n")
            os.chmod(path, 0o755)
        return folder

    def run_rows(self, *args):
        """Whether they passed, and what was printed last."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            good = rows.run_all(args)
        return good, out.getvalue().splitlines()[-1]

    def test_good_rows(self):
        one = self.row("one", test_x=GOOD, test_y=GOOD)
        two = self.row("two", test_x=GOOD, test_y=GOOD)
        self.assertEqual(self.run_rows(one, two),
                         (True, "8 passed, 0 failed"))

    def test_a_failure(self):
        bad = "echo 1..1; echo not ok 1 - a; exit 1"
        self.assertEqual(self.run_rows(self.row("one", test_x=bad)),
                         (False, "0 passed, 1 failed"))

    def test_a_crash_behind_the_last_test(self):
        self.assertEqual(self.run_rows(
            self.row("one", test_x=GOOD + "; kill -SEGV $$")),
                         (False, "2 passed, 1 failed"))

    def test_a_row_that_runs_less(self):
        one = self.row("one", test_x=GOOD)
        two = self.row("two", test_x="echo 1..1; echo ok 1 - a")
        self.assertEqual(self.run_rows(one, two),
                         (False, "3 passed, 1 failed"))

    def test_what_the_kernel_cannot_run_is_emulated(self):
        one = self.row("one", head="", test_x=GOOD)
        self.assertEqual(self.run_rows(one + ":/bin/sh"),
                         (True, "2 passed, 0 failed"))

    def test_no_programs(self):
        self.assertFalse(self.run_rows(self.row("one"))[0])


if __name__ == "__main__":
    counted.main()
