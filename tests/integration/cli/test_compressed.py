#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--compressed with nginx, Apache and scripted servers.

usage: test_compressed.py PROGRAM
"""

import gzip
import os
import pwd
import random
import subprocess
import tempfile
import time
import unittest
import urllib.request
import zlib

from support import (NGINX, Nginx, Scripted, answers, counted, fields,
                     free_port, lwurl, once)

PLACE = "/usr/lib/apache2/modules/mod_%s.so"
APACHE = """
ServerRoot "{root}"
ServerName localhost
DefaultRuntimeDir "{root}"
PidFile "{root}/pid"
ErrorLog "{root}/error.log"
Mutex file:{root} default
{user}
LoadModule mpm_event_module {mpm_event}
LoadModule authz_core_module {authz_core}
LoadModule mime_module {mime}
LoadModule filter_module {filter}
LoadModule deflate_module {deflate}
Listen 127.0.0.1:{port}
DocumentRoot "{root}/www"
TypesConfig /dev/null
AddType text/plain .txt
AddOutputFilterByType DEFLATE text/plain
<Directory "{root}/www">
    Require all granted
</Directory>
"""


def text(n):
    pick = random.Random(n)
    return b"".join(b"%d lines, %x;\n" % (i, pick.randrange(1 << 20))
                    for i in range(n // 15))[:n]


BODIES = {"small.txt": text(300), "large.txt": text(300000),
          "empty.txt": b"", "zeros.txt": bytes(2000000)}


def write(folder):
    os.makedirs(folder, exist_ok=True)
    for name, body in BODIES.items():
        with open(os.path.join(folder, name), "wb") as out:
            out.write(body)


class GzipNginx(Nginx):
    """Compresses what is text, small or large."""

    def write(self, name, content):
        if name == "nginx.conf":
            content = content.replace(
                "root www;", "root www; gzip on; gzip_types text/plain; "
                "gzip_min_length 1; gzip_http_version 1.0;")
        super().write(name, content)
        write(os.path.join(self.folder.name, "www"))


class Apache:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        root = self.folder.name
        os.chmod(root, 0o755)
        write(root + "/www")
        self.port = free_port()
        self.url = "http://localhost:%d/" % self.port
        names = ("mpm_event", "authz_core", "mime", "filter", "deflate")
        user = "User nobody\nGroup #%d" % pwd.getpwnam("nobody").pw_gid \
            if os.getuid() == 0 else ""
        with open(root + "/conf", "w", encoding="ascii") as conf:
            conf.write(APACHE.format(root=root, port=self.port, user=user,
                                     **{n: PLACE % n for n in names}))
        self.process = subprocess.Popen(
            ["timeout", "120", "apache2", "-DFOREGROUND", "-f", root + "/conf"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.url + "empty.txt").close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("Apache does not answer")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def coded(body, coding, more=b""):
    return (b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n%s"
            b"Content-Length: %d\r\n\r\n" % (coding, more, len(body)) + body)


class Servers(unittest.TestCase):
    """The same body, and fewer bytes on the wire."""

    def check(self, server):
        for name, body in BODIES.items():
            with self.subTest(name):
                plain = lwurl(server.url + name)
                self.assertEqual((plain.code, plain.out), (0, body))
                result = lwurl("--compressed", "-i", server.url + name)
                self.assertEqual(result.code, 0, result.err)
                head, got = result.out.split(b"\r\n\r\n", 1)
                self.assertEqual(got, body)
                if len(body) > 1000:
                    self.assertIn(b"content-encoding: gzip", head.lower())

    def test_nginx(self):
        with GzipNginx() as server:
            self.check(server)

    def test_apache(self):
        with Apache() as server:
            self.check(server)

    def test_several_on_one_connection(self):
        with GzipNginx() as server:
            urls = [server.url + name for name in BODIES] * 2
            result = lwurl("--compressed", "-w", "%{num_connects}", *urls)
            self.assertEqual(result.code, 0, result.err)
            self.assertEqual(result.out, b"".join(
                body + (b"1" if at == 0 else b"0")
                for at, body in enumerate(list(BODIES.values()) * 2)))

    def test_head_and_range(self):
        with GzipNginx() as server:
            url = server.url + "large.txt"
            self.assertEqual(lwurl("--compressed", "-I", url).code, 0)
            result = lwurl("--compressed", "-r", "10-19", url)
            self.assertEqual(result.out, BODIES["large.txt"][10:20])


class Options(unittest.TestCase):
    def run_with(self, reply, *args):
        with Scripted(once(reply)) as server:
            result = lwurl(*args, server.url)
            return result, fields(server.requests[0][0])

    def test_what_is_asked(self):
        reply = coded(gzip.compress(b"hello\n"), b"gzip")
        result, asked = self.run_with(reply, "--compressed")
        self.assertEqual((result.code, result.out), (0, b"hello\n"))
        self.assertEqual(asked["accept-encoding"], "gzip, deflate")

    def test_own_field(self):
        reply = coded(gzip.compress(b"hello\n"), b"gzip")
        result, asked = self.run_with(reply, "--compressed", "-H",
                                      "Accept-Encoding: gzip;q=0.5")
        self.assertEqual((result.code, result.out), (0, b"hello\n"))
        self.assertEqual(asked["accept-encoding"], "gzip;q=0.5")

    def test_without_option(self):
        body = gzip.compress(b"hello\n")
        result, asked = self.run_with(coded(body, b"gzip"))
        self.assertEqual((result.code, result.out), (0, body))
        self.assertEqual(asked["accept-encoding"], "identity")

    def test_deflate_both_ways(self):
        framed = zlib.compress(b"hello\n" * 50)
        for body in (framed, framed[2:-4]):
            result, _ = self.run_with(coded(body, b"deflate"), "--compressed")
            self.assertEqual((result.code, result.out), (0, b"hello\n" * 50))

    def test_refused(self):
        for reply in (coded(b"\x8b\x02\x80hello\n\x03", b"br"),
                      coded(gzip.compress(b"x"), b"gzip, gzip"),
                      coded(gzip.compress(b"x")[:-1] + b"y", b"gzip"),
                      coded(b"hello\n", b"gzip")):
            result, _ = self.run_with(reply, "--compressed")
            self.assertEqual(result.code, 61, result)
            self.assertIn("Content-Encoding", result.err)

    def test_cut_short(self):
        body = gzip.compress(BODIES["large.txt"])
        result, _ = self.run_with(coded(body[:-5], b"gzip"), "--compressed")
        self.assertEqual(result.code, 18, result.err)
        result, _ = self.run_with(coded(body, b"gzip")[:-5], "--compressed")
        self.assertEqual(result.code, 18, result.err)

    def test_redirect(self):
        body = gzip.compress(b"moved\n" * 100)
        away = (b"HTTP/1.1 302 F\r\nLocation: /2\r\nContent-Encoding: gzip\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body)) + body
        with Scripted(answers(away, coded(gzip.compress(b"hello\n"),
                                          b"gzip"))) as server:
            result = lwurl("--compressed", "-L", server.url)
            self.assertEqual((result.code, result.out), (0, b"hello\n"))
            self.assertEqual(server.connections, 1)


if __name__ == "__main__":
    assert "root www;" in NGINX
    counted.main()
