# SPDX-License-Identifier: MIT
"""Public functions, and what the headers say of their stack."""

import glob
import os
import re
from collections import namedtuple

Function = namedtuple("Function", "header name")

DECLARED = re.compile(r"^[a-z][\w ]*[ *]((?:lwurl)_\w+)\(", re.M)
SAID = re.compile(r"^ \* Stack: (\d+) bytes", re.M)
STEP = 32  # what is said is rounded up to it


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def public_functions(root):
    found = []
    for path in sorted(glob.glob(os.path.join(root, "lwurl*.h"))):
        for name in DECLARED.findall(read(path)):
            if Function(path, name) not in found:
                found.append(Function(path, name))
    return found


def bounds(functions, chains):
    """{header: bytes}, the most that one of its functions takes, rounded."""
    found = {}
    for f in functions:
        if f.name in chains:
            found[f.header] = max(found.get(f.header, 0),
                                  -(-chains[f.name].bytes // STEP) * STEP)
    return found


def said(header):
    match = SAID.search(read(header))
    return int(match.group(1)) if match else None


def write(header, bound):
    """Puts the bound into the header's first comment."""
    text = read(header)
    line = " * Stack: %d bytes at most, above the port (make stack)." % bound
    if SAID.search(text):
        text = re.sub(SAID.pattern + ".*", line, text, count=1, flags=re.M)
    else:
        end = text.index(" */", text.index("\n *"))
        text = text[:end] + " *\n" + line + "\n" + text[end:]
    with open(header, "w", encoding="ascii") as file:
        file.write(text)
