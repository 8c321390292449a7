#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plants what MISRA forbids: it is found, unless it is admitted."""

import os
import subprocess
import sys
import tempfile
import unittest

import counted

TOOL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "misra.py")

GOOD = ("#include <stdint.h>\n"
        "extern uint32_t twice(uint32_t n);\n"
        "uint32_t twice(uint32_t n)\n{\n    return n * 2U;\n}\n")
LOADED = GOOD.replace("extern", "union either { uint32_t a; uint8_t b; };\n"
                      "extern")  # 19.2
JUMP = GOOD.replace("    return", "    if (n == 7U) {\n        goto out;\n    }"
                    "\nout:\n    return")  # 15.1


class Misra(unittest.TestCase):
    def check(self, code, deviations=""):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("a.c", code), ("list", deviations)):
                with open(os.path.join(folder, name), "w",
                          encoding="utf-8") as out:
                    out.write(text)
            done = subprocess.run(
                [sys.executable, TOOL, "list", "a.c"], cwd=folder,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                check=False)
        return done.returncode, done.stdout

    def test_good(self):
        self.assertEqual(self.check(GOOD), (0, ""))

    def test_planted(self):
        status, said = self.check(LOADED)
        self.assertEqual(status, 1)
        self.assertIn("a.c:2: MISRA C:2012 rule 19.2;", said)

    def test_planted_jump(self):
        status, said = self.check(JUMP)
        self.assertEqual(status, 1)
        self.assertIn("a.c:6: MISRA C:2012 rule 15.1;", said)

    def test_admitted(self):
        self.assertEqual(self.check(LOADED, "# old\n19.2 *.c tradition\n"),
                         (0, ""))

    def test_admitted_elsewhere(self):
        status, said = self.check(LOADED, "19.2 b.c tradition\n")
        self.assertEqual(status, 1)
        self.assertIn("a.c:2: MISRA C:2012 rule 19.2;", said)
        self.assertIn("list:1: rule 19.2 is kept in b.c", said)

    def test_a_line_that_admits_nothing(self):
        status, said = self.check(GOOD, "19.2 * tradition\n")
        self.assertEqual(status, 1)
        self.assertIn("list:1: rule 19.2 is kept in *", said)

    def test_a_reason_must_be_given(self):
        status, said = self.check(LOADED, "19.2 *\n")
        self.assertEqual(status, 1)
        self.assertIn("list:1: want a rule", said)


if __name__ == "__main__":
    counted.main()
