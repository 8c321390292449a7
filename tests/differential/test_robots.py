#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lwurl_robots.h and CPython's urllib.robotparser, asked the same.

usage: test_robots.py DRIVER
"""

import collections
import io
import random
import sys
import unittest
import urllib.error
import urllib.robotparser
from unittest import mock

from asking import ask, counted

SEED = 9309
MANY = 24000
SHOWN = 10
ROOM = 4096
OK, ERR_URL = 0, -11

AGENTS = ["bot", "Bot", "mybot", "mybot/1.0", "a", "*", "", "bot/2/3", "b o t",
          "figtree", "/x", "n\u00e4me", "B%6ft"]
PATHS = ["", "/", "/a", "/a/", "/a/b", "/a/b.html", "/A", "*", "/*", "/a?q=1",
         "/a?", "/a#f", "/a;p", "/a;", "/%61", "/%2f", "/a%2Fb", "/%7ejoe",
         "/~joe", "/a%3cd.html", "/a%3Cd.html", "/a%", "/a%4", "/%23x", "a",
         "http://h/a", "//h/a", "///a", "/a b", "/a%20b", "/\u00e9", "/%C3%A9",
         "/a%09b", "/a\tb", "/%0aa", "/a+b", "?", "?q", "#", ";", "/$", "/a$",
         "http:a", "x:/a", "X:a", "//", "/a//b", "/../a", "/%25", "/%2561",
         " /a", "%20/a", "/a&b=c", "http:///a", "https://h", "/?q", "/;"]
# Prefixes of one another: about these a rule has something to say.
NEAR = ["/", "/a", "/a/", "/a/b", "/%61/b", "/a/b?c", "/a/b%3Fc", "/a%2Fb",
        "/a/b;c"]
BAD = ["//[x/a", "//[::1", "http://a]/"]
KEYS = ["User-agent", "User-agent", "Disallow", "Disallow", "Disallow",
        "Allow", "Allow", "Crawl-delay", "Request-rate", "Sitemap",
        "USER-AGENT", "disallow", "aLLow", "Host", "Disalow", "", "User agent"]
NUMBERS = ["1", "0", "10", "4294967295", "007", "-1", "+1", "1.5", "", "x",
           " 3", "3 ", "1_0", "%31", "%201"]
RATES = ["1/5", "10/60", "9/30s", "1/", "/1", "1", "1/2/3", " 1 / 2 ", "a/b",
         "0/0", "%31/5", "1%2f5"]
MAPS = ["http://h/map.xml", "", "/map.xml", "http://h/%61?a#b", "x y"]
ENDS = ["\n"] * 16 + ["\r\n", "\r\n", "\r", "\n\n", "\n\n", "\r\n\r\n",
        "\n\r", "\r\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\n \n",
        "\n#\n", "\n\t\n", "\n\x1f\n"]
BLANKS = ["", "", "", "", " ", "  ", "\t", "\x1f", " \t "]

Question = collections.namedtuple("Question", "agent url file")
Reply = collections.namedtuple("Reply", "can_fetch delay rate site_maps")


def parse(lines):
    parser = urllib.robotparser.RobotFileParser()
    parser.parse(lines)
    return parser


def reply_of(parser, agent, url):
    return Reply(parser.can_fetch(agent, url), parser.crawl_delay(agent),
                 parser.request_rate(agent), parser.site_maps() or [])


def read(answer):
    fetch, delay, requests, seconds, _ = answer.numbers
    return Reply(bool(fetch), None if delay < 0 else delay,
                 None if requests < 0 else (requests, seconds),
                 [text.decode() for text in answer.texts])


def to_record(question, status=200, room=ROOM):
    return ["robots", question.agent.encode(), question.url.encode(), room,
            status, question.file.encode()]


class Compared(unittest.TestCase):
    def compare(self, questions, replies):
        differences = []
        for question, reply, answer in zip(questions, replies, ask(
                [to_record(question) for question in questions])):
            if answer.error != OK or read(answer) != reply:
                differences.append("%r: %r, CPython: %r" % (
                    question, answer, reply))
        for line in differences[:SHOWN]:
            print(line)
        self.assertEqual(len(differences), 0)


class Generated(Compared):
    def setUp(self):
        self.dice = random.Random("%d %s" % (SEED, self.id().split(".")[-1]))

    def path(self):
        return self.dice.choice(self.dice.choice([PATHS, NEAR, NEAR]))

    def value(self, key):
        pick = self.dice.choice
        if key.lower() in ("allow", "disallow"):
            return self.path()
        if key.lower() == "user-agent":
            return pick(AGENTS)
        return pick({"crawl-delay": NUMBERS, "request-rate": RATES,
                     "sitemap": MAPS}.get(key.lower(), PATHS))

    def line(self):
        pick = self.dice.choice
        key = pick(KEYS)
        text = (pick(BLANKS) + key + pick(BLANKS) + pick([":"] * 9 + [""])
                + pick(BLANKS) + self.value(key) + pick(BLANKS))
        return text + pick([""] * 9 + ["#", " # c", "#:"])

    def file(self):
        lines = self.dice.choice(["", "User-agent: *\n", "User-agent:bot\n"])
        lines += "".join(self.line() + self.dice.choice(ENDS)
                        for _ in range(self.dice.randint(0, 14)))
        return lines.rstrip("\n") if self.dice.randint(0, 1) else lines

    def question(self):
        path = self.path()
        if self.dice.randint(0, 1):
            path = "http://h" + path
        return Question(self.dice.choice(AGENTS), path, self.file())

    def test_files(self):
        questions = [self.question() for _ in range(MANY)]
        replies = [reply_of(parse(q.file.splitlines()), q.agent, q.url)
                   for q in questions]
        counts = collections.Counter(
            (r.can_fetch, r.delay is not None, r.rate is not None,
             bool(r.site_maps)) for r in replies)
        print("CPython %s, seed %d: %d compared; fetch, delay, rate, map: %s"
              % (sys.version.split()[0], SEED, MANY, dict(counts)))
        self.assertGreater(min(
            sum(n for key, n in counts.items() if key[i] == what)
            for i in range(4) for what in (False, True)), MANY // 30)
        self.compare(questions, replies)

    def test_differs_rule_that_is_no_url(self):
        """a rule that is no URL is passed over, and not the whole file. As a
        Crawl-delay that is no number; CPython raises ValueError."""
        questions, replies = [], []
        for bad in BAD * 200:
            question = self.question()
            lines = question.file.splitlines()
            at = self.dice.randint(0, len(lines))
            with self.assertRaises(ValueError):
                parse(["User-agent: *", "Disallow: " + bad])
            ours = lines[:at] + ["Disallow: " + bad] + lines[at:]
            theirs = lines[:at] + ["Crawl-delay: x"] + lines[at:]
            questions.append(question._replace(file="\n".join(ours)))
            replies.append(reply_of(parse(theirs), question.agent,
                                    question.url))
        self.compare(questions, replies)

    def test_url_that_is_none(self):
        parser = parse([])
        for bad in BAD:
            with self.assertRaises(ValueError):
                parser.can_fetch("a", bad)
            answer, = ask([to_record(Question("a", bad, ""))])
            self.assertEqual(answer.error, ERR_URL)

    def test_D20_not_utf8(self):
        """CPython has one U+FFFD for all of these."""
        question = Question("a", "/%fe", "User-agent: *\nDisallow: /%ff")
        theirs = reply_of(parse(question.file.splitlines()), "a", "/%fe")
        answer, = ask([to_record(question)])
        print("%r: lwurl %r, CPython %r" % (question, read(answer), theirs))
        self.assertFalse(theirs.can_fetch)
        self.assertTrue(read(answer).can_fetch)

    def test_D20_line_ends(self):
        """NEL and the like are letters here."""
        question = Question("a", "/b", "User-agent: *\u0085Disallow: /")
        theirs = reply_of(parse(question.file.splitlines()), "a", "/b")
        answer, = ask([to_record(question)])
        self.assertFalse(theirs.can_fetch)
        self.assertTrue(read(answer).can_fetch)


class TestData(Compared):
    def test_of_cpython(self):
        """Its tables. They are parsed with line ends, so that an empty line is
        not empty; RobotFileParser.read() does without, as lwurl."""
        from test import test_robotparser
        questions, tables = [], []
        for case in vars(test_robotparser).values():
            if not getattr(case, "good", None):
                continue
            for pages, good in ((case.good, True), (case.bad, False)):
                for page in pages:
                    agent, url = page if isinstance(page, tuple) else (
                        case.agent, page)
                    questions.append(Question(agent, url, case.robots_txt))
                    tables.append(good)
        replies = [reply_of(parse(q.file.splitlines()), q.agent, q.url)
                   for q in questions]
        kept = [reply_of(parse(io.StringIO(q.file).readlines()), q.agent,
                         q.url) for q in questions]
        self.assertEqual([reply.can_fetch for reply in kept], tables)
        print("%d questions of test_robotparser" % len(questions))
        self.assertGreaterEqual(len(questions), 50)
        self.compare(questions, replies)


class Statuses(unittest.TestCase):
    def cpython(self, status):
        parser = urllib.robotparser.RobotFileParser("http://h/robots.txt")
        error = urllib.error.HTTPError("http://h/", status, "", {}, None)
        with mock.patch("urllib.request.urlopen", side_effect=error):
            parser.read()
        return reply_of(parser, "a", "/b")

    def test_statuses(self):
        codes = [300, 304, 399, 400, 401, 402, 403, 404, 410, 429, 451, 499,
                 500, 503, 599]
        answers = ask([to_record(Question("a", "/b", ""), code)
                       for code in codes])
        replies = list(map(self.cpython, codes))
        self.assertEqual(list(map(read, answers)), replies)
        self.assertEqual({reply.can_fetch for reply in replies},
                         {False, True})


if __name__ == "__main__":
    counted.main()
