#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The TLS filter against `openssl s_server`, on loopback.

usage: test_servers.py PROBE PKI-FOLDER
"""

import hashlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))
sys.path.insert(0, os.path.join(ROOT, "tests/check"))

import counted  # noqa: E402

PROBE, PKI = map(os.path.abspath, sys.argv[1:3])

# lwurl_types.h
OK = 0
TLS = -60
ALERT = -61
VERSION = -62
TRUNCATED = -64
CERT_NAME = -65
CERT_TIME = -66
CERT_TRUST = -67
CERT = -68
CERT_NOT_YET = -69
TLS_NAME = -21

BODY = random.Random(1).randbytes(100000)


class Server:
    """openssl s_server with a chain of the test PKI, on a port of its own."""

    def __init__(self, folder, chain, *options):
        crt, key, rest = (os.path.join(PKI, chain + end)
                          for end in (".pem", ".key", ".rest"))
        if os.path.exists(rest):
            options += "-cert_chain", rest
        self.process = subprocess.Popen(
            ["timeout", "60", "openssl", "s_server", "-accept",
             "127.0.0.1:0", "-cert", crt, "-key", key, "-WWW"]
            + list(options),
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        for line in self.process.stdout:
            found = re.match(rb"ACCEPT \S+:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                break
        # Somebody has to read what it says.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def probe(port, host="device.test", roots="roots.pem", record=16413,
          profile="fast", path="/body"):
    """What the probe says, and what it received."""
    result = subprocess.run(
        ["timeout", "60", PROBE, str(port), host, os.path.join(PKI, roots),
         path, str(record), profile],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if result.returncode != 0:
        raise AssertionError("probe: %d\n%s" % (
            result.returncode, result.stderr.decode("latin-1")[-4000:]))
    said = dict(line.split(" ", 1)
                for line in result.stdout.decode("ascii").splitlines())
    return said, result.stderr


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


class Listener:
    """A thread that serves one connection on a port of its own."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(30)
        self.socket.close()

    def run(self):
        client, _ = self.socket.accept()
        with client:
            client.settimeout(30)
            try:
                self.serve(client)
            except OSError:
                pass


class Plain(Listener):
    """Answers the first bytes with the given ones, and closes."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def serve(self, client):
        client.recv(4096)
        client.sendall(self.answer)
        client.shutdown(socket.SHUT_WR)
        while client.recv(4096):
            pass


class Cut(Listener):
    """Passes a connection on to a server, until that has sent n bytes."""

    def __init__(self, port, n):
        super().__init__()
        self.server_port = port
        self.left = n

    def serve(self, client):
        server = socket.create_connection(("127.0.0.1", self.server_port))
        with server:
            server.settimeout(30)
            threading.Thread(target=self.up, args=(client, server),
                             daemon=True).start()
            while self.left > 0:
                data = server.recv(min(self.left, 4096))
                if not data:
                    break
                client.sendall(data)
                self.left -= len(data)
            client.shutdown(socket.SHUT_WR)

    @staticmethod
    def up(client, server):
        try:
            while True:
                data = client.recv(4096)
                if not data:
                    break
                server.sendall(data)
        except OSError:
            pass


if __name__ == "__main__":
    sys.argv[1:] = []
    counted.main()
