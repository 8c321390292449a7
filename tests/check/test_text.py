# SPDX-License-Identifier: MIT
"""Plants each kind of bad text: it must be found, at its line."""

import os
import tempfile
import unittest

import counted
import text

SPDX = "/* SPDX-License-Identifier: MIT */\n"


class Text(unittest.TestCase):
    def problems(self, path, content):
        with tempfile.TemporaryDirectory() as root:
            path = os.path.join(root, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as out:
                out.write(content)
            return [(found.line, found.text) for found in text.check(root)]

    def found(self, path, content, line, words):
        problems = self.problems(path, content)
        self.assertEqual(len(problems), 1, problems)
        self.assertEqual(problems[0][0], line)
        self.assertIn(words, problems[0][1])

    def test_good(self):
        self.assertEqual(self.problems("core/a.c", SPDX + "int x;\n"), [])
        self.assertEqual(self.problems("README.md", "# A\n\nSee /dev/null\n"),
                         [])

    def test_spdx(self):
        self.found("core/a.c", "int x;\n", 1, "SPDX")
        self.found("a/b.mk", "x := y\n", 1, "SPDX")
        self.found(".ci/run", "#!/bin/sh\n", 1, "SPDX")

    def test_blanks(self):
        self.found("core/a.c", SPDX + "int x; \n", 2, "blanks")
        self.found("core/a.c", SPDX + "int x;\r\n", 2, "blanks")
        self.found("core/a.c", SPDX + "int x;\n\n", 3, "empty line")
        self.found("core/a.c", SPDX + "int x;", 2, "no newline")

    def test_machine_path(self):
        for place in ("work", "root", "home/joe"):
            self.found("a.txt", "x\ncd /%s/main\n" % place, 2, "machine")
        self.found("tests/vectors/a", "/%s/me\n" % "work", 1, "machine")
        self.assertEqual(self.problems("a.txt", "build/work/x $(D)/root/y\n"),
                         [])

    def test_archive_host(self):
        self.found("a.txt", "http://%s.debian.org/\n" % "deb", 1, "archive")

    def test_test_data_stays_as_it_is(self):
        self.assertEqual(self.problems("tests/vectors/a.txt", "a \n\n\t"), [])

    def test_columns_and_tabs(self):
        self.found("core/a.h", SPDX + "/* %s */\n" % ("x" * 75), 2, "81")
        self.found("core/a.h", SPDX + "\tint x;\n", 2, "tab")

    def test_conditional_in_function(self):
        self.found("core/a.c", SPDX + "#if A\n#endif\nint f(void)\n{\n"
                   "#ifdef B\n    g();\n#endif\n}\n#if C\n#endif\n",
                   6, "#if inside")

    def test_macro_that_returns(self):
        self.found("core/a.c", SPDX + "#define A(x) \\\n    if (x) \\\n"
                   "        return 1;\nint b;\n", 4, "macro")
        self.assertEqual(self.problems(
            "core/a.c", SPDX + '#define A "return" /* return */\n'
            "int f(void)\n{\n    return 1;\n}\n"), [])


if __name__ == "__main__":
    counted.main()
