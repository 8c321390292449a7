#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lwurl_multipart.h, read by Python's email package and, where there is one,
its cgi module.

usage: test_multipart.py DRIVER
"""

import email.parser
import email.policy
import io
import random
import unittest
import warnings

from asking import ask, counted

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import cgi
except ImportError:
    cgi = None

SEED = 7578
MANY = 4000
OK, ERR_HEADER, ERR_BODY = 0, -15, -16

TEXTS = ["a", "field", "n\u00e4me", "\u20ac", "a b", "a\"b", "a\\b", "a\\",
         "a\r\nX-Evil: 1", "\r\n\r\n", "a;b=c", "a%22b", "'", "[]", "\t",
         "\x0bX: y", "\x0c", "\x1cZ: z", "\x7f", "=?utf-8?q?a?=", ".", ""]
TYPES = [None, None, "text/plain", "text/plain; charset=utf-8",
         "application/json", "image/png"]
BOUNDARIES = [None, None, b"x", b"AaB03x", b"a b", b"'()+_,-./:=? x",
              b"-" * 70, b"0123456789" * 7, b"--", b"="]
BYTES = [b"\r\n", b"\n", b"\r", b"--", b"-", b"x", b"--x", b"AaB03x", b"\0",
         b"\xff", b"a", b"\r\n--AaB03", b"\r\n--", b"Content-Type: x\r\n\r\n",
         b" ", b"\r\n--lwurl-", b"abcdefgh" * 9]


def escape(text):
    return "".join("%%%02X" % ord(c) if c < " " or c in "\"\x7f" else c
                   for c in text)


def in_line(boundary, value):
    """Whether a line of the value begins as a delimiter does."""
    lines = value.replace(b"\r", b"\n").split(b"\n")
    return any(line.startswith(b"--" + boundary) for line in lines)


def ask_form(boundary, piece, parts):
    record = ["form", boundary, piece]
    for name, filename, content_type, value, how in parts:
        record += [name.encode(),
                   None if filename is None else filename.encode(),
                   None if content_type is None else content_type.encode(),
                   value, how]
    return record


def parse_email(content_type, body):
    """[(name, filename, type, value)]"""
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        b"Content-Type: " + content_type + b"\r\n\r\n" + body)
    assert not message.defects, message.defects
    return [read_part(part) for part in message.iter_parts()]


def read_part(part):
    assert not part.defects, part.defects
    assert set(part.keys()) <= {"Content-Disposition", "Content-Type"}, part
    raw = part.get_payload(decode=True)
    return (str(part["Content-Disposition"]), str(part["Content-Type"])
            if "Content-Type" in part else None, raw)


def split_fields(content_type, body):
    """A reader of the grammar of RFC 2046, to the letter:
    [(bytes of the fields, value)]"""
    boundary = email.message_from_bytes(
        b"Content-Type: " + content_type + b"\r\n\r\n").get_boundary()
    delimiter = b"\r\n--" + boundary.encode()
    pieces = (b"\r\n" + body).split(delimiter)
    assert pieces[0] == b"" and pieces[-1] == b"--\r\n", (pieces[0],
                                                         pieces[-1])
    found = []
    for piece in pieces[1:-1]:
        assert piece.startswith(b"\r\n"), piece
        fields, _, value = piece[2:].partition(b"\r\n\r\n")
        found.append((fields, value))
    return found


def expected_fields(name, filename, content_type):
    line = 'Content-Disposition: form-data; name="%s"' % escape(name)
    if filename is not None:
        line += '; filename="%s"' % escape(filename)
        content_type = content_type or "application/octet-stream"
    if content_type is not None:
        line += "\r\nContent-Type: " + content_type
    return line.encode()


class Forms(unittest.TestCase):
    def setUp(self):
        self.dice = random.Random("%d %s" % (SEED, self.id().split(".")[-1]))

    def some_text(self):
        return "".join(self.dice.choice(TEXTS)
                       for _ in range(self.dice.randint(1, 3)))

    def some_part(self):
        pick = self.dice.choice
        value = b"".join(pick(BYTES) for _ in range(self.dice.randint(0, 9)))
        return (self.some_text(), pick([None, self.some_text()]), pick(TYPES),
                value, self.dice.randint(0, 2))

    def some_form(self):
        return (self.dice.choice(BOUNDARIES), self.dice.choice([1, 2, 3, 16,
                                                                4096]),
                [self.some_part() for _ in range(self.dice.randint(0, 5))])

    def check(self, form, answer):
        boundary, _, parts = form
        values = [part[3] for part in parts]
        if boundary is not None and any(in_line(boundary, value)
                                        for value in values):
            self.assertEqual(answer.error, ERR_BODY)
            return 0
        self.assertEqual(answer.error, OK)
        content_type, body = answer.texts
        self.assertEqual(answer.numbers[0], -1 if any(
            part[4] == 2 for part in parts) else len(body))
        found = split_fields(content_type, body)
        self.assertEqual(found, [(expected_fields(*part[:3]), part[3])
                                 for part in parts])
        return 1

    def test_grammar(self):
        forms = [self.some_form() for _ in range(MANY)]
        answers = ask([ask_form(*form) for form in forms])
        good = sum(map(self.check, forms, answers))
        print("%d of %d good" % (good, MANY))
        self.assertGreater(good, MANY // 3)
        self.assertLess(good, MANY)

    def plain_form(self):
        """Without what readers differ about."""
        names = ["a", "field", "a b", "a;b=c", "[]", "n%22", "x=y", "a'b"]
        parts = [(self.dice.choice(names), self.dice.choice([None, "f.txt"]),
                  *self.some_part()[2:]) for _ in range(3)]
        return None, 64, parts

    def plain_answers(self):
        forms = [self.plain_form() for _ in range(MANY // 4)]
        return zip(forms, ask([ask_form(*form) for form in forms]))

    def test_email(self):
        for form, answer in self.plain_answers():
            found = parse_email(*answer.texts)
            self.assertEqual(len(found), len(form[2]))
            for part, (disposition, content_type, value) in zip(form[2],
                                                                found):
                fields = expected_fields(*part[:3]).decode().split("\r\n")
                self.assertEqual("Content-Disposition: " + disposition,
                                 fields[0])
                self.assertEqual(content_type is None, len(fields) == 1)
                self.assertEqual(value, part[3])

    @unittest.skipIf(cgi is None, "this Python has no cgi any more")
    def test_cgi(self):
        for form, (_, (content_type, body), _) in self.plain_answers():
            storage = cgi.FieldStorage(
                io.BytesIO(body), environ={
                    "REQUEST_METHOD": "POST", "CONTENT_LENGTH": len(body),
                    "CONTENT_TYPE": content_type.decode()},
                keep_blank_values=True)
            self.assertEqual(len(storage.list), len(form[2]))
            for part, field in zip(form[2], storage.list):
                value = field.value
                if isinstance(value, str):
                    value = value.encode("utf-8", "surrogateescape")
                    self.assertEqual(value.decode("utf-8", "replace"),
                                     part[3].decode("utf-8", "replace"))
                else:
                    self.assertEqual(value, part[3])
                self.assertEqual((field.name, field.filename),
                                 (part[0], part[1]))

    def test_no_part(self):
        answer, = ask([ask_form(b"x", 1, [])])
        self.assertEqual(answer.texts[1], b"--x--\r\n")

    def test_refused(self):
        part = ("a", None, "text/plain\r\nX: y", b"", 0)
        bad = [ask_form(b"x", 1, [part])] + [
            ask_form(boundary, 1, []) for boundary in (
                b"", b"x" * 71, b"a ", b"a\r\nb", b"a\"", b"\xe4", b"a@")]
        for answer in ask(bad):
            self.assertEqual(answer.error, ERR_HEADER)


if __name__ == "__main__":
    counted.main()
