#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""-C and --max-filesize with nginx, Apache and scripted servers, beside curl.

usage: test_continue.py PROGRAM
"""

import os
import re
import subprocess
import tempfile
import unittest

from support import NGINX, Nginx, Scripted, answers, counted, fields, lwurl
from test_compressed import Apache, BODIES

BODY = BODIES["large.txt"]


def curl(*args):
    return subprocess.run(["curl", "-sS"] + list(args), timeout=30,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def reply(status, *more, body=b""):
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(lines + list(more) + [b"", body])


def part(first, last, total, body):
    return reply(b"206 Part", b"Content-Range: bytes %d-%d/%d"
                 % (first, last, total), body=body)


class PlainNginx(Nginx):
    def write(self, name, content):
        super().write(name, content)
        if name == "nginx.conf":
            super().write("www/large.txt", BODY.decode("ascii"))


class Base(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name, content=None):
        path = os.path.join(self.folder.name, name)
        if content is not None:
            with open(path, "wb") as out:
                out.write(content)
        return path

    def read(self, path):
        with open(path, "rb") as come:
            return come.read()

    def both(self, begun, url, *more):
        """As curl does it: the same exit status, the same file."""
        ours, theirs = self.path("ours", begun), self.path("theirs", begun)
        mine = lwurl("-sS", "-o", ours, *more, url)
        its = curl("-o", theirs, *more, url)
        self.assertEqual(mine.code, its.returncode, mine.err)
        self.assertEqual(self.read(ours), self.read(theirs))
        return mine.code, self.read(ours)


class RealServers(Base):
    def check(self, server):
        url = server.url + "large.txt"
        for begun in (0, 1, 4096, 150000, len(BODY) - 1):
            with self.subTest(begun):
                code, content = self.both(BODY[:begun], url, "-C", "-")
                self.assertEqual((code, content), (0, BODY))
        code, content = self.both(BODY[:500], url, "-C", "500")
        self.assertEqual((code, content), (0, BODY))
        # All is here: the server has no byte for us.
        code, content = self.both(BODY, url, "-C", "-")
        self.assertEqual((code, content), (0, BODY))

    def test_nginx(self):
        with PlainNginx() as server:
            self.check(server)

    def test_apache(self):
        with Apache() as server:
            self.check(server)

    def test_new_file(self):
        with PlainNginx() as server:
            path = self.path("new")
            self.assertEqual(lwurl("-o", path, "-C", "-",
                                   server.url + "large.txt").code, 0)
            self.assertEqual(self.read(path), BODY)

    def test_several_urls(self):
        """Each with its own offset; and the connection serves both."""
        with PlainNginx() as server:
            one, two = self.path("one", BODY[:1000]), self.path("two")
            url = server.url + "large.txt"
            self.assertEqual(
                lwurl("-o", one, "-o", two, "-C", "-", url, url).code, 0)
            self.assertEqual(self.read(one), BODY)
            self.assertEqual(self.read(two), BODY)

    def test_more_than_the_server_has(self):
        """curl calls that good; it is not the server's file."""
        with PlainNginx() as server:
            path = self.path("long", BODY + b"more")
            done = lwurl("-sS", "-o", path, "-C", "-",
                         server.url + "large.txt")
            self.assertEqual(done.code, 33)
            self.assertEqual(self.read(path), BODY + b"more")

    def test_file(self):
        source = self.path("source", BODY)
        path = self.path("copy", BODY[:777])
        self.assertEqual(lwurl("-o", path, "-C", "-",
                               "file://" + source).code, 0)
        self.assertEqual(self.read(path), BODY)

    def test_max_filesize(self):
        with PlainNginx() as server:
            url = server.url + "large.txt"
            for size, code in ((len(BODY), 0), (len(BODY) - 1, 63)):
                path = self.path("sized")
                if os.path.exists(path):
                    os.remove(path)
                done = lwurl("-sS", "-o", path, "--max-filesize", str(size),
                             url)
                self.assertEqual(done.code, code)
                self.assertEqual(os.path.exists(path), code == 0)
                self.assertEqual(
                    curl("-o", "/dev/null", "--max-filesize", str(size),
                         url).returncode, code)
            self.assertEqual(lwurl("-o", path, "--max-filesize", "1M",
                                   url).code, 0)
            self.assertEqual(lwurl("-o", path, "--max-filesize", "x",
                                   url).code, 2)


class BrokenServers(Base):
    def check(self, answer, code, content=b"hel"):
        with Scripted(answers(answer)) as server:
            self.assertEqual(self.both(b"hel", server.url, "-C", "-"),
                             (code, content))
            for head, _ in server.requests:
                self.assertEqual(fields(head)["range"], "bytes=3-")

    def test_good(self):
        self.check(part(3, 4, 5, b"lo"), 0, b"hello")

    def test_ignores_range(self):
        self.check(reply(b"200 OK", body=b"hello"), 33)

    def test_all_is_here(self):
        self.check(reply(b"200 OK", body=b"abc"), 0)

    def test_other_start(self):
        """curl takes these bytes for the ones that it asked for."""
        with Scripted(answers(part(2, 4, 5, b"llo"))) as server:
            path = self.path("other", b"hel")
            done = lwurl("-sS", "-o", path, "-C", "-", server.url)
            self.assertEqual(done.code, 33)
            self.assertEqual(self.read(path), b"hel")

    def test_no_content_range(self):
        self.check(reply(b"206 Part", body=b"lo"), 33)

    def test_error_status(self):
        """No error page behind what is here."""
        with Scripted(answers(reply(b"404 No", body=b"page"))) as server:
            path = self.path("kept", b"hel")
            done = lwurl("-sS", "-o", path, "-C", "-", server.url)
            self.assertEqual(done.code, 22)
            self.assertEqual(self.read(path), b"hel")

    def test_cut_short(self):
        cut = part(3, 4, 5, b"lo")[:-1]
        with Scripted(answers(cut, None)) as server:
            path = self.path("cut", b"hel")
            done = lwurl("-sS", "-o", path, "-C", "-", "-m", "2", server.url)
            self.assertNotEqual(done.code, 0)
            self.assertEqual(self.read(path), b"hell")

    def test_retry_goes_on(self):
        """Each try begins behind what the one before left."""
        def script(conn, server):
            head = conn.recv(65536)
            first = int(re.search(rb"Range: bytes=(\d+)-", head).group(1)) \
                if b"Range" in head else 0
            server.requests.append(first)
            whole = part(first, 9, 10, b"0123456789"[first:]) if first else \
                reply(b"200 OK", body=b"0123456789")
            conn.sendall(whole[:len(whole) - 10 + first + 4])
        with Scripted(script) as server:
            path = self.path("tried")
            done = lwurl("-sS", "-o", path, "-C", "-", "--retry", "3",
                         "--retry-all-errors", "--retry-delay", "0.01",
                         server.url)
            self.assertEqual(done.code, 0, done.err)
            self.assertEqual(self.read(path), b"0123456789")
            self.assertEqual(server.requests, [0, 4, 8])

    def test_endless_body(self):
        chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + \
            b"5\r\nhello\r\n" * 1000 + b"0\r\n\r\n"
        with Scripted(answers(chunks)) as server:
            path = self.path("endless")
            done = lwurl("-sS", "-o", path, "--max-filesize", "1k",
                         server.url)
            self.assertEqual(done.code, 63)

    def test_options(self):
        for args in (("-C", "x"), ("-C", "1k"), ("-C", "-1"),
                     ("-C", "1", "-r", "1-2")):
            self.assertEqual(lwurl(*args, "http://localhost:1/").code, 2)


if __name__ == "__main__":
    assert NGINX
    counted.main()
