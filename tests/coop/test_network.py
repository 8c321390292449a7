#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lwIP's sockets on port/coop: `loop` on the virtual clock, `fetch` through
port/slirp against servers on loopback, in a network namespace.

usage: test_network.py BUILD    the folder that has the two programs
"""

import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import time
import unittest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS + "/check", TESTS + "/firmware"]
import counted  # noqa: E402
import qemu  # noqa: E402  (for its namespace)

BUILD = sys.argv[1]
PLAIN = "build/coop"
BODY = bytes(i * i >> 8 & 255 for i in range(100000))


def fnv(data):
    value = 2166136261
    for byte in data:
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return "%08x" % value


def run(*command):
    done = subprocess.run([str(word) for word in command], timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, universal_newlines=True)
    return done.returncode, done.stdout.strip()


def fetch(*arguments):
    return run(BUILD + "/fetch", *arguments)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, family, address):
        self.address_family = family
        super().__init__((address, 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@unittest.skipIf(BUILD.endswith("-small"), "lwIP's loopback needs more memory")
class Loop(unittest.TestCase):
    def test_1_megabyte_there_and_back(self):
        for seed in range(1, 11):
            status, output = run(BUILD + "/loop", seed)
            self.assertEqual(status, 0, output)
            self.assertIn(", 0 left over", output)

    def test_a_seed_repeats_itself(self):
        first = run(BUILD + "/loop", 5)
        self.assertEqual(run(BUILD + "/loop", 5), first)
        self.assertNotEqual(run(BUILD + "/loop", 6), first)

    @unittest.skipUnless(BUILD.endswith("-asan"), "same options only")
    def test_a_seed_is_the_same_in_another_build(self):
        for seed in range(1, 6):
            self.assertEqual(run(BUILD + "/loop", seed),
                             run(PLAIN + "/loop", seed))


def check(case, count, status, output):
    case.assertEqual(status, 0, output)
    found = re.match(r"(\d+) fetches, (\d+) bytes, fnv (\w+), "
                     r"(\d+) and (\d+) frames, ", output)
    case.assertTrue(found, output)
    case.assertEqual(found.group(1, 2, 3),
                     (str(count), str(len(BODY)), fnv(BODY)))
    case.assertGreater(int(found.group(4)), 5 * count)
    case.assertGreater(int(found.group(5)), len(BODY) / 1460 * count)


class Fetch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.four = Server(socket.AF_INET, "127.0.0.1").server_port
        cls.six = Server(socket.AF_INET6, "::1").server_port

    def test_ipv4(self):
        check(self, 1, *fetch("10.0.2.2", self.four, "/", 1))

    def test_ipv4_100_times(self):
        check(self, 100, *fetch("10.0.2.2", self.four, "/", 100))

    def test_ipv6_20_times(self):
        check(self, 20, *fetch("fec0::2", self.six, "/", 20))

    def test_name_of_a_resolver_on_this_machine(self):
        port = free_port(socket.SOCK_DGRAM)
        dnsmasq = subprocess.Popen([
            "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null",
            "--no-resolv", "--no-hosts", "--pid-file=", "--user=",
            "--bind-interfaces", "--listen-address=127.0.0.1",
            "--port=%d" % port, "--address=/device.example/10.0.2.2"])
        try:
            time.sleep(0.3)
            check(self, 2, *fetch("device.example", self.four, "/", 2, port))
            status, output = fetch("none.example", self.four, "/", 1, port)
            self.assertEqual((status, output), (1, "no address"))
        finally:
            dnsmasq.terminate()
            dnsmasq.wait()

    def test_closed_port(self):
        port = free_port(socket.SOCK_STREAM)
        self.assertEqual(fetch("10.0.2.2", port, "/", 1),
                         (1, "Connection reset by peer"))



class Elsewhere(unittest.TestCase):
    """Addresses that stand for the rest of the world."""

    @classmethod
    def setUpClass(cls):
        for address in ("198.51.100.7/32", "2001:db8::7/128"):
            subprocess.run(["ip", "address", "add", address, "dev", "lo"],
                           check=True)
        cls.four = Server(socket.AF_INET, "198.51.100.7").server_port
        cls.six = Server(socket.AF_INET6, "2001:db8::7").server_port

    def refused(self, *arguments):
        start = time.monotonic()
        self.assertEqual(fetch(*arguments), (1, "No route to host"))
        self.assertLess(time.monotonic() - start, 3)

    def test_it_is_out_of_reach(self):
        self.refused("198.51.100.7", self.four, "/", 1)
        self.refused("2001:db8::7", self.six, "/", 1)

    def test_open_reaches_it(self):
        check(self, 2, *fetch("--open", "198.51.100.7", self.four, "/", 2))

    def test_open_reaches_it_over_ipv6_at_once(self):
        start = time.monotonic()
        check(self, 2, *fetch("--open", "2001:db8::7", self.six, "/", 2))
        self.assertLess(time.monotonic() - start, 0.5)

    def test_open_asks_the_resolver_of_this_machine(self):
        with qemu.names("device.example"):
            port = Server(socket.AF_INET, "127.0.0.1").server_port
            status, output = fetch("--open", "device.example", port, "/", 1)
            self.assertEqual(status, 0, output)


if __name__ == "__main__":
    qemu.enter()
    counted.main()
