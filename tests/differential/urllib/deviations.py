# SPDX-License-Identifier: MIT
"""Which IDs have their cases in other tests, and the tables of deviations that
are in the README: what is chosen on purpose, and, of whatever test shows two
answers, why they differ.

Elsewhere a test that shows a deviation is called test_D7_..., after its ID, or
test_differs_...; the first sentence of the latter's text says how.
"""

import os
import re

# IDs whose cases are in another test.
ELSEWHERE = {
    "D7": "tests/differential/test_passwords.py",
    "P1": "tests/differential/test_passwords.py",
    "P2": "tests/differential/test_passwords.py",
    "P3": "tests/differential/test_passwords.py",
    "P4": "tests/differential/test_passwords.py",
    "D20": "tests/differential/test_parse.py",
    "D24": "tests/integration/ftp/test_ftp.py",
    "D25": "tests/integration/ftp/test_file.py",
}

# What a test_differs_... is about, by its file.
SUBJECTS = {
    "tests/differential/test_passwords.py": "passwords",
    "tests/differential/test_robots.py": "robots.txt",
    "tests/differential/urllib/test_tables.py": "CPython's own tests",
    "tests/integration/ftp/test_file.py": "file:",
    "tests/integration/ftp/test_ftp.py": "ftp:",
}

# What is chosen on purpose: id, CPython, here.
CHOSEN = (
    ("D1", "the caller's Authorization, Cookie and Host follow a redirect to "
     "any origin", "they stay behind when scheme, host or port changes"),
    ("D2", "a redirect from https to http is followed",
     "refused, unless LWURL_DOWNGRADE is set"),
    ("D3", "HEAD becomes GET on a redirect (before 3.13)", "it stays HEAD"),
    ("D4", "POST after 307 and 308 is an error",
     "also; with LWURL_RESEND_BODY it is sent again"),
    ("D5", "doubtful framing is read on", "it is an error of its own"),
    ("D6", "Digest: MD5 and SHA-1, of the first field only",
     "MD5, SHA-256 and -sess; the strongest challenge of all"),
    ("D7", "passwords: first match, hosts by case, paths as written",
     "longest path, hosts in any case, paths normalised"),
    ("D8", "user:password@ in a URL is part of the host",
     "it is that origin's password, and shown nowhere"),
    ("D9", "read(n) of a short body ends silently",
     "every short body is an error, with the bytes missing"),
    ("D10", "Connection: close", "the connection is used again"),
    ("D11", "of 1xx only 100 is skipped", "every 1xx but 101"),
    ("D12", "fragments go to proxies", "never"),
    ("D13", "a 407 to CONNECT is final", "it is answered"),
    ("D14", "control characters in values, blanks in methods and names pass",
     "refused before anything is sent"),
    ("D15", "one timeout for each operation", "one deadline for everything, "
     "and limits without progress"),
    ("D16", "100 fields of 64 KB at most", "fields stream by"),
    ("D17", "cookies by Netscape's rules", "by RFC 6265"),
    ("D18", "own User-Agent and Connection, Title-Cased names",
     "own User-Agent, no Connection, names as written"),
    ("D19", "schemes are made lower case, TAB and line ends removed",
     "slices of what was given; TAB and line ends refused"),
    ("D20", "unquote gives text, with U+FFFD", "bytes"),
    ("D21", "4 visits to one URL, 10 URLs", "10 redirects"),
    ("D22", "the body of a redirect is read whole",
     "what is short and here already"),
    ("D23", "304 is an HTTPError",
     "a good answer to a conditional request"),
    ("D24", "ftp guesses whether it is a file", "the caller says so"),
    ("D25", "types of files by the system's table, too",
     "by one of its own: Python's"),
)


SMALL = {
    "R3": "redirects: fields", "R7": "Location", "A1": "challenges",
    "A5": "Digest", "A6": "Digest", "X4": "proxies", "X5": "CONNECT",
    "X6": "proxies", "W1": "requests", "W3": "requests", "W4": "URLs",
    "W5": "requests", "4.7": "responses", "4.8": "urlretrieve", "4.9": "URLs",
    "4.10": "errors", "4.12": "handlers",
}

BEGIN, END = "<!-- deviations -->\n", "<!-- end -->"


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def tests_in(root, path):
    """Names of the tests of a file that show a deviation, and their texts."""
    with open(os.path.join(root, path), encoding="utf-8") as source:
        return [(name, " ".join((text or "").split())) for name, text in
                re.findall(r'def test_(D\d+|differs)_\w+\(self\):\n'
                           r'(?: +"""(.*?)""")?', source.read(), re.S)]


def elsewhere(root):
    """(subject, ID or "differs", text) of all tests of other files."""
    for path, subject in SUBJECTS.items():
        for name, text in tests_in(root, path):
            yield subject, name, text


def shown(cases, root):
    """IDs of chosen deviations that some test shows."""
    found = {case.id for case in cases if case.here is not None}
    for path in set(ELSEWHERE.values()) | set(SUBJECTS):
        found |= {name for name, _ in tests_in(root, path)}
    return {id for id in found if id.startswith("D")}


def chosen():
    lines = ["| id | CPython | lwurl |", "|---|---|---|"]
    for id, theirs, ours in CHOSEN:
        lines.append("| %s | %s | %s |" % (id, cell(theirs), cell(ours)))
    return lines


def small(cases, root):
    """Subject and the reasons of its tests, each once."""
    reasons = {}
    for case in cases:
        if case.here is not None and not case.id.startswith("D") \
                and not re.search(r"\(D\d+\)$", case.why):
            reasons.setdefault(SMALL[case.id], {})[case.why] = None
    for subject, name, text in elsewhere(root):
        if name == "differs":
            reasons.setdefault(subject, {})[text.split(". ")[0].rstrip(".")] \
                = None
    lines = ["| about | here |", "|---|---|"]
    for subject, texts in reasons.items():
        lines.append("| %s | %s |" % (subject, cell("; ".join(texts))))
    return lines


def markdown(cases, root):
    return "\n".join(chosen() + [""] + small(cases, root)) + "\n"


def in_readme(root):
    with open(os.path.join(root, "README.md"), encoding="utf-8") as source:
        text = source.read()
    return text.split(BEGIN, 1)[1].split(END, 1)[0] if BEGIN in text else ""


def put_into_readme(cases, root):
    path = os.path.join(root, "README.md")
    with open(path, encoding="utf-8") as source:
        before, _, rest = source.read().partition(BEGIN)
    with open(path, "w", encoding="utf-8") as out:
        out.write(before + BEGIN + markdown(cases, root) + END
                  + rest.partition(END)[2])
