# SPDX-License-Identifier: MIT
"""Stack of what the compiler's libraries add: mem/str functions, division.

Their frames are read from the machine code: registers that are pushed and
bytes that are subtracted from sp, and the functions that they branch to."""

import re
import subprocess

import graph

FUNCTION = re.compile(r"^[0-9a-f]+ <(\S+)>:$")
PUSH = re.compile(r"\t(?:push|stmdb\s+sp!,)\s*\{([^}]*)\}")
STORE = re.compile(r"\tstr[a-z.]*\s+\w+, \[sp, #-(\d+)\]!")
STORE_TWO = re.compile(r"\tstrd\s+\w+, \w+, \[sp, #-(\d+)\]!")
SUB = re.compile(r"\tsub(?:\.w|w|s)?\s+sp,\s*(?:sp,\s*)?#(\d+)")
BRANCH = re.compile(r"\tb(?:l|\.w|\.n)?\s+[0-9a-f]+ <([A-Za-z_]\w*)>")
RELOCATED = re.compile(r"R_ARM_THM_(?:CALL|JUMP24)\s+(\w+)")


def registers(text):
    """How many registers "r4, r6-r8, lr" are."""
    n = 0
    for part in text.split(","):
        ends = re.findall(r"\d+", part) if "-" in part else []
        n += int(ends[1]) - int(ends[0]) + 1 if len(ends) == 2 else 1
    return n


class Leaves:
    def __init__(self, cc):
        self.cc = cc.split()
        self.frames, self.calls = {}, {}

    def _read(self):
        for name in ("libc_nano.a", "libgcc.a"):
            path = subprocess.run(self.cc + ["--print-file-name=" + name],
                                  check=True, capture_output=True,
                                  text=True).stdout.strip()
            dump = subprocess.run(
                [self.cc[0].replace("gcc", "objdump"), "-dr", path],
                check=True, capture_output=True, text=True).stdout
            self._read_dump(dump)

    def _read_dump(self, dump):
        function = None
        for line in dump.split("\n"):
            match = FUNCTION.match(line)
            if match:
                function = match.group(1)
                self.frames.setdefault(function, 0)
                self.calls.setdefault(function, set())
            elif function:
                self._read_line(function, line)

    def _read_line(self, function, line):
        match = PUSH.search(line)
        if match:
            self.frames[function] += 4 * registers(match.group(1))
        for pattern in (STORE, STORE_TWO, SUB):
            match = pattern.search(line)
            if match:
                self.frames[function] += int(match.group(1))
        for pattern in (BRANCH, RELOCATED):
            match = pattern.search(line)
            if match and match.group(1) != function:
                self.calls[function].add(match.group(1))

    def bytes(self, name, depth=8):
        if not self.frames:
            self._read()
        if name not in self.frames or depth == 0:
            raise graph.Problem("nothing is known of the stack of " + name)
        return self.frames[name] + max(
            [self.bytes(other, depth - 1) for other in self.calls[name]
             if other in self.frames], default=0)
