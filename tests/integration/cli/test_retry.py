#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--retry and its like, --limit-rate, what -w says of bytes: beside curl, whose
meaning they have. Times are only ever held from below.

usage: test_retry.py PROGRAM
"""

import email.utils
import os
import subprocess
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from support import (OK, Result, Scripted, answers, counted, free_port, lwurl,
                     read_request)


def curl(*args):
    done = subprocess.run(["curl", "-q"] + list(args), timeout=60,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    return Result(done.returncode, done.stdout, done.stderr.decode("latin-1"))


def status(code, *more, body=b"x"):
    lines = [b"HTTP/1.1 %d Some" % code, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(lines + list(more)) + b"\r\n\r\n" + body


def in_seconds(n):
    return email.utils.formatdate(time.time() + n, usegmt=True).encode()


def timed(script):
    """A script that also notes when each connection came."""
    def run(conn, server):
        server.times.append(time.monotonic())
        script(conn, server)
    return run


def closing(*replies):
    """A script: the nth connection gets the nth reply, and the end."""
    def run(conn, server):
        at = min(len(server.requests), len(replies) - 1)
        server.requests.append(read_request(conn.makefile("rb")))
        conn.sendall(replies[at])
    return run


def silent(conn, server):
    server.requests.append(read_request(conn.makefile("rb")))
    time.sleep(3)


BUSY = status(503)
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"

# Name: replies, arguments, requests that must come, least seconds they take.
CASES = {
    "none": ((BUSY, OK), [], 1, 0),
    "zero": ((BUSY, OK), ["--retry", "0"], 1, 0),
    "second": ((BUSY, OK), ["--retry", "3"], 2, 1),
    "third": ((BUSY, BUSY, OK), ["--retry", "3"], 3, 3),
    "never": ((BUSY,), ["--retry", "1"], 2, 1),
    "never, fail": ((BUSY,), ["--retry", "1", "-f"], 2, 1),
    "good": ((OK,), ["--retry", "2"], 1, 0),
    "delay": ((BUSY, BUSY, OK), ["--retry", "3", "--retry-delay", "1"], 3, 2),
    "404": ((status(404),), ["--retry", "2"], 1, 0),
    "404, fail": ((status(404),), ["--retry", "2", "-f"], 1, 0),
    "404, all": ((status(404),), ["--retry", "1", "--retry-all-errors"], 1, 0),
    "404, all, fail": ((status(404),), ["--retry", "1", "-f",
                                        "--retry-all-errors"], 2, 1),
    "empty": ((b"", OK), ["--retry", "1"], 1, 0),
    "empty, all": ((b"", OK), ["--retry", "1", "--retry-all-errors"], 2, 1),
    "cut": ((CUT, OK), ["--retry", "1"], 1, 0),
    "cut, all": ((CUT, OK), ["--retry", "1", "--retry-all-errors"], 2, 1),
    "post": ((BUSY, OK), ["--retry", "1", "-d", "x=1"], 2, 1),
    "put": ((BUSY, OK), ["--retry", "1", "-X", "PUT", "-d", "x"], 2, 1),
    "after": ((status(503, b"Retry-After: 2"), OK), ["--retry", "1"], 2, 2),
    "after 0": ((status(503, b"Retry-After: 0"), OK), ["--retry", "1"], 2, 1),
    "after, date": ((status(429, b"Retry-After: " + in_seconds(6)), OK),
                    ["--retry", "1"], 2, 1),
    "after, junk": ((status(503, b"Retry-After: soon"), OK),
                    ["--retry", "1"], 2, 1),
    "after, less": ((status(503, b"Retry-After: 1"), OK),
                    ["--retry", "1", "--retry-delay", "3"], 2, 1),
    "max time": ((status(503, b"Retry-After: 30"), OK),
                 ["--retry", "3", "--retry-max-time", "5"], 1, 0),
    "max time, left": ((BUSY, OK), ["--retry", "3", "--retry-max-time", "20"],
                       2, 1),
}
for _code, _n in ((400, 1), (401, 1), (408, 2), (425, 1), (429, 2), (500, 2),
                  (501, 1), (502, 2), (503, 2), (504, 2), (505, 1), (507, 1)):
    CASES[str(_code) + ", one"] = ((status(_code), OK), ["--retry", "1"], _n,
                                   _n - 1)


def run(client, script, args):
    with Scripted(timed(script)) as server:
        server.times = []
        done = client("-sS", *args, server.url)
        times = server.times + [0, 0]
        span = max(server.times, default=0) - times[0]
        return done, len(server.requests), span, server.requests


class BesideCurl(unittest.TestCase):
    def compare(self, name, script, args, n, least):
        theirs = run(curl, script, args)
        ours = run(lwurl, script, args)
        self.assertEqual(theirs[1], n, name + ": curl")
        self.assertEqual(ours[1], n, name)
        self.assertEqual(ours[0].code, theirs[0].code, name)
        self.assertEqual(ours[0].out, theirs[0].out, name)
        self.assertGreaterEqual(theirs[2], least - 0.02, name + ": curl")
        self.assertGreaterEqual(ours[2], least - 0.02, name)
        return ours[0]

    def test_cases(self):
        with ThreadPoolExecutor(24) as pool:
            runs = {name: pool.submit(self.compare, name, closing(*replies),
                                      args, n, least)
                    for name, (replies, args, n, least) in CASES.items()}
        for name, done in runs.items():
            with self.subTest(name):
                done.result()

    def test_date_in_the_past(self):
        """For which curl 7.88 waits a minute or more."""
        past = status(429, b"Retry-After: " + in_seconds(-60))
        done, n, span, _ = run(lwurl, closing(past, OK), ["--retry", "1"])
        self.assertEqual((done.code, n), (0, 2))
        self.assertGreaterEqual(span, 0.98)

    def test_out_of_time(self):
        self.compare("slow", silent, ["-m", "0.3", "--retry", "1"], 2, 1)

    def test_refused(self):
        url = "http://127.0.0.1:%d/" % free_port()
        for args, tries in ((["--retry", "1"], 0),
                            (["--retry", "1", "--retry-connrefused"], 1),
                            (["--retry", "1", "--retry-all-errors"], 1)):
            ours, theirs = lwurl(*args, url), curl(*args, url)
            self.assertEqual(ours.code, theirs.code)
            self.assertEqual(ours.err.count("again in"), tries)
            self.assertEqual(theirs.err.count("Will retry"), tries)

    def test_file_is_of_the_last_try(self):
        replies = (status(503, body=b"much longer than that"), OK)
        with tempfile.TemporaryDirectory() as folder:
            for client in (curl, lwurl):
                path = os.path.join(folder, client.__name__)
                run(client, closing(*replies), ["--retry", "1", "-o", path])
                with open(path, "rb") as written:
                    self.assertEqual(written.read(), b"ok")

    def test_each_url_has_its_own(self):
        def script():
            return closing(BUSY, OK, BUSY, OK)
        for client in (curl, lwurl):
            with Scripted(script()) as server:
                done = client("-sS", "--retry", "1", server.url,
                              server.url + "b")
                self.assertEqual(done.code, 0)
                self.assertEqual(done.out, b"xokxok")
                self.assertEqual(len(server.requests), 4)


class Bytes(unittest.TestCase):
    FORMAT = "%{size_header} %{size_request} %{size_download} %{size_upload}"

    def compare(self, replies, *args):
        """The same bytes but for the User-Agent and Accept that differ."""
        plain = ["-A", "me", "-H", "Accept:", "-H", "Accept-Encoding: identity",
                 "-o", "/dev/null", "-w", self.FORMAT]
        with Scripted(answers(*replies)) as server:
            theirs = curl("-sS", *plain, *args, server.url)
        with Scripted(answers(*replies)) as server:
            ours = lwurl("-sS", *plain, *args, server.url)
        self.assertEqual(ours.out, theirs.out, args)

    def test_sizes(self):
        chunked = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   b"2\r\nok\r\n0\r\n\r\n")
        see = b"HTTP/1.1 302 See\r\nLocation: /b\r\nContent-Length: 3\r\n\r\nsee"
        self.compare([OK])
        self.compare([OK], "-I")
        self.compare([OK], "-d", "x=1")
        self.compare([status(404)])
        self.compare([chunked])
        self.compare([b"HTTP/1.1 100 Continue\r\n\r\n" + OK])
        self.compare([see, OK], "-L")

    def test_limit_rate(self):
        """curl takes what is in the socket at once: that is no oracle."""
        body = status(200, body=bytes(30000))
        for rate in ("20k", "20480"):
            with Scripted(answers(body)) as server:
                began = time.monotonic()
                done = lwurl("-sS", "--limit-rate", rate, server.url)
                # a quarter of a second may come at once
                self.assertGreater(time.monotonic() - began, 1.2)
                self.assertEqual(len(done.out), 30000)

    def test_limit_rate_of_an_upload(self):
        for client in (curl, lwurl):
            with Scripted(answers(OK)) as server:
                began = time.monotonic()
                done = client("-sS", "--limit-rate", "100K", "--data-binary",
                              "x" * 100000, server.url)
                self.assertGreater(time.monotonic() - began, 0.6)
                self.assertEqual(done.out, b"ok")
                self.assertEqual(len(server.requests[0][1]), 100000)

    def test_limit_rate_mistakes(self):
        for rate in ("", "k", "-1", "5kk", "5x", "99999999999999999999G"):
            self.assertEqual(lwurl("--limit-rate", rate, "http://h/").code, 2)

    def test_max_bytes(self):
        with Scripted(answers(status(200, body=bytes(3000)))) as server:
            done = lwurl("-sS", "--max-bytes", "1000", server.url)
            self.assertEqual(done.code, 63)
            self.assertIn("--max-bytes", done.err)
            self.assertIn("detail 1000", done.err)
            self.assertLess(len(done.out), 1000)
            done = lwurl("-sS", "--max-bytes", "4000", "--summary", server.url)
            self.assertEqual(done.code, 0)
            self.assertRegex(done.err, r"cost +received \d+ bytes: heads \d+, "
                                       r"bodies 3000, TLS 0\n")


if __name__ == "__main__":
    counted.main()
