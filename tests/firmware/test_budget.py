# SPDX-License-Identifier: MIT
"""What the firmware takes, beside what it may take.

usage: test_budget.py BOARD [--table]

Tests: each image of budget.mk is linked into the RAM that it claims, fetches
over https from a server that honours maximum_fragment_length, and has a tenth
of each task's stack in reserve. --table prints all figures beside the goals.
"""

import gzip
import os
import re
import struct
import subprocess
import sys
import unittest

import qemu
import servers
import test_fetch

sys.path[:0] = [os.path.join(qemu.ROOT, "tests", folder)
                for folder in ("check", "integration/tls")]
import counted  # noqa: E402
import peers  # noqa: E402
import size  # noqa: E402

BOARD = sys.argv[1]
TABLE = "--table" in sys.argv
PREFIX = "arm-none-eabi-"
HOST = "device.test"
BODY = servers.text(20000)

# Image, chains that it is shown with, bytes of RAM.
RAM = {"any1460": (("rsa", "ec"), 39500), "any536": (("rsa", "ec"), 34000),
       "chain512": (("rsa", "ec"), 21500), "known512": (("ec",), 18000)}


def image(name):
    return os.path.join(qemu.ROOT, "build", "%s-%s" % (BOARD, name),
                        "budget.elf")


def sizes(name):
    return size.measure(PREFIX, image(name),
                        image(name).replace(".elf", ".map"))


def flash(name):
    return sum(sizes(name).flash.values())


def symbol(name, wanted):
    """(address, size) of a symbol of an image."""
    listed = subprocess.run([PREFIX + "nm", "-S", image(name)], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    match = re.search(r"^([0-9a-f]+) (?:([0-9a-f]+) )?\w %s$" % wanted, listed,
                      re.M)
    return int(match[1], 16), int(match[2] or "0", 16)


def ram(name):
    return symbol(name, "ld_ram_used")[0], symbol(name, "ld_ram_size")[0]


def own_code(name):
    """Flash of core and port/lwip in an image."""
    with open(image(name).replace(".elf", ".map"), encoding="utf-8") as text:
        pieces = list(size.clip(size.parse_pieces(text.read())))
    own = re.compile(r"liblwurl\.a\(|libport\.a\(lwurl_lwip")
    return sum(piece.size for piece in pieces
               if piece.output in (".text", ".data")
               and piece.origin and own.search(piece.origin))


def fetch(nginx, name, chain):
    """Fetches the body by https, or by http without a chain."""
    scheme, port = ("https", nginx.https[chain]) if chain \
        else ("http", nginx.http)
    return qemu.run(image(name), "%s://%s:%d/body" % (scheme, HOST, port))


def start_servers(stack):
    stack.enter_context(qemu.names(HOST))
    return stack.enter_context(servers.Nginx(("rsa", "ec"), {"body": BODY,
                                             "short": BODY[:400]}))


class Budget(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = servers.contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.nginx = start_servers(cls.stack)

    def assert_fetches(self, name, chain):
        result = fetch(self.nginx, name, chain)
        self.assertEqual(result.code, 0, result.text)
        self.assertIn(BODY.decode(), result.text)
        for task, (used, n) in test_fetch.stacks(result).items():
            self.assertLessEqual(used, n * test_fetch.RESERVE,
                                 "%s of %s" % (task, name))

    def test_ram(self):
        for name, (chains, limit) in RAM.items():
            with self.subTest(name):
                used, linked_into = ram(name)
                self.assertLessEqual(linked_into, limit)
                self.assertLessEqual(used, linked_into)
                for chain in chains:
                    self.assert_fetches(name, chain)

    def test_other_profile(self):
        for name in ("i31", "careful"):
            for chain in ("rsa", "ec"):
                self.assert_fetches(name, chain)

    def test_parts(self):
        """A server that does not know of small records (Go's)."""
        peers.PKI = os.path.join(qemu.ROOT, "build", "tls-pki")
        for chain in ("ec", "rsa"):
            with peers.Caddy({"body": BODY}, chain) as caddy:
                url = "https://%s:%d/body" % (HOST, caddy.port)
                result = qemu.run(image("parts512"), url)
                without = qemu.run(image("chain512"), url)
            self.assertEqual(result.code, 0, result.text)
            self.assertIn(BODY.decode(), result.text)
            for task, (used, n) in test_fetch.stacks(result).items():
                self.assertLessEqual(used, n * test_fetch.RESERVE, task)
            self.assertNotIn(BODY.decode(), without.text)
            self.assertEqual(without.code, 63, without.text)

    def test_known_key_is_one_key(self):
        result = fetch(self.nginx, "known512", "rsa")
        self.assertEqual(result.code, 67, result.text)

    def test_get_client(self):
        result = qemu.run(image("get"), "http://%s:%d/short" % (
            HOST, self.nginx.http))
        self.assertEqual(result.code, 0, result.text)
        self.assertEqual(result.text, BODY[:400].decode())
        self.assertEqual(qemu.forbidden(image("get")), [])

    def test_gzip_client(self):
        coded = gzip.compress(BODY[:400])
        answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n" \
            b"Content-Length: %d\r\n\r\n" % len(coded) + coded
        with servers.Scripted(servers.answering(answer)) as server:
            result = qemu.run(image("gzip"), "http://%s:%d/" % (
                HOST, server.port))
        self.assertEqual(result.code, 0, result.text)
        self.assertEqual(result.text, BODY[:400].decode())
        self.assertEqual(qemu.forbidden(image("gzip")), [])


def stack_of(nginx, name, task):
    """The most that a task used, over the chains of an image."""
    found = [test_fetch.stacks(fetch(nginx, name, chain))[task]
             for chain in RAM[name][0]]
    return max(used for used, _ in found)


def rows(nginx):
    slot = symbol("any536", "slot")[1]
    yield "GET client, own code", own_code("get"), 6144
    yield "struct lwurl", symbol("get", "u")[1], 256
    yield "https firmware, flash, fast", flash("any1460"), 84000
    yield "https firmware, flash, small", flash("i31"), 76000
    for name, words in (("any1460", "any server, MSS 1460"),
                        ("any536", "any server, MSS 536"),
                        ("known512", "MFLN 512, known key"),
                        ("chain512", "MFLN 512, chain")):
        yield "RAM in all, " + words, ram(name)[0], RAM[name][1]
    yield "TLS RAM, any server", slot + symbol("any536", "record")[1], 19850
    yield "TLS RAM, MFLN 512, known key", \
        slot + symbol("known512", "record")[1], 4300
    yield "TLS RAM, MFLN 512, chain", slot + symbol("chain512", "record")[1] \
        + symbol("chain512", "lent")[1], 7300
    yield "gzip and deflate, flash", flash("gzip") - flash("get"), None
    yield "gzip and deflate, RAM beside the window", \
        symbol("gzip", "gzip")[1] + symbol("gzip", "inflater")[1], None
    for name, words in (("any1460", "chain"), ("known512", "known key")):
        yield "stack of main, https, " + words, \
            stack_of(nginx, name, "main"), 3900


def print_table():
    with servers.contextlib.ExitStack() as stack:
        nginx = start_servers(stack)
        print("%-40s %10s %10s" % ("bytes", "reached", "goal"))
        for name, reached, goal in rows(nginx):
            print("%-40s %10s" % (name, format(reached, ",")), end="")
            if goal is not None:
                print(" %10s" % format(goal, ","), end="")
            print("" if goal is None or reached <= goal else "  over by %s"
                  % format(reached - goal, ","))


if __name__ == "__main__":
    qemu.enter()
    if TABLE:
        print_table()
    else:
        counted.main()
