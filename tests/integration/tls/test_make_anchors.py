#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`make anchors`: what its headers hold, seen by a C compiler, is what openssl
reads in the certificates.

usage: test_make_anchors.py PKI-FOLDER BEARSSL-INC
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))
sys.path.insert(0, os.path.join(ROOT, "tests/check"))

import counted  # noqa: E402

PKI, INC = sys.argv[1:3]

PROGRAM = r"""
#include <stdio.h>
#include "anchors.h"
static void hex(const char *what, const unsigned char *p, size_t n)
{
    printf("%s=", what);
    while (n-- > 0)
        printf("%02x", *p++);
    putchar('\n');
}
static void key(const br_x509_pkey *k)
{
    if (k->key_type == BR_KEYTYPE_RSA) {
        hex("n", k->key.rsa.n, k->key.rsa.nlen);
        hex("e", k->key.rsa.e, k->key.rsa.elen);
    } else {
        printf("curve=%d\n", k->key.ec.curve);
        hex("q", k->key.ec.q, k->key.ec.qlen);
    }
}
"""

PRINT_ANCHORS = PROGRAM + r"""
int main(void)
{
    for (int i = 0; i < ANCHORS_N; i++) {
        printf("ca=%d\n", anchors[i].flags == BR_X509_TA_CA);
        hex("dn", anchors[i].dn.data, anchors[i].dn.len);
        key(&anchors[i].pkey);
    }
    return 0;
}
"""

PRINT_KEY = PROGRAM + r"""
const br_x509_class br_x509_knownkey_vtable;
int main(void)
{
    printf("usages=%d\n", anchors.usages == BR_KEYTYPE_SIGN);
    key(&anchors.pkey);
    return 0;
}
"""


def openssl(*arguments):
    return subprocess.run(["openssl"] + list(arguments), check=True,
                          stdout=subprocess.PIPE).stdout


def pki(name):
    return os.path.join(PKI, name)


def expected_key(certificate):
    public = openssl("x509", "-in", certificate, "-noout", "-pubkey")
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"],
                         input=public, check=True,
                         stdout=subprocess.PIPE).stdout
    modulus = openssl("x509", "-in", certificate, "-noout", "-modulus")
    if b"no modulus" not in modulus.lower():
        return ["n=" + modulus.decode().strip().split("=")[1].lower(),
                "e=010001"]
    curve, size = (23, 65) if len(der) < 100 else (24, 97)
    return ["curve=%d" % curve, "q=" + der[-size:].hex()]


class Anchors(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def make(self, pem, *more):
        return subprocess.run(
            ["make", "-s", "-C", ROOT, "anchors", "INSTALL=no",
             "PEM=" + os.path.abspath(pem), "OUT=" + self.path("anchors.h")]
            + list(more), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8")

    def made(self, pem, *more):
        result = self.make(pem, *more)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def run_c(self, program):
        source, binary = self.path("show.c"), self.path("show")
        with open(source, "w", encoding="ascii") as out:
            out.write(program)
        subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-std=c99",
                        "-I" + self.folder.name, "-isystem", INC,
                        "-I" + os.path.join(ROOT, "core"),
                        "-I" + os.path.join(ROOT, "port"),
                        "-I" + os.path.join(ROOT, "config"),
                        source, "-o", binary], check=True)
        return subprocess.run([binary], check=True, encoding="ascii",
                              stdout=subprocess.PIPE).stdout.splitlines()

    def test_bundle(self):
        said = self.made(pki("roots.pem"))
        self.assertRegex(said, r"2049-12-31  RSA 2048 .*CN=lwurl test rsa-root")
        self.assertRegex(said, r"2049-12-31  EC P-256 .*CN=lwurl test ec-root")
        self.assertRegex(said, r"(?m)^2 anchors, \d+ bytes")
        lines = self.run_c(PRINT_ANCHORS)
        for root in ("rsa-root.pem", "ec-root.pem"):
            self.assertEqual(lines.pop(0), "ca=1")
            name, dn = lines.pop(0).split("=")
            self.assertEqual(name, "dn")
            der = openssl("x509", "-in", pki(root), "-outform", "DER")
            # Issuer and subject of a root.
            self.assertEqual(der.count(bytes.fromhex(dn)), 2)
            for line in expected_key(pki(root)):
                self.assertEqual(lines.pop(0), line)
        self.assertEqual(lines, [])

    def test_p384(self):
        self.made(pki("p384-root.pem"))
        self.assertEqual(self.run_c(PRINT_ANCHORS)[2:],
                         expected_key(pki("p384-root.pem")))

    def test_leaf_and_expiry(self):
        said = self.made(pki("expired.crt"))
        self.assertRegex(said, r"2024-02-01 .*no CA.*EXPIRED")
        self.assertEqual(self.run_c(PRINT_ANCHORS)[0], "ca=0")

    def test_twice_is_once(self):
        with open(pki("ec-root.pem"), encoding="ascii") as text:
            twice = text.read() * 2
        with open(self.path("twice.pem"), "w", encoding="ascii") as out:
            out.write(twice)
        self.assertIn("1 anchors", self.made(self.path("twice.pem")))

    def test_known_key(self):
        for chain in ("ec.pem", "rsa.pem"):
            self.made(pki(chain), "KEY=1")
            self.assertEqual(self.run_c(PRINT_KEY), ["usages=1"]
                             + expected_key(pki(chain)))

    def test_known_key_from_public_key(self):
        public = openssl("x509", "-in", pki("ec.pem"), "-noout", "-pubkey")
        with open(self.path("key.pem"), "wb") as out:
            out.write(public)
        self.made(self.path("key.pem"), "KEY=1")
        self.assertEqual(self.run_c(PRINT_KEY)[1:],
                         expected_key(pki("ec.pem")))

    def test_pins(self):
        said = self.made(pki("ec.pem"), "PIN=1", "NAME=pins")
        self.assertIn("2 pins, 64 bytes", said)
        with open(self.path("anchors.h"), encoding="ascii") as text:
            header = text.read()
        self.assertIn("#define PINS_N 2", header)
        numbers = bytes(int(byte, 16)
                        for byte in re.findall(r"0x(\w\w)", header))
        with open(pki("ec.pin"), "rb") as leaf, \
                open(pki("ec-mid.pin"), "rb") as issuer:
            self.assertEqual(numbers, leaf.read() + issuer.read())
        self.run_c("#include <stdio.h>\n#include \"anchors.h\"\n"
                   "int main(void)\n{\n    return pins[1].sha256[0] != %d;\n}\n"
                   % numbers[32])

    def test_selection(self):
        der = openssl("x509", "-in", pki("ec-root.pem"), "-outform", "DER")
        sha256 = hashlib.sha256(der).hexdigest()
        with open(self.path("list"), "w", encoding="ascii") as out:
            out.write("# comment\n%s  the one\n" % sha256)
        said = self.made(pki("roots.pem"), "ROOTS=" + self.path("list"))
        self.assertIn("1 anchors", said)
        self.assertIn("ec-root", said)
        with open(self.path("list"), "a", encoding="ascii") as out:
            out.write("%s  another\n" % sha256[::-1])
        result = self.make(pki("roots.pem"), "ROOTS=" + self.path("list"))
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("another", result.stdout)

    def test_roots_of_the_web(self):
        """The system's bundle may be another one: then it says what lacks."""
        bundle = "/etc/ssl/certs/ca-certificates.crt"
        if not os.path.exists(bundle):
            self.skipTest("no bundle of roots on this system")
        result = self.make(bundle, "WEB=1")
        if result.returncode != 0:
            self.assertIn("not there: ", result.stdout)
            return
        self.assertRegex(result.stdout, r"ISRG Root X1")
        self.assertRegex(result.stdout, r"(?m)^21 anchors, \d+ bytes")
        self.assertGreater(len(self.run_c(PRINT_ANCHORS)), 21 * 3)

    def refused(self, text, words):
        with open(self.path("in.pem"), "w", encoding="ascii") as out:
            out.write(text)
        result = self.make(self.path("in.pem"))
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(words, result.stdout)
        self.assertFalse(os.path.exists(self.path("anchors.h")))

    def test_no_certificate(self):
        self.refused("nothing here\n", "no certificate")

    def test_broken_certificate(self):
        self.refused("-----BEGIN CERTIFICATE-----\nMIIB\n"
                     "-----END CERTIFICATE-----\n", "broken certificate")

    def test_unknown_key(self):
        with open(pki("odd.pem"), encoding="ascii") as text:
            self.refused(text.read(), "BearSSL can use")

    def test_no_arguments(self):
        result = subprocess.run(["make", "-s", "-C", ROOT, "anchors",
                                 "INSTALL=no"], stderr=subprocess.PIPE,
                                stdout=subprocess.PIPE, encoding="utf-8")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("PEM=", result.stderr)


if __name__ == "__main__":
    sys.argv[1:] = []
    counted.main()
