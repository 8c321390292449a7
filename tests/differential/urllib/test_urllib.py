#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The host program and CPython's urllib.request, asked the same by scripted
servers on loopback. What each case is about is an ID: those of "What
urllib.request does" (R1, 4.7, ...) and of the deviations (D1 ...).

A case without stated answers: both must do the same, byte for byte but for
what clients.py leaves out. A case with them: each must answer exactly as it
says, and not alike.

usage: test_urllib.py PROGRAM PKI [CASE ...]     run (those whose title begins
                                                 with a CASE)
       test_urllib.py --readme                   write the tables of deviations
                                                 into the README
"""

import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(ROOT, "tests", "check"))

import cases_errors  # noqa: E402
import cases_openers  # noqa: E402
import cases_passwords  # noqa: E402
import cases_proxy  # noqa: E402
import cases_redirect  # noqa: E402
import cases_response  # noqa: E402
import cases_state  # noqa: E402
import cases_wire  # noqa: E402
import clients  # noqa: E402
import counted  # noqa: E402
import deviations  # noqa: E402

CASES = (cases_redirect.CASES + cases_passwords.CASES + cases_proxy.CASES
         + cases_wire.CASES + cases_response.CASES + cases_errors.CASES
         + cases_state.CASES + cases_openers.CASES)

IDS = (["R%d" % n for n in range(1, 10)] + ["A%d" % n for n in range(1, 8)]
       + ["P%d" % n for n in range(1, 5)] + ["X%d" % n for n in range(1, 7)]
       + ["W%d" % n for n in range(1, 6)]
       + ["4.5", "4.7", "4.8", "4.9", "4.10", "4.11", "4.12"]
       + ["D%d" % n for n in range(1, 26)])


def show(title, lines):
    for line in lines:
        print("    %-8s %s" % (title, line))
        title = ""


class Urllib(unittest.TestCase):
    maxDiff = None

    def check(self, case):
        answers = []
        for ask in (clients.ask_cpython, LWURL.ask):
            world = clients.World(case, PKI)
            try:
                answers.append(ask(case, world))
            finally:
                world.stop()
        cpython, here = answers
        print("\n%s%s" % (case.title, ": " + case.why if case.why else ""))
        show("both" if cpython == here else "CPython", cpython)
        if cpython != here:
            show("here", here)
        sys.stdout.flush()
        if case.here is None:
            self.assertEqual(here, cpython, "here, CPython")
            return
        self.assertEqual(cpython, case.cpython, "CPython, stated")
        self.assertEqual(here, case.here, "here, stated")
        self.assertNotEqual(here, cpython)


class Whole(unittest.TestCase):
    """No ID is forgotten, and no deviation goes unsaid."""

    def test_ids(self):
        self.assertEqual({case.id for case in CASES}
                         | set(deviations.ELSEWHERE), set(IDS))
        self.assertEqual(len({case.title for case in CASES}), len(CASES))

    def test_deviations_are_stated(self):
        for case in CASES:
            with self.subTest(case.title):
                self.assertEqual(case.here is None, case.cpython is None)
                if case.id.startswith("D"):
                    self.assertIsNotNone(case.here)
                self.assertEqual(bool(case.why), case.here is not None)


    def test_tables(self):
        """Each row is shown by some test, and what is shown has its row."""
        self.assertEqual(deviations.shown(CASES, ROOT),
                         {row[0] for row in deviations.CHOSEN})
        for id, path in deviations.ELSEWHERE.items():
            with open(os.path.join(ROOT, path), encoding="utf-8") as source:
                self.assertRegex(source.read(), r"def test_\w*%s_" % id, path)
        for subject, name, text in deviations.elsewhere(ROOT):
            self.assertTrue(name != "differs" or text, subject)
        self.assertEqual(deviations.in_readme(ROOT),
                         deviations.markdown(CASES, ROOT), "make deviations")


def add_cases(wanted):
    for case in CASES:
        def test(self, case=case):
            self.check(case)
        name = "test_" + re.sub(r"\W+", "_", case.title)
        if not wanted or any(case.title.startswith(w) for w in wanted):
            setattr(Urllib, name, test)


if __name__ == "__main__":
    if sys.argv[1:] == ["--readme"]:
        deviations.put_into_readme(CASES, ROOT)
        sys.exit(0)
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    LWURL = clients.Lwurl(sys.argv[1], ROOT)
    PKI = os.path.abspath(sys.argv[2])
    print("CPython %s" % sys.version.split()[0])
    add_cases(sys.argv[3:])
    counted.main()
