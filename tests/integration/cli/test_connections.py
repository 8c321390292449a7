#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names, connections and limits of the host program.

usage: test_connections.py PROGRAM
"""

import http.server
import os
import socket
import struct
import threading
import time
import unittest

from support import (OK, Nginx, Result, Scripted, answers, counted, fields,
                     free_port, lwurl, once)


class Reuse(unittest.TestCase):
    def test_one_connection(self):
        with Scripted(answers(OK)) as server:
            result = lwurl("-w", "%{num_connects} ", *3 * [server.url])
            self.assertEqual(result, Result(0, b"ok1 ok0 ok0 ", ""))
            self.assertEqual((server.connections, len(server.requests)),
                             (1, 3))

    def test_after_an_error_status(self):
        bad = b"HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\nbad"
        with Scripted(answers(bad, OK)) as server:
            result = lwurl("-f", server.url, server.url)
            self.assertEqual((result.code, result.out), (22, b"ok"))
            self.assertEqual(server.connections, 1)

    def test_after_a_head(self):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
        with Scripted(answers(head)) as server:
            lwurl("-I", server.url, server.url)
            self.assertEqual(server.connections, 1)

    def test_chunked(self):
        reply = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"2\r\nok\r\n0\r\nTrailer: x\r\n\r\n")
        with Scripted(answers(reply)) as server:
            self.assertEqual(lwurl(server.url, server.url).out, b"okok")
            self.assertEqual(server.connections, 1)

    def test_not_where_the_server_closes(self):
        reply = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        with Scripted(once(reply)) as server:
            self.assertEqual(lwurl(server.url, server.url).out, b"okok")
            self.assertEqual(server.connections, 2)

    def test_not_for_another_host(self):
        with Scripted(answers(OK)) as server:
            other = "http://localhost:%d/" % server.port
            self.assertEqual(lwurl(server.url, other).out, b"okok")
            self.assertEqual(server.connections, 2)

    def test_kept_connection_dies(self):
        def script(conn, server):
            """Closes, unseen, when the second request is there."""
            answers(OK, None, OK)(conn, server)
        with Scripted(script) as server:
            result = lwurl("-v", server.url, server.url)
            self.assertEqual((result.code, result.out), (0, b"okok"))
            self.assertEqual((server.connections, len(server.requests)),
                             (2, 3))
            self.assertEqual(result.err.count("> GET"), 3)

    def test_kept_connection_dies_under_a_post(self):
        with Scripted(answers(OK, None, OK)) as server:
            result = lwurl("-d", "x", server.url, server.url)
            self.assertEqual((result.code, result.out), (56, b"ok"))
            self.assertEqual(len(server.requests), 2)

    def test_nginx(self):
        with Nginx() as nginx:
            url = nginx.url + "connection"
            one, two = lwurl("-w", "\n", url, url).out.split()
            self.assertEqual(one, two)


class Names(unittest.TestCase):
    def test_loopback(self):
        with Scripted(answers(OK)) as server:
            for host in ("127.0.0.1", "localhost", "LOCALHOST"):
                url = "http://%s:%d/" % (host, server.port)
                self.assertEqual(lwurl("-w", " %{remote_ip}", url).out,
                                 b"ok 127.0.0.1")
            hosts = [fields(head)["host"] for head, _ in server.requests]
            self.assertEqual(hosts, ["%s:%d" % (host, server.port) for host in
                                     ("127.0.0.1", "localhost", "LOCALHOST")])

    @unittest.skipUnless(socket.has_ipv6, "no IPv6")
    def test_loopback6(self):
        with Scripted(answers(OK), socket.AF_INET6) as server:
            for host in ("[::1]", "localhost"):
                url = "http://%s:%d/" % (host, server.port)
                self.assertEqual(lwurl("-w", " %{remote_ip}", url).out,
                                 b"ok ::1")
            self.assertEqual(fields(server.requests[0][0])["host"],
                             "[::1]:%d" % server.port)

    def test_resolve(self):
        with Scripted(answers(OK)) as server:
            url = "http://device.test:%d/" % server.port
            for port in (str(server.port), "*"):
                result = lwurl("--resolve", "device.test:%s:127.0.0.1" % port,
                               url)
                self.assertEqual(result, Result(0, b"ok", ""))
            self.assertEqual(fields(server.requests[0][0])["host"],
                             "device.test:%d" % server.port)
            self.assertEqual(
                lwurl("--resolve", "device.test:1:127.0.0.1", url).code, 6)
            self.assertEqual(
                lwurl("--resolve", "Device.Test:1:10.0.2.99", "--resolve",
                      "DEVICE.TEST:%d:127.0.0.1" % server.port, url).code, 0)

    def test_second_address(self):
        with Scripted(answers(OK)) as server:
            port = server.port
            result = lwurl("--resolve", "d.test:%d:[::1],127.0.0.1" % port,
                           "http://d.test:%d/" % port)
            self.assertEqual(result, Result(0, b"ok", ""))

    def test_connect_to(self):
        with Scripted(answers(OK)) as server:
            there = "127.0.0.1:%d" % server.port
            for what in ("device.test:80:", "::", "device.test::", ":80:"):
                result = lwurl("--connect-to", what + there,
                               "http://device.test/")
                self.assertEqual(result, Result(0, b"ok", ""))
            self.assertEqual(fields(server.requests[0][0])["host"],
                             "device.test")
            result = lwurl("--connect-to", "other.test:80:" + there,
                           "http://device.test/")
            self.assertEqual(result.code, 6)

    def test_unknown(self):
        result = lwurl("http://no.such.name.test/")
        self.assertEqual(result.code, 6)
        self.assertIn("looking up the name", result.err)

    def test_nothing_but_loopback(self):
        start = time.monotonic()
        result = lwurl("-m", "3", "http://192.0.2.1/")
        self.assertIn(result.code, (7, 28))
        self.assertLess(time.monotonic() - start, 10)

    def test_name_server(self):
        with NameServer(b"device.test") as names, \
                Scripted(answers(OK)) as server:
            option = "127.0.0.1:%d" % names.port
            # The answer is an address of libslirp's: loopback, for lwIP.
            result = lwurl("--dns-servers", option,
                           "http://device.test:%d/" % server.port)
            self.assertEqual(result, Result(0, b"ok", ""))
            result = lwurl("--dns-servers", option, "http://other.test/",
                           "-m", "20")
            self.assertEqual(result.code, 6)
            self.assertIn(b"\x06device\x04test", names.asked[0])


class NameServer:
    """Answers 10.0.2.2 for one name, NXDOMAIN for others (RFC 1035 4)."""

    def __init__(self, name):
        labels = name.split(b".")
        self.question = b"".join(bytes([len(part)]) + part
                                 for part in labels) + b"\0"
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                message, sender = self.socket.recvfrom(512)
            except OSError:
                return
            self.asked.append(message)
            end = message.index(b"\0", 12) + 5
            kind = struct.unpack(">H", message[end - 4:end - 2])[0]
            found = message[12:].startswith(self.question) and kind == 1
            flags, n = (0x8180, 1) if found else (0x8183, 0)
            reply = message[:2] + struct.pack(">5H", flags, 1, n, 0, 0) \
                + message[12:end]
            if found:
                reply += struct.pack(">HHHLH", 0xc00c, 1, 1, 60, 4) \
                    + bytes([10, 0, 2, 2])
            self.socket.sendto(reply, sender)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def silent(conn, _):
    time.sleep(10)
    conn.close()


def dripping(conn, server):
    """A head, then a byte of an endless body every 50 ms."""
    server.requests.append(conn.recv(4096))
    conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        conn.sendall(b".")
        time.sleep(0.05)


class Limits(unittest.TestCase):
    def assert_timeout(self, script, least, most, *args, scheme="http"):
        with Scripted(script) as server:
            start = time.monotonic()
            result = lwurl(*args, "%s://127.0.0.1:%d/" % (scheme, server.port))
            took = time.monotonic() - start
        self.assertEqual(result.code, 28, result)
        self.assertTrue(least <= took <= most, took)
        return result

    def test_max_time(self):
        result = self.assert_timeout(silent, 0.5, 3, "-m", "0.5")
        self.assertIn("waiting for the response", result.err)
        result = self.assert_timeout(dripping, 0.5, 3, "-m", "0.5")
        self.assertIn("reading the body", result.err)
        self.assertGreater(len(result.out), 3)

    def test_idle(self):
        result = self.assert_timeout(silent, 0.5, 3, "--idle-timeout", "0.5")
        self.assertIn("--idle-timeout", result.err)

    def test_idle_is_not_total(self):
        """Bytes that trickle in are progress."""
        self.assert_timeout(dripping, 1, 5, "--idle-timeout", "0.5", "-m", "1")

    def test_no_idle_limit(self):
        self.assert_timeout(silent, 1, 5, "--idle-timeout", "0", "-m", "1")

    def test_connect_timeout(self):
        """In TLS: a TCP connection to loopback is there at once."""
        with Scripted(silent) as server:
            start = time.monotonic()
            result = lwurl("--connect-timeout", "0.5",
                           "--resolve", "device.test:*:127.0.0.1",
                           "https://device.test:%d/" % server.port)
            took = time.monotonic() - start
        self.assertEqual(result.code, 28)
        self.assertIn("TLS", result.err)
        self.assertTrue(0.5 <= took <= 3, took)

    def test_connect_timeout_ends_with_the_connection(self):
        with Scripted(silent) as server:
            result = lwurl("--connect-timeout", "0.5", "-m", "1", server.url)
        self.assertIn("-m", result.err)

    def test_each_url_has_its_own(self):
        def script(conn, server):
            for _ in range(3):
                conn.recv(4096)
                time.sleep(0.4)
                conn.sendall(OK)
        with Scripted(script) as server:
            self.assertEqual(lwurl("-m", "1", *3 * [server.url]),
                             Result(0, b"okokok", ""))


class Refused(unittest.TestCase):
    def test_nobody_listens(self):
        result = lwurl("http://127.0.0.1:%d/" % free_port())
        self.assertEqual(result.code, 7)
        self.assertIn("refused", result.err)
        self.assertIn("(connecting, ", result.err)

    def test_message(self):
        """What, where, what to do; no secrets."""
        port = free_port()
        result = lwurl("-u", "u:tellnobody",
                       "http://me:hush@localhost:%d/x" % port)
        self.assertIn("http://localhost:%d/x: " % port, result.err)
        self.assertRegex(result.err, r"\(.*error -82")
        for secret in ("tellnobody", "hush", "me:"):
            self.assertNotIn(secret, result.err)


class Python(unittest.TestCase):
    """CPython's own server, HTTP/1.0 and files."""

    def test_files(self):
        handler = http.server.SimpleHTTPRequestHandler
        folder = os.path.dirname(os.path.abspath(__file__))

        class Quiet(handler):
            def __init__(self, *args):
                super().__init__(*args, directory=folder)

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as up:
            threading.Thread(target=up.serve_forever, daemon=True).start()
            name = os.path.basename(__file__)
            url = "http://127.0.0.1:%d/%s" % (up.server_port, name)
            result = lwurl("-w", "%{http_version}", url)
            up.shutdown()
        with open(os.path.join(folder, name), "rb") as source:
            self.assertEqual(result, Result(0, source.read() + b"1.0", ""))


if __name__ == "__main__":
    counted.main()
