#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The host program against TLS servers of all makes, as a matrix.

usage: test_peers.py PROGRAM PKI-FOLDER [gnutls]

`gnutls` takes gnutls-serv alone, in a network namespace of its own: it listens
on all interfaces. What each server did is printed as a table.
"""

import hashlib
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../../check"),
                os.path.join(HERE, "../../firmware")]

import counted  # noqa: E402
import peers  # noqa: E402
import qemu  # noqa: E402
from peers import (  # noqa: E402
    Apache, Caddy, GnuTLS, H2o, Lighttpd, Nginx, OpenSSL, Relay)

PROGRAM, PKI = (os.path.abspath(path) for path in sys.argv[1:3])
ALONE = sys.argv[3:] == ["gnutls"]
peers.PKI = PKI

BODY = random.Random(1).randbytes(100000)
FILES = {"body": BODY, "small": BODY[:300], "empty": b""}
RECORDS = {837: 512, 1349: 1024, 2373: 2048, 4421: 4096}  # asked for

TLS_ALERT, TLS_RECORD, TLS_TRUNCATED = -61, -63, -64

Result = namedtuple("Result", "code out err")
TABLE = {}  # make: {column: text}


def fetch(peer, *options, path="body", relay=None, roots="roots.pem"):
    """Runs the program, -v and all."""
    to = relay or peer
    command = [PROGRAM, "--loopback-only", "-v", "-s", "-S", "--cacert",
               os.path.join(PKI, roots), "--connect-to",
               "%s:%d:127.0.0.1:%d" % (peers.NAME, peer.port, to.port)]
    command += list(options)
    command.append("https://%s:%d/%s" % (peers.NAME, peer.port, path))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    err = done.stderr.decode("latin-1")
    if "Sanitizer" in err or "runtime error" in err:
        raise AssertionError(err)
    return Result(done.returncode, done.stdout, err)


def note(peer, column, text):
    TABLE.setdefault(peer.make, {})[column] = text


class Matrix:
    """One row: the tests for one make of server."""

    peer = None

    def start(self, *args, **options):
        return self.peer(FILES, *args, **options)

    def assert_body(self, result, body=BODY):
        self.assertEqual(result.code, 0, result.err[-2000:])
        self.assertEqual(hashlib.sha256(result.out).hexdigest(),
                         hashlib.sha256(body).hexdigest())

    def assert_error(self, result, code, detail=None):
        self.assertRegex(result.err, r"error %d\b" % code)
        if detail is not None:
            self.assertRegex(result.err, r"detail %d\b" % detail)
        self.assertNotEqual(result.code, 0)

    def test_full(self):
        for chain, kind in (("ec", "ECDSA"), ("rsa", "RSA")):
            with self.start(chain) as peer:
                result = fetch(peer)
            self.assert_body(result)
            self.assertIn("* TLS 1.2, ECDHE_%s_WITH" % kind, result.err)
        note(self.peer, "full", "EC, RSA")

    def test_resumed(self):
        """By a second process, with what the first one kept."""
        with self.start() as peer, tempfile.TemporaryDirectory() as folder:
            kept = "--ssl-sessions", os.path.join(folder, "sessions")
            first, second = fetch(peer, *kept), fetch(peer, *kept)
            without = fetch(peer, "--no-sessionid")
        for result in first, second, without:
            self.assert_body(result)
        self.assertNotIn("session resumed", first.err)
        self.assertNotIn("session resumed", without.err)
        resumed = "session resumed" in second.err
        self.assertEqual(resumed, self.peer.resumes, second.err[:1000])
        note(self.peer, "resumed", "yes" if resumed else "no: tickets only")

    def test_any_record(self):
        """A buffer for 16 KB asks for 4 KB; who does not know of that sends
        what it likes."""
        with self.start() as peer, Relay(peer.port) as relay:
            self.assert_body(fetch(peer, relay=relay))
        if self.peer.agrees and self.peer.keeps:
            self.assertLessEqual(relay.largest, 4096 + 29)
        else:
            self.assertGreater(relay.largest, 4096 + 29)
        note(self.peer, "16413", "records of %d" % relay.largest)

    def small_record(self, peer, record):
        with Relay(peer.port) as relay:
            result = fetch(peer, "--tls-record", str(record), relay=relay)
        if self.peer.agrees:
            self.assertIn("Records of %d bytes at most" % RECORDS[record],
                          result.err)
        if not self.peer.keeps:
            self.assert_error(result, TLS_RECORD, relay.largest)
            return "agreed, sends %d" % relay.largest
        if self.peer.agrees:
            self.assert_body(result)
            self.assertLessEqual(relay.largest, RECORDS[record] + 29)
            self.assertNotIn("Range: ", result.err)
            return "agreed"
        self.assertIn("No record size is agreed; those up to %d bytes fit"
                      % (record - 29), result.err)
        self.assertIn("> Range: bytes=0-", result.err)
        if self.peer.ranges:
            self.assert_body(result)
            self.assertLessEqual(relay.largest, record)
            self.assertEqual(relay.connections, 1)
            return "in %d parts" % result.err.count("> Range: ")
        self.assert_error(result, TLS_RECORD, relay.largest)
        self.assertEqual(relay.connections, 1)
        return "refused: wants %d" % relay.largest

    def test_small_records(self):
        with self.start() as peer:
            for record in RECORDS:
                note(self.peer, str(record), self.small_record(peer, record))

    def test_no_close_notify(self):
        """A body whose length is known is whole; one that the end of the
        connection ends, is not."""
        with self.start() as peer:
            with Relay(peer.port, silent=True) as relay:
                result = fetch(peer, "-H", "Connection: close", relay=relay)
        if "< Content-Length: 100000" in result.err:
            self.assert_body(result)
            note(self.peer, "no close_notify", "whole")
            return
        self.assert_error(result, TLS_TRUNCATED)
        self.assertEqual(result.code, 18)
        note(self.peer, "no close_notify", "refused")


class Files:
    """Of servers that have more than one."""

    def test_small_bodies(self):
        """What fits into one record however it comes."""
        with self.start() as peer:
            for path, body in (("small", FILES["small"]), ("empty", b"")):
                for record in ("837", "16413"):
                    self.assert_body(fetch(peer, "--tls-record", record,
                                           path=path), body)


class Parts:
    """Of servers that do not agree to small records, and have ranges."""

    def test_not_in_parts(self):
        with self.start() as peer:
            result = fetch(peer, "--tls-record", "837", "-X", "DELETE",
                           path="small")
            ranged = fetch(peer, "--tls-record", "837", "-r", "10-19")
            too_long = fetch(peer, "--tls-record", "837", "-r", "10-5000")
        self.assertNotIn("Range: ", result.err)
        self.assertEqual((ranged.code, ranged.out), (0, BODY[10:20]))
        self.assertEqual(ranged.err.count("> Range: "), 1)
        self.assert_error(too_long, TLS_RECORD)


    def test_two_on_one_connection(self):
        with self.start() as peer, Relay(peer.port) as relay:
            url = "https://%s:%d/body" % (peers.NAME, peer.port)
            for work in "128", "4096":
                result = fetch(peer, "--tls-record", "1349", "--work-buffer",
                               work, url, path="small", relay=relay)
                self.assert_body(result, BODY + FILES["small"])
        self.assertEqual(relay.connections, 2)

    def test_connection_is_cut(self):
        """Between two parts: it goes on with the next one on a new one."""
        with self.start() as peer:
            with Relay(peer.port, at=(50, lambda: True)) as relay:
                result = fetch(peer, "--tls-record", "837", relay=relay)
        self.assert_body(result)
        self.assertEqual(relay.connections, 2)

    def test_body_changes(self):
        with self.start() as peer:
            def change():
                path = peer.root + "/www/body"
                with open(path + ".new", "wb") as out:
                    out.write(BODY[::-1] + b"!")
                os.replace(path + ".new", path)
            with Relay(peer.port, at=(50, change)) as relay:
                result = fetch(peer, "--tls-record", "837", relay=relay)
        self.assertEqual(result.code, 33, result.err[-1000:])
        self.assert_error(result, -74)
        self.assertTrue(BODY.startswith(result.out))
        self.assertGreater(len(result.out), 10000)

    def test_redirect(self):
        """Over the same line of the opener: the parts begin anew."""
        with self.start() as peer:
            result = fetch(peer, "--tls-record", "837", "-L", path="away")
        self.assert_body(result)


class Clients:
    """Of servers that ask for certificates."""

    def own(self, name):
        return ("--cert", os.path.join(PKI, name + ".pem"),
                "--key", os.path.join(PKI, name + ".key"))

    def test_client_certificates(self):
        with self.start("ec", client_ca="ec-root.pem") as peer:
            for name in ("client-ec", "client-rsa"):
                for record in ("16413", "837"):
                    result = fetch(peer, "--tls-record", record,
                                   *self.own(name))
                    self.assertIn("with our certificate", result.err)
                    if record == "16413" or self.peer.keeps:
                        self.assert_body(result)
            wrong = fetch(peer, *self.own("client-stranger"))
            none = fetch(peer)
        self.assertNotIn("with our certificate", none.err)
        note(self.peer, "client", "EC, RSA")
        if self.peer.unwanted >= 400:
            for result in wrong, none:
                self.assertIn("< HTTP/1.1 %d" % self.peer.unwanted,
                              result.err)
                self.assertNotIn(BODY[:100], result.out)
            note(self.peer, "refused", "HTTP %d" % self.peer.unwanted)
            return
        self.assert_error(wrong, TLS_ALERT, self.peer.unwanted)
        self.assertNotEqual(none.code, 0)
        for result in wrong, none:
            self.assertEqual(result.out, b"")
        note(self.peer, "refused", "alert %d" % self.peer.unwanted)


MAKES = (GnuTLS,) if ALONE else (Nginx, Apache, OpenSSL, Caddy, H2o, Lighttpd)

for make in MAKES:
    more = [Files] * (make is not GnuTLS) + [Parts] * (make is Caddy) \
        + [Clients] * (make.unwanted is not None)
    globals()["Test" + make.__name__] = type(
        "Test" + make.__name__, (*more, Matrix, unittest.TestCase),
        {"peer": make})

COLUMNS = ("full", "resumed", "16413", "4421", "2373", "1349", "837",
           "client", "refused", "no close_notify")


def tearDownModule():
    print("\n%-24s" % "server" + "  ".join("%-18s" % c for c in COLUMNS))
    for make, row in TABLE.items():
        print("%-24s" % make + "  ".join(
            "%-18s" % row.get(column, "-") for column in COLUMNS))
    sys.stdout.flush()


if __name__ == "__main__":
    if ALONE:
        qemu.enter()
    del sys.argv[1:]
    counted.main()
