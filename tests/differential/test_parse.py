#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lwurl_parse.h and CPython's urllib.parse, asked the same.

usage: test_parse.py DRIVER

DRIVER is parse.c. What differs has to be explained by D19 or D20 of the table
of deviations.
"""

import collections
import glob
import json
import random
import sys
import unittest
import urllib.parse

import asking
import generate
import oracle
from asking import counted

SEED = 3986
MANY = 12000  # of each kind
SHOWN = 10    # differences that are printed

Case = collections.namedtuple("Case", "function arguments check subject")

compared = collections.Counter()
explained = collections.Counter()


def ask(cases):
    return asking.ask([[case.function] + list(case.arguments)
                       for case in cases])


# ---------------------------------------------------------------------- cases


def on_url(function, check, url):
    return Case(function, [oracle.encode(url)], check, url)


def split(url):
    return on_url("split", oracle.check_split, url)


def defrag(url):
    return on_url("defrag", oracle.check_defrag, url)


def unquote(text):
    return on_url("unquote", oracle.check_unquote, text)


def unquote_plus(text):
    return on_url("unquote_plus", oracle.check_unquote_plus, text)


def unwrap(text):
    return on_url("unwrap", oracle.check_unwrap, text)


def literal(text):
    return on_url("literal", oracle.check_literal, text)


def encode_all(texts):
    """One encoding for all of them."""
    codec = "latin-1" if all(ord(c) < 0x100 for text in texts
                             for c in text or "") else "utf-8"
    return [None if text is None else text.encode(codec) for text in texts]


def unsplit(parts):
    return Case("unsplit", encode_all(parts), oracle.check_unsplit, parts)


def join(base, ref):
    return Case("join", encode_all([base, ref]), oracle.check_join,
                (base, ref))


def quote(data, safe):
    return Case("quote", [data, safe.encode("latin-1")], oracle.check_quote,
                (data, safe))


def quote_plus(data, safe):
    return Case("quote_plus", [data, safe.encode("latin-1")],
                oracle.check_quote_plus, (data, safe))


def urlencode(pairs):
    return Case("urlencode", [text for pair in pairs for text in pair],
                oracle.check_urlencode, pairs)


def qsl(query, keep):
    return Case("qsl", [query.encode("latin-1"), b"\1" if keep else b""],
                oracle.check_qsl, (query, keep))


def and_cleaned(make, *urls):
    """What D19 refuses is asked again without its line ends."""
    yield make(*urls)
    if any(map(oracle.has_line_end, urls)):
        yield make(*map(oracle.without_line_ends, urls))


class Compared(unittest.TestCase):
    def compare(self, cases):
        cases = list(cases)
        differences = []
        for case, answer in zip(cases, ask(cases)):
            try:
                deviation = case.check(case.subject, answer)
            except oracle.Difference as difference:
                differences.append("%s %r: %s" % (
                    case.function, case.subject, difference))
            else:
                explained[deviation] += deviation is not None
            compared[case.function] += 1
        for line in differences[:SHOWN]:
            print(line)
        self.assertEqual(len(differences), 0)
        self.assertGreater(len(cases), 0)


class Generated(Compared):
    def setUp(self):
        self.dice = random.Random("%d %s" % (SEED, self.id().split(".")[-1]))

    def many(self, make, *generators):
        for _ in range(MANY):
            yield make(*(generator(self.dice) for generator in generators))

    def urls(self, make):
        for _ in range(MANY):
            yield from and_cleaned(make, generate.url(self.dice))
        for _ in range(MANY // 10):
            yield from and_cleaned(make, generate.wide_url(self.dice))

    def test_urlsplit(self):
        self.compare(self.urls(split))

    def test_urldefrag(self):
        self.compare(self.urls(defrag))

    def joins(self):
        bases = [generate.plain, generate.plain, generate.url]
        for _ in range(2 * MANY):
            base = self.dice.choice(bases)(self.dice)
            ref = generate.reference(self.dice)
            yield from and_cleaned(join, base, ref)

    def test_urljoin(self):
        self.compare(self.joins())

    def test_urljoin_wide(self):
        self.compare(self.many(join, generate.wide_url, generate.reference))
        self.compare(self.many(join, generate.plain, generate.wide_url))

    def parts(self):
        for _ in range(MANY):
            parts = [self.dice.choice(generate.SCHEMES),
                     generate.netloc(self.dice), generate.path(self.dice),
                     generate.text(self.dice, 3), generate.text(self.dice, 3)]
            for i in (0, 1, 3, 4):
                parts[i] = self.dice.choice([parts[i], parts[i], None, ""])
            yield unsplit(tuple(parts))

    def test_urlunsplit(self):
        self.compare(self.parts())

    def quotes(self, make):
        for _ in range(MANY):
            safe = self.dice.choice(["", "/", "/", "+ ", "a%", "~!*'()",
                                     "\u00e9", generate.text(self.dice, 4)])
            yield make(generate.some_bytes(self.dice, 20),
                       safe.replace("\0", ""))

    def test_quote(self):
        self.compare(self.quotes(quote))

    def test_quote_plus(self):
        self.compare(self.quotes(quote_plus))

    def test_unquote(self):
        self.compare(self.many(unquote, generate.query))
        self.compare(self.many(unquote, generate.text))

    def test_unquote_plus(self):
        self.compare(self.many(unquote_plus, generate.query))

    def some_pairs(self, dice):
        return [(generate.some_bytes(dice), generate.some_bytes(dice))
                for _ in range(dice.randint(0, 4))]

    def test_urlencode(self):
        self.compare(self.many(urlencode, self.some_pairs))

    def test_parse_qsl(self):
        for keep in (False, True):
            self.compare(qsl(generate.query(self.dice), keep)
                         for _ in range(MANY))

    def test_unwrap(self):
        self.compare(self.many(unwrap, generate.wrapped))

    def test_literals(self):
        self.compare(self.many(literal, generate.literal))


# ------------------------------------------------------------------ test data


class Recorder:
    """Runs CPython's test_urlparse and keeps what its tests ask."""

    def __init__(self):
        self.calls = []

    def wrap(self, name):
        function = getattr(urllib.parse, name)

        def wrapped(*args, **kwargs):
            self.calls.append((name, args, kwargs))
            return function(*args, **kwargs)
        setattr(urllib.parse, name, wrapped)
        return lambda: setattr(urllib.parse, name, function)

    def run(self):
        from test import test_urlparse
        undo = [self.wrap(name) for name in (
            "urlsplit", "urlparse", "urljoin", "urldefrag", "quote",
            "quote_plus", "unquote", "unquote_plus", "unquote_to_bytes",
            "parse_qsl", "parse_qs", "urlencode", "unwrap")]
        try:
            suite = unittest.defaultTestLoader.loadTestsFromModule(
                test_urlparse)
            result = unittest.TestResult()
            suite.run(result)
        finally:
            for function in undo:
                function()
        return result


def to_text(value):
    """A str that stands for what was given, or None."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("latin-1")
    return value if isinstance(value, str) else None


def to_data(value):
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    return bytes(value) if isinstance(value, (bytes, bytearray)) else None


def url_cases(name, args):
    texts = list(map(to_text, args))
    if name == "urljoin" and None not in texts[:2]:
        yield from and_cleaned(join, *texts[:2])
    elif name == "urldefrag":
        yield from and_cleaned(defrag, texts[0])
    elif name in ("urlsplit", "urlparse") and texts[0] is not None:
        yield from and_cleaned(split, texts[0])
    elif name == "unwrap" and texts[0] is not None:
        yield unwrap(texts[0])


def quote_cases(name, args, kwargs):
    data = to_data(args[0])
    safe = to_text(args[1] if len(args) > 1 else kwargs.get(
        "safe", "" if name == "quote_plus" else "/"))
    if data is not None and safe is not None and all(
            ord(c) < 0x100 for c in safe):
        yield (quote if name == "quote" else quote_plus)(data, safe)


def text_cases(name, args, kwargs):
    text = to_text(args[0])
    if text is None or any(ord(c) > 0xff for c in text):
        return
    if name.startswith("parse_qs"):
        yield qsl(text, bool(kwargs.get("keep_blank_values",
                                        args[1] if len(args) > 1 else False)))
    elif name == "unquote_plus":
        yield unquote_plus(text)
    else:
        yield unquote(text)


def encode_cases(args):
    pairs = args[0].items() if hasattr(args[0], "items") else args[0]
    try:
        pairs = [(to_data(key), to_data(value)) for key, value in pairs]
    except (TypeError, ValueError):
        return
    if all(None not in pair for pair in pairs):
        yield urlencode(pairs)


def recorded_cases(calls):
    for name, args, kwargs in calls:
        if not args:
            continue
        if name.startswith("quote"):
            yield from quote_cases(name, args, kwargs)
        elif name.startswith(("unquote", "parse_qs")):
            yield from text_cases(name, args, kwargs)
        elif name == "urlencode":
            yield from encode_cases(args)
        else:
            yield from url_cases(name, args)


class TestData(Compared):
    def test_of_cpython(self):
        recorder = Recorder()
        result = recorder.run()
        cases = list(recorded_cases(recorder.calls))
        print("%d tests of CPython, %d calls, %d compared" % (
            result.testsRun, len(recorder.calls), len(cases)))
        self.assertGreater(len(cases), 1500)
        self.compare(cases)

    def entries(self):
        """urltestdata.json: where browsers and urllib resolve alike, too."""
        found = glob.glob("/usr/share/cargo/registry/url-*/tests/"
                          "urltestdata.json")
        self.assertEqual(len(found), 1, "librust-url-dev is not installed")
        with open(found[0], encoding="utf-8") as stream:
            entries = json.load(stream)
        return [entry for entry in entries if isinstance(entry, dict) and all(
            not 0xd800 <= ord(c) < 0xe000
            for c in entry["input"] + (entry["base"] or ""))]

    def test_of_whatwg(self):
        entries = self.entries()
        pairs = [(entry["base"] or "", entry["input"]) for entry in entries]
        for make in (split, defrag):
            self.compare(case for pair in pairs
                         for case in and_cleaned(make, pair[1]))
        self.compare(case for pair in pairs
                     for case in and_cleaned(join, *pair))
        agreed = [pair for pair, entry in zip(pairs, entries)
                  if not any(map(oracle.has_line_end, pair))
                  and self.urllib_joins(*pair) == entry.get("href")]
        print("%d of %d: urllib resolves as browsers do" % (
            len(agreed), len(entries)))
        self.assertGreater(len(agreed), 150)

    @staticmethod
    def urllib_joins(base, ref):
        try:
            return urllib.parse.urljoin(base, ref)
        except ValueError:
            return None


# ----------------------------------------------------------------- deviations


class Deviations(Compared):
    """Both answers to the same question, as in the table."""

    def both(self, case, theirs):
        answer, = ask([case])
        print("%s %r: lwurl %r, CPython %r" % (
            case.function, case.subject,
            answer.error or answer.texts, theirs))
        return answer

    def test_D19_line_ends(self):
        for url in ("http://h/a\tb", "ht\ntp://h/", "http://h/\r\nX: y"):
            theirs = urllib.parse.urlsplit(url)
            answer = self.both(split(url), theirs.geturl())
            self.assertEqual(answer.error, oracle.ERR_URL)
            self.assertEqual(theirs.geturl(), oracle.without_line_ends(url))

    def test_D19_case(self):
        theirs = urllib.parse.urlsplit("HTTP://Host/")
        answer = self.both(split("HTTP://Host/"), theirs)
        self.assertEqual((answer.texts[0], answer.texts[7]),
                         (b"HTTP", b"Host"))
        self.assertEqual((theirs.scheme, theirs.hostname), ("http", "host"))

    def test_D19_nfkc(self):
        url = "http://a\u2100b/"
        with self.assertRaises(ValueError) as caught:
            urllib.parse.urlsplit(url)
        answer = self.both(split(url), caught.exception)
        self.assertEqual(answer.error, oracle.OK)

    def test_D20_unquote(self):
        answer = self.both(unquote("%ff"), urllib.parse.unquote("%ff"))
        self.assertEqual(answer.texts, [b"\xff"])
        self.assertEqual(urllib.parse.unquote("%ff"), "\ufffd")

    def test_D20_parse_qsl(self):
        theirs = urllib.parse.parse_qsl("a=%ff")
        answer = self.both(qsl("a=%ff", False), theirs)
        self.assertEqual(answer.texts, [b"a", b"\xff"])
        self.assertEqual(theirs, [("a", "\ufffd")])


class Totals(unittest.TestCase):
    """Runs last: cases run in the order of their names."""

    def test_enough(self):
        print("CPython %s, seed %d: %d compared (%s), explained: %s" % (
            sys.version.split()[0], SEED, sum(compared.values()),
            ", ".join("%s %d" % item for item in sorted(compared.items())),
            ", ".join("%s %d" % item for item in sorted(
                (key, n) for key, n in explained.items() if key))))
        self.assertGreaterEqual(sum(compared.values()), 100000)
        self.assertGreater(explained["D19"], 0)
        self.assertGreater(explained["D20"], 0)


if __name__ == "__main__":
    counted.main()
