#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--retrieve: lwurl_retrieve() with files, against nginx, Apache and servers
that break off, lie, and change what they serve.

usage: test_retrieve.py PROGRAM
"""

import base64
import hashlib
import os
import random
import re
import signal
import subprocess
import tempfile
import time
import unittest

from support import (NGINX, PROGRAM, Nginx, Scripted, answers, counted,
                     lwurl)
from test_compressed import Apache

SIZE = 700000
VERSIONS = [random.Random(n).randbytes(SIZE) for n in (1, 2)]
DATE = b"Sun, 06 Nov 1994 08:49:37 GMT"


class Base(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "image")

    def retrieve(self, url, *more):
        return lwurl("-sS", "--retrieve", "-o", self.path, *more, url)

    def left(self):
        return sorted(os.listdir(self.folder.name))

    def check_whole(self, content):
        with open(self.path, "rb") as come:
            self.assertEqual(come.read(), content)
        self.assertEqual(self.left(), ["image"])


class Serving:
    """A file of some version; each answer ends after the next of .cuts."""

    def __init__(self, cuts=(), more=b"", version=0, ranges=True,
                 if_range=True, validator=b'ETag: "%d"\r\n'):
        self.cuts, self.more, self.version = list(cuts), more, version
        self.ranges, self.if_range = ranges, if_range
        self.validator = validator
        self.asked = []

    def tag(self):
        return self.validator % self.version if b"%" in self.validator \
            else self.validator

    def __call__(self, conn, server):
        stream = conn.makefile("rb")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += stream.readline()
        conn.sendall(self.answer(head))

    def answer(self, head):
        body = VERSIONS[self.version]
        wanted = re.search(rb"\r\nRange: bytes=(\d+)-\r\n", head)
        condition = re.search(rb"\r\nIf-Range: (.*)\r\n", head)
        first = int(wanted.group(1)) if wanted else 0
        self.asked.append(first)
        good = self.ranges and wanted and (
            not self.if_range or condition.group(1) in self.tag())
        if not good:
            first = 0
        reply = b"HTTP/1.1 %s\r\nDate: %s\r\n%s%sContent-Length: %d\r\n" % (
            b"206 Part" if good else b"200 OK", DATE, self.tag(), self.more,
            len(body) - first)
        if good:
            reply += b"Content-Range: bytes %d-%d/%d\r\n" % (
                first, len(body) - 1, len(body))
        cut = self.cuts.pop(0) if self.cuts else len(body)
        return reply + b"\r\n" + body[first:first + cut]


class RealServers(Base):
    """nginx and Apache, the program killed at random moments."""

    def check(self, server, root):
        with open(os.path.join(root, "image"), "wb") as out:
            out.write(VERSIONS[0])
        os.utime(os.path.join(root, "image"), (1e9, 1e9))
        digest = hashlib.sha256(VERSIONS[0]).hexdigest()
        pick = random.Random(5)
        kills = 0
        for _ in range(8):
            run = subprocess.Popen(
                [PROGRAM, "--loopback-only", "-sS", "--retrieve", "-o",
                 self.path, "--limit-rate", "600k", server.url + "image"],
                stderr=subprocess.DEVNULL)
            time.sleep(pick.uniform(0.1, 0.5))
            run.send_signal(signal.SIGKILL)
            kills += run.wait() != 0
            if os.path.exists(self.path):
                break
        self.assertGreater(kills, 0)
        done = self.retrieve(server.url + "image", "--sha256", digest)
        self.assertEqual(done.code, 0, done.err)
        self.check_whole(VERSIONS[0])

    def test_nginx(self):
        with Nginx() as server:
            self.check(server, os.path.join(server.folder.name, "www"))

    def test_apache(self):
        with Apache() as server:
            self.check(server, os.path.join(server.folder.name, "www"))

    def check_resumed(self, server, root):
        """What a call leaves, the next one does not fetch again."""
        self.check_partial(server, root)
        done = lwurl("-sS", "--retrieve", "-o", self.path, "-w",
                     "%{size_download}", server.url + "image")
        self.assertEqual(done.code, 0, done.err)
        self.assertLess(int(done.out), SIZE - 65536)
        self.check_whole(VERSIONS[0])

    def check_partial(self, server, root):
        with open(os.path.join(root, "image"), "wb") as out:
            out.write(VERSIONS[0])
        os.utime(os.path.join(root, "image"), (1e9, 1e9))
        done = self.retrieve(server.url + "image", "--limit-rate", "300k",
                             "-m", "1.2")
        self.assertEqual(done.code, 28)
        self.assertEqual(self.left(), ["image.journal", "image.part"])

    def test_resumed(self):
        for make in (Nginx, Apache):
            with self.subTest(make.__name__), make() as server:
                self.check_resumed(server,
                                   os.path.join(server.folder.name, "www"))
                os.remove(self.path)

    def test_changed(self):
        for make in (Nginx, Apache):
            with self.subTest(make.__name__), make() as server:
                root = os.path.join(server.folder.name, "www")
                self.check_partial(server, root)
                with open(os.path.join(root, "image"), "wb") as out:
                    out.write(VERSIONS[1])
                self.assertEqual(self.retrieve(server.url + "image").code, 0)
                self.check_whole(VERSIONS[1])
                os.remove(self.path)


class ScriptedServers(Base):
    def test_drops(self):
        serving = Serving([200000, 100000, 300000])
        with Scripted(serving) as server:
            for n in range(3):
                self.assertEqual(self.retrieve(server.url).code, 18)
                self.assertFalse(os.path.exists(self.path))
            self.assertEqual(self.retrieve(server.url).code, 0)
        self.assertEqual(serving.asked,
                         [0, 3 * 65536, 4 * 65536, 8 * 65536])
        self.check_whole(VERSIONS[0])

    def test_retries(self):
        serving = Serving([200000, 100000, 300000])
        with Scripted(serving) as server:
            done = self.retrieve(server.url, "--retry", "5",
                                 "--retry-all-errors", "--retry-delay",
                                 "0.01")
        self.assertEqual(done.code, 0, done.err)
        self.check_whole(VERSIONS[0])

    def test_new_version(self):
        for if_range in (True, False):
            serving = Serving([200000], if_range=if_range)
            with self.subTest(if_range), Scripted(serving) as server:
                self.assertEqual(self.retrieve(server.url).code, 18)
                serving.version = 1
                self.assertEqual(self.retrieve(server.url).code, 0)
                self.check_whole(VERSIONS[1])
                os.remove(self.path)

    def test_no_validator(self):
        for validator in (b"", b'ETag: W/"%d"\r\n',
                          b"Last-Modified: " + DATE + b"\r\n"):
            serving = Serving([200000], validator=validator)
            with self.subTest(validator), Scripted(serving) as server:
                self.assertEqual(self.retrieve(server.url).code, 18)
                self.assertEqual(self.left(), [])
                self.assertEqual(self.retrieve(server.url).code, 0)
                self.assertEqual(serving.asked, [0, 0])
                self.check_whole(VERSIONS[0])
                os.remove(self.path)

    def test_no_ranges(self):
        serving = Serving([200000], ranges=False)
        with Scripted(serving) as server:
            self.assertEqual(self.retrieve(server.url).code, 18)
            self.assertEqual(self.retrieve(server.url).code, 0)
        self.check_whole(VERSIONS[0])

    def test_digests(self):
        good = hashlib.sha256(VERSIONS[0]).digest()
        bad = hashlib.sha256(VERSIONS[1]).digest()
        for name, form in ((b"Repr-Digest", b"sha-256=:%s:"),
                           (b"Digest", b"SHA-256=%s")):
            for digest, code in ((good, 0), (bad, 8)):
                field = b"%s: %s\r\n" % (
                    name, form % base64.b64encode(digest))
                serving = Serving([200000], more=field)
                with self.subTest(field), Scripted(serving) as server:
                    self.assertEqual(self.retrieve(server.url).code, 18)
                    self.assertEqual(self.retrieve(server.url).code, code)
                    self.assertEqual(self.left(),
                                     ["image"] if code == 0 else [])
                    self.assertGreater(serving.asked[1], 0)
                    if code == 0:
                        os.remove(self.path)

    def test_expected_digest(self):
        good = hashlib.sha256(VERSIONS[0]).hexdigest()
        with Scripted(Serving()) as server:
            wrong = good[:-1] + ("1" if good[-1] == "0" else "0")
            self.assertEqual(
                self.retrieve(server.url, "--sha256", wrong).code, 8)
            self.assertEqual(self.left(), [])
            self.assertEqual(
                self.retrieve(server.url, "--sha256", good).code, 0)
        self.check_whole(VERSIONS[0])

    def test_error_leaves_the_old_file(self):
        with open(self.path, "wb") as out:
            out.write(b"old")
        with Scripted(answers(b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n"
                              b"no")) as server:
            self.assertEqual(self.retrieve(server.url).code, 22)
        with Scripted(Serving([1000])) as server:
            self.assertEqual(self.retrieve(server.url).code, 18)
        with Scripted(Serving()) as server:
            self.assertEqual(self.retrieve(server.url, "--max-filesize",
                                           "100k").code, 63)
        self.check_whole(b"old")

    def test_part_is_gone(self):
        """A journal alone, or half of what it tells of, is not believed."""
        for keep in (None, 1000):
            serving = Serving([200000])
            with self.subTest(keep), Scripted(serving) as server:
                self.assertEqual(self.retrieve(server.url).code, 18)
                if keep is None:
                    os.remove(self.path + ".part")
                else:
                    os.truncate(self.path + ".part", keep)
                self.assertEqual(self.retrieve(server.url).code, 0)
                self.assertEqual(serving.asked, [0, 0])
                self.check_whole(VERSIONS[0])
                os.remove(self.path)

    def test_too_long_path(self):
        done = lwurl("-sS", "--retrieve", "-o", "x" * 5000, "data:,hello")
        self.assertEqual(done.code, 23)

    def test_data(self):
        self.assertEqual(self.retrieve("data:,hello").code, 0)
        self.check_whole(b"hello")

    def test_options(self):
        for args in (("--retrieve",), ("--sha256", "00"),
                     ("--retrieve", "-o", "x", "--sha256", "00"),
                     ("--retrieve", "-o", "x", "-C", "-")):
            self.assertEqual(lwurl(*args, "data:,hello").code, 2)
        self.assertEqual(lwurl("--retrieve", "-o", "-", "data:,").code, 23)


if __name__ == "__main__":
    assert NGINX
    counted.main()
