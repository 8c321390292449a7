#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests what the benchmarks compute."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../check"))

import bench         # noqa: E402
import bench_get     # noqa: E402
import bench_parser  # noqa: E402
import bench_wire    # noqa: E402
import callgrind     # noqa: E402
import counted       # noqa: E402
import ratchet       # noqa: E402

PROFILE = """# callgrind format
version: 1
part: 3
desc: Trigger: Client Request: head 64 lwurl 1778

events: Ir
summary: 34538

totals: 34538
"""


class Callgrind(unittest.TestCase):
    def test_part(self):
        self.assertEqual(callgrind.label(PROFILE), "head 64 lwurl 1778")
        self.assertEqual(callgrind.total(PROFILE), 34538)

    def test_rest(self):
        rest = PROFILE.replace("Client Request", "Program termination")
        self.assertIsNone(callgrind.label(rest))


class Parser(unittest.TestCase):
    CASES = bench_parser.by_case({
        "head 64 copy 100": 50, "head 64 lwurl 100": 1050,
        "length 64 copy 1000": 400, "length 64 lwurl 1000": 1900})

    def test_head(self):
        """Above the copy, by byte of the head."""
        self.assertEqual(bench_parser.per_byte(
            self.CASES, "head", "64", "lwurl"), 10)

    def test_body(self):
        """Above the copy and the head, by byte of the body."""
        self.assertEqual(bench_parser.per_byte(
            self.CASES, "length", "64", "lwurl"), 0.5)


class Wire(unittest.TestCase):
    def test_per_read(self):
        found = bench_wire.per_read({
            "%s %s %s 10 14600" % (scheme, who, when): spent
            for scheme, _, _ in bench_wire.SCHEMES
            for when, _ in bench_wire.WHENS
            for who, spent in (("bare", 80000), ("lwurl", 81500))})
        rows = list(bench_wire.table(found))
        self.assertEqual(rows[1][1:], ["8,000", "8,150", "5.6", "150, 1.9 %",
                                       "200, or 2 %"])


class Tables(unittest.TestCase):
    def test_columns(self):
        """As tests/readme/tables.py reads them."""
        text = bench.text_of([["a name", "x"], ["b", "1,000"]])
        self.assertEqual(text, "a name      x\nb       1,000\n")

    def test_speed(self):
        rows = list(bench_get.speed_table({"lwurl": [11000.4, 1000]}))
        self.assertEqual(rows[1], ["lwurl", "11,000", "1,000", "66"])

    def test_million(self):
        self.assertEqual(bench_get.million(642_123), "0.64")
        self.assertEqual(bench_get.million(168_400_000), "168")


class Ratchet(unittest.TestCase):
    ROWS = [ratchet.Row("flash", "a", 1000, "cross"),
            ratchet.Row("RAM", "b", 64, "cross"),
            ratchet.Row("instructions", "c", 5000, "host")]
    TOOLS = {"cross": "12.2 (x)", "host": "12.2 (y)"}

    def compare(self, rows, tools=None):
        record = ratchet.read(ratchet.write(self.ROWS, self.TOOLS))
        return list(ratchet.compare(rows, tools or self.TOOLS, record))

    def with_flash(self, value):
        return [self.ROWS[0]._replace(value=value)] + self.ROWS[1:]

    def test_same(self):
        self.assertEqual(self.compare(self.ROWS), [])

    def test_one_percent(self):
        self.assertEqual([v.worse for v in self.compare(
            self.with_flash(1010))], [False])
        self.assertEqual([v.worse for v in self.compare(
            self.with_flash(1011))], [True])

    def test_better_is_told(self):
        verdict, = self.compare(self.with_flash(900))
        self.assertFalse(verdict.worse)
        self.assertIn("900, was 1000 (-10.0 %)", verdict.text)

    def test_little_better_is_not(self):
        self.assertEqual(self.compare(self.with_flash(995)), [])

    def test_other_compiler_reports(self):
        rows = self.with_flash(2000)
        rows[2] = rows[2]._replace(value=9000)
        verdicts = self.compare(rows, {"cross": "13", "host": "12.2 (y)"})
        self.assertEqual([v.worse for v in verdicts], [False, True])
        self.assertIn("with another cross", verdicts[0].text)

    def test_new_row(self):
        verdict, = self.compare(self.ROWS + [ratchet.Row("flash", "d", 1,
                                                         "cross")])
        self.assertFalse(verdict.worse)
        self.assertIn("not recorded", verdict.text)


if __name__ == "__main__":
    counted.main()
