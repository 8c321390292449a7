#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The program's --parse, --join, --quote, --unquote, and CPython.

usage: test_program.py PROGRAM
"""

import os
import random
import unittest
import urllib.parse

import generate
from asking import PROGRAM, counted, run

SEED = 3986
MANY = 3000  # records of each option


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
        while len(texts) < MANY:
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


if __name__ == "__main__":
    counted.main()
