#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The host program with httpbin, over http and, through nginx, https.

usage: test_httpbin.py PROGRAM PKI
"""

import hashlib
import os
import tempfile
import unittest

from peers import Httpbin, Nginx, fetch, fetch_json, lwurl

import counted


def setUpModule():
    Shared.httpbin = Httpbin()
    Shared.nginx = Nginx(Shared.httpbin.port)


def tearDownModule():
    Shared.nginx.stop()
    Shared.httpbin.stop()


class Shared:
    httpbin = nginx = None


class Cases:
    """What both ways have in common; .peer() is the one."""

    def url(self, path):
        return self.peer().url + path

    def fetch(self, path, *args, **more):
        return fetch(*self.peer().args, *args, self.url(path), **more)

    def json(self, path, *args, **more):
        return fetch_json(*self.peer().args, *args, self.url(path), **more)

    # --------------------------------------------------------------- methods

    def test_get(self):
        got = self.json("get?a=1&b=%20x", "-H", "X-Own: yes")
        self.assertEqual(got["args"], {"a": "1", "b": " x"})
        self.assertEqual(got["headers"]["X-Own"], "yes")

    def test_query(self):
        got = self.json("get", "-G", "-d", "a=1", "--data-urlencode",
                        "b=\u00fc &=")
        self.assertEqual(got["args"], {"a": "1", "b": "\u00fc &="})

    def test_post(self):
        got = self.json("post", "-d", "a=1", "-d", "b=2")
        self.assertEqual(got["form"], {"a": "1", "b": "2"})
        got = self.json("post", "-H", "Content-Type: application/json", "-d",
                        '{"x": [1]}')
        self.assertEqual(got["json"], {"x": [1]})

    def test_methods(self):
        for method in ("PUT", "PATCH", "DELETE"):
            got = self.json(method.lower(), "-X", method, "-d", "a=1")
            self.assertEqual(got["form"], {"a": "1"})

    def test_upload(self):
        with tempfile.NamedTemporaryFile() as source:
            source.write(300000 * b"x")
            source.flush()
            got = self.json("put", "-T", source.name)
            self.assertEqual(got["data"], 300000 * "x")
            got = self.json("post", "-X", "POST", "-H",
                            "Content-Type: text/plain", "-T", source.name)
            self.assertEqual(len(got["data"]), 300000)

    def test_form(self):
        with tempfile.NamedTemporaryFile() as source:
            source.write(200000 * b"x")
            source.flush()
            got = self.json("post", "-F", "a=1", "-F", 'b="\u00fc; \u00e9"',
                            "-F", "f=@%s;type=text/plain" % source.name)
        self.assertEqual(got["form"], {"a": "1", "b": "\u00fc; \u00e9"})
        self.assertEqual(got["files"], {"f": 200000 * "x"})

    def test_head(self):
        status, head, _ = self.fetch("get", "-I")
        self.assertEqual(status, 200)
        self.assertRegex(head, rb"(?i)^HTTP/1.1 200 OK\r\n(.+\r\n)+\r\n\Z")

    # -------------------------------------------------------------- statuses

    def test_statuses(self):
        for code in (200, 201, 204, 304, 400, 404, 418, 451, 500, 503):
            status, _, result = self.fetch("status/%d" % code)
            self.assertEqual((status, result.code), (code, 0))
        for code, end in ((399, 0), (400, 22), (503, 22)):
            status, _, result = self.fetch("status/%d" % code, "-f")
            self.assertEqual((status, result.code), (code, end))

    def test_error_bodies(self):
        status, body, _ = self.fetch("status/418")
        self.assertEqual(status, 418)
        self.assertIn(b"teapot", body)

    def test_conditional(self):
        status, body, _ = self.fetch("etag/one", "-H", 'If-None-Match: "one"')
        self.assertEqual((status, body), (304, b""))
        status, _, _ = self.fetch("etag/one", "-H", 'If-Match: "two"')
        self.assertEqual(status, 412)

    # ------------------------------------------------------------- redirects

    def test_chains(self):
        for kind in ("redirect", "relative-redirect"):
            for n in (1, 5, 10):
                status, body, result = self.fetch(
                    "%s/%d" % (kind, n), "-L", "-w",
                    "%{num_redirects}\x1e%{http_code}")
                self.assertEqual(status, 200, result)
                self.assertTrue(body.endswith(b"}\n%d" % n))

    def test_chain_too_long(self):
        _, _, result = self.fetch("redirect/11", "-L")
        self.assertEqual(result.code, 47)
        status, _, _ = self.fetch("redirect/11", "-L", "--max-redirs", "11")
        self.assertEqual(status, 200)

    def test_codes(self):
        for code in (301, 302, 303, 307, 308):
            path = "redirect-to?status_code=%d&url=/anything%%3Fx%%3D1" % code
            got = self.json(path, "-L")
            self.assertEqual((got["method"], got["args"]), ("GET", {"x": "1"}))
            status, _, _ = self.fetch(path, "-L", "-d", "a=b")
            self.assertEqual(status, 200 if code < 307 else code)
            got = self.json(path, "-L", "-d", "a=b", "--resend-body")
            self.assertEqual((got["method"], got["form"]),
                             ("GET", {}) if code < 307
                             else ("POST", {"a": "b"}))

    # ------------------------------------------------------------- passwords

    def test_basic(self):
        for args in (["-u", "user:pass"], ["--anyauth", "-u", "user:pass"]):
            got = self.json("basic-auth/user/pass", *args)
            self.assertEqual(got, {"authenticated": True, "user": "user"})
        self.assertEqual(self.fetch("basic-auth/user/pass")[0], 401)
        self.assertEqual(self.fetch("basic-auth/user/pass", "-u",
                                    "user:no")[0], 401)
        self.assertEqual(self.fetch("hidden-basic-auth/user/pass", "--anyauth",
                                    "-u", "user:pass")[0], 404)
        self.assertEqual(self.fetch("hidden-basic-auth/user/pass", "-u",
                                    "user:pass")[0], 200)

    def test_digest(self):
        for algorithm in ("MD5", "SHA-256"):
            for way in ("--digest", "--anyauth"):
                got = self.json("digest-auth/auth/user/pass/" + algorithm, way,
                                "-u", "user:pass")
                self.assertEqual(got, {"authenticated": True, "user": "user"})
        self.assertEqual(self.fetch("digest-auth/auth/user/pass", "--digest",
                                    "-u", "user:no")[0], 401)

    def test_bearer(self):
        got = self.json("bearer", "-H", "Authorization: Bearer abc")
        self.assertTrue(got["authenticated"])
        self.assertEqual(self.fetch("bearer", "--anyauth", "-u",
                                    "user:pass")[2].code, 67)

    # --------------------------------------------------------------- cookies

    def test_cookies(self):
        got = self.json("cookies/set?a=1&b=2", "-L", "-b", "")
        self.assertEqual(got["cookies"], {"a": "1", "b": "2"})
        self.assertEqual(self.json("cookies", "-b", "c=3")["cookies"],
                         {"c": "3"})

    def test_cookies_kept_and_deleted(self):
        with tempfile.TemporaryDirectory() as folder:
            jar = os.path.join(folder, "jar")
            self.fetch("cookies/set?a=1&b=2", "-L", "-c", jar)
            got = self.json("cookies", "-b", jar)
            self.assertEqual(got["cookies"], {"a": "1", "b": "2"})
            got = self.json("cookies/delete?a", "-L", "-b", jar, "-c", jar)
            self.assertEqual(got["cookies"], {"b": "2"})
            self.assertEqual(self.json("cookies", "-b", jar)["cookies"],
                             {"b": "2"})

    # ---------------------------------------------------------------- bodies

    def test_streams(self):
        status, body, _ = self.fetch("stream/50")
        self.assertEqual((status, body.count(b"\n")), (200, 50))
        for args in ([], ["--work-buffer", "128"]):
            status, body, _ = self.fetch(
                "stream-bytes/100000?seed=7&chunk_size=333", *args)
            self.assertEqual((status, len(body)), (200, 100000))
            whole = hashlib.sha256(body).digest()
            self.assertEqual(hashlib.sha256(self.fetch(
                "stream-bytes/100000?seed=7&chunk_size=9999")[1]).digest(),
                whole)

    def test_ranges(self):
        whole = self.fetch("range/1000")[1]
        self.assertEqual(len(whole), 1000)
        for asked, part in (("0-99", whole[:100]), ("900-", whole[900:]),
                            ("-50", whole[-50:]), ("5-5", whole[5:6])):
            self.assertEqual(self.fetch("range/1000", "-r", asked)[:2],
                             (206, part))
        self.assertEqual(self.fetch("range/1000", "-r", "2000-")[0], 416)

    def test_slow(self):
        status, body, _ = self.fetch("drip?numbytes=5&duration=1&delay=0")
        self.assertEqual((status, body), (200, b"*****"))
        self.assertEqual(self.fetch("delay/5", "-m", "0.7")[2].code, 28)
        self.assertEqual(self.fetch("delay/5", "--idle-timeout", "0.7")[2].code,
                         28)

    def test_many_on_one_connection(self):
        result = lwurl(
            "-sS", *self.peer().args, "-w", "%{num_connects} %{size_download}\n",
            *3 * ["-o", os.devnull],
            *[self.url("bytes/%d" % n) for n in (10, 1000, 0)])
        self.assertEqual(result.out, b"1 10\n0 1000\n0 0\n", result)


class Http(Cases, unittest.TestCase):
    def peer(self):
        return Shared.httpbin


class Https(Cases, unittest.TestCase):
    def peer(self):
        return Shared.nginx

    def test_to_https(self):
        got = fetch_json("-L", *self.peer().args, "-b", "s=1",
                         Shared.httpbin.url + "redirect-to?url="
                         + self.url("cookies"))
        self.assertEqual(got["cookies"], {})  # those of another origin

    def test_to_http(self):
        path = "redirect-to?url=" + Shared.httpbin.url + "get"
        self.assertEqual(self.fetch(path, "-L")[2].code, 47)
        self.assertEqual(self.fetch(path, "-L", "--downgrade")[0], 200)


if __name__ == "__main__":
    counted.main()
