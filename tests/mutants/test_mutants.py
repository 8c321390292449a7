#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The patches of tests/mutants fit the sources, and name suites that exist."""

import glob
import os
import subprocess
import sys
import unittest

import mutants

sys.path.insert(0, os.path.join(mutants.ROOT, "tests", "check"))
import counted  # noqa: E402


class Patches(unittest.TestCase):
    def test_there_are_enough(self):
        self.assertGreaterEqual(len(glob.glob(mutants.HERE + "/*.patch")), 25)

    def test_each_fits(self):
        for path in sorted(glob.glob(mutants.HERE + "/*.patch")):
            done = subprocess.run(
                ["git", "apply", "--check", "--ignore-whitespace", path],
                cwd=mutants.ROOT, check=False, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, path + "\n" + done.stderr)

    def test_each_says_what_and_where(self):
        for path in sorted(glob.glob(mutants.HERE + "/*.patch")):
            what, suites = mutants.read(path)
            self.assertTrue(what.endswith("."), path)
            self.assertTrue(suites, path)


if __name__ == "__main__":
    counted.main()
