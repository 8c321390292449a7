#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The README as a reader uses it: its examples are cut out of it, compiled
with all warnings, linked and run; its CMake snippet builds; what it names is
there.

usage: test_readme.py BUILD COMPILE LINK
  BUILD    folder for what is cut out
  COMPILE  a compiler with its flags
  LINK     what a program needs behind its objects
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = COMPILE = LINK = None

# What the examples leave to their reader, and a main() that tries the first
# one: no interface is up, and that is what it must say.
FRAME = {
    "fetch_config": ("", """
#include <stdio.h>
int main(void)
{
    static const struct lwurl_opener *const used = &opener;
    int err = fetch_config();
    printf("%d %s\\n", err, lwurl_strerror(err));
    return used->handlers_n == 3 ? 0 : 1;
}
"""),
    "post_json": ('#include "lwurl.h"\n', ""),
    "upload_log": ('#include "lwurl.h"\n'
                   "size_t next_log_line(char *line, size_t max);\n", ""),
    "poll_config": ('#include "lwurl_retry.h"\n'
                    "void sleep_ms(uint32_t ms);\n"
                    "int fetch_config(void);\n", ""),
    "own_handler": ('#include "lwurl_handler.h"\n',
                    "const struct lwurl_handler own_line = "
                    "{&api_ops, device};\n"),
    "update_image": ('#include "lwurl_resume.h"\n'
                     '#include "lwurl_retrieve.h"\n'
                     '#include "lwurl_signature.h"\n'
                     '#include "lwurl_verify.h"\n'
                     "enum { JOURNAL_AT, JOURNAL_N = 2048, SLOT_AT = 4096,\n"
                     "       SLOT_N = 65536 };\n"
                     "extern const struct lwurl_storage board_flash;\n"
                     "extern const struct lwurl_signer image_signer;\n", ""),
    "cached_config": ('#include "lwurl_cache.h"\n'
                      "int apply_config(const void *p, size_t n);\n", ""),
    "own_loop": ('#include "lwurl.h"\n'
                 "void watchdog_kick(void);\n"
                 "void flash_write(const void *p, size_t n);\n"
                 "void sleep_until_socket_or(int fd, unsigned events,\n"
                 "                           uint32_t ms);\n", ""),
}


def readme():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
        return f.read()


def examples():
    """Name and code of each marked block."""
    return dict(re.findall(
        r"<!-- example: (\w+) -->\n```c\n(.*?)```\n", readme(), re.S))


def prototypes(code):
    """A prototype for each function that the block defines, as a reader with
    -Wmissing-prototypes would have in a header."""
    return "".join(m + ";\n" for m in re.findall(
        r"^((?:int|void) \w+\([^{;]*\))\n{", code, re.M))


def run(command, **more):
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=100, **more)


class Examples(unittest.TestCase):
    def compile(self, name):
        """Its object file; a prototype stands in for a header's."""
        before, behind = FRAME[name]
        code = examples()[name]
        at = code.rfind("#include")
        at = code.index("\n", at) + 1 if at >= 0 else 0
        source = os.path.join(BUILD, name + ".c")
        with open(source, "w", encoding="utf-8") as f:
            f.write(before + code[:at] + prototypes(code) + code[at:] + behind)
        done = run(shlex.split(COMPILE) + [
            "-I" + HERE, "-c", source, "-o", source[:-1] + "o"])
        self.assertEqual(done.returncode, 0, done.stdout)
        return source[:-1] + "o"

    def test_every_example_is_known(self):
        self.assertEqual(sorted(examples()), sorted(FRAME))

    def test_they_compile(self):
        for name in FRAME:
            self.compile(name)

    def test_the_whole_one_links_and_runs(self):
        program = os.path.join(BUILD, "fetch_config")
        done = run(shlex.split(COMPILE) + [
            "-I" + HERE, "-c", os.path.join(HERE, "board.c"), "-o",
            program + "-board.o"])
        self.assertEqual(done.returncode, 0, done.stdout)
        compiler = shlex.split(COMPILE)
        done = run([compiler[0], *[f for f in compiler if "sanitize" in f],
                    "-o", program, self.compile("fetch_config"),
                    program + "-board.o"] + shlex.split(LINK))
        self.assertEqual(done.returncode, 0, done.stdout)
        done = run([program])
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertTrue(done.stdout.startswith("-80 "), done.stdout)

    def test_the_first_lines_are_of_the_whole(self):
        first = re.search(r"```c\n(.*?)```", readme(), re.S).group(1)
        self.assertIn(first, examples()["fetch_config"])


class Snippets(unittest.TestCase):
    def test_cmake(self):
        snippet = re.search(r"```cmake\n(.*?)```", readme(), re.S).group(1)
        place = os.path.join(BUILD, "cmake")
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place)
        os.symlink(ROOT, os.path.join(place, "lwurl"))
        include = re.findall(r"(?:-I|-isystem )(\S+)", COMPILE)
        include = [os.path.join(ROOT, f) for f in include]
        with open(os.path.join(place, "CMakeLists.txt"), "w",
                  encoding="utf-8") as f:
            f.write("cmake_minimum_required(VERSION 3.13)\n"
                    "project(firmware C)\n"
                    "add_library(lwip INTERFACE)\n"
                    "add_library(bearssl INTERFACE)\n"
                    "target_include_directories(lwip INTERFACE %s)\n"
                    % " ".join(include) + snippet)
        done = run(["cmake", "-S", place, "-B", place + "/build"])
        self.assertEqual(done.returncode, 0, done.stdout)
        done = run(["cmake", "--build", place + "/build"])
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_make_targets_exist(self):
        named = set(re.findall(r"`make ([a-z-]+)", readme()))
        named |= set(re.findall(r"^make ([a-z-]+)", readme(), re.M))
        listed = run(["make", "help"]).stdout
        for target in sorted(named):
            self.assertRegex(listed, r"(?m)^  make %s\b" % target)

    def test_files_exist(self):
        for path in re.findall(r"`((?:core|port|config|boards|tests)/"
                               r"[\w./-]*)`", readme()):
            self.assertTrue(os.path.exists(os.path.join(ROOT, path)), path)

    def test_pictures(self):
        """There, small, of text, and without a date."""
        paths = re.findall(r"!\[[^]]+\]\(([^)]+)\)", readme())
        self.assertGreaterEqual(len(paths), 2)
        for path in paths:
            with open(os.path.join(ROOT, path), encoding="utf-8") as f:
                text = f.read()
            self.assertLess(len(text), 60000, path)
            self.assertIn("<text", text)
            self.assertNotIn("dc:date", text)

    def test_error_codes_exist(self):
        with open(os.path.join(ROOT, "core/lwurl_types.h"),
                  encoding="utf-8") as f:
            known = set(re.findall(r"\bLWURL_ERR_(\w+) =", f.read()))
        for row in re.findall(r"^\| (`LWURL_ERR_.*?) \|", readme(), re.M):
            for name in re.findall(r"`(?:LWURL_ERR)?_(\w+)`", row):
                self.assertIn(name, known)


if __name__ == "__main__":
    BUILD, COMPILE, LINK = sys.argv[1:4]
    os.makedirs(BUILD, exist_ok=True)
    sys.path.insert(0, os.path.join(ROOT, "tests/check"))
    import counted
    counted.main()
