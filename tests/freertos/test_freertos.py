# SPDX-License-Identifier: MIT
"""FreeRTOS on a board in QEMU: the sys_arch, and two tasks that fetch.

usage: test_freertos.py VARIANT

VARIANT is BOARD-freertos; build/VARIANT-message has lwIP without core locking,
build/VARIANT-small with it, both with lwIP's assertions.
"""

import contextlib
import os
import re
import sys
import unittest
import zlib

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(FOLDER, "../firmware"))
sys.path.insert(0, os.path.join(FOLDER, "../check"))
import counted  # noqa: E402
import qemu  # noqa: E402
import servers  # noqa: E402

VARIANT = sys.argv[1] if len(sys.argv) > 1 else "lm3s6965evb-freertos"
HOST = "device.test"  # in the certificates of build/tls-pki
TIMES = 6
RESERVE = 0.9  # of a stack may be used
TESTS = 14     # of sys_test.c
CANCELED, CERT_NAME = 19, 65
DIED, STACK_DIED = 110, 111


def image(name, variant=""):
    return os.path.join(qemu.ROOT, "build", VARIANT + variant, name)


class SysArch(unittest.TestCase):
    def test_all(self):
        for variant in ("-small", "-message"):
            result = qemu.run(image("sys_test.elf", variant))
            self.assertEqual(result.code, 0, result.text)
            self.assertEqual(len(re.findall("^ok ", result.text, re.M)),
                             TESTS, result.text)

    def test_overflow(self):
        for kind, name in (("overflow", "helper"), ("plain", "plain")):
            result = qemu.run(image("sys_test.elf", "-small"), kind)
            self.assertEqual(result.code, STACK_DIED, result.text)
            self.assertIn("stack overflow of %s " % name, result.text)

    def test_interrupt_above_the_kernel(self):
        result = qemu.run(image("sys_test.elf", "-small"), "above")
        self.assertEqual(result.code, DIED, result.text)
        self.assertIn("ucMaxSysCallPriority", result.text)


class TwoTasks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.stack.enter_context(qemu.names(HOST))
        cls.bodies = {"a.txt": servers.text(40000),
                      "b.txt": servers.text(50001)}
        cls.nginx = cls.stack.enter_context(servers.Nginx(
            ("rsa", "ec", "other-host"), cls.bodies))
        cls.openssl = cls.stack.enter_context(servers.openssl(
            "ec", os.path.join(cls.nginx.folder, "www")))

    def url(self, name, port):
        return "https://%s:%d/%s" % (HOST, port, name)

    def run_both(self, a, b, cancel_ms=0, variant=""):
        """What the firmware reports: {"a": {"done": 6, ...}, ...}"""
        result = qemu.run(image("two_tasks.elf", variant), str(TIMES),
                          str(cancel_ms), a, b, timeout=40)
        self.assertEqual(result.code, 0, result.text)
        found = {}
        for who, what, value in re.findall(r"^(\w+) (\w+) (\d+)$",
                                           result.text, re.M):
            found.setdefault(who, {})[what] = int(value)
        for who, values in found.items():
            if "used" in values:
                self.assertLessEqual(values["used"],
                                     RESERVE * values["stack"], who)
        return found

    def assert_fetched(self, found, body):
        body = self.bodies.get(body, body)
        self.assertEqual(found["error"], 0)
        self.assertEqual(found["done"], TIMES)
        self.assertEqual(found["body"], len(body))
        self.assertEqual(found["adler32"], zlib.adler32(body))

    def test_two_servers(self):
        for variant in ("", "-message"):
            before = len(self.nginx.log())
            found = self.run_both(self.url("a.txt", self.nginx.https["rsa"]),
                                  self.url("b.txt", self.openssl),
                                  variant=variant)
            self.assert_fetched(found["a"], "a.txt")
            self.assert_fetched(found["b"], "b.txt")
            self.assertGreater(found["a"]["shared"], 0)
            self.assertGreater(found["b"]["shared"], 0)
            # Every second fetch is on the connection of the one before.
            lines = self.nginx.log()[before:]
            self.assertEqual(len(lines), TIMES)
            self.assertEqual(len({line[0] for line in lines}), TIMES // 2)

    def test_one_server(self):
        found = self.run_both(self.url("a.txt", self.nginx.https["ec"]),
                              self.url("b.txt", self.nginx.https["ec"]))
        self.assert_fetched(found["a"], "a.txt")
        self.assert_fetched(found["b"], "b.txt")

    def test_neither_is_served_before_both_are_here(self):
        bodies = servers.text(30000), servers.text(20001)
        scripts = servers.in_step(*bodies)
        with servers.Scripted(scripts[0], "ec") as one, \
                servers.Scripted(scripts[1], "rsa") as other:
            found = self.run_both(self.url("", one.port),
                                  self.url("", other.port),
                                  variant="-message")
        self.assert_fetched(found["a"], bodies[0])
        self.assert_fetched(found["b"], bodies[1])

    def test_ones_error_is_not_the_others(self):
        found = self.run_both(
            self.url("a.txt", self.nginx.https["rsa"]),
            self.url("b.txt", self.nginx.https["other-host"]))
        self.assert_fetched(found["a"], "a.txt")
        self.assertEqual(found["b"]["error"], CERT_NAME)
        self.assertEqual(found["b"]["done"], 0)

    def test_cancel_from_another_task(self):
        with servers.Scripted(servers.silent, "ec") as server:
            found = self.run_both(self.url("a.txt", self.nginx.https["rsa"]),
                                  self.url("", server.port), cancel_ms=300)
        self.assert_fetched(found["a"], "a.txt")
        self.assertEqual(found["b"]["error"], CANCELED)


class Image(unittest.TestCase):
    def test_no_heap(self):
        for path in (image("two_tasks.elf"),
                     image("two_tasks.elf", "-message"),
                     image("sys_test.elf", "-small"), image("firmware.elf")):
            self.assertEqual(qemu.forbidden(path), [])


if __name__ == "__main__":
    qemu.enter()
    counted.main()
