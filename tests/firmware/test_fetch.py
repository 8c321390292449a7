# SPDX-License-Identifier: MIT
"""The firmware itself in QEMU: fetches over http and https, and the errors.

usage: test_fetch.py VARIANT

VARIANT is a board, or BOARD-freertos.
"""

import contextlib
import hashlib
import os
import re
import subprocess
import sys
import time
import unittest

import qemu
import servers

sys.path.insert(0, os.path.join(qemu.ROOT, "tests", "check"))
import counted  # noqa: E402
import size  # noqa: E402

VARIANT = sys.argv[1] if len(sys.argv) > 1 else "lm3s6965evb"
FOLDER = os.path.join(qemu.ROOT, "build", VARIANT)
BOARD = qemu.board_of(os.path.join(FOLDER, "firmware.elf"))
IMAGE = os.path.join(FOLDER, "firmware.elf")
BARE = os.path.join(FOLDER, "firmware_bare.elf")
PREFIX = "arm-none-eabi-"
HOST = "device.test"  # in the certificates of build/tls-pki
RUNS = 20
RESERVE = 0.9  # of a stack may be used
BODIES = {"short.json": b'{"device": 42, "report_every_s": 300}\n',
          "empty": b"", "full.txt": servers.text(102400)}

# core/lwurl_types.h; the exit code is the same without its sign.
STATUS, INCOMPLETE, CHUNK = -40, -47, -45
ENTROPY, CLOCK, TLS_VERSION, TLS_TRUNCATED = -20, -25, -62, -64
CERT_NAME, CERT_TIME, CERT_TRUST, CERT_NOT_YET = -65, -66, -67, -69
NETDOWN, DNS, REFUSED, RESET, DEADLINE = -80, -81, -82, -84, -85

FETCH = re.compile(
    r"^GET (?P<url>\S+)\n\n(?P<body>.*?)\n  status (?P<status>\d+), "
    r"(?P<bytes>\d+) bytes(?P<kept>, no new connection)?\n"
    r"(?:  FAILED (?P<phase>\w+), error (?P<error>-\d+), detail "
    r"(?P<detail>-?\d+)\n)?"
    r"  time   [^\n]*total (?P<ms>\d+) ms\n  wire   [^\n]*\n"
    r"(?:  TLS    1\.(?P<tls>\d), suite 0x(?P<suite>[0-9a-f]{4})\n)?",
    re.M | re.S)
STACK = re.compile(r"(\w+) (\d+) of (\d+)")


def stacks(result):
    """{name: (most used, bytes)} of the summary."""
    line = re.search(r"^  stack  (.*)$", result.text, re.M).group(1)
    return {name: (int(used), int(n)) for name, used, n
            in STACK.findall(line)}


def run(*args, image=IMAGE, **options):
    return qemu.run(image, *args, **options)


@contextlib.contextmanager
def no_entropy():
    """/dev/urandom gives nothing, as to the emulator's semihosting."""
    subprocess.run(["mount", "--bind", "/dev/null", "/dev/urandom"],
                   check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "/dev/urandom"], check=True)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.stack.enter_context(qemu.names(HOST, "other.example"))
        cls.nginx = cls.stack.enter_context(servers.Nginx(
            ("rsa", "ec", "other-host", "expired", "future", "stranger"),
            dict(BODIES, **{"secret/42.json": BODIES["short.json"]})))

    def url(self, path, chain=None, port=None, host=HOST):
        port = port or (self.nginx.https[chain] if chain else self.nginx.http)
        return "http%s://%s:%d/%s" % ("s" if chain else "", host, port, path)

    def fetches(self, *args, code=0, **options):
        """What a run says of its fetches, one after the other."""
        result = run(*args, **options)
        self.assertEqual(result.code, code, result.text)
        found = [match.groupdict() for match in FETCH.finditer(result.text)]
        self.assertNotEqual(found, [], result.text)
        for name, (used, n) in stacks(result).items():
            self.assertLessEqual(used, n * RESERVE, name)
        return found

    def assert_body(self, fetch, body):
        shown = fetch["body"].encode()
        if body and not body.endswith(b"\n"):
            self.assertEqual(shown[-1:], b"\n")
            shown = shown[:-1]
        self.assertEqual(int(fetch["bytes"]), len(body))
        self.assertEqual(hashlib.sha256(shown).hexdigest(),
                         hashlib.sha256(body).hexdigest())

    def get(self, name, *args, chain=None, port=None):
        fetch, = self.fetches(self.url(name, chain, port), *args)
        self.assertEqual(fetch["status"], "200")
        self.assert_body(fetch, BODIES[name])
        return fetch

    def fails(self, error, *args, **options):
        fetch = self.fetches(*args, code=-error, **options)[0]
        self.assertEqual(int(fetch["error"]), error)
        return fetch


class Fetch(Case):
    def test_http(self):
        for name in BODIES:
            fetch = self.get(name)
            self.assertIsNone(fetch["tls"])

    def test_https(self):
        for chain, suite in (("rsa", "cca8"), ("ec", "cca9")):
            for name in BODIES:
                fetch = self.get(name, chain=chain)
                self.assertEqual((fetch["tls"], fetch["suite"]), ("2", suite))

    def test_openssl(self):
        folder = os.path.join(self.nginx.folder, "www")
        for chain in ("rsa", "ec"):
            with servers.openssl(chain, folder) as port:
                self.get("short.json", chain=chain, port=port)
                self.get("full.txt", chain=chain, port=port)

    def test_aes_gcm(self):
        folder = os.path.join(self.nginx.folder, "www")
        with servers.openssl("ec", folder, "-cipher",
                             "ECDHE-ECDSA-AES128-GCM-SHA256") as port:
            fetch = self.get("full.txt", chain="ec", port=port)
        self.assertEqual(fetch["suite"], "c02b")

    def test_again_and_again(self):
        for i in range(RUNS):
            self.get("short.json", chain=("rsa", "ec")[i % 2])

    def test_connection_is_kept(self):
        for chain in (None, "ec"):
            urls = [self.url(name, chain) for name in BODIES]
            before = len(self.nginx.log())
            fetches = self.fetches(*urls)
            self.assertEqual(len(fetches), len(BODIES))
            for fetch, body in zip(fetches, BODIES.values()):
                self.assert_body(fetch, body)
            self.assertEqual([bool(fetch["kept"]) for fetch in fetches],
                             [False, True, True])
            lines = self.nginx.log()[before:]
            self.assertEqual(len({line[0] for line in lines}), 1)

    def test_password(self):
        for chain in (None, "rsa"):
            before = len(self.nginx.log())
            fetch, = self.fetches(
                "-u", servers.USER + ":" + servers.PASSWORD,
                self.url("secret/42.json", chain))
            self.assert_body(fetch, BODIES["short.json"])
            lines = self.nginx.log()[before:]
            self.assertEqual([line[2] for line in lines], ["401", "200"])
            self.assertEqual(lines[0][0], lines[1][0])

    def test_wrong_password(self):
        fetch = self.fails(STATUS, "-u", servers.USER + ":wrong",
                           self.url("secret/42.json", "ec"))
        self.assertEqual(fetch["status"], "401")

    def test_password_is_not_shown(self):
        url = self.url("short.json").replace("//", "//u:hidden@")
        result = run(url)
        self.assertEqual(result.code, 0)
        self.assertNotIn("hidden", result.text)

    def test_chunked(self):
        body = BODIES["full.txt"]
        for chain in (None, "rsa"):
            answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" \
                + servers.chunked(body)
            with servers.Scripted(servers.answering(answer), chain) as server:
                fetch, = self.fetches(self.url("", chain, server.port))
            self.assert_body(fetch, body)


class Fails(Case):
    def test_certificates(self):
        for chain, error in (("other-host", CERT_NAME), ("expired", CERT_TIME),
                             ("future", CERT_NOT_YET),
                             ("stranger", CERT_TRUST)):
            with self.subTest(chain):
                fetch = self.fails(error, self.url("short.json", chain))
                self.assertEqual((fetch["body"], fetch["phase"]), ("", "TLS"))

    def test_wrong_anchor(self):
        for anchor, good, bad in (("1", "rsa", "ec"), ("2", "ec", "rsa")):
            self.get("short.json", "-c", anchor, chain=good)
            self.fails(CERT_TRUST, "-c", anchor, self.url("short.json", bad))

    def test_wrong_host(self):
        self.fails(CERT_NAME, self.url("short.json", "ec",
                                       host="other.example"))

    def test_tls_1_3_only(self):
        with servers.openssl("ec", servers.PKI, "-tls1_3") as port:
            self.fails(TLS_VERSION, self.url("done", "ec", port))

    def test_no_entropy(self):
        with no_entropy():
            self.fails(ENTROPY, self.url("short.json", "ec"))
            self.get("short.json")

    def test_status(self):
        fetch = self.fails(STATUS, self.url("none"))
        self.assertEqual(fetch["status"], "404")
        self.assertIn("404 Not Found", fetch["body"])

    def test_truncated(self):
        for answer, error in (
                (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc\n",
                 INCOMPLETE),
                (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"4\r\nabc\n\r\n", INCOMPLETE)):
            with servers.Scripted(servers.answering(answer)) as server:
                fetch = self.fails(error, self.url("", None, server.port))
            self.assertEqual(fetch["body"], "abc\n")
            with servers.Scripted(servers.answering(answer), "ec") as server:
                fetch = self.fails(TLS_TRUNCATED,
                                   self.url("", "ec", server.port))
            self.assertEqual(fetch["body"], "abc\n")

    def test_end_by_close_needs_close_notify(self):
        answer = b"HTTP/1.0 200 OK\r\n\r\nabc\n"
        with servers.Scripted(servers.answering(answer)) as server:
            fetch, = self.fetches(self.url("", None, server.port))
        self.assert_body(fetch, b"abc\n")
        with servers.Scripted(servers.answering(answer), "ec") as server:
            self.fails(TLS_TRUNCATED, self.url("", "ec", server.port))

    def test_refused(self):
        for chain in (None, "ec"):
            self.fails(REFUSED, self.url("", chain, servers.free_port()))

    def test_unknown_name(self):
        fetch = self.fails(DNS, self.url("", host="unknown.example"))
        self.assertEqual(fetch["phase"], "name")

    def test_deadline(self):
        for chain in (None, "ec"):
            with servers.Scripted(servers.silent, chain) as server:
                fetch = self.fails(DEADLINE, "-m", "1",
                                   self.url("", chain, server.port))
            self.assertGreaterEqual(int(fetch["ms"]), 1000)
            self.assertLess(int(fetch["ms"]), 1100)

    def test_deadline_in_a_handshake(self):
        with servers.Scripted(servers.silent) as server:
            fetch = self.fails(DEADLINE, "-m", "1",
                               self.url("", "ec", server.port))
        self.assertEqual(fetch["phase"], "TLS")

    def test_network_down(self):
        command = qemu.command_line(IMAGE, ("-m", "1", self.url("")), False)
        command[command.index("-nic") + 1] = "none"
        started = time.monotonic()
        done = subprocess.run(command, check=False, timeout=20,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(done.returncode, -NETDOWN)
        fetch = FETCH.search(done.stdout.decode())
        self.assertEqual(int(fetch["error"]), NETDOWN)
        self.assertLess(int(fetch["ms"]), 100)  # at once, once it is asked

    def test_arguments(self):
        for args in (("-x", "1"), ("-m",), ("-m", "1x"), ("-u", "nobody"),
                     ("-c", "3"), ("u",) * 5):
            result = run(*args)
            self.assertEqual(result.code, 1)
            self.assertIn("FAILED: arguments", result.text)
        result = run("-m", "1", self.url("x" * 200))
        self.assertIn("too many bytes", result.text)


class Image(unittest.TestCase):
    def objects(self, image):
        """Objects of archives that brought bytes into it."""
        with open(image.replace(".elf", ".map"), encoding="utf-8") as text:
            pieces = list(size.parse_pieces(text.read()))
        listing = subprocess.run([PREFIX + "readelf", "-SW", image],
                                 check=True, stdout=subprocess.PIPE,
                                 text=True).stdout
        loaded = {section.name for section in size.parse_sections(listing)}
        return {piece.origin.rsplit("(", 1)[1].rstrip(")")
                for piece in pieces if piece.output in loaded and piece.size
                and piece.origin and "(" in piece.origin}

    def test_what_is_not_used_is_not_linked(self):
        objects = self.objects(IMAGE)
        self.assertLess({"engine.o", "chain.o", "tls.o", "auth_basic.o"},
                        objects)
        self.assertEqual(objects & {
            "trace.o", "keylog.o", "suites.o", "anchors.o", "pcap.o",
            "strerror.o", "data.o", "redirect.o", "proxy.o", "cookies.o",
            "pinned_key.o", "ssl_client_full.o"}, set())

    def test_core_keeps_no_state(self):
        sizes = size.measure(PREFIX, IMAGE, IMAGE.replace(".elf", ".map"))
        self.assertEqual(sizes.ram["core"], 0)
        self.assertGreater(sizes.flash["core"], 5000)

    def test_no_heap_and_no_printf(self):
        for image in (IMAGE, BARE):
            self.assertEqual(qemu.forbidden(image), [])

    def test_without_semihosting(self):
        """Fetches what is built in, has no clock for https, sleeps then."""
        code = subprocess.run([PREFIX + "objdump", "-d", BARE], check=True,
                              stdout=subprocess.PIPE).stdout.decode()
        self.assertNotRegex(code, r"\bbkpt\b")
        command = qemu.qemu_of(BOARD) + [
            "-kernel", BARE, "-display", "none", "-monitor", "none",
            "-serial", "stdio"]
        with qemu.names("config.example"), \
                servers.Scripted(servers.silent, port=443), \
                subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL) as process:
            said = b""
            while b"  stack  " not in said:
                line = process.stdout.readline()
                self.assertNotEqual(line, b"", said)
                said += line
            ended = process.poll()
            process.kill()
        self.assertIn(b"GET https://config.example/device/42.json", said)
        self.assertRegex(said, b"error %d, detail" % CLOCK)
        self.assertIsNone(ended)


if __name__ == "__main__":
    qemu.enter()
    counted.main()
