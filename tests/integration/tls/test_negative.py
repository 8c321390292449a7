#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bad certificates and bad handshakes: each ends in its own error, and not a
byte of a response is handed out.

usage: test_negative.py PROBE PKI-FOLDER

Certificates are made by pki.sh; what openssl does not do wrong by itself is
changed on the way by a proxy.
"""

import contextlib
import os
import random
import socket
import struct
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../../check")]

import counted  # noqa: E402
import servers  # noqa: E402
from servers import (  # noqa: E402
    ALERT, CERT, CERT_NAME, CERT_NOT_YET, CERT_PURPOSE, CERT_TIME, CERT_TRUST,
    RECORD, TLS, TRUNCATED, VERSION, Listener, Plain, Server, pki, probe)

servers.use(*sys.argv[1:3])

NAME = CERT_NAME, 56
EXPIRED = CERT_TIME, 54
NOT_YET = CERT_NOT_YET, 70
PURPOSE = CERT_PURPOSE, 71
TRUST = CERT_TRUST, 62
NOT_CA = CERT, 58
CRITICAL = CERT, 57
WEAK = CERT, 60
SIGNATURE = CERT, 52
UNSUPPORTED = CERT, 49

DEVICE = "device.test"

# Chain of the server, host that is asked for, and what has to come of it.
CERTIFICATES = (
    ("other-host", DEVICE, NAME),
    ("wild-part", DEVICE, NAME),
    ("wild-all", DEVICE, NAME),
    ("wild-two", DEVICE, NAME),
    ("wild-inner", DEVICE, NAME),
    ("ec", "a.b.wild.test", NAME),
    ("ec", "wild.test", NAME),
    ("name-nul", DEVICE, NAME),
    ("name-mail", DEVICE, NAME),
    ("name-uri", DEVICE, NAME),
    ("cn-beside", DEVICE, NAME),
    ("cn-mail", DEVICE, NAME),
    ("ec", "127.0.0.1", NAME),
    ("address-other", "127.0.0.1", NAME),
    ("address-other", "::1", NAME),
    ("address-name", "127.0.0.1", NAME),
    ("address-cn", "127.0.0.1", NAME),
    ("expired", DEVICE, EXPIRED),
    ("mid-expired", DEVICE, EXPIRED),
    ("reversed", DEVICE, EXPIRED),
    ("future", DEVICE, NOT_YET),
    ("mid-future", DEVICE, NOT_YET),
    ("client-only", DEVICE, PURPOSE),
    ("client-critical", DEVICE, PURPOSE),
    ("code-signing", DEVICE, PURPOSE),
    ("mid-client", DEVICE, PURPOSE),
    ("mid-no-sign", DEVICE, (CERT_PURPOSE, 59)),
    ("mid-no-ca", DEVICE, NOT_CA),
    ("mid-no-basic", DEVICE, NOT_CA),
    ("mid-leaf", DEVICE, NOT_CA),
    ("path", DEVICE, NOT_CA),
    ("critical", DEVICE, CRITICAL),
    ("mid-critical", DEVICE, CRITICAL),
    ("mid-names", DEVICE, CRITICAL),
    ("weak", DEVICE, WEAK),
    ("weak-issuer", DEVICE, WEAK),
    ("sha1", DEVICE, UNSUPPORTED),
    ("pss", DEVICE, UNSUPPORTED),
    ("bad-signature", DEVICE, SIGNATURE),
    ("bad-body", DEVICE, SIGNATURE),
    ("impostor", DEVICE, SIGNATURE),
    ("bad-mid", DEVICE, TRUST),
    ("false-root", DEVICE, TRUST),
    ("twice", DEVICE, (CERT, 55)),
    ("stranger", DEVICE, TRUST),
    ("self", DEVICE, TRUST),
    ("gap", DEVICE, TRUST),
)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        with open(os.path.join(cls.folder.name, "body"), "wb") as out:
            out.write(b"this must not arrive" * 100)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def server(self, chain, *options):
        return Server(self.folder.name, chain, "-tls1_2", "-cipher",
                      "DEFAULT:@SECLEVEL=0", *options)

    def refused(self, result, error, detail=None):
        said, received = result
        self.assertEqual(int(said["error"]), error, said)
        if detail is not None:
            self.assertEqual(int(said["detail"]), detail, said)
        self.assertEqual(received, b"")


class Certificates(Case):
    """One test for each line of the table."""


def add_certificate(chain, host, expected):
    def test(self):
        with self.server(chain) as server:
            self.refused(probe(server.port, host=host), *expected)
    name = "test_%s_%s" % (chain.replace("-", "_"),
                           "".join(c if c.isalnum() else "_" for c in host))
    assert not hasattr(Certificates, name)
    setattr(Certificates, name, test)


for line in CERTIFICATES:
    add_certificate(*line)


# ------------------------------------------------------------- on the way

class Tamper(Listener):
    """Passes a connection on, the server's records through `change`: it gets
    the number of a record and all of its bytes, and returns what to send; None
    ends the connection."""

    def __init__(self, port, change):
        super().__init__()
        self.server_port = port
        self.change = change

    def serve(self, client):
        with socket.create_connection(
                ("127.0.0.1", self.server_port)) as server:
            # When both ends wait for each other, the wire ends.
            server.settimeout(2)
            threading.Thread(target=self.up, args=(client, server),
                             daemon=True).start()
            try:
                self.down(client, server)
            finally:
                client.shutdown(socket.SHUT_WR)

    def down(self, client, server):
        number = 0
        source = server.makefile("rb")
        while True:
            head = source.read(5)
            if len(head) < 5:
                break
            data = self.change(number, head + source.read(
                struct.unpack(">H", head[3:])[0]))
            if data is None:
                break
            client.sendall(data)
            number += 1

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
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_WR)


def record(kind, body, version=b"\3\3"):
    return bytes([kind]) + version + struct.pack(">H", len(body)) + body


def alert(level, description):
    return record(21, bytes([level, description]))


def at(number, edit):
    """Changes one record."""
    return lambda n, data: edit(data) if n == number else data


def flip(offset):
    def edit(data):
        changed = bytearray(data)
        changed[offset] ^= 1
        return bytes(changed)
    return edit


def put(offset, new):
    return lambda data: data[:offset] + new + data[offset + len(new):]


class Handshakes(Case):
    """openssl sends ServerHello, Certificate, ServerKeyExchange and
    ServerHelloDone as records 0 to 3, then ChangeCipherSpec and Finished, then
    the response."""

    def tampered(self, change, error, detail=None, chain="ec", **how):
        with self.server(chain) as server, \
                Tamper(server.port, change) as way:
            self.refused(probe(way.port, **how), error, detail)

    def test_records_are_as_expected(self):
        kinds = []

        def note(number, data):
            kinds.append((data[0], data[5] if number < 4 else 0))
            return data
        with self.server("ec") as server, Tamper(server.port, note) as way:
            said, received = probe(way.port)
        self.assertEqual(said["error"], "0")
        self.assertIn(b"this must not arrive", received)
        self.assertEqual(kinds[:6], [(22, 2), (22, 11), (22, 12), (22, 14),
                                     (20, 0), (22, 0)])

    def test_end_before_each_record(self):
        for last in range(7):
            self.tampered(lambda n, data, last=last:
                          data if n < last else None, TRUNCATED)

    def test_end_inside_each_record(self):
        for last in range(7):
            for keep in (1, 4, 6, -1):
                def change(n, data, last=last, keep=keep):
                    if n > last:
                        return None
                    return data[:keep] if n == last else data
                self.tampered(change, TRUNCATED)

    def test_record_left_out(self):
        for n in range(6):
            with self.server("ec") as server, \
                    Tamper(server.port, at(n, lambda _: b"")) as way:
                said, received = probe(way.port)
            self.assertLess(int(said["error"]), 0)
            self.assertEqual(received, b"")

    def test_record_twice(self):
        for n in range(6):
            with self.server("ec") as server, \
                    Tamper(server.port, at(n, lambda d: d + d)) as way:
                said, received = probe(way.port)
            self.assertLess(int(said["error"]), 0)
            self.assertEqual(received, b"")

    def test_downgrade_by_the_server(self):
        for minor, error in ((0, VERSION), (1, VERSION), (2, VERSION),
                             (4, VERSION)):
            self.tampered(at(0, put(9, bytes([3, minor]))), error)

    def test_downgrade_by_suite(self):
        """A suite that was not offered: RSA key exchange, CBC, NULL."""
        for suite in (b"\x00\x9c", b"\xc0\x09", b"\x00\x01"):
            def change(data, suite=suite):
                where = 44 + data[43]
                return data[:where] + suite + data[where + 2:]
            self.tampered(at(0, change), TLS)

    def test_compression(self):
        def change(data):
            where = 46 + data[43]
            return data[:where] + b"\1" + data[where + 1:]
        self.tampered(at(0, change), TLS)

    def test_random_of_the_server(self):
        """The key exchange is signed with both randoms."""
        self.tampered(at(0, flip(20)), TLS)

    def test_extension_that_was_not_asked_for(self):
        def change(data):
            extra = b"\x00\x23\x00\x00"  # session ticket
            where = 47 + data[43]
            body = data[9:where]
            extensions = data[where + 2:] + extra
            body += struct.pack(">H", len(extensions)) + extensions
            return record(22, b"\2" + struct.pack(">I", len(body))[1:] + body)
        self.tampered(at(0, change), TLS)

    def test_key_exchange_changed(self):
        for offset in (10, 12, 13, 40, 80, -1):
            with self.server("ec") as server, \
                    Tamper(server.port, at(2, flip(offset))) as way:
                said, received = probe(way.port)
            self.assertIn(int(said["error"]), (TLS, ALERT))
            self.assertEqual(received, b"")

    def test_certificate_changed(self):
        for offset in (60, 100, 200, 300, -1):
            with self.server("ec") as server, \
                    Tamper(server.port, at(1, flip(offset))) as way:
                said, received = probe(way.port)
            self.assertLess(int(said["error"]), 0)
            self.assertEqual(received, b"")

    def test_finished_changed(self):
        self.tampered(at(5, flip(-1)), TLS)

    def test_response_changed(self):
        for offset in (5, 20, -1):
            self.tampered(at(6, flip(offset)), TLS)

    def test_response_as_another_record(self):
        self.tampered(at(6, put(0, b"\x16")), TLS)

    def test_alert_storm(self):
        """Warnings without end are no handshake."""
        storm = alert(1, 90) * 1000
        self.tampered(lambda n, data: storm if n == 0 else None, TRUNCATED)

    def test_each_fatal_alert(self):
        for number in (10, 20, 21, 22, 30, 42, 43, 44, 45, 46, 47, 48, 49, 50,
                       51, 60, 80, 86, 90, 100, 110, 112, 113, 115, 120):
            with Plain(alert(2, number)) as server:
                self.refused(probe(server.port), ALERT, number)
        for number in (40, 70, 71):
            with Plain(alert(2, number)) as server:
                self.refused(probe(server.port), VERSION, number)

    def test_alert_between_any_two_records(self):
        for n in range(1, 6):
            def change(number, data, n=n):
                return alert(2, 80) if number == n else data
            with self.server("ec") as server, \
                    Tamper(server.port, change) as way:
                said, received = probe(way.port)
            # After ChangeCipherSpec a clear alert is no alert.
            self.assertEqual(int(said["error"]), ALERT if n < 5 else TLS)
            self.assertEqual(received, b"")

    def test_close_instead_of_a_handshake(self):
        self.tampered(at(1, lambda _: alert(1, 0)), ALERT, 0)

    def test_empty_and_huge_records(self):
        with Plain(record(22, b"")) as server:
            self.refused(probe(server.port), TRUNCATED)
        for length in (16385 + 2048, 65535):
            with Plain(b"\x16\3\3" + struct.pack(">H", length)) as server:
                self.refused(probe(server.port), TLS)

    def test_record_that_was_not_agreed_to(self):
        """A server that ignores max_fragment_length."""
        with open(os.path.join(self.folder.name, "big"), "wb") as out:
            out.write(bytes(20000))

        def change(data):
            """ServerHello without extension 1."""
            where = 47 + data[43]
            rest, kept = data[where + 2:], b""
            while rest:
                n = 4 + struct.unpack(">H", rest[2:4])[0]
                if rest[:2] != b"\0\1":
                    kept += rest[:n]
                rest = rest[n:]
            body = data[9:where] + struct.pack(">H", len(kept)) + kept
            return record(22, b"\2" + struct.pack(">I", len(body))[1:] + body)
        # The transcript differs then, so this cannot complete.
        self.tampered(at(0, change), ALERT, record=837)
        with self.server("ec") as server:
            with Tamper(server.port, at(6, lambda d: record(
                    23, bytes(2000)))) as way:
                said, _ = probe(way.port, record=837)
        self.assertEqual((int(said["error"]), int(said["detail"])),
                         (RECORD, 2005))

    def test_noise_after_the_hello(self):
        noise = random.Random(4)
        for _ in range(20):
            junk = noise.randbytes(noise.randrange(1, 200))
            with self.server("ec") as server, \
                    Tamper(server.port, at(1, lambda _: junk)) as way:
                said, received = probe(way.port)
            self.assertLess(int(said["error"]), 0)
            self.assertEqual(received, b"")


class Clients(Case):
    """Certificates of ours that the server does not take."""

    def demanding(self):
        return self.server("ec", "-Verify", "2", "-CAfile",
                           pki("ec-root.pem"), "-verify_return_error")

    def test_none(self):
        with self.demanding() as server:
            self.refused(probe(server.port), ALERT, 40)

    def test_unknown_ca(self):
        with self.demanding() as server:
            self.refused(probe(server.port, "own=" + pki("client-stranger")),
                         ALERT, 48)

    def test_expired(self):
        with self.demanding() as server:
            self.refused(probe(server.port, "own=" + pki("client-expired")),
                         ALERT, 45)

    def test_for_servers_only(self):
        with self.demanding() as server:
            self.refused(probe(server.port, "own=" + pki("critical-purpose")),
                         ALERT, 43)

    def test_key_of_another(self):
        with tempfile.TemporaryDirectory() as folder:
            own = os.path.join(folder, "own")
            os.symlink(pki("client-ec.pem"), own + ".pem")
            os.symlink(pki("plain.key"), own + ".key")
            with self.demanding() as server:
                self.refused(probe(server.port, "own=" + own), ALERT, 51)


if __name__ == "__main__":
    sys.argv[1:] = []
    counted.main()
