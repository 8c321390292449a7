#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lwurl_parse.h and CPython's urllib.parse, asked the same.

usage: test_parse.py DRIVER PROGRAM

DRIVER is parse.c, PROGRAM the command-line program. What differs has to be
explained by D19 or D20 of the table of deviations.
"""

import collections
import glob
import json
import os
import random
import subprocess
import sys
import unittest
import urllib.parse

import generate
import oracle

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "check"))

import counted  # noqa: E402

DRIVER, PROGRAM = map(os.path.abspath, sys.argv[1:3])
SEED = 3986
MANY = 12000  # of each kind
SHOWN = 10    # differences that are printed

Answer = collections.namedtuple("Answer", "error texts numbers")
Case = collections.namedtuple("Case", "function arguments check subject")

compared = collections.Counter()
explained = collections.Counter()


# --------------------------------------------------------------------- driver


def to_word(data):
    return "-" if data is None else "x" + data.hex()


def to_answer(line):
    texts, numbers = [], []
    for word in line.split()[1:]:
        if word[0] == "x":
            texts.append(bytes.fromhex(word[1:]))
        elif word == "-":
            texts.append(None)
        else:
            numbers.append(int(word))
    return Answer(int(line.split()[0]), texts, numbers)


def run(command, data):
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=300)
    err = done.stderr.decode("latin-1")
    if "Sanitizer" in err or "runtime error" in err:
        raise AssertionError(err)
    return done.returncode, done.stdout, err


def ask(cases):
    lines = [" ".join([case.function] + list(map(to_word, case.arguments)))
             for case in cases]
    code, out, err = run([DRIVER], "".join(
        line + "\n" for line in lines).encode())
    if code != 0:
        raise AssertionError("parse.c: exit status %d: %s" % (code, err))
    return list(map(to_answer, out.decode().splitlines()))


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


# -------------------------------------------------------------------- program


NAMES = ("scheme", "netloc", "path", "query", "fragment", "username",
         "password", "hostname", "port")


def parsed_record(url):
    """What --parse prints; the caller's case is compared without case."""
    parts = urllib.parse.urlsplit(url)
    values = [getattr(parts, name) for name in NAMES]
    return "".join("%s: %s\n" % (name, value) if value or value == 0
                   else name + ":\n" for name, value in zip(NAMES, values))


def or_none(function, *args):
    try:
        return function(*args)
    except ValueError:
        return None


class Program(unittest.TestCase):
    """--parse, --join, --quote, --unquote, from a pipe and from arguments."""

    def setUp(self):
        self.dice = random.Random("%d %s" % (SEED, self.id().split(".")[-1]))

    def some(self, generator, unwanted):
        """Texts that fit into a line, or into an argument."""
        texts = []
        while len(texts) < MANY // 4:
            text = generator(self.dice)
            if not any(c in text for c in unwanted):
                texts.append(text)
        return texts

    def ask_pipe(self, option, records):
        code, out, err = run([PROGRAM, option, "-"], "".join(
            record + "\n" for record in records).encode("latin-1"))
        return code, out.decode("latin-1"), err

    def ask_arguments(self, option, *texts):
        code, out, err = run([os.fsencode(PROGRAM), option.encode()] + [
            text.encode("latin-1") for text in texts], b"")
        return code, out.decode("latin-1"), err

    def assert_answers(self, option, records, answers):
        """answers: None where the record is refused."""
        compared[option] += len(records)
        code, out, err = self.ask_pipe(option, records)
        refused = [number for number, answer in enumerate(answers, 1)
                   if answer is None]
        self.assertEqual(code, 3 if refused else 0)
        self.assertEqual([int(line.split("record ")[1].split(":")[0])
                          for line in err.splitlines()], refused)
        empty = "error: malformed URL\n" if option == "--parse" else "\n"
        expected = "\n".join(empty if answer is None else answer
                             for answer in answers)
        if option == "--parse":
            out, expected = out.lower(), expected.lower()
        for ours, theirs in zip(out.split("\n"), expected.split("\n")):
            self.assertEqual(ours, theirs)
        self.assertEqual(len(out), len(expected))

    def assert_argument(self, option, answer, *texts):
        code, out, err = self.ask_arguments(option, *texts)
        if answer is None:
            self.assertEqual((code, out), (3, ""))
            self.assertRegex(err, "^lwurl: %s: " % option)
        else:
            self.assertEqual((code, out.lower(), err),
                             (0, answer.lower(), ""))

    def test_parse(self):
        urls = self.some(generate.url, "\n\t\r")
        answers = [or_none(parsed_record, url) for url in urls]
        self.assertGreater(answers.count(None), 10)
        self.assert_answers("--parse", urls, answers)
        for url, answer in list(zip(urls, answers))[:40]:
            if "\0" not in url and url != "-":
                self.assert_argument("--parse", answer, url)

    def test_join(self):
        bases = self.some(generate.plain, "\n\t\r")
        refs = self.some(generate.reference, "\n\t\r")
        pairs = list(zip(bases, refs))
        joined = [or_none(urllib.parse.urljoin, *pair) for pair in pairs]
        answers = [None if url is None else url + "\n" for url in joined]
        self.assertGreater(answers.count(None), 10)
        self.assert_answers("--join", list(map("\t".join, pairs)), answers)
        for pair, answer in list(zip(pairs, answers))[:40]:
            if "\0" not in pair[1]:
                self.assert_argument("--join", answer, *pair)
        self.assert_answers("--join", ["http://h/a"], ["http://h/a\n"])
        self.assert_argument("--join", "http://h/-x\n", "http://h/a", "-x")
        self.assertEqual(self.ask_arguments("--join", "http://h/a")[0], 2)

    def test_quote(self):
        texts = self.some(lambda dice: generate.some_bytes(
            dice, 20).decode("latin-1"), "\n")
        self.assert_answers("--quote", texts, [
            urllib.parse.quote(text, encoding="latin-1") + "\n"
            for text in texts])
        self.assert_argument("--quote", "a%20b/%C3%A9\n", "a b/\u00c3\u00a9")
        self.assert_argument("--quote", "--x\n", "--x")

    def test_unquote(self):
        texts = self.some(generate.query, "\n")
        self.assert_answers("--unquote", texts, [
            urllib.parse.unquote(text, encoding="latin-1") + "\n"
            for text in texts])
        self.assert_argument("--unquote", "a b\n", "a%20b")
        self.assert_argument("--unquote", "\n", "")

    def test_last_line_without_end(self):
        self.assertEqual(run([PROGRAM, "--quote", "-"], b"a b"),
                         (0, b"a%20b\n", ""))
        self.assertEqual(run([PROGRAM, "--quote", "-"], b""), (0, b"", ""))

    def test_long_line(self):
        most = b"%" * ((1 << 20) - 1)
        code, out, _ = run([PROGRAM, "--quote", "-"], most)
        self.assertEqual((code, out), (0, b"%25" * len(most) + b"\n"))
        code, out, err = run([PROGRAM, "--quote", "-"], most + b"%")
        self.assertEqual((code, out), (26, b""))
        self.assertIn("record 1: longer", err)


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
