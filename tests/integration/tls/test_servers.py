#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The TLS filter against `openssl s_server`, on loopback.

usage: test_servers.py PROBE PKI-FOLDER
"""

import hashlib
import os
import random
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../../check")]

import counted  # noqa: E402
import servers  # noqa: E402
from servers import (  # noqa: E402
    ALERT, CERT, CERT_NAME, CERT_NOT_YET, CERT_PIN, CERT_TIME, CERT_TRUST, OK,
    TLS, TLS_NAME, TRUNCATED, VERSION, Cut, Plain, Server, pki, probe)

servers.use(*sys.argv[1:3])

BODY = random.Random(1).randbytes(100000)


class Servers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        with open(os.path.join(cls.folder.name, "body"), "wb") as out:
            out.write(BODY)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def server(self, chain, *options):
        return Server(self.folder.name, chain, *options)

    def assert_body(self, received):
        body = received.split(b"\r\n\r\n", 1)[1]
        self.assertEqual(hashlib.sha256(body).hexdigest(),
                         hashlib.sha256(BODY).hexdigest())

    def assert_error(self, said, error, detail=None):
        self.assertEqual(int(said["error"]), error, said)
        if detail is not None:
            self.assertEqual(int(said["detail"]), detail, said)

    def test_chains_profiles_records(self):
        for chain in ("rsa", "ec"):
            with self.server(chain, "-tls1_2") as server:
                for profile in ("fast", "small", "careful", "wide"):
                    for record in (16413, 4421, 2373, 1349, 837):
                        said, received = probe(server.port, record=record,
                                               profile=profile)
                        self.assert_error(said, OK)
                        self.assertEqual(said["version"], "0303")
                        self.assertEqual(said["resumed"], "0")
                        self.assert_body(received)

    def test_suites(self):
        for chain, kind in (("ec", "ECDSA"), ("rsa", "RSA")):
            for ours, theirs in (
                    ("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305"),
                    ("AES_128_GCM_SHA256", "AES128-GCM-SHA256")):
                cipher = "ECDHE-%s-%s" % (kind, theirs)
                with self.server(chain, "-cipher", cipher) as server:
                    said, received = probe(server.port)
                self.assertEqual(said["suite"],
                                 "ECDHE_%s_WITH_%s" % (kind, ours))
                self.assert_body(received)

    def test_chacha_is_preferred(self):
        with self.server("ec", "-no_tls1_3") as server:
            said, _ = probe(server.port)
        self.assertIn("CHACHA20", said["suite"])

    def test_p384_chain(self):
        with self.server("p384") as server:
            said, received = probe(server.port, roots="p384-root.pem",
                                   profile="small")
        self.assert_error(said, OK)
        self.assert_body(received)

    def test_small_records_of_the_server(self):
        for size in ("512", "1024", "4096"):
            with self.server("ec", "-max_send_frag", size) as server:
                said, received = probe(server.port, record=4421)
            self.assert_error(said, OK)
            self.assert_body(received)

    def test_two_sends_in_a_handshake(self):
        with self.server("ec") as server:
            said, _ = probe(server.port)
        self.assertEqual(said["handshake_sends"], "2")

    def test_tls_1_3_only(self):
        with self.server("ec", "-tls1_3") as server:
            said, received = probe(server.port)
        self.assert_error(said, VERSION, 70)
        self.assertEqual(received, b"")

    def test_old_versions_only(self):
        with self.server("ec", "-no_tls1_2", "-no_tls1_3", "-cipher",
                         "ALL:@SECLEVEL=0") as server:
            said, _ = probe(server.port)
        self.assert_error(said, VERSION)

    def test_no_common_suite(self):
        with self.server("rsa", "-tls1_2", "-cipher", "AES256-SHA") as server:
            said, _ = probe(server.port)
        self.assert_error(said, VERSION, 40)

    def test_bad_certificates(self):
        for chain, error in (("other-host", CERT_NAME), ("expired", CERT_TIME),
                             ("future", CERT_NOT_YET),
                             ("stranger", CERT_TRUST),
                             ("gap", CERT_TRUST), ("self", CERT_TRUST)):
            with self.server(chain) as server:
                for record in (16413, 837):
                    said, received = probe(server.port, record=record)
                    self.assert_error(said, error)
                    self.assertEqual(received, b"")

    def test_weak_key(self):
        with self.server("weak", "-cipher",
                         "DEFAULT:@SECLEVEL=0") as server:
            said, _ = probe(server.port)
        self.assert_error(said, CERT, 60)

    def test_address_in_certificate(self):
        with self.server("address") as server:
            for host, error in (("127.0.0.1", OK), ("::1", OK),
                                ("127.0.0.2", CERT_NAME)):
                said, _ = probe(server.port, host=host)
                self.assert_error(said, error)

    def test_no_address(self):
        with self.server("address") as server:
            said, _ = probe(server.port, host="127.0.0.256")
        self.assertEqual(said, {"start": str(TLS_NAME)})

    def test_client_certificate_wanted(self):
        with self.server("ec", "-tls1_2", "-Verify", "1",
                         "-verify_return_error") as server:
            said, received = probe(server.port)
        self.assert_error(said, ALERT, 40)
        self.assertEqual(received, b"")

    def test_own_certificate(self):
        for chain in ("ec", "rsa"):
            with self.server(chain, "-tls1_2", "-Verify", "2", "-CAfile",
                             pki("ec-root.pem"),
                             "-verify_return_error") as server:
                for own in ("client-ec", "client-rsa"):
                    for record in (16413, 837):
                        said, received = probe(
                            server.port, "own=" + pki(own), record=record)
                        self.assert_error(said, OK)
                        self.assert_body(received)

    def test_sessions(self):
        """Kept in a file between programs, as over a deep sleep."""
        for chain in ("ec", "rsa"):
            kept = os.path.join(self.folder.name, "sessions-" + chain)
            with self.server(chain, "-tls1_2") as server:
                for resumed in "011":
                    said, received = probe(server.port, "sessions=" + kept)
                    self.assert_error(said, OK)
                    self.assertEqual(said["resumed"], resumed)
                    self.assert_body(received)
                said, _ = probe(server.port, "sessions=" + kept,
                                "pin=" + pki(chain + ".pin"))
                self.assertEqual(said["resumed"], "0")
                said, _ = probe(server.port, "sessions=" + kept,
                                roots=chain + "-root.pem")
                self.assertEqual(said["resumed"], "0")
            with self.server(chain, "-tls1_2") as server:
                said, received = probe(server.port, "sessions=" + kept)
                self.assertEqual(said["resumed"], "0")
                self.assert_body(received)

    def test_pins(self):
        with self.server("ec") as server:
            for name, error in (("ec", OK), ("ec-mid", OK),
                                ("rsa", CERT_PIN)):
                said, _ = probe(server.port, "pin=" + pki(name + ".pin"))
                self.assert_error(said, error)

    def test_alpn_and_fragments(self):
        with self.server("ec", "-tls1_2", "-alpn", "h2,http/1.1") as server:
            for record, fragment in ((16413, "4096"), (837, "512"),
                                     (2373, "2048")):
                said, _ = probe(server.port, record=record)
                self.assert_error(said, OK)
                self.assertEqual(said["alpn"], "1")
                self.assertEqual(said["fragment_max"], fragment)
                self.assertEqual(said["record_max"], str(record - 29))
        with self.server("ec", "-tls1_2") as server:
            said, _ = probe(server.port)
            self.assertEqual(said["alpn"], "0")

    def test_killed_in_the_body(self):
        """The wire ends inside a record: no orderly end."""
        with self.server("ec") as server, Cut(server.port, 30000) as cut:
            said, received = probe(cut.port)
        self.assert_error(said, TRUNCATED)
        self.assertLess(len(received), len(BODY))

    def test_closed_in_the_handshake(self):
        for after in (0, 3, 100, 800):
            with self.server("ec") as server, Cut(server.port, after) as cut:
                said, _ = probe(cut.port)
            self.assert_error(said, TRUNCATED)
            self.assertEqual(said["version"], "0000")

    def test_no_tls_at_all(self):
        with Plain(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
            said, _ = probe(server.port)
        self.assert_error(said, TLS, 3)

    def test_garbage(self):
        noise = random.Random(2)
        for _ in range(20):
            with Plain(noise.randbytes(noise.randrange(1, 300))) as server:
                said, received = probe(server.port)
            self.assertLess(int(said["error"]), 0)
            self.assertEqual(received, b"")


if __name__ == "__main__":
    sys.argv[1:] = []
    counted.main()
