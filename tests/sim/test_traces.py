#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A trace that is another one, or is missing, must not pass."""

import contextlib
import io
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "check"))
import counted  # noqa: E402

import traces  # noqa: E402

GOOD = "echo 1 00000000000000aa; echo 2 00000000000000bb"


class Traces(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def program(self, name, script, head="#!/bin/sh\n"):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(head + script + "\n")
        os.chmod(path, 0o755)
        return path

    def compare(self, *scripts, reference=GOOD):
        """Whether all were the same, and what was printed last."""
        rows = [self.program("row%d" % i, script)
                for i, script in enumerate(scripts)]
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            good = traces.compare(2, 2, self.program("reference", reference),
                                  rows)
        return good, out.getvalue().splitlines()[-1]

    def test_the_same(self):
        self.assertEqual(self.compare(GOOD, GOOD),
                         (True, "8 passed, 0 failed"))

    def test_another(self):
        self.assertEqual(self.compare(GOOD.replace("bb", "cc")),
                         (False, "2 passed, 2 failed"))

    def test_another_of_one_kind(self):
        self.assertEqual(
            self.compare('test "$2" = --tls && echo 1 00000000000000ab '
                         "|| echo 1 00000000000000aa; "
                         "echo 2 00000000000000bb"),
            (False, "3 passed, 1 failed"))

    def test_missing(self):
        self.assertEqual(self.compare("echo 1 00000000000000aa"),
                         (False, "2 passed, 2 failed"))

    def test_the_same_but_a_property_fails(self):
        self.assertEqual(self.compare(GOOD + "; exit 1"),
                         (False, "4 passed, 2 failed"))

    def test_a_reference_without_traces(self):
        self.assertFalse(self.compare(GOOD, reference="exit 0")[0])

    def test_emulated(self):
        row = self.program("bare", GOOD, head="")
        self.assertEqual(traces.command(row + ":/bin/sh -e", ["--seeds", "2"]),
                         ["/bin/sh", "-e", row, "--traces", "--seeds", "2"])


if __name__ == "__main__":
    counted.main()
