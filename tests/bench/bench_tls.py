#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs tls_handshake.c in QEMU and prints what it counted, as a table.

usage: bench_tls.py [--test] [--svg PATH] IMAGE [PROFILE=FIRMWARE.elf ...]

FIRMWARE is the https firmware with that profile: its flash is in the table.
With --svg: draws the table, too. With --test: holds the figures of one profile
against their budgets.
"""

import argparse
import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../firmware"),
                os.path.join(HERE, "../check")]

import counted  # noqa: E402
import qemu     # noqa: E402
import size     # noqa: E402

RESUMED_MOST = 650_000
FULL_MOST = 48_000_000
STEP_MOST = 12_000_000
STACK_MOST = 3_900
PROFILES = "fast", "small", "careful"


def figures(image, profile):
    result = qemu.run(image, profile, timeout=50, icount=True)
    if result.code != 0:
        raise AssertionError("%s: exit code %d\n%s" % (
            image, result.code, result.text))
    return {name: int(number) for name, number
            in re.findall(r"^(\w+) (\d+)\r?$", result.text, re.M)}


def flash(elf):
    return sum(size.measure("arm-none-eabi-", elf,
                            elf.replace(".elf", ".map")).flash.values())


def measured(image, firmware):
    """Figures by profile."""
    found = {profile: figures(image, profile) for profile in PROFILES}
    for pair in firmware:
        profile, elf = pair.split("=", 1)
        found[profile]["flash"] = flash(elf)
    return found


COLUMNS = (
    ("RSA", lambda f: "%.2f" % (f["rsa_full"] / 1e6)),
    ("resumed", lambda f: "%.2f" % (f["rsa_resumed"] / 1e6)),
    ("EC", lambda f: "%.2f" % (f["ec_full"] / 1e6)),
    ("resumed", lambda f: "%.2f" % (f["ec_resumed"] / 1e6)),
    ("longest step", lambda f: "%.2f" % (f["longest"] / 1e6)),
    ("a body byte", lambda f: "%.1f" % (f["body_65536"] / 65536)),
    ("stack, bytes", lambda f: format(f["stack"], ",")),
    ("flash, bytes", lambda f: format(f.get("flash", 0), ",")),
)


def table(found):
    widths = [max(len(title), 7) for title, _ in COLUMNS]
    print("  ".join(["%-14s" % "M instructions"] + [
        title.rjust(n) for (title, _), n in zip(COLUMNS, widths)]))
    for profile, f in found.items():
        print("  ".join(["%-14s" % profile] + [
            text(f).rjust(n) for (_, text), n in zip(COLUMNS, widths)]))


def draw(found, path):
    import chart  # pylint: disable=import-outside-toplevel
    bars = (("EC, full", "ec_full", chart.BLUE),
            ("RSA, full", "rsa_full", chart.SKY),
            ("longest step", "longest", chart.ORANGE),
            ("resumed", "ec_resumed", chart.GREEN))
    fig, ax = chart.figure(7.2, 3.2)
    rows = []
    for profile, f in found.items():
        for label, name, colour in bars:
            at = -len(rows)
            value = f[name] / 1e6
            ax.barh(at, value, 0.8, color=colour)
            ax.text(value + 0.8, at, "%.2f" % value, va="center")
            rows.append((at, label))
        ax.text(98, 2 - len(rows) + 0.5, profile, ha="right", va="center",
                weight="bold")
        rows.append((None, None))
    ax.set_yticks([at for at, _ in rows if at is not None],
                  [label for at, label in rows if at is not None])
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("million instructions on a Cortex-M3, client alone")
    ax.set_title("What a TLS handshake costs, by profile")
    ax.grid(True, axis="x")
    chart.save(fig, path)


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


    def test_longest_step(self):
        self.assertGreater(self.figures["longest"], 1_000_000)
        self.assertLess(self.figures["longest"], STEP_MOST)

    def test_stack(self):
        self.assertGreater(self.figures["stack"], 1_000)
        self.assertLess(self.figures["stack"], STACK_MOST)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--svg", metavar="PATH")
    parser.add_argument("image")
    parser.add_argument("firmware", nargs="*", metavar="PROFILE=ELF")
    options = parser.parse_args()
    found = measured(options.image, options.firmware)
    table(found)
    if options.svg:
        draw(found, options.svg)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--test"]:
        IMAGE = sys.argv[2]
        sys.argv[1:] = []
        counted.main()
    else:
        main()
