#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs tls_handshake.c in QEMU and prints what it counted, as a table.

usage: bench_tls.py [--test] IMAGE

With --test: holds the figures of one profile against their budgets.
"""

import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../firmware"),
                os.path.join(HERE, "../check")]

import counted  # noqa: E402
import qemu     # noqa: E402

RESUMED_MOST = 650_000
FULL_MOST = 48_000_000
PROFILES = "fast", "small", "careful"


def figures(image, profile):
    result = qemu.run(image, profile, timeout=50, icount=True)
    if result.code != 0:
        raise AssertionError("%s: exit code %d\n%s" % (
            image, result.code, result.text))
    return {name: int(number) for name, number
            in re.findall(r"^(\w+) (\d+)\r?$", result.text, re.M)}


def table(image):
    print("%-14s  %9s %9s %9s %9s  %14s" % (
        "M instructions", "RSA", "resumed", "EC", "resumed", "body, per byte"))
    for profile in PROFILES:
        f = figures(image, profile)
        print("%-14s  %9.2f %9.2f %9.2f %9.2f  %14.1f" % (
            profile, f["rsa_full"] / 1e6, f["rsa_resumed"] / 1e6,
            f["ec_full"] / 1e6, f["ec_resumed"] / 1e6,
            f["body_65536"] / 65536))


class Budgets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.figures = figures(IMAGE, PROFILES[0])

    def test_resumed(self):
        for name in ("rsa_resumed", "ec_resumed"):
            self.assertGreater(self.figures[name], 100_000)
            self.assertLess(self.figures[name], RESUMED_MOST)

    def test_full(self):
        for name in ("rsa_full", "ec_full"):
            self.assertGreater(self.figures[name], 10_000_000)
            self.assertLess(self.figures[name], FULL_MOST)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--test"]:
        IMAGE = sys.argv[2]
        sys.argv[1:] = []
        counted.main()
    else:
        table(sys.argv[1])
