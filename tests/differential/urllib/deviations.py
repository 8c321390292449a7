# SPDX-License-Identifier: MIT
"""Which IDs have no case here, and the table of deviations for people."""

# IDs whose feature is not there yet, or has no case.
MISSING = {
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
    ("D25", "types of files by the system's table", "by one of its own"),
)


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def shown(lines):
    return "<br>".join("`%s`" % line.replace("|", "\\|") for line in lines)


def tests_of(id, cases):
    names = [case.name for case in cases if case.id == id]
    if id in ELSEWHERE:
        return "`%s`" % ELSEWHERE[id]
    if id in MISSING:
        return "none yet: " + MISSING[id]
    more = " and %d more" % (len(names) - 1) if len(names) > 1 else ""
    return "`%s %s`%s" % (id, names[0], more)


def chosen(cases):
    lines = ["| id | CPython | lwurl | test |", "|---|---|---|---|"]
    for id, theirs, ours in CHOSEN:
        lines.append("| %s | %s | %s | %s |" % (
            id, cell(theirs), cell(ours), cell(tests_of(id, cases))))
    return lines


def found(cases):
    """Small ones: the last line of each answer that the other has not."""
    lines = ["| id | case | CPython | lwurl |", "|---|---|---|---|"]
    for case in cases:
        if case.here is None or case.id.startswith("D"):
            continue
        theirs = [line for line in case.cpython if line not in case.here]
        ours = [line for line in case.here if line not in case.cpython]
        lines.append("| %s | %s: %s | %s | %s |" % (
            case.id, cell(case.name), cell(case.why), shown(theirs[-1:]),
            shown(ours[-1:])))
    return lines


def markdown(cases):
    return "\n".join(chosen(cases) + [""] + found(cases))
