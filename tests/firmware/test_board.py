# SPDX-License-Identifier: MIT
"""A board in QEMU: driver, clock, guards, console, exit code.

usage: test_board.py VARIANT

VARIANT is a board, or BOARD-freertos. build/VARIANT/board_test.elf has the
board's own numbers; build/VARIANT-small one has a pool of pbufs that is smaller
than TCP's window.
"""

import contextlib
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zlib

import qemu

sys.path.insert(0, os.path.join(qemu.ROOT, "tests", "check"))
import counted  # noqa: E402

VARIANT = sys.argv[1] if len(sys.argv) > 1 else "lm3s6965evb"
BOARD = qemu.board_of("build/%s/board_test.elf" % VARIANT)
MACHINE = qemu.qemu_of(BOARD)
BODY_N = 102400
HTTP = 8000
RUNS = 20
WIRE = 9002  # QEMU's port where it takes frames in datagrams
FRAMES = (60, 1515, 1516, 61, 1517, 1518, 1514, 1999)
# The first board's driver drops what fills the FIFO only.
LONGEST = 2042 if "lm3s6965evb" in MACHINE else 1514

FAULTS = {
    # kind: exit code, what the console says
    "stack": (111, "stack overflow of main"),
    "leap": (111, "stack overflow of main"),
    "tcpip": (111, "stack overflow of tcpip_thread"),
    "irqstack": (111, "stack overflow of interrupts"),
    "null": (112, "memory access.* accessing 0x00000000"),
    "jump": (112, "memory access at 0x00000000"),
    "wild": (112, "memory access.* accessing 0x30000000"),
    "flash": (112, "memory access.* accessing 0x00004000"),
    "data": (112, "memory access at 0x2000"),
    "undefined": (114, "usage at 0x0000"),
    "division": (114, "usage at 0x0000"),
    "interrupt": (116, "(?s)unexpected interrupt.* exception 21\n"),
    "die": (110, "DIED: as told"),
}

# QEMU's model of the first board ignores accesses to what is not there.
if "lm3s6965evb" in MACHINE:
    FAULTS["bus"] = (1, "FAILED: no fault")
else:
    FAULTS["bus"] = (113, "bus at 0x0000.* accessing 0x60000000")


def image(variant="", name="board_test.elf"):
    return os.path.join(qemu.ROOT, "build", VARIANT + variant, name)


def run(*args, variant="", **options):
    return qemu.run(image(variant), *[str(arg) for arg in args], **options)


def numbers(result):
    """What the firmware reports, line by line: {"body": 102400, ...}"""
    found = re.findall(r"^([\w -]+) (\d+)$", result.text, re.M)
    return {name: int(value) for name, value in found}


DHCP_KIND = 14 + 20 + 8 + 236 + 6  # behind three headers, BOOTP, the cookie


def dhcp_offer(asked):
    """The frame that answers the frame of a DHCPDISCOVER: 10.0.2.15."""
    us = bytes([10, 0, 2, 2])
    bootp = bytes([2, 1, 6, 0]) + asked[46:50] + bytes(8) \
        + bytes([10, 0, 2, 15]) + us + bytes(4) + asked[6:12] \
        + bytes(10 + 192) + b"\x63\x82\x53\x63\x35\x01\x02\x36\x04" + us \
        + b"\x33\x04\x00\x00\x10\x00\x01\x04\xff\xff\xff\x00\xff"
    udp = struct.pack("!HHHH", 67, 68, 8 + len(bootp), 0) + bootp
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17,
                       0, us, b"\xff" * 4)
    total = sum(struct.unpack("!10H", head))
    check = 0xffff - (total % 0xffff or 0xffff)
    return b"\xff" * 6 + b"RU\n\0\2\2\x08\0" + head[:10] \
        + struct.pack("!H", check) + head[12:] + udp


@contextlib.contextmanager
def udp_server():
    """Answers a datagram that holds N with N datagrams, at once."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
        flood.bind(("127.0.0.1", 0))

        def answer():
            with contextlib.suppress(OSError):
                while True:
                    asked, peer = flood.recvfrom(100)
                    for _ in range(int(asked)):
                        flood.sendto(b"x" * 1000, peer)

        threading.Thread(target=answer, daemon=True).start()
        yield flood.getsockname()[1]


class Sink:
    """Takes one connection's bytes to the end."""

    def __init__(self):
        self.got = b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.take, daemon=True)
        self.thread.start()

    def take(self):
        peer, _ = self.socket.accept()
        with peer, contextlib.suppress(OSError):
            while True:
                piece = peer.recv(65536)
                if not piece:
                    break
                self.got += piece

    def close(self):
        self.thread.join(5)
        self.socket.close()


class Network(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        folder = cls.stack.enter_context(tempfile.TemporaryDirectory())
        cls.body = os.urandom(BODY_N)
        with open(os.path.join(folder, "body"), "wb") as file:
            file.write(cls.body)
        cls.stack.enter_context(qemu.names("test.example"))
        cls.stack.enter_context(qemu.server(
            [sys.executable, "-m", "http.server", str(HTTP), "--bind",
             "127.0.0.1", "--directory", folder], HTTP))

    @classmethod
    def tearDownClass(cls):
        cls.stack.close()

    def get(self, *more, variant=""):
        result = run("get", "test.example", HTTP, "/body", *more,
                     variant=variant)
        found = numbers(result)
        self.assertEqual(result.code, 0, result.text)
        self.assertEqual(found["body"], BODY_N)
        self.assertEqual(found["adler32"], zlib.adler32(self.body))
        self.assertEqual(found["dropped"], 0)
        return found

    def test_body_again_and_again(self):
        for _ in range(RUNS):
            self.get()

    def test_back_pressure_costs_no_time(self):
        for _ in range(RUNS):
            found = self.get(variant="-small")
            self.assertGreater(found["stalls"], 0, "nothing was held back")
            self.assertLess(found["ms"], 1500)

    def test_frames_are_taken_while_a_task_computes(self):
        found = self.get(300)
        # As many as the sender's first window has: QEMU's is small.
        self.assertGreater(found["taken-meanwhile"], 1)

    def test_computing_with_a_full_pool(self):
        found = self.get(300, variant="-small")
        self.assertGreater(found["stalls"], 0)

    def test_flood(self):
        with udp_server() as port:
            # A pool holds 5 or 8 of them, and the small one holds 1.
            for variant, taken in (("", 5), ("-small", 1)):
                result = run("flood", "test.example", port, 40, 100,
                             variant=variant)
                found = numbers(result)
                self.assertEqual(result.code, 0, result.text)
                self.assertGreaterEqual(found["taken-meanwhile"], taken)
                self.assertGreater(found["stalls"], 0)
                # The socket's mailbox is short: most are lost there.
                self.assertGreater(found["datagrams"], 0)

    def test_sending_every_alignment(self):
        for variant in ("", "-small"):
            sink = Sink()
            result = run("send", "test.example", sink.port, 30000,
                         variant=variant)
            sink.close()
            self.assertEqual(result.code, 0, result.text)
            pattern = bytes(i % 251 for i in range(30000))
            self.assertEqual(sink.got, pattern)

    def test_unknown_name(self):
        result = run("get", "other.example", HTTP, "/body")
        self.assertEqual(result.code, 1)
        self.assertIn("FAILED: connect", result.text)

    def test_faults(self):
        for kind, (code, says) in FAULTS.items():
            with self.subTest(kind):
                result = run("fault", kind)
                self.assertEqual(result.code, code, result.text)
                self.assertRegex(result.text, says)


class Alone(unittest.TestCase):
    def test_exit_codes(self):
        for code in (0, 1, 42, 63):
            self.assertEqual(run("exit", code).code, code)

    def test_arguments(self):
        result = run("args", "a,b", "http://u:p@h/?q=1&r=%20", ",,")
        self.assertIn("[a,b]\n[http://u:p@h/?q=1&r=%20]\n[,,]\n", result.text)
        self.assertEqual(result.code, 3)

    def test_no_command(self):
        self.assertEqual(run().code, 1)

    def test_entropy(self):
        drawn = {run("entropy").text.splitlines()[0] for _ in range(3)}
        self.assertEqual(len(drawn), 3)
        for line in drawn:
            self.assertRegex(line, "^(0x[0-9a-f]{8}){4}$")

    def test_time(self):
        found = numbers(run("time"))
        self.assertAlmostEqual(found["now"], time.time(), delta=5)
        self.assertLessEqual(found["floor"], found["now"])
        self.assertGreater(found["floor"], 1700000000)

    def test_no_endless_wait_without_dhcp(self):
        started = time.monotonic()
        command = qemu.command_line(image(), ("up", "300"), False)
        command[command.index("-nic") + 1] = "none"
        done = subprocess.run(command, check=False, timeout=20,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 1)
        self.assertLess(time.monotonic() - started, 5)

    def test_frames_of_every_length(self):
        """Too long ones are dropped, and what follows is in step."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.bind(("127.0.0.1", 0))
            command = qemu.command_line(image(), ("up", "1500"), False)
            at = command.index("-nic") + 1
            command[at] = command[at].replace(
                "user", "socket,udp=127.0.0.1:%d,localaddr=127.0.0.1:%d"
                % (wire.getsockname()[1], WIRE))
            with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT) as process:
                wire.settimeout(10)
                asked = wire.recv(2000)
                for n in FRAMES:
                    wire.sendto((b"\xff" * 6 + asked[6:12] + b"\x88\xb5")
                                .ljust(n, b"x"), ("127.0.0.1", WIRE))
                wire.sendto(dhcp_offer(asked), ("127.0.0.1", WIRE))
                answer = wire.recv(2000)
                found = numbers(qemu.Result(
                    0, process.communicate(timeout=20)[0].decode(), 0))
        self.assertEqual(found["dropped"], sum(n > LONGEST for n in FRAMES))
        self.assertEqual(answer[DHCP_KIND], 3)  # a request: it was read

    def test_without_semihosting(self):
        """Runs, has neither arguments nor exit code, and sleeps."""
        command = MACHINE + [
            "-kernel", image(name="board_bare.elf"), "-display", "none",
            "-monitor", "none", "-serial", "stdio"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            line = process.stdout.readline()
            time.sleep(0.2)
            ended = process.poll()
            process.kill()
        self.assertEqual(line, b"FAILED: which command?\n")
        self.assertIsNone(ended)


class Image(unittest.TestCase):
    def test_no_heap_and_no_printf(self):
        for path in (image(), image("-small"), image(name="board_bare.elf")):
            self.assertEqual(qemu.forbidden(path), [])

    def test_the_pattern_knows_them(self):
        for name in ("malloc", "_malloc_r", "_free_r", "_sbrk", "_sbrk_r",
                     "printf", "_vfprintf_r", "snprintf", "_printf_i",
                     "__assert_func", "_calloc_r", "realloc", "pvPortMalloc",
                     "vPortFree"):
            self.assertRegex(name, qemu.FORBIDDEN)
        for name in ("mem_malloc", "pbuf_free", "lwip_freeaddrinfo",
                     "board_exit", "console_puts"):
            self.assertNotRegex(name, qemu.FORBIDDEN)

    def test_semihosting_is_kept_apart(self):
        """No breakpoint instruction in an image without it."""
        code = subprocess.run(["arm-none-eabi-objdump", "-d",
                               image(name="board_bare.elf")], check=True,
                              stdout=subprocess.PIPE).stdout.decode()
        self.assertNotRegex(code, r"\bbkpt\b")


if __name__ == "__main__":
    qemu.enter()
    counted.main()
