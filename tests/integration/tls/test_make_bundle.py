#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`make bundle`: what it prints and refuses, and that openssl finds its
signatures good. What a device makes of its bundles: tests/unit/test_bundle.c.

usage: test_make_bundle.py PKI-FOLDER
"""

import base64
import hashlib
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))
sys.path.insert(0, os.path.join(ROOT, "tests/check"))

import counted  # noqa: E402

PKI = os.path.abspath(sys.argv[1])


def openssl(*arguments):
    return subprocess.run(["openssl"] + list(arguments), check=True,
                          stdout=subprocess.PIPE).stdout


def pki(name):
    return os.path.join(PKI, name)


class Bundle(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, out, pem, key, seq, **more):
        words = dict(PEM=pki(pem), KEY=pki(key), SEQ=seq,
                     OUT=self.path(out), **more)
        return subprocess.run(
            ["make", "-s", "-C", ROOT, "bundle", "INSTALL=no"]
            + ["%s=%s" % item for item in words.items()],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8", check=False)

    def made(self, out, *arguments, **more):
        result = self.make(out, *arguments, **more)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def refused(self, words, *arguments, **more):
        result = self.make("none", *arguments, **more)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(words, result.stdout)
        self.assertFalse(os.path.exists(self.path("none")))

    def check_signature(self, text, signature, key):
        """By openssl alone."""
        for name, data in (("text", text), ("signature", signature)):
            with open(self.path(name), "wb") as out:
                out.write(data)
        public = self.path("public")
        openssl("pkey", "-in", pki(key), "-pubout", "-out", public)
        openssl("dgst", "-sha256", "-verify", public, "-signature",
                self.path("signature"), self.path("text"))

    def read(self, name):
        with open(self.path(name), "rb") as file:
            data = file.read()
        length = int.from_bytes(data[4:8], "big")
        return data, data[:length], data[length + 2:]

    def test_what_it_says(self):
        said = self.made("one", "roots.pem", "ec.key", 7)
        self.assertRegex(said, r"2049-12-31  RSA 2048 .*CN=lwurl test rsa-root")
        self.assertRegex(said, r"2049-12-31  EC P-256 .*CN=lwurl test ec-root")
        self.assertIn("2 anchors, sequence 7", said)
        info = openssl("pkey", "-in", pki("ec.key"), "-pubout", "-outform",
                       "DER")
        self.assertIn("signed by EC P-256, SHA-256 %s, the firmware's key"
                      % base64.b64encode(hashlib.sha256(info).digest())
                      .decode(), said)
        self.assertIn("%d bytes of .room, .max = 2"
                      % len(self.read("one")[0]), said)

    def test_expired_is_said(self):
        said = self.made("one", "expired.pem", "ec.key", 1)
        self.assertRegex(said, r"2024-02-01 .* EXPIRED")

    def test_signatures(self):
        for key in ("ec.key", "rsa.key"):
            self.made("one", "roots.pem", key, 1)
            _, text, signature = self.read("one")
            self.check_signature(text, signature, key)

    def test_keys_are_signed(self):
        self.made("one", "roots.pem", "ec.key", 1)
        said = self.made("two", "roots.pem", "stranger.key", 2,
                         OLD_KEY=pki("ec.key"), FROM=self.path("one"))
        self.assertIn("1 keys after the firmware's", said)
        data, text, signature = self.read("two")
        self.check_signature(text, signature, "stranger.key")
        self.assertEqual(data[12], 1)
        key, length = data[13:13 + 66], int.from_bytes(data[79:81], "big")
        self.check_signature(b"lwk\1" + key, data[81:81 + length], "ec.key")
        self.made("three", "ec-root.pem", "stranger.key", 3,
                  FROM=self.path("two"))
        self.assertEqual(self.read("three")[0][12:81 + length],
                         data[12:81 + length])

    def test_refused(self):
        self.made("one", "roots.pem", "ec.key", 4)
        one = self.path("one")
        self.refused("SEQ has to be 5", "roots.pem", "ec.key", 4, FROM=one)
        self.refused("SEQ has to be 1", "roots.pem", "ec.key", 0)
        self.refused("SEQ has to be 1", "roots.pem", "ec.key", 1 << 32)
        self.refused("no certificate", "ec.key", "ec.key", 1)
        self.refused("EC on P-256, or RSA", "roots.pem", "odd.key", 1)
        self.refused("EC on P-256, or RSA", "roots.pem", "p384-root.key", 1)
        self.refused("2048 to 4096", "roots.pem", "weak.key", 1)
        self.refused("2048 to 4096", "weak.pem", "ec.key", 1)
        self.refused("openssl pkey", "roots.pem", "roots.pem", 1)
        self.refused("no bundle", "roots.pem", "ec.key", 1,
                     FROM=pki("roots.pem"))
        self.made("two", "roots.pem", "stranger.key", 5,
                  OLD_KEY=pki("ec.key"), FROM=one)
        self.refused("needs OLD_KEY", "roots.pem", "ec.key", 6,
                     FROM=self.path("two"))
        self.refused("not the last key", "roots.pem", "rsa.key", 6,
                     OLD_KEY=pki("ec.key"), FROM=self.path("two"))

    def test_cut_short(self):
        self.made("one", "roots.pem", "ec.key", 4)
        data = self.read("one")[0]
        for n in (0, 11, 60, len(data) - 1, len(data) + 1):
            with open(self.path("cut"), "wb") as out:
                out.write((data + b"x")[:n])
            self.refused("no bundle", "roots.pem", "ec.key", 5,
                         FROM=self.path("cut"))

    def test_no_more_than_eight_keys(self):
        self.made("0", "ec-root.pem", "ec.key", 1)
        for i in range(8):
            keys = ("stranger.key", "ec.key")
            self.made(str(i + 1), "ec-root.pem", keys[i % 2], i + 2,
                      OLD_KEY=pki(keys[1 - i % 2]), FROM=self.path(str(i)))
        self.refused("more than 8 keys", "ec-root.pem", "stranger.key", 20,
                     OLD_KEY=pki("ec.key"), FROM=self.path("8"))

    def test_no_arguments(self):
        result = subprocess.run(["make", "-s", "-C", ROOT, "bundle",
                                 "INSTALL=no"], stderr=subprocess.PIPE,
                                stdout=subprocess.PIPE, encoding="utf-8",
                                check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("PEM=", result.stderr)


if __name__ == "__main__":
    sys.argv[1:] = []
    counted.main()
