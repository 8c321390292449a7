#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The bounds of tests/stack on this machine against how deep core goes in the
simulation.

usage: test_stack.py SIM BUILD

SIM is the simulation with marks (tests/sim/stack/marks.h), BUILD the folder of
its variant, with call graphs. The marks measure to the byte, from the frame of
the caller to each function of the port; the bound is the deepest chain of
frames that ends there. Frames of the port and below it do not count. A call
that asked nothing of the port is held against the deepest chain of all.
"""

import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests", "stack"),
                os.path.join(ROOT, "tests", "check")]
import counted
import graph

SIM, BUILD = sys.argv[1:3]
# What the opener of app.c names, and what https brings along.
PLAIN = {"lwurl_basic_ops", "lwurl_redirect_ops", "lwurl_https_ops",
         "lwurl_http_ops", "lwurl_http_source"}
TLS = PLAIN | {"lwurl_filter_pump", "lwurl_tls_filter", "lwurl_tls_known_key",
               "lwurl_tls_chain", "lwurl_tls_session_ops"}
DEEP = "core/schemes/http.c:http_step"  # on the way of each fetch
NO_PORT = "-"
MARK = re.compile(r"# stack (\w+) (\S+) (\d+)")


class NoLeaves:
    """What core calls is in the graph."""

    @staticmethod
    def bytes(name):
        raise graph.Problem("nothing is known of the stack of " + name)


class ToPort(graph.Profile):
    """The deepest chain that ends in a function of the port."""

    def __init__(self, *what):
        super().__init__(*what)
        self.found = {}

    def reaches(self, title):
        """{member of the port: bytes}"""
        if title in self.found:
            return self.found[title]
        best = {}
        for target, where in self.graph.edges.get(title, ()):
            for member, n in self._of_call(title, target, where):
                best[member] = max(n, best.get(member, 0))
        frame = self.graph.frames[title]
        self.found[title] = {m: frame + n for m, n in best.items()}
        return self.found[title]

    def _of_call(self, title, target, where):
        targets = [target]
        if target == graph.INDIRECT:
            called = graph.callee_at(where)
            targets = self.calls.targets(self._place(title, where), called,
                                         self.allowed)
            if targets == "port":
                return [(re.split(r"->|\.", called)[-1], 0)]
            if isinstance(targets, str):
                return []
            targets = [self._resolve(t) for t in targets]
        return [pair for t in targets if self.graph.has(t)
                for pair in self.reaches(t).items()]


def load():
    whole = graph.Graph([os.path.join(BUILD, "obj", place) for place in
                         ("core/**/*.ci", "tests/sim/stack/*.ci")], NoLeaves)
    return whole, graph.Calls(os.path.join(ROOT, "tests", "stack",
                                           "calls.txt"), ["core"])


def bounds(whole, calls, tables):
    """{(twin, member): bytes}"""
    found = {}
    profile = ToPort(whole, calls, tables)
    for title in whole.frames:
        if title.startswith("marked_"):
            for member, n in profile.reaches(title).items():
                found[title, member] = n
            found[title, NO_PORT] = whole.frames[title] + profile.deepest(
                title.replace("marked_", "lwurl_")).bytes
    return found


def marks(*options):
    """{(twin, member): bytes}, the deepest of any seed."""
    text = subprocess.run([SIM, "--repeat", "0"] + list(options), check=True,
                          capture_output=True, text=True).stdout
    return {(twin, member): int(n) for twin, member, n in MARK.findall(text)}


def deeper(seen, bound):
    return sorted(key for key, n in seen.items() if n > bound.get(key, 0))


def most(figures, twin):
    return max(n for key, n in figures.items()
               if key[0] == twin and key[1] != NO_PORT)


def tell(title, seen, bound):
    print(title)
    for key, n in sorted(seen.items()):
        print("  %-13s %-15s %5d of %5d" % (key + (n, bound.get(key, 0))))


class Stack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.whole, cls.calls = load()
        cls.bound = bounds(cls.whole, cls.calls, PLAIN)
        cls.seen = marks("--seeds", "2000")

    def test_no_call_is_deeper(self):
        tell("http", self.seen, self.bound)
        self.assertEqual(deeper(self.seen, self.bound), [])

    def test_no_call_over_tls_is_deeper(self):
        bound = bounds(self.whole, self.calls, TLS)
        seen = {key: n for key, n in marks("--tls", "--seeds", "300").items()
                if key[1] != NO_PORT}  # BearSSL's frames are in these
        tell("https", seen, bound)
        self.assertEqual(deeper(seen, bound), [])

    def test_the_whole_port_is_reached(self):
        self.assertEqual({member for _, member in self.seen},
                         {member for _, member in self.bound})

    def test_bounds_are_not_far_off(self):
        for twin in ("marked_open", "marked_read", "marked_step"):
            self.assertGreater(3 * most(self.seen, twin),
                               2 * most(self.bound, twin), twin)

    def test_a_frame_too_small_is_noticed(self):
        frame = self.whole.frames[DEEP]
        self.whole.frames[DEEP] = 0
        try:
            smaller = bounds(self.whole, self.calls, PLAIN)
        finally:
            self.whole.frames[DEEP] = frame
        self.assertTrue(deeper(self.seen, smaller))


if __name__ == "__main__":
    counted.main()
