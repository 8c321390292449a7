#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ftp: URLs of the host program and of CPython's urllib, at the same servers.

usage: test_ftp.py PROGRAM
"""

import email
import mimetypes
import os
import socket
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

from servers import FILES, Pyftpd, Vsftpd
from support import Scripted, counted, lwurl, once

mimetypes.knownfiles[:] = []  # D25: what the system says is not asked
mimetypes.init(files=[])
for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[variable]

MISSING, WRONG_KIND, REFUSED, LOGIN = 9, 37, 9, 67


def path_of(name):
    return "/" + urllib.parse.quote(name)


def ours(url, *args):
    """(headers, body); the program must succeed."""
    result = lwurl("-i", url, *args)
    assert result.code == 0, (url, result)
    head, _, body = (b"\r\n" + result.out).partition(b"\r\n\r\n")
    head = head[2:]
    return email.message_from_bytes(head), body


def theirs(url):
    with urllib.request.urlopen(url, timeout=30) as response:
        assert response.status is None
        return response.headers, response.read()


class Both:
    """Cases of both servers."""

    def test_files(self):
        for name, data in FILES.items():
            with self.subTest(name):
                url = self.server.url + path_of(name)
                headers, body = ours(url)
                self.assertEqual(body, data)
                self.assertEqual(headers["Content-length"], str(len(data)))
                expected, content = theirs(url)
                self.assertEqual(content, data)
                self.assertEqual(headers["Content-type"],
                                 expected["Content-type"])
                if expected["Content-length"] is not None:
                    self.assertEqual(headers["Content-length"],
                                     expected["Content-length"])

    def test_small_work_buffer(self):
        for name, data in FILES.items():
            with self.subTest(name):
                _, body = ours(self.server.url + path_of(name),
                               "--work-buffer", "128")
                self.assertEqual(body, data)

    def test_text(self):
        url = self.server.url + "/lines;type=a"
        headers, body = ours(url)
        self.assertEqual(body, theirs(url)[1])
        self.assertIsNone(headers["Content-length"])

    def test_listings(self):
        for path in ("", "/", "/d1/", "/d1/d2/", "/nothing/", "/d1;type=d",
                     "/d1/d2;type=D", "/./d1/../d1/"):
            with self.subTest(path):
                url = self.server.url + path
                headers, body = ours(url)
                self.assertEqual(headers.items(), [])
                if path != "/nothing/":
                    self.assertTrue(body)
                if ";" not in path:  # CPython lists what it finds
                    self.assertEqual(body, theirs(url)[1])

    def test_names(self):
        result = lwurl("-l", self.server.url + "/d1/d2/")
        self.assertEqual(result.code, 0)
        self.assertEqual(result.out, b"deep.xml\r\n")

    def test_missing(self):
        for path in ("/none", "/d1/none", "/none/x", "/none/", "/none;type=d",
                     "/hello.txt/x"):
            with self.subTest(path):
                result = lwurl(self.server.url + path)
                self.assertEqual((result.code, result.out), (MISSING, b""))
                self.assertIn("550", result.err)
                with self.assertRaises(urllib.error.URLError):
                    theirs(self.server.url + path)

    def test_D24_said_not_guessed(self):
        """What it is, the URL says."""
        result = lwurl(self.server.url + "/d1")
        self.assertEqual((result.code, result.out), (WRONG_KIND, b""))
        self.assertIn(";type=d", result.err)
        self.assertTrue(theirs(self.server.url + "/d1")[1])
        for path in ("/hello.txt;type=d", "/hello.txt/"):
            result = lwurl(self.server.url + path)
            self.assertEqual((result.code, result.out), (REFUSED, b""))
            self.assertIn(";type=i", result.err)

    def test_login_refused(self):
        for user in ("nobody:x", "device", "device:wrong"):
            host = self.server.url.replace("//", "//%s@" % user)
            result = lwurl(host + "/hello.txt")
            self.assertEqual((result.code, result.out), (LOGIN, b""), user)
            self.assertIn("530", result.err)
            self.assertNotIn("wrong", result.err)

    def test_many(self):
        """One state, one fetch after the other."""
        url = self.server.url + "/hello.txt"
        result = lwurl(*[url] * 5)
        self.assertEqual(result.out, FILES["hello.txt"] * 5)

    def test_redirect(self):
        url = self.server.url + "/hello.txt"
        reply = ("HTTP/1.1 302 Go\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n"
                 % url).encode()
        with Scripted(once(reply)) as http:
            result = lwurl("-L", http.url, "-u", "device:wrong")
            self.assertEqual(result.out, FILES["hello.txt"], result)
        with Scripted(once(reply)) as http:
            self.assertEqual(theirs(http.url)[1], FILES["hello.txt"])


class WithVsftpd(Both, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Vsftpd()
        cls.addClassCleanup(cls.server.close)


class WithPyftpd(Both, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Pyftpd()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.server.taken()
        self.addCleanup(setattr, self.server, "refuse", set())

    def commands(self, fetch, *args):
        fetch(*args)
        return self.server.taken()

    def test_commands(self):
        """As CPython's, and SIZE where a length can be known."""
        for path in ("/hello.txt", "/d1/d2/deep.xml", "/hello.txt;type=a",
                     "//hello.txt", "/%2Fd1/d2/deep.xml", "/", "/d1/",
                     "/d1//d2/deep.xml"):
            with self.subTest(path):
                url = self.server.url + path
                mine = self.commands(ours, url)
                urllibs = self.commands(theirs, url)
                if "SIZE" in " ".join(mine):
                    self.assertEqual(mine.pop(4).split()[0], "SIZE")
                if "LIST" in urllibs:  # it says TYPE A twice
                    self.assertEqual(urllibs.pop(4), "TYPE A")
                self.assertEqual(mine, urllibs)

    def test_users(self):
        secret = urllib.parse.quote("se:cr@t", safe="")
        url = self.server.url.replace("//", "//device:%s@" % secret)
        self.assertEqual(ours(url + "/hello.txt")[1], FILES["hello.txt"])
        self.assertEqual(self.server.taken()[:2],
                         ["USER device", "PASS se:cr@t"])
        url = self.server.url + "/hello.txt"
        self.assertEqual(ours(url, "-u", "device:se:cr@t")[1],
                         FILES["hello.txt"])
        self.assertEqual(self.server.taken()[:2],
                         ["USER device", "PASS se:cr@t"])

    def test_injection(self):
        for url in ("/a%0d%0aDELE%20hello.txt", "/a%0A", "/%00", "/d%0d/x"):
            result = lwurl(self.server.url + url)
            self.assertEqual(result.code, 3, result)
            self.assertEqual(self.server.taken(), [])
            with self.assertRaises((ValueError, urllib.error.URLError)):
                theirs(self.server.url + url)
            self.server.taken()
        result = lwurl(self.server.url.replace("//", "//a%0d:b@") + "/x")
        self.assertEqual(result.code, 2, result)
        self.assertEqual(self.server.taken(), [])

    def test_old_servers(self):
        url = self.server.url + "/hello.txt"
        self.server.refuse = {"SIZE"}
        headers, body = ours(url)
        self.assertEqual(body, FILES["hello.txt"])
        self.assertIsNone(headers["Content-length"])
        self.server.refuse = {"PASV"}
        self.assertEqual(ours(url)[1], FILES["hello.txt"])
        self.assertIn("EPSV", self.server.taken())
        self.server.refuse = {"PASV", "EPSV"}
        self.assertEqual(lwurl(url).code, REFUSED)

    def test_hang_up(self):
        self.addCleanup(setattr, self.server, "hang_up", None)
        for command in ("USER", "PASS", "CWD", "TYPE", "SIZE", "PASV",
                        "RETR"):
            self.server.hang_up = command
            result = lwurl(self.server.url + "/hello.txt")
            self.assertIn(result.code, (52, 56), (command, result))
            self.assertEqual(result.out, b"")


class WithIpv6(unittest.TestCase):
    def test_epsv(self):
        server = Pyftpd(socket.AF_INET6)
        self.addCleanup(server.close)
        for name in ("hello.txt", "binary.tar.gz"):
            _, body = ours(server.url + "/" + name)
            self.assertEqual(body, FILES[name])
            self.assertIn("EPSV", server.taken())
        self.assertEqual(ours(server.url + "/d1/")[0].items(), [])


class Faults(unittest.TestCase):
    """Servers that break off."""

    def serve(self, data, last, size=b"502 no", announce=b"150 go"):
        """Sends `data`, and says `last` when it is out; None: nothing."""
        def script(conn, _):
            stream = conn.makefile("rb")
            listener = socket.socket()
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            port = listener.getsockname()[1]
            answers = {b"USER": b"230 in", b"CWD": b"250 ok",
                       b"TYPE": b"200 ok", b"SIZE": size, b"RETR": announce,
                       b"PASV": b"227 (1,2,3,4,%d,%d)" % divmod(port, 256)}
            conn.sendall(b"220 hi\r\n")
            for line in stream:
                conn.sendall(answers[line.split()[0]] + b"\r\n")
                if line.startswith(b"RETR"):
                    with listener, listener.accept()[0] as out:
                        out.sendall(data)
                    if last is None:
                        return
                    conn.sendall(last + b"\r\n")
        server = Scripted(script)
        self.addCleanup(server.__exit__)
        return "ftp://127.0.0.1:%d/x" % server.port

    def test_good(self):
        self.assertEqual(lwurl(self.serve(b"abc", b"226 ok")).out, b"abc")

    def test_short(self):
        for last in (b"226 ok", b"426 broken", None):
            result = lwurl(self.serve(b"abc", last, size=b"213 5"))
            self.assertEqual((result.code, result.out), (18, b"abc"))
            self.assertIn("2", result.err)

    def test_D9_cpython_takes_it(self):
        """CPython does not see that a body is short."""
        url = self.serve(b"abc", b"226 ok", announce=b"150 x (5 bytes)")
        headers, body = theirs(url)
        self.assertEqual((headers["Content-length"], body), ("5", b"abc"))
        result = lwurl(url)
        self.assertEqual((result.code, result.out), (18, b"abc"))

    def test_differs_broken_off(self):
        """a transfer that the server broke off is an error."""
        self.assertEqual(lwurl(self.serve(b"abc", b"426 broken")).code, 9)
        self.assertEqual(lwurl(self.serve(b"abc", None)).code, 18)
        self.assertEqual(theirs(self.serve(b"abc", b"426 broken"))[1], b"abc")

    def test_too_long(self):
        result = lwurl(self.serve(b"abcdef", b"226 ok", size=b"213 5"))
        self.assertEqual((result.code, result.out), (8, b"abcde"))

    def test_not_ftp(self):
        with Scripted(lambda conn, _: conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                      ) as http:
            result = lwurl("ftp://127.0.0.1:%d/x" % http.port)
            self.assertEqual((result.code, result.out), (8, b""))

    def test_silence(self):
        done = threading.Event()
        self.addCleanup(done.set)
        with Scripted(lambda conn, _: done.wait(20)) as server:
            url = "ftp://127.0.0.1:%d/x" % server.port
            self.assertEqual(lwurl("-m", "0.5", url).code, 28)
            self.assertEqual(lwurl("--idle-timeout", "0.5", url).code, 28)


class Proxies(unittest.TestCase):
    def test_absolute_form(self):
        reply = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy"
        with Scripted(once(reply)) as proxy:
            result = lwurl("-x", "127.0.0.1:%d" % proxy.port,
                           "ftp://ftp.example/d/f;type=a")
            self.assertEqual((result.code, result.out), (0, b"proxy"), result)
            head = proxy.requests[0][0]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler())
        with Scripted(once(reply)) as proxy:
            request = urllib.request.Request("ftp://ftp.example/d/f;type=a")
            request.set_proxy("127.0.0.1:%d" % proxy.port, "http")
            self.assertEqual(opener.open(request).read(), b"proxy")
            expected = proxy.requests[0][0]
        self.assertEqual(head.split(b"\r\n")[0], expected.split(b"\r\n")[0])
        self.assertIn(b"\r\nHost: ftp.example\r\n", head)
        self.assertIn(b"\r\nHost: ftp.example\r\n", expected)


if __name__ == "__main__":
    counted.main()
