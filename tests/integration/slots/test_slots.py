# SPDX-License-Identifier: MIT
"""Two TLS connections at once on a PC.

usage: test_slots.py PROGRAM
"""

import os
import re
import subprocess
import sys
import unittest
import zlib

TESTS = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path[:0] = [TESTS + "/check", TESTS + "/firmware"]
import counted  # noqa: E402
import qemu  # noqa: E402  (for its namespace)
import servers  # noqa: E402

PROGRAM = sys.argv[1]
HOST = "device.test"  # in the certificates of build/tls-pki
TIMES = 5
BUSY, CERT_NAME, TRUNCATED = -18, -65, -64


def url(name, port):
    return "https://%s:%d/%s" % (HOST, port, name)


class Slots(unittest.TestCase):
    def run_both(self, *args):
        """{"a": (done, body, adler32, error), "b": ...}"""
        done = subprocess.run([PROGRAM] + list(args), timeout=50, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        found = re.findall(
            r"^([ab]) done (\d+) body (\d+) adler32 (\d+) error (-?\d+)$",
            done.stdout, re.M)
        self.assertEqual(len(found), 2, done.stdout)
        return {who: tuple(map(int, values)) for who, *values in found}

    def fetched(self, body, times=TIMES):
        return (times, len(body), zlib.adler32(body), 0)

    def test_two_servers(self):
        bodies = {"a": servers.text(300000), "b": servers.text(200001)}
        with servers.Nginx(("rsa",), bodies) as nginx, \
                servers.openssl("ec", os.path.join(nginx.folder, "www"),
                                "-quiet") as port:
            found = self.run_both("two", str(TIMES),
                                  url("a", nginx.https["rsa"]),
                                  url("b", port))
            self.assertEqual(len({line[0] for line in nginx.log()}), 1)
        for who, body in bodies.items():
            self.assertEqual(found[who], self.fetched(body))

    def test_neither_is_served_before_both_are_here(self):
        """Who wanted to finish one first would wait for ever."""
        bodies = servers.text(50000), servers.text(40000)
        scripts = servers.in_step(*bodies)
        with servers.Scripted(scripts[0], "ec") as one, \
                servers.Scripted(scripts[1], "rsa") as other:
            found = self.run_both("two", str(TIMES), url("", one.port),
                                  url("", other.port))
            self.assertEqual((one.connections, other.connections), (1, 1))
        self.assertEqual(found["a"], self.fetched(bodies[0]))
        self.assertEqual(found["b"], self.fetched(bodies[1]))

    def test_ones_error_is_not_the_others(self):
        body = servers.text(100000)
        cut = servers.answering(
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        with servers.Nginx(("rsa", "other-host"), {"a": body}) as nginx, \
                servers.Scripted(cut, "ec") as broken:
            for port, error in ((nginx.https["other-host"], CERT_NAME),
                                (broken.port, TRUNCATED)):
                found = self.run_both("two", str(TIMES),
                                      url("a", nginx.https["rsa"]),
                                      url("a", port))
                self.assertEqual(found["a"], self.fetched(body))
                self.assertEqual(found["b"][0], 0)
                self.assertEqual(found["b"][3], error)

    def test_one_slot_for_two_is_an_error(self):
        body = servers.text(100000)
        with servers.Nginx(("rsa",), {"a": body}) as nginx:
            where = url("a", nginx.https["rsa"])
            found = self.run_both("one", "1", where, where)
        self.assertEqual(found["a"], self.fetched(body, 1))
        self.assertEqual(found["b"][0], 0)
        self.assertEqual(found["b"][3], BUSY)


if __name__ == "__main__":
    qemu.enter()
    counted.main()
