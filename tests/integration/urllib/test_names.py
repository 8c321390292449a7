#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The host program with names that dnsmasq serves: of one family, of both, of
none, not there, and no answer at all.

usage: test_names.py PROGRAM PKI
"""

import contextlib
import socket
import time
import unittest

from peers import Dnsmasq, Httpbin, Nginx, fetch

import counted
from support import OK, Scripted, answers, once

# This PC, as the program's network knows it (port/slirp/slirpif.h), and an
# address of that network where nobody is.
HERE4, HERE6 = "10.0.2.2", "fec0::2"
DEAD4 = "10.0.2.77"


class Names(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dns = Dnsmasq(
            "host-record=a.test," + HERE4,
            "host-record=aaaa.test," + HERE6,
            "host-record=both.test,%s,%s" % (HERE4, HERE6),
            "host-record=dead4.test,%s,%s" % (DEAD4, HERE6),
            "host-record=device.test,%s,%s" % (HERE4, HERE6),
            "host-record=%s.long.test,%s" % (".".join(10 * ["label"]), HERE4),
            "cname=alias.test,a.test", "cname=chain.test,alias.test",
            "txt-record=empty.test,nothing",
            "local=/test/", "address=/nowhere.example/")
        cls.addClassCleanup(cls.dns.stop)

    def get(self, name, port, *args):
        return fetch("--dns-servers", self.dns.server, *args,
                     "http://%s:%d/" % (name, port))

    @contextlib.contextmanager
    def server(self, family):
        with Scripted(answers(OK), family) as server:
            yield server

    def assert_reaches(self, name, server, *args):
        before = len(server.requests)
        status, body, result = self.get(name, server.port, *args)
        self.assertEqual((status, body), (200, b"ok"), result)
        head = server.requests[before][0]
        self.assertIn(b"\r\nHost: %s:%d\r\n" % (name.encode(), server.port),
                      head)

    def test_one_family(self):
        with self.server(socket.AF_INET) as server:
            self.assert_reaches("a.test", server)
        with self.server(socket.AF_INET6) as server:
            self.assert_reaches("aaaa.test", server)

    def test_one_family_and_nobody_there(self):
        with self.server(socket.AF_INET6) as server:
            self.assertEqual(self.get("a.test", server.port)[2].code, 7)
        with self.server(socket.AF_INET) as server:
            self.assertEqual(self.get("aaaa.test", server.port)[2].code, 7)

    def test_both_families(self):
        for family in (socket.AF_INET, socket.AF_INET6):
            with self.server(family) as server:
                self.assert_reaches("both.test", server)

    def test_the_first_is_dead(self):
        with self.server(socket.AF_INET6) as server:
            began = time.monotonic()
            self.assert_reaches("dead4.test", server, "--connect-timeout", "3")
            self.assertLess(time.monotonic() - began, 2.5)

    def test_other_spellings(self):
        with self.server(socket.AF_INET) as server:
            for name in ("A.TEST", "alias.test", "chain.test", "a.test.",
                         ".".join(10 * ["label"]) + ".long.test"):
                with self.subTest(name):
                    self.assert_reaches(name, server)

    def test_not_there(self):
        for name in ("none.test", "empty.test", "nowhere.example"):
            began = time.monotonic()
            result = self.get(name, 80)[2]
            self.assertEqual(result.code, 6, result)
            self.assertIn(name, result.err)
            self.assertLess(time.monotonic() - began, 5)

    def test_silence(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            server = "127.0.0.1:%d" % silent.getsockname()[1]
            for limit in ("-m", "--connect-timeout", "--idle-timeout"):
                began = time.monotonic()
                result = fetch("--dns-servers", server, limit, "1.5",
                               "http://a.test/")[2]
                self.assertEqual(result.code, 28, result)
                self.assertLess(time.monotonic() - began, 4)

    def test_refused_name_server(self):
        result = fetch("--dns-servers", "127.0.0.1:1", "-m", "3",
                       "http://a.test/")[2]
        self.assertIn(result.code, (6, 28))

    def test_redirect_to_another_name(self):
        with self.server(socket.AF_INET) as there:
            with Scripted(once(b"HTTP/1.1 302 Go\r\nContent-Length: 0\r\n"
                               b"Location: http://alias.test:%d/\r\n\r\n"
                               % there.port)) as first:
                status, _, result = self.get("a.test", first.port, "-L")
                self.assertEqual(status, 200, result)
            with Scripted(once(b"HTTP/1.1 302 Go\r\nContent-Length: 0\r\n"
                               b"Location: http://none.test/\r\n\r\n")) \
                    as first:
                self.assertEqual(self.get("a.test", first.port, "-L")[2].code,
                                 6)

    def test_https(self):
        httpbin = Httpbin()
        self.addCleanup(httpbin.stop)
        nginx = Nginx(httpbin.port)
        self.addCleanup(nginx.stop)

        def get(name):
            return fetch("--dns-servers", self.dns.server, *nginx.args,
                         "https://%s:%d/get" % (name, nginx.port))
        status, body, result = get("device.test")
        self.assertEqual(status, 200, result)
        self.assertIn(b"device.test", body)
        self.assertEqual(get("a.test")[2].code, 60)  # not in the certificate


if __name__ == "__main__":
    counted.main()
