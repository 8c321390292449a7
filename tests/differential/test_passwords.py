#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of passwords and CPython's HTTPPasswordMgrWithDefaultRealm: P1 to
P4, and D7, where both answers stand beside each other.

usage: test_passwords.py PROGRAM
"""

import random
import unittest
import urllib.request

import asking
from asking import counted

SEED = 20260101
TABLES = 20000

NOBODY = (None, None)


def ask_cpython(url, realm, table):
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    for line_realm, uri, user, password in table:
        passwords.add_password(line_realm, uri, user, password)
    return passwords.find_user_password(realm, url)


def to_bytes(text):
    return None if text is None else text.encode("utf-8")


def ask_lwurl(questions):
    answers = asking.ask([["find", to_bytes(url), to_bytes(realm)]
                          + [to_bytes(text) for line in table for text in line]
                          for url, realm, table in questions])
    return [tuple(None if text is None else text.decode()
                  for text in answer.texts) for answer in answers]


def lines(*uris, realm=None):
    """A table: the user of each URI is called after it."""
    return [(realm, uri, uri, "pw") for uri in uris]


class Same(unittest.TestCase):
    def check(self, cases):
        questions = [(url, "r", lines(*uris)) for uris, url in cases]
        for question, here in zip(questions, ask_lwurl(questions)):
            with self.subTest(question):
                self.assertEqual(here, ask_cpython(*question))

    def test_P1_reduce_uri(self):
        self.check([
            (["http://h"], "http://h/"), (["http://h/"], "http://h"),
            (["http://h"], "http://h/a"), (["http://h?q"], "http://h/"),
            (["http://h/a?q"], "http://h/a?r"), (["http://h#f"], "http://h"),
            (["http://h:80"], "http://h/"), (["http://h"], "http://h:80/"),
            (["http://h:81"], "http://h/"), (["http://h:81"], "http://h:81/"),
            (["https://h"], "https://h:443/"), (["https://h"], "https://i/"),
            (["https://h:80"], "https://h/"), (["http://h"], "https://h/"),
            (["https://h"], "http://h/"), (["http://[::1]"], "http://[::1]/"),
        ])

    def test_P2_is_suburi(self):
        self.check([(["http://h" + base], "http://h" + path)
                    for base in ("", "/", "/a", "/a/", "/a/b", "/a//b")
                    for path in ("", "/", "/a", "/a/", "/ab", "/a/b", "/a/bc",
                                 "/a/b/", "/a/b/c", "/b", "/a//b", "/A")])

    def test_P3_more_than_one_line(self):
        self.check([
            (["http://h/a/b", "http://h/a"], "http://h/a/b/c"),
            (["http://h/a/b", "http://h/a"], "http://h/a/c"),
            (["http://h/a", "http://h/b"], "http://h/b"),
            (["http://h/a", "http://h/b"], "http://h/c"),
            (["http://h:81/", "http://h/"], "http://h/"),
        ])

    def test_P4_default_realm(self):
        table = [("one", "http://h/", "u1", "p1"),
                 (None, "http://h/", "u2", "p2"),
                 ("two", "http://h/x", "u3", "p3")]
        questions = [(url, realm, table) for realm in ("one", "two", "ONE", "")
                     for url in ("http://h/", "http://h/x/y", "http://i/")]
        for question, here in zip(questions, ask_lwurl(questions)):
            with self.subTest(question):
                self.assertEqual(here, ask_cpython(*question))

    def test_generated(self):
        """Seeded tables, longest path first, so that D7 has no say."""
        chance = random.Random(SEED)
        questions = [self.question(chance) for _ in range(TABLES)]
        found = 0
        for question, here in zip(questions, ask_lwurl(questions)):
            self.assertEqual(here, ask_cpython(*question), question)
            found += here != NOBODY
        print("%d tables, %d with an answer" % (TABLES, found))
        self.assertGreater(found, TABLES // 10)

    def question(self, chance):
        def uri():
            return "%s://%s%s%s" % (
                chance.choice(["http", "https"]), chance.choice("hi"),
                chance.choice(["", "", ":80", ":443", ":81"]),
                "".join("/" + chance.choice(["", "a", "b", "ab"])
                        for _ in range(chance.randrange(4))))

        def place(line):
            scheme, rest = line[1].split("://")
            authority, _, path = rest.partition("/")
            host, _, port = authority.partition(":")
            return (scheme, host, path,
                    port or {"http": "80", "https": "443"}[scheme])

        def length(line):
            return -len(place(line)[2])
        table = {(line[0],) + place(line): line for line in (
            (chance.choice([None, "r"]), at, at, "pw")
            for at in (uri() for _ in range(chance.randrange(1, 6))))}
        table = sorted(table.values(), key=length)
        url = chance.choice([line[1] for line in table]) \
            if chance.random() < 0.5 else uri()
        return url + chance.choice(["", "", "/c", "?q"]), "r", table


class D7(unittest.TestCase):
    """Deviations: (uris, url, CPython's answer, ours)."""

    def check(self, name, uris, url, cpython, here):
        question = (url, "r", lines(*uris))
        answers = [NOBODY if user is None else (user, "pw")
                   for user in (cpython, here)]
        print("\nD7 %s: %s asked for %s\n    CPython %s\n    here    %s"
              % (name, uris, url, cpython, here))
        self.assertEqual(ask_cpython(*question), answers[0])
        self.assertEqual(ask_lwurl([question])[0], answers[1])
        self.assertNotEqual(*answers)

    def test_differs_P3_the_same_twice(self):
        """of a URI that is there twice the first line counts."""
        for twice in (["http://h", "http://h/"], ["http://h/", "http://h:80"]):
            question = ("http://h/", "r", lines(*twice))
            self.assertEqual(ask_cpython(*question), (twice[1], "pw"))
            self.assertEqual(ask_lwurl([question])[0], (twice[0], "pw"))
        print("\nP3 a URI that is there twice: CPython the last, here the first")

    def test_D7_longest_prefix(self):
        self.check("longest prefix wins", ["http://h/", "http://h/a"],
                   "http://h/a/b", "http://h/", "http://h/a")

    def test_D7_host_in_any_case(self):
        self.check("hosts in any case", ["http://HOST/"], "http://host/",
                   None, "http://HOST/")

    def test_D7_dots_are_normalised(self):
        self.check("dot segments", ["http://h/a"], "http://h/a/../b",
                   "http://h/a", None)
        self.check("dot segments", ["http://h/b"], "http://h/a/../b",
                   None, "http://h/b")

    def test_D7_escapes_are_decoded(self):
        self.check("escapes", ["http://h/a"], "http://h/%61", None,
                   "http://h/a")

    def test_D7_scheme_is_part_of_the_match(self):
        self.check("a line without scheme", ["h"], "http://h/", "h", None)

    def test_D7_userinfo_is_no_part_of_the_match(self):
        self.check("userinfo", ["http://h/"], "http://user@h/", None,
                   "http://h/")


if __name__ == "__main__":
    counted.main()
