#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the host program shows: -v with credentials masked, progress, the
question for a password.

usage: test_terminal.py PROGRAM
"""

import os
import pty
import re
import select
import tempfile
import time
import unittest

from support import (OK, PROGRAM, Nginx, Result, Scripted, answers, counted,
                     lwurl, once)

SECRETS = ("dontshow", "ZG9udHNob3c", "hiddenpw")


class Verbose(unittest.TestCase):
    def show(self, *args, reply=OK, url=None):
        with Scripted(once(reply)) as server:
            result = lwurl("-v", *args, (url or "http://127.0.0.1:%d/")
                           % server.port)
            self.assertEqual(result.code, 0, result)
        for secret in SECRETS:
            self.assertNotIn(secret, result.err)
        return result.err

    def test_lines(self):
        text = self.show("-H", "X-Long: " + 300 * "long ", "-d", "body")
        self.assertRegex(
            text, r"\* Connecting to 127\.0\.0\.1 port \d+\n"
            r"\* Connected [^\n]*\n> POST / HTTP/1\.1\n> Host: 127.0.0.1:\d+\n"
            r"> User-Agent: [^\n]*\n")
        self.assertIn("\n> X-Long: " + (300 * "long ") + "\n", text)
        self.assertIn("\n< HTTP/1.1 200 OK\n< Content-Length: 2\n", text)
        self.assertNotIn("body", text)

    def test_request(self):
        for work in ("128", "4096"):
            text = self.show(
                "--work-buffer", work, "-u", "dontshow:hiddenpw",
                "-H", "Cookie: a=dontshow", "-H", "X-Api-Key: dontshow",
                "-H", "Proxy-Authorization: Basic dontshow",
                "-H", "Referer: http://u:dontshow@other/path",
                "-H", "X-Auth-Token: dontshow", "-H", "X-Last: seen")
            for line in ("Authorization: Basic ***", "Cookie: ***",
                         "X-Api-Key: ***", "X-Auth-Token: ***",
                         "Proxy-Authorization: Basic ***",
                         "Referer: http://***@other/path", "X-Last: seen"):
                self.assertIn("\n> %s\n" % line, text)
        text = self.show("-H", "Authorization: dontshow")
        self.assertIn("\n> Authorization: ***\n", text)
        text = self.show("-H", "authorization:   Digest a=dontshow, b=1")
        self.assertIn("\n> authorization: Digest ***\n", text)

    def test_many_fields(self):
        """More slices than one send takes: still every byte once."""
        names = ["X-%d: %s" % (i, 40 * "v") for i in range(40)]
        args = [part for name in names for part in ("-H", name)]
        for work in ("128", "4096"):
            text = self.show("--work-buffer", work, *args)
            shown = re.findall(r"> (X-.*)", text)
            self.assertEqual(shown, names)

    def test_url(self):
        self.show(url="http://dontshow:hiddenpw@127.0.0.1:%d/")

    def test_response(self):
        for work in ("128", "4096"):
            text = self.show("--work-buffer", work, reply=(
                b"HTTP/1.1 200 Fine\r\nSet-Cookie: a=dontshow; Path=/\r\n"
                b"Location: https://u:dontshow@there/x?y=//z\r\n"
                b"X: \x1b[31m\xff" + 300 * b"y" + b"\r\n"
                b"Content-Length: 0\r\n\r\n"))
            for line in ("HTTP/1.1 200 Fine", "Set-Cookie: ***",
                         "Location: https://***@there/x?y=//z",
                         "X: ?[31m?" + 300 * "y", "Content-Length: 0"):
                self.assertIn("\n< %s\n" % line, text)

    def test_second_round(self):
        """A challenge and its answer."""
        with Nginx() as nginx:
            url = nginx.url.replace("//", "//device:secret@")
            result = lwurl("-v", url + "private/config.json")
        self.assertEqual(result.out, b'{"device": 42}\n')
        self.assertEqual(re.findall(r"[<>] (?:GET|HTTP|Auth|WWW).*",
                                    result.err),
                         ["> GET /private/config.json HTTP/1.1",
                          "< HTTP/1.1 401 Unauthorized",
                          '< WWW-Authenticate: Basic realm="the vault"',
                          "> GET /private/config.json HTTP/1.1",
                          "> Authorization: Basic ***",
                          "< HTTP/1.1 200 OK"])
        self.assertNotIn("secret", result.err)


class Terminal:
    """The program on a terminal of its own, standard output in a file."""

    def __init__(self, *args):
        self.file = tempfile.TemporaryFile()
        self.text = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.dup2(self.file.fileno(), 1)
            os.execv(PROGRAM, [PROGRAM, "--loopback-only"] + list(args))

    def read(self, seconds):
        if not select.select([self.terminal], [], [], seconds)[0]:
            return False
        try:
            piece = os.read(self.terminal, 4096)
        except OSError: # what Linux says when the other side has gone
            piece = b""
        self.text += piece
        return piece != b""

    def expect(self, text, seconds=10):
        end = time.monotonic() + seconds
        while text not in self.text:
            if not self.read(max(0, end - time.monotonic())):
                raise AssertionError(self.text)

    def type(self, text):
        os.write(self.terminal, text)

    def result(self, seconds=20):
        end = time.monotonic() + seconds
        while self.read(max(0, end - time.monotonic())):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.terminal)
        self.file.seek(0)
        with self.file:
            return Result(os.waitstatus_to_exitcode(status), self.file.read(),
                          self.text.decode("latin-1"))


class Password(unittest.TestCase):
    def test_asked_for(self):
        with Nginx() as nginx:
            on = Terminal("-u", "device", nginx.url + "private/config.json")
            on.expect(b'Password of device for "the vault": ')
            on.type(b"secret\n")
            result = on.result()
        self.assertEqual((result.code, result.out), (0, b'{"device": 42}\n'))
        self.assertNotIn("secret", result.err)

    def test_asked_again(self):
        with Nginx() as nginx:
            on = Terminal("-u", "device", nginx.url + "private/config.json")
            for word in (b"wrong\n", b"secret\n"):
                on.expect(b'"the vault": ')
                on.text = b""
                on.type(word)
            self.assertEqual(on.result().code, 0)

    def test_not_when_nobody_wants_it(self):
        with Nginx() as nginx:
            result = Terminal("-u", "device", nginx.url + "hello.txt").result()
        self.assertEqual(result, Result(0, b"hello\n", ""))

    def test_no_terminal(self):
        with Nginx() as nginx:
            result = lwurl("-f", "-u", "device",
                           nginx.url + "private/config.json")
            self.assertEqual(result.code, 22)


class Progress(unittest.TestCase):
    @staticmethod
    def slow(length):
        def script(conn, _):
            conn.recv(4096)
            conn.sendall(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n")
            for _ in range(20):
                conn.sendall(1000 * b"x")
                time.sleep(0.1)
        return script

    def test_known_length(self):
        with Scripted(self.slow(b"Content-Length: 20000\r\n")) as server:
            result = Terminal(server.url).result()
        self.assertEqual((result.code, len(result.out)), (0, 20000))
        self.assertRegex(result.err,
                         r"\r *\d\d% \[=+ +\] 1\d\.\d KB of 20\.0 KB, \d")
        self.assertTrue(result.err.endswith("\r"))

    def test_unknown_length(self):
        with Scripted(self.slow(b"")) as server:
            result = Terminal(server.url).result()
        self.assertRegex(result.err, r"\r1\d\.\d KB, \d+\.\d KB/s")

    def test_none(self):
        """Short transfers, -s, no terminal."""
        with Scripted(answers(OK)) as server:
            self.assertEqual(Terminal(server.url).result().err, "")
        with Scripted(self.slow(b"")) as server:
            self.assertEqual(Terminal("-s", server.url).result().err, "")
            self.assertEqual(lwurl(server.url).err, "")


if __name__ == "__main__":
    counted.main()
