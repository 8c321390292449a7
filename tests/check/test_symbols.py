# SPDX-License-Identifier: MIT
"""Compiles small programs that keep state or call out: each must be found."""

import os
import subprocess
import tempfile
import unittest

import counted
import symbols


class Symbols(unittest.TestCase):
    def problems(self, code, *flags):
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "a.c")
            with open(source, "w", encoding="utf-8") as out:
                out.write(code)
            target = os.path.join(folder, "a.o")
            subprocess.run(["gcc", "-c", "-fdata-sections", "-o", target,
                            source] + list(flags), check=True)
            listing = subprocess.run(
                ["objdump", "-t", target], check=True,
                stdout=subprocess.PIPE, text=True).stdout
            return symbols.problems_of(symbols.parse(listing))

    def found(self, code, words, *flags):
        problems = self.problems(code, *flags)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(words, problems[0])

    def test_good(self):
        self.assertEqual(self.problems(
            "#include <string.h>\nvoid g(void);\n"
            "static void (*const table[])(void) = { g };\n"
            "static const int n[2] = { 1, 2 };\n"
            "void g(void) { table[n[0]](); }\n"
            "unsigned long f(const char *p) { g(); return strlen(p); }\n"),
            [])

    def test_writable(self):
        self.found("int x = 4;\n", "x has 4 writable bytes")
        self.found("static int x; int *f(void) { return &x; }\n", "writable")
        self.found("int x;\n", "writable", "-fcommon")
        self.found("int *f(void) { static int n = 3; return &n; }\n",
                   "writable")
        self.found("static __thread int x = 1; int *f(void) "
                   "{ return &x; }\n", "writable", "-fPIC",
                   "-ftls-model=initial-exec")
        self.found("extern int y; int y; int *const p = &y;\n", "writable")

    def test_heap(self):
        self.found("#include <stdlib.h>\nvoid *f(void) "
                   "{ return malloc(3); }\n", "malloc is called")

    def test_clock(self):
        self.found("#include <time.h>\nlong f(void) { return time(0); }\n",
                   "time is called")

    def test_empty_library(self):
        self.assertTrue(symbols.problems_of([]))


if __name__ == "__main__":
    counted.main()
