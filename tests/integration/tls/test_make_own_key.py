#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`make anchors CERT= KEY=`: its header, compiled and linked, holds the chain,
and signs so that openssl finds it good; bad input is refused.

usage: test_make_own_key.py PKI-FOLDER COMPILE LIBRARIES
"""

import os
import shlex
import stat
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))
sys.path.insert(0, os.path.join(ROOT, "tests/check"))

import counted  # noqa: E402

PKI = os.path.abspath(sys.argv[1])
COMPILE, LIBRARIES = map(shlex.split, sys.argv[2:4])

# Prints the certificates and the signature of 32 bytes 0, 1, 2 ... in hex.
PROGRAM = r"""
#include <stdio.h>
%s
#include "own.h"
static void hex(const unsigned char *p, size_t n)
{
    while (n-- > 0)
        printf("%%02x", *p++);
    putchar('\n');
}
int main(void)
{
    unsigned char hash[32], signature[600];
    size_t n;
    for (n = 0; n < sizeof hash; n++)
        hash[n] = (unsigned char)n;
    for (n = 0; n < own.chain_n; n++)
        hex(own.chain[n].data, own.chain[n].data_len);
    n = own.sign(own.ctx, hash, signature, sizeof signature);
    hex(signature, n);
    return own.ops == &lwurl_tls_key_class && n > 0 ? 0 : 1;
}
"""

CAREFUL = {"ec": "#define OWN_EC br_ec_p256_m15\n"
                 "#define OWN_SIGN br_ecdsa_i15_sign_asn1\n",
           "rsa": "#define OWN_SIGN br_rsa_i15_pkcs1_sign\n"}


def openssl(*arguments):
    return subprocess.run(["openssl"] + list(arguments), check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def pki(name):
    return os.path.join(PKI, name)


class OwnKey(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def make(self, certificate, key):
        return subprocess.run(
            ["make", "-s", "-C", ROOT, "anchors", "INSTALL=no",
             "CERT=" + certificate, "KEY=" + key,
             "OUT=" + self.path("own.h")], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding="utf-8", check=False)

    def made(self, certificate, key):
        result = self.make(certificate, key)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def refused(self, words, certificate, key):
        result = self.make(certificate, key)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(words, result.stdout)
        self.assertFalse(os.path.exists(self.path("own.h")))

    def run_c(self, before=""):
        with open(self.path("own.c"), "w", encoding="ascii") as out:
            out.write(PROGRAM % before)
        subprocess.run(COMPILE + ["-I" + self.folder, self.path("own.c"),
                                  "-o", self.path("own")] + LIBRARIES,
                       check=True, cwd=ROOT)
        lines = subprocess.run([self.path("own")], check=True,
                               stdout=subprocess.PIPE,
                               encoding="ascii").stdout.split()
        return [bytes.fromhex(line) for line in lines]

    def check(self, certificate, key, before=""):
        """The header in use, whatever form the key came in."""
        self.made(certificate, key)
        *chain, signature = self.run_c(before)
        der = openssl("x509", "-in", certificate, "-outform", "DER")
        self.assertEqual(chain[0], der)
        with open(certificate, encoding="ascii") as pem:
            self.assertEqual(len(chain), pem.read().count("BEGIN CERT"))
        for name, data in (("hash", bytes(range(32))), ("sig", signature)):
            with open(self.path(name), "wb") as out:
                out.write(data)
        openssl("pkeyutl", "-verify", "-certin", "-inkey", certificate,
                "-pkeyopt", "digest:sha256", "-in", self.path("hash"),
                "-sigfile", self.path("sig"))

    def test_keys(self):
        for kind in ("ec", "rsa"):
            self.check(pki("client-%s.pem" % kind),
                       pki("client-%s.key" % kind))
            self.check(pki("client-%s.pem" % kind),
                       pki("client-%s.key" % kind), CAREFUL[kind])
        self.check(pki("p384-root.pem"), pki("p384-root.key"))

    def test_older_forms_of_keys(self):
        for kind in ("ec", "rsa"):
            with open(self.path("key"), "wb") as out:
                out.write(openssl("pkey", "-traditional", "-in",
                                  pki("client-%s.key" % kind)))
            self.check(pki("client-%s.pem" % kind), self.path("key"))

    def test_what_it_says(self):
        said = self.made(pki("client-ec.pem"), pki("client-ec.key"))
        self.assertRegex(said, r"2049-12-31  EC P-256 .*CN=client-ec.test")
        self.assertRegex(said, r"2 certificates and a private key, \d+ bytes")
        self.assertRegex(self.made(pki("client-expired.pem"),
                                   pki("client-expired.key")),
                         r"2024-02-01 .*client-expired.test  EXPIRED")

    def test_others_cannot_read_it(self):
        with open(self.path("own.h"), "w", encoding="ascii"):
            os.chmod(self.path("own.h"), 0o644)
        self.made(pki("client-ec.pem"), pki("client-ec.key"))
        mode = os.stat(self.path("own.h")).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o600)

    def test_refused(self):
        good = pki("client-ec.pem"), pki("client-ec.key")
        self.refused("not that of the first", good[0], pki("client-rsa.key"))
        self.refused("not that of the first", good[0], pki("stranger.key"))
        self.refused("no private key", good[0], good[0])
        self.refused("no certificate", good[1], good[1])
        self.refused("kind of key", pki("odd.pem"), pki("odd.key"))
        self.refused("kind of key", good[0], pki("odd.key"))
        with open(self.path("key"), "wb") as out:
            out.write(openssl("pkey", "-in", good[1], "-aes128", "-passout",
                              "pass:secret"))
        self.refused("decrypt it first", good[0], self.path("key"))


if __name__ == "__main__":
    sys.argv[1:] = []
    counted.main()
