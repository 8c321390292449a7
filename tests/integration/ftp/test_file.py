#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""file: URLs of the host program and of CPython's urllib, on the same files.

usage: test_file.py PROGRAM
"""

import email
import mimetypes
import os
import random
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

import servers  # noqa: F401 (the path to the host program's tests)
from support import PROGRAM, counted, lwurl

mimetypes.knownfiles[:] = []  # D25: what the system says is not asked
mimetypes.init(files=[])

SEED = 8089  # RFC 8089: file:

URL, USAGE, UNREADABLE = 3, 2, 37


def ours(url, *args):
    """(headers, body), or the exit status."""
    result = lwurl("-i", url, *args)
    if result.code != 0:
        assert result.out == b"", result
        return result.code
    head, _, body = result.out.partition(b"\r\n\r\n")
    return email.message_from_bytes(head).items(), body


def theirs(url):
    """The same; None where CPython refuses."""
    try:
        with urllib.request.urlopen(url) as response:
            assert response.status is None
            return response.headers.items(), response.read()
    except (urllib.error.URLError, ValueError):
        return None


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, data=b"data", mtime=1234567890):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.write(data)
        os.utime(path, (mtime, mtime))
        return path

    def assert_same(self, url):
        mine = ours(url)
        self.assertIsInstance(mine, tuple, url)
        self.assertEqual(mine, theirs(url), url)
        return mine

    def test_contents(self):
        for data in (b"", b"\0", bytes(range(256)), b"x" * 1000000,
                     b"a\r\n\r\nb"):
            path = self.write("file.bin", data)
            self.assertEqual(self.assert_same("file://" + path)[1], data)
            result = lwurl("--work-buffer", "128", "file://" + path)
            self.assertEqual(result.out, data)

    def test_names(self):
        for name in ("a.html", "a.tar.gz", "A.JSON", "with space.txt", "%41",
                     "a?b.css", "a#b", "\u00e4\u20ac.png", ".hidden", "a;b",
                     "none", "a&b=c+d~", "tab\t.c", "new\nline.c", "\\x"):
            path = self.write(name)
            with self.subTest(name):
                self.assert_same("file://" + urllib.parse.quote(path))

    def test_random_names(self):
        dice = random.Random(SEED)
        for _ in range(60):
            name = bytes(dice.choice([0x25, 0x2e, 0x20, 0x3f, 0x23, 0xe4, 0x09,
                                      0x7f, 0x41, 0x63, 0x67, 0x7a])
                         for _ in range(dice.randint(1, 12)))
            name = b"_" + name
            path = os.path.join(self.folder.encode(), name)
            with open(path, "wb") as out:
                out.write(name)
            url = "file://" + urllib.parse.quote(path)
            with self.subTest(url):
                mine = ours(url)
                self.assertEqual(mine[1], name)
                try:
                    name.decode()
                except UnicodeDecodeError:
                    continue  # CPython finds only names in UTF-8
                self.assertEqual(mine, theirs(url))

    def test_times(self):
        for mtime in (0, 951782400, 1234567890, 4107542400, -86401):
            path = self.write("x", mtime=mtime)
            self.assert_same("file://" + path)

    def test_shapes(self):
        """How a URL may be written, and which host it may name."""
        path = self.write("x.txt")
        for url in ("file://" + path, "file:" + path,
                    "file://localhost" + path, "FILE://" + path,
                    "file:///" + path, "file://" + path.replace("x", "%78"),
                    "file://" + path + "#fragment", "file://" + path + "#"):
            with self.subTest(url):
                self.assert_same(url)
        for url in ("file://other.invalid" + path,
                    "file://localhost:80" + path, "file://a@localhost" + path):
            with self.subTest(url):
                self.assertIsNone(theirs(url))
                self.assertEqual(ours(url), URL)
        for url in ("file://", "file://localhost", "file:///a%00b"):
            with self.subTest(url):
                self.assertIsNone(theirs(url))
                self.assertEqual(ours(url), URL)

    def test_query_is_name(self):
        path = self.write("x?y=z")
        self.assertEqual(self.assert_same("file://" + path)[1], b"data")

    def test_missing(self):
        for path in (self.folder, self.folder + "/none", "/dev/null/x",
                     self.folder + "/" + "x" * 300, self.folder + "/"):
            with self.subTest(path):
                self.assertIsNone(theirs("file://" + path))
                self.assertEqual(ours("file://" + path), UNREADABLE)

    def test_differs_no_file(self):
        """what is no regular file is refused: CPython waits for a pipe, and
        says a device has no bytes."""
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        for path in (pipe, "/dev/zero", "/dev/null"):
            self.assertEqual(ours("file://" + path), UNREADABLE, path)

    def test_differs_not_quoted(self):
        """a blank in a URL is refused (RFC 3986)."""
        path = self.write("a b")
        self.assertEqual(theirs("file://" + path)[1], b"data")
        self.assertEqual(ours("file://" + path), URL)

    def test_D9_shrinks(self):
        """A file that has become shorter is an error, and none to CPython."""
        path = self.write("shrinks", b"x" * 5000000)
        command = [PROGRAM, "--loopback-only", "--work-buffer", "128",
                   "file://" + path]
        with subprocess.Popen(command, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.read(10), b"x" * 10)
            os.truncate(path, 1000)
            out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 18, err)
        self.assertLess(len(out), 5000000)
        with urllib.request.urlopen("file://" + self.write(
                "shrinks", b"x" * 5000000)) as response:
            os.truncate(path, 1000)
            self.assertEqual(len(response.read()), 1000)

    def test_D25_the_systems_table(self):
        """What the system says of an extension is CPython's to know."""
        table = self.write("mime.types", b"application/x-own zzlw\n")
        url = "file://" + self.write("x.zzlw")
        theirs = subprocess.run(
            [sys.executable, "-c", "import mimetypes, sys, urllib.request\n"
             "mimetypes.knownfiles[:] = [sys.argv[1]]\n"
             "print(urllib.request.urlopen(sys.argv[2]).headers"
             "['Content-type'])", table, url], stdout=subprocess.PIPE,
            check=True, text=True).stdout.strip()
        mine = dict(ours(url)[0])["Content-type"]
        print("D25: CPython %s, here %s" % (theirs, mine))
        self.assertEqual((theirs, mine), ("application/x-own", "text/plain"))

    def test_long_path(self):
        path = self.folder
        for _ in range(3):
            path += "/" + "d" * 80
            os.mkdir(path)
        with open(path + "/x", "wb") as out:
            out.write(b"far")
        self.assertEqual(lwurl("file://" + path + "/x").out, b"far")
        result = lwurl("--work-buffer", "128", "file://" + path + "/x")
        self.assertEqual(result.code, 27)
        self.assertIn(str(len(path) + 2), result.err)


if __name__ == "__main__":
    counted.main()
