#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""LWURL_DATA_STRICT and the browsers' own test data, which come with the
package librust-data-url-dev; base64 also against the standard's own steps.

usage: test_data.py DRIVER
"""

import binascii
import glob
import json
import random
import re
import unittest
import urllib.parse

from asking import ask, counted
from oracle import C0_OR_SPACE

SEED = 2397
MANY = 20000
OK, ERR_DATA, ERR_ROOM = 0, -52, -17

# The package's data are of 2018. Since then WHATWG keeps a parameter whose
# value is "" in quotes.
NEWER = {'data:text/plain;a=",",X': 'text/plain;a=""'}

WHITE = " \t\n\f\r"


def load(name):
    found = glob.glob("/usr/share/cargo/registry/data-url-*/tests/" + name)
    assert len(found) == 1, "librust-data-url-dev is not installed"
    with open(found[0], encoding="utf-8") as stream:
        return json.load(stream)


def record(url, piece=7, name="strict"):
    return [name, url.encode(), piece]


def forgive(text):
    """What forgiving base64 makes of a text, or None: the steps of WHATWG
    Infra 7, around Python's decoder."""
    text = "".join(c for c in text if c not in WHITE)
    if len(text) % 4 == 0:
        text = re.sub("={1,2}$", "", text)
    if len(text) % 4 == 1 or not re.fullmatch("[A-Za-z0-9+/]*", text):
        return None
    return binascii.a2b_base64(text + "=" * (-len(text) % 4))


class Strict(unittest.TestCase):
    def check(self, url, answer, content_type, body):
        """content_type None: refused."""
        if content_type is None:
            self.assertEqual(answer.error, ERR_DATA, repr(url))
            return
        self.assertEqual((answer.error, answer.texts[0].decode(),
                          answer.texts[1]),
                         (OK, content_type, bytes(body)), repr(url))

    def test_data_urls(self):
        # A NUL ends a C string: there is no such URL.
        cases = [(url, NEWER.get(url, content_type), *body)
                 for url, content_type, *body in load("data-urls.json")
                 if "\0" not in url]
        self.assertGreater(len(cases), 65)
        for piece in (1, 3, 4096):
            answers = ask([record(case[0], piece) for case in cases])
            for case, answer in zip(cases, answers):
                self.check(case[0], answer, case[1],
                           case[2] if len(case) > 2 else b"")

    @staticmethod
    def is_plain(text):
        """No URL has a NUL in it; controls at its end are no part of it."""
        return not set(text) & {"\0", "#"} \
            and text.rstrip(C0_OR_SPACE) == text.rstrip(WHITE)

    def base64_answers(self, texts):
        """Escaped, and as they are where a URL can have them."""
        quoted = [urllib.parse.quote(text) for text in texts]
        plain = [text if self.is_plain(text) else escaped
                 for text, escaped in zip(texts, quoted)]
        return [ask([record("data:a/b;base64," + text) for text in form])
                for form in (quoted, plain)]

    def check_base64(self, cases):
        for answers in self.base64_answers([text for text, _ in cases]):
            for (text, body), answer in zip(cases, answers):
                self.check(text, answer, None if body is None else "a/b",
                           body)

    def test_base64(self):
        cases = [tuple(case) for case in load("base64.json")]
        self.assertGreater(len(cases), 55)
        for text, body in cases:
            theirs = forgive(text)
            self.assertEqual(theirs, None if body is None else bytes(body))
        self.check_base64(cases)

    def test_base64_generated(self):
        dice = random.Random(SEED)
        pieces = ["a", "b", "Z", "0", "9", "+", "/", "AAAA", "YWJj", "=", "=",
                  "==", " ", "\n", "\t", "\f", "\r\n"]
        rare = ["-", "_", "\x0b", "\xa0", ".", ",", "\0", "?"]
        texts = ["".join(dice.choice(pieces if dice.randint(0, 30) else rare)
                         for _ in range(dice.randint(0, 9)))
                 for _ in range(MANY)]
        cases = [(text, forgive(text)) for text in texts]
        good = sum(body is not None for _, body in cases)
        self.assertGreater(min(good, MANY - good), MANY // 5)
        self.check_base64(cases)

    def test_media_types(self):
        """Of mime-types.json, what can stand before the comma of a URL."""
        cases = [(entry["input"], entry["output"])
                 for entry in load("mime-types.json")
                 if isinstance(entry, dict)
                 and all(" " <= c <= "~" and c not in ",#"
                         for c in entry["input"])]
        self.assertGreater(len(cases), 35)
        answers = ask([record("data:" + text + ",x") for text, _ in cases])
        for (text, output), answer in zip(cases, answers):
            self.check(text, answer, output or "text/plain;charset=US-ASCII",
                       b"x")

    def test_generated_media_types(self):
        """Of generated-mime-types.json, each ASCII character in each place.
        In a data: URL a ';' in front stands for text/plain."""
        cases = [(entry["input"], entry["output"])
                 for entry in load("generated-mime-types.json")
                 if entry["input"][0] != ";"
                 and all(" " <= c <= "~" and c not in ",#"
                         for c in entry["input"])]
        self.assertGreater(len(cases), 70)
        answers = ask([record("data:" + text + ",x") for text, _ in cases])
        for (text, output), answer in zip(cases, answers):
            self.check(text, answer, output or "text/plain;charset=US-ASCII",
                       b"x")


class Beside(unittest.TestCase):
    """Where the two readings differ, both are shown."""

    CASES = [("data:,a#b", (b"a", b"a#b")),
             ("data:;BASE64,YQ==", (b"a", b"YQ==")),
             ("data:;base64,YQ", (b"a", None)),
             ("data:;base64,Y*Q==", (None, b"a")),
             ("data:,a\nb", (b"ab", b"a\nb"))]

    def test_both(self):
        for url, bodies in self.CASES:
            answers = ask([record(url), record(url, name="lax")])
            found = tuple(None if answer.error else answer.texts[1]
                          for answer in answers)
            print("%r: strict %r, as urllib %r" % (url, *found))
            self.assertEqual(found, bodies)


if __name__ == "__main__":
    counted.main()
