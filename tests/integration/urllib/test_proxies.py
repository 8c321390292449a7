#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The host program with squid and tinyproxy, as an environment variable or an
option names them. Their passwords are in tests/integration/cli/test_auth.py.

usage: test_proxies.py PROGRAM PKI
"""

import os
import unittest

from peers import Httpbin, Nginx, Squid, Tinyproxy, fetch, fetch_json

import counted
from support import OK, Scripted, answers, free_port


def setUpModule():
    Shared.httpbin = Httpbin()
    Shared.nginx = Nginx(Shared.httpbin.port)


def tearDownModule():
    Shared.nginx.stop()
    Shared.httpbin.stop()


class Shared:
    httpbin = nginx = None


class Cases:
    DENIED = 403

    @classmethod
    def setUpClass(cls):
        cls.proxy = cls.Proxy()
        cls.addClassCleanup(cls.proxy.stop)

    @property
    def via(self):
        return "127.0.0.1:%d" % self.proxy.port

    def fetch(self, peer, path, *args):
        return fetch(*peer.args, "-x", self.via, *args, peer.url + path)

    def json(self, peer, path, *args):
        return fetch_json(*peer.args, "-x", self.via, *args, peer.url + path)

    def test_get(self):
        got = self.json(Shared.httpbin, "get?show_env=1")
        self.assertEqual(got["args"], {"show_env": "1"})
        self.assertIn("Via", got["headers"])  # it did go through a proxy
        got = self.json(Shared.nginx, "get?show_env=1")
        self.assertEqual(got["args"], {"show_env": "1"})
        self.assertNotIn("Via", got["headers"])

    def test_post(self):
        for peer in (Shared.httpbin, Shared.nginx):
            got = self.json(peer, "post", "-d", "a=" + 20000 * "x")
            self.assertEqual(len(got["form"]["a"]), 20000)

    def test_redirects(self):
        for peer in (Shared.httpbin, Shared.nginx):
            self.assertEqual(self.fetch(peer, "relative-redirect/5", "-L")[0],
                             200)
        self.assertEqual(self.fetch(
            Shared.httpbin, "redirect-to?url=" + Shared.nginx.url + "get",
            "-L", *Shared.nginx.args)[0], 200)

    def test_large_bodies(self):
        for peer in (Shared.httpbin, Shared.nginx):
            status, body, _ = self.fetch(peer, "stream-bytes/100000?seed=1")
            self.assertEqual((status, len(body)), (200, 100000))

    def test_password_of_the_origin(self):
        for peer in (Shared.httpbin, Shared.nginx):
            self.assertEqual(self.fetch(peer, "basic-auth/u/p", "--anyauth",
                                        "-u", "u:p")[0], 200)
            self.assertEqual(self.fetch(peer, "digest-auth/auth/u/p",
                                        "--digest", "-u", "u:p")[0], 200)

    def test_cookies(self):
        for peer in (Shared.httpbin, Shared.nginx):
            got = self.json(peer, "cookies/set?a=1", "-L", "-b", "")
            self.assertEqual(got["cookies"], {"a": "1"})

    def test_one_connection(self):
        for peer in (Shared.httpbin, Shared.nginx):
            result = fetch(*peer.args, "-x", self.via, "-w",
                           "\x1e%{num_connects}", peer.url + "get",
                           peer.url + "get")[2]
            self.assertEqual(result.code, 0)
            self.assertEqual([part[:1] for part in
                              result.out.split(b"\x1e")[1:]],
                             self.connections(peer))

    def connections(self, peer):
        return [b"1", b"0"]

    def test_tunnel_for_http(self):
        peer = Shared.httpbin
        got = self.json(peer, "post?show_env=1", "-p", "-d", "a=b")
        self.assertEqual(got["form"], {"a": "b"})
        self.assertNotIn("Via", got["headers"])
        self.assertEqual(self.fetch(peer, "relative-redirect/5", "-p",
                                    "-L")[0], 200)
        result = fetch("-p", "-x", self.via, "-w", "\x1e%{num_connects}",
                       peer.url + "get", peer.url + "get")[2]
        self.assertEqual([part[:1] for part in
                          result.out.split(b"\x1e")[1:]], [b"1", b"0"])

    def test_environment(self):
        for name in ("http_proxy", "HTTP_PROXY"):
            os.environ[name] = "http://" + self.via
            try:
                got = fetch_json(Shared.httpbin.url + "get?show_env=1")
                self.assertIn("Via", got["headers"])
                got = fetch_json("--noproxy", "127.0.0.1",
                                 Shared.httpbin.url + "get?show_env=1")
                self.assertNotIn("Via", got["headers"])
            finally:
                del os.environ[name]

    def test_names_are_the_proxys_to_look_up(self):
        with Scripted(answers(OK)) as server:
            status, _, _ = fetch("-x", self.via, "--dns-servers",
                                 "127.0.0.1:1",
                                 "http://localhost:%d/" % server.port)
            self.assertEqual(status, 200)

    def test_nobody_behind_it(self):
        port = free_port()
        status, _, result = fetch("-x", self.via,
                                  "http://127.0.0.1:%d/" % port)
        self.assertIn(status, (500, 502, 503), result)
        result = fetch("-x", self.via, "https://127.0.0.1:%d/" % port)[2]
        self.assertEqual(result.code, 56)
        self.assertRegex(result.err, "detail 50[023]")


class WithSquid(Cases, unittest.TestCase):
    Proxy = Squid

    def test_denied(self):
        self.assertEqual(fetch("-x", self.via, "http://closed.test/")[0], 403)
        result = fetch("-x", self.via, "https://closed.test/")[2]
        self.assertEqual(result.code, 56)
        self.assertIn("detail 403", result.err)


class WithTinyproxy(Cases, unittest.TestCase):
    Proxy = Tinyproxy

    def connections(self, peer):
        """It closes after each request that is not in a tunnel."""
        return [b"1", b"1" if peer is Shared.httpbin else b"0"]


if __name__ == "__main__":
    counted.main()
