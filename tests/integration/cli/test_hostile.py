#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The host program against servers that break the rules: each ends in bounded
time and memory, with the exit status of its family.

usage: test_hostile.py PROGRAM
"""

import socket
import struct
import time
import unittest

from support import Scripted, counted, lwurl, once

BODY = b"0123456789"
RESPONSES = {
    "length": b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 10\r\n\r\n" + BODY,
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
               b"4;x=y\r\n0123\r\n6\r\n456789\r\n0\r\nT: u\r\n\r\n",
}

# What a server sends instead of a response, and the exit status for it.
BROKEN = (
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 garbage\r\n\r\n", 8),
    (b"SSH-2.0-OpenSSH_9.2\r\n", 8),
    (b"HTTP/2.0 200 OK\r\n\r\n", 8),
    (b"HTTP/1.1 20 OK\r\n\r\n", 8),
    (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", 8),
    (b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", 8),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 8),
    (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 8),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", 8),
    (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", 8),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 8),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", 8),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
     + 100 * b"f" + b"\r\n", 8),
)


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
    conn.close()


class Broken(unittest.TestCase):
    def test_garbage(self):
        for reply, code in BROKEN:
            for work in ("4096", "128"):
                with Scripted(once(reply)) as server:
                    result = lwurl("--work-buffer", work, server.url)
                self.assertEqual(result.code, code, (reply, result))
                self.assertRegex(result.err, r"^lwurl: http://.*error -\d+")

    def test_no_status_line_on_request(self):
        with Scripted(once(b"just text")) as server:
            self.assertEqual(lwurl(server.url).code, 8)
            result = lwurl("--http0.9", "-w", " %{http_version}", server.url)
            self.assertEqual(result.out, b"just text 0.9")

    def test_line_feeds_alone(self):
        with Scripted(once(b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx")) as s:
            self.assertEqual(lwurl(s.url).out, b"x")


class Early(unittest.TestCase):
    def end_at_every_byte(self, end, codes):
        for name, reply in RESPONSES.items():
            head_n = reply.index(b"\r\n\r\n") + 4
            for n in range(len(reply)):
                def script(conn, _, sent=reply[:n]):
                    conn.recv(4096)
                    conn.sendall(sent)
                    end(conn)
                with Scripted(script) as server:
                    result = lwurl("-s", server.url)
                    self.assertIn(result.code, codes(n, head_n), (name, n))
                    self.assertTrue(BODY.startswith(result.out))

    def test_close(self):
        self.end_at_every_byte(
            lambda conn: conn.close(),
            lambda n, head_n: (52,) if n == 0 else
            (8, 18, 52, 56) if n < head_n else (18,))

    def test_reset(self):
        self.end_at_every_byte(
            reset,
            lambda n, head_n: (52, 56) if n == 0 else (18, 56))


class Endless(unittest.TestCase):
    def assert_ends(self, script, code, *args):
        with Scripted(script) as server:
            start = time.monotonic()
            result = lwurl("-s", *args, server.url)
            self.assertLess(time.monotonic() - start, 20)
            self.assertEqual(result.code, code)
            return result

    @staticmethod
    def repeat(first, piece):
        def script(conn, _):
            conn.recv(4096)
            conn.sendall(first)
            while True:
                conn.sendall(piece)
        return script

    def test_head(self):
        for piece in (b"A: b\r\n" * 1000, b"x" * 10000):
            self.assert_ends(
                self.repeat(b"HTTP/1.1 200 OK\r\nX: ", piece), 8)

    def test_name(self):
        self.assert_ends(self.repeat(b"HTTP/1.1 200 OK\r\n", b"x" * 9999), 8)

    def test_interim_responses(self):
        self.assert_ends(
            self.repeat(b"", b"HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n"), 8)

    def test_chunk_size(self):
        self.assert_ends(self.repeat(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"0" * 10000), 8)

    def test_chunk_extension(self):
        self.assert_ends(self.repeat(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
            b"x" * 10000), 8)

    def test_body(self):
        result = self.assert_ends(
            self.repeat(b"HTTP/1.1 200 OK\r\n\r\n", b"y" * 65536), 28,
            "-m", "1", "-o", "/dev/null")
        self.assertEqual(result.out, b"")

    def test_slow_head(self):
        def script(conn, _):
            conn.recv(4096)
            for byte in b"HTTP/1.1 200 OK\r\nX: " + 1000 * b"z":
                conn.sendall(bytes([byte]))
                time.sleep(0.02)
        self.assert_ends(script, 28, "-m", "1")

    def test_slow_but_whole(self):
        def script(conn, _):
            conn.recv(4096)
            for byte in RESPONSES["chunked"]:
                conn.sendall(bytes([byte]))
                time.sleep(0.002)
        self.assertEqual(self.assert_ends(script, 0).out, BODY)


if __name__ == "__main__":
    counted.main()
