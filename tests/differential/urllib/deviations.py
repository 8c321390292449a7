# SPDX-License-Identifier: MIT
"""Which IDs have no case here, and the table of deviations for people."""

# IDs whose feature is not there yet, or has no case.
MISSING = {
    "4.8": "file, ftp and urlretrieve",
    "4.12": "own handlers and their order",
    "A5": "Digest",
    "A6": "Digest",
    "D6": "Digest",
    "D13": "a 407 to CONNECT, answered by Digest",
    "D23": "a 304 to a conditional request",
    "D24": "ftp",
    "D25": "file and ftp",
}

# IDs whose cases are in another test of this folder's neighbours.
ELSEWHERE = {
    "D7": "tests/differential/test_passwords.py",
    "P1": "tests/differential/test_passwords.py",
    "P2": "tests/differential/test_passwords.py",
    "P3": "tests/differential/test_passwords.py",
    "P4": "tests/differential/test_passwords.py",
    "D20": "tests/differential/test_parse.py",
}


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def shown(lines):
    return "<br>".join("`%s`" % line.replace("|", "\\|") for line in lines)


def markdown(cases):
    """One line a deviation: the last line that differs in each answer."""
    lines = ["| id | case | CPython | lwurl |", "|---|---|---|---|"]
    for case in cases:
        if case.here is None:
            continue
        theirs = [line for line in case.cpython if line not in case.here]
        ours = [line for line in case.here if line not in case.cpython]
        lines.append("| %s | %s: %s | %s | %s |" % (
            case.id, cell(case.name), cell(case.why), shown(theirs[-1:]),
            shown(ours[-1:])))
    return "\n".join(lines)
