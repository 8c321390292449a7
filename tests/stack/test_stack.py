#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The bounds of stack.py against painted stacks in QEMU, and what the headers
say of them.

usage: test_stack.py CC BUILD
"""

import os
import subprocess
import sys
import unittest

import graph
import headers
import stack

sys.path.insert(0, os.path.join(stack.HERE, "..", "check"))
import counted

CC, BUILD = sys.argv[1:3]
QEMU = os.path.join(stack.HERE, "..", "firmware", "qemu.py")


def painted():
    """{(opener, function): bytes}, the most that was seen."""
    text = subprocess.run(
        [sys.executable, QEMU, BUILD + "/painted.elf"], check=True,
        capture_output=True, text=True).stdout
    seen = {}
    for line in text.splitlines():
        opener, function, n = line.split()
        seen[opener, function] = max(int(n), seen.get((opener, function), 0))
    return seen


class Bounds(unittest.TestCase):
    def test_no_fetch_is_deeper(self):
        whole, calls = stack.load(CC, BUILD, ["tests/stack"])
        bounds = stack.by_opener(whole, calls)
        seen = painted()
        self.assertEqual(set(seen), set(bounds))
        for key, n in sorted(seen.items()):
            self.assertLessEqual(n, bounds[key].bytes, "%s %s" % key)

    def test_bounds_are_not_far_off(self):
        whole, calls = stack.load(CC, BUILD, ["tests/stack"])
        bounds = stack.by_opener(whole, calls)
        for key, n in sorted(painted().items()):
            if key[1] == "lwurl_step":
                self.assertGreater(2 * n, bounds[key].bytes, "%s %s" % key)

    def test_headers_say_them(self):
        whole, calls = stack.load(CC, BUILD)
        functions = headers.public_functions("core")
        chains = stack.chains_of(functions, graph.Profile(whole, calls, None))
        for header, bound in headers.bounds(functions, chains).items():
            said = headers.said(header) or 0
            self.assertLessEqual(bound, said, header + ": make stack-write")
            self.assertLess(said, bound + 64, header + ": make stack-write")


if __name__ == "__main__":
    counted.main()
