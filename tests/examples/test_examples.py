#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example programs of boards/examples, on one board.

usage: test_examples.py BOARD       a board of QEMU, or host
"""

import os
import random
import sys
import tempfile
import unittest

import examples

sys.path.insert(0, os.path.join(examples.ROOT, "tests", "check"))
import counted  # noqa: E402
import qemu  # noqa: E402
import servers  # noqa: E402

BOARD = sys.argv[1]
KEY = os.path.join(examples.ROOT, "build", "device", "signer.key")
IMAGE = random.Random(1).randbytes(110000)
GOOD = b'{"name": "boiler room", "report_every_s": 300, "more": [1, {"a": 2}]}'


class Example(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = servers.Nginx(["ec"], {
            "slow/image.bin": IMAGE, "device.json": GOOD})
        cls.addClassCleanup(cls.server.close)
        examples.sign(cls.path("slow/image.bin"), KEY)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.server.folder, "www", name)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.storage = os.path.join(folder.name, "flash.bin")

    def url(self, name):
        return "https://%s:%d/%s" % (examples.NAME,
                                     self.server.https["ec"], name)


class Update(Example):
    def update(self, name, **options):
        return examples.run(BOARD, "update", "-s", self.storage,
                            self.url(name), **options)

    def check_image(self, image):
        self.assertEqual(
            examples.image_in(self.storage, BOARD, len(image)), image)

    def test_goes_on_after_kills(self):
        result, hit = examples.update_under_kills(
            BOARD, self.url("slow/image.bin"), self.storage, 6, seed=3)
        self.assertEqual(result.code, 0, result.text)
        self.assertGreater(hit, 0, "no kill hit a download")
        self.check_image(IMAGE)
        self.assertIn("bootable: an image of %d bytes" % len(IMAGE),
                      result.text)
        asked = self.server.log()
        self.assertTrue(any("206" in line for line in asked), asked)

    def test_is_up_to_date(self):
        first = self.update("slow/image.bin")
        self.assertEqual(first.code, 0, first.text)
        again = self.update("slow/image.bin")
        self.assertEqual(again.code, 0, again.text)
        self.assertIn("up to date", again.text)
        self.check_image(IMAGE)

    def test_refuses_what_was_not_signed(self):
        path = self.path("bad.bin")
        self.server.write("www/bad.bin", IMAGE[:20000])
        examples.sign(path, KEY)
        self.server.write("www/bad.bin", IMAGE[:19999] + b"!")
        result = self.update("bad.bin")
        self.assertEqual(result.code, 2, result.text)
        self.assertIn("is not signed by", result.text)
        self.assertNotIn("bootable: an image", result.text)
        after = self.update("bad.bin")
        self.assertIn("bootable: none", after.text)

    def test_refuses_what_does_not_fit(self):
        self.server.write("www/huge.bin", bytes(300 * 1024))
        examples.sign(self.path("huge.bin"), KEY)
        result = self.update("huge.bin")
        self.assertEqual(result.code, 2, result.text)
        self.assertIn("too small", result.text)


class Config(Example):
    def poll(self, name, *args):
        return examples.run(BOARD, "config", "-s", self.storage, "-p", "1",
                            *args, self.url(name))

    def test_applies_and_keeps(self):
        first = self.poll("device.json", "-n", "2")
        self.assertEqual(first.code, 0, first.text)
        self.assertIn("(new): boiler room reports every 300 s", first.text)
        self.assertIn("(unchanged)", first.text)
        again = self.poll("device.json", "-n", "1")
        self.assertTrue(again.text.startswith(
            "configuration (the last good one): boiler room"), again.text)

    def test_keeps_the_good_one(self):
        self.server.write("www/changing.json", GOOD)
        self.assertEqual(self.poll("changing.json", "-n", "1").code, 0)
        for bad, why in ((b'{"name": "x", "report_every_s": 0}', "missing"),
                         (b'{"name": "x"', "not an object"),
                         (b"", "not an object")):
            self.server.write("www/changing.json", bad)
            result = self.poll("changing.json", "-n", "1")
            self.assertIn("refused: ", result.text)
            self.assertIn(why, result.text)
            self.assertTrue(result.text.startswith(
                "configuration (the last good one): boiler room"),
                result.text)
        self.server.write("www/changing.json", GOOD.replace(b"300", b"60"))
        result = self.poll("changing.json", "-n", "1")
        self.assertIn("(new): boiler room reports every 60 s", result.text)

    def test_says_what_is_missing(self):
        result = self.poll("nothing.json", "-n", "1")
        self.assertEqual(result.code, 1, result.text)
        self.assertIn("no configuration: ", result.text)


if __name__ == "__main__":
    qemu.enter()
    with qemu.names(examples.NAME):
        counted.main()
