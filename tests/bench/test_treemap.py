#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""treemap.py: areas are right, and nothing overlaps; map.py: every byte of an
image is in its picture's lists once."""

import os
import random
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../check")]

import counted             # noqa: E402
import map as linker_map   # noqa: E402
import size                # noqa: E402
from treemap import Box, layout  # noqa: E402


class Layout(unittest.TestCase):
    def check(self, sizes, box):
        boxes = layout(sizes, box)
        self.assertEqual(len(boxes), len(sizes))
        scale = box.width * box.height / sum(sizes)
        for number, one in zip(sizes, boxes):
            self.assertAlmostEqual(one.width * one.height, number * scale, 6)
            self.assertGreaterEqual(one.x, box.x - 1e-6)
            self.assertGreaterEqual(one.y, box.y - 1e-6)
            self.assertLessEqual(one.x + one.width, box.x + box.width + 1e-6)
            self.assertLessEqual(one.y + one.height,
                                 box.y + box.height + 1e-6)
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                self.assertTrue(a.x >= b.x + b.width - 1e-6
                                or b.x >= a.x + a.width - 1e-6
                                or a.y >= b.y + b.height - 1e-6
                                or b.y >= a.y + a.height - 1e-6)

    def test_none_and_one(self):
        self.assertEqual(layout([], Box(0, 0, 4, 3)), [])
        self.assertEqual(layout([7], Box(1, 2, 4, 3)), [Box(1, 2, 4, 3)])

    def test_example_of_the_paper(self):
        boxes = layout([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
        self.assertEqual(boxes[:2], [Box(0, 0, 3, 2), Box(0, 2, 3, 2)])
        self.check([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))

    def test_any_numbers(self):
        source = random.Random(1)
        for count in range(1, 40):
            sizes = sorted((source.randint(1, 10 ** source.randint(1, 5))
                            for _ in range(count)), reverse=True)
            self.check(sizes, Box(3, 5, source.uniform(1, 50),
                                  source.uniform(1, 50)))


PIECES = [
    size.Piece(".text", ".text.a", 0, 600, "build/x/liblwurl.a(engine.o)"),
    size.Piece(".text", ".text.b", 0, 300, "build/x/liblwurl.a(engine.o)"),
    size.Piece(".text", ".text.c", 0, 5, "build/x/liblwurl.a(tiny.o)"),
    size.Piece(".text", ".text.d", 0, 5, "build/x/liblwurl.a(small.o)"),
    size.Piece(".text", ".rodata", 0, 90, "build/x/liblwip.a(tcp.o)"),
    size.Piece(".data", ".data.flag", 0, 8, "build/x/liblwip.a(tcp.o)"),
    size.Piece(".bss", ".bss.record", 0, 837, "build/x/obj/boards/y/tls.o"),
    size.Piece(".bss", "*fill*", 0, 3, None),
    size.Piece(".debug", ".debug", 0, 999, "build/x/obj/boards/y/tls.o"),
]
SECTIONS = [size.Section(".text", 0, 1000, False),
            size.Section(".data", 0x20000000, 8, False),
            size.Section(".bss", 0x20000008, 840, True)]
REGIONS = [size.Region("flash", 0, 0x1000, False),
           size.Region("ram", 0x20000000, 0x1000, True)]


class Contents(unittest.TestCase):
    def setUp(self):
        self.flash, self.ram = linker_map.contents(
            size.Sizes(SECTIONS, REGIONS, PIECES), PIECES)

    def test_flash_by_object(self):
        self.assertEqual(self.flash["core"],
                         {"engine": 900, "tiny": 5, "small": 5})
        self.assertEqual(self.flash["lwIP"], {"tcp": 98})
        self.assertEqual(sum(sum(part.values())
                             for part in self.flash.values()), 1008)

    def test_ram_by_object_of_c(self):
        self.assertEqual(self.ram["lwIP"], {"flag": 8})
        self.assertEqual(self.ram["board"], {"record": 837})
        self.assertEqual(self.ram["alignment"], {"alignment": 3})

    def test_small_ones_are_one(self):
        self.assertEqual(linker_map.gathered(self.flash["core"], 10),
                         [("engine", 900), ("2 others", 10)])
        self.assertEqual(linker_map.gathered(self.flash["core"], 1),
                         [("engine", 900), ("small", 5), ("tiny", 5)])


if __name__ == "__main__":
    counted.main()
