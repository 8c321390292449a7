# SPDX-License-Identifier: MIT
"""gcc's call graphs (.ci files), joined, and the deepest chain in them."""

import fnmatch
import glob
import re
from collections import namedtuple

NODE = re.compile(r'node: \{ title: "([^"]+)" label: "([^"]*)"')
FRAME = re.compile(r"\\n(\d+) bytes \(([a-z,]+)\)")
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"'
                  r'(?: label: "([^"]+)")?')
INDIRECT = "__indirect_call"

# What is not followed.
LIBRARIES = (("bearssl", re.compile(r"br_")),
             ("zlib", re.compile(r"inflate|adler32|crc32")))

# A call through a pointer, as it is written: `a->b.c(` or `(*f)(`.
CALLEE = re.compile(r"([A-Za-z_][\w\[\]]*(?:(?:->|\.)[A-Za-z_]\w*"
                    r"(?:\[\w*\])?)*)\(")
TABLE = re.compile(r"^(?:static )?const struct (\w+) (\w+) = \{(.*?)^\};",
                   re.M | re.S)
MEMBER = re.compile(r"\.(\w+) = &?(\w+)")

Chain = namedtuple("Chain", "bytes path foreign")


class Problem(Exception):
    """What keeps a bound from being known."""


class Graph:
    """Functions with their frames, and who calls whom."""

    def __init__(self, patterns, leaves):
        self.frames, self.edges, self.leaves = {}, {}, leaves
        for pattern in patterns:
            paths = sorted(glob.glob(pattern, recursive=True))
            if not paths:
                raise Problem("there is no call graph %s" % pattern)
            for path in paths:
                self._read(path)

    def _read(self, path):
        with open(path, encoding="ascii") as file:
            for line in file:
                node, edge = NODE.match(line), EDGE.match(line)
                if node:
                    self._add_node(node.group(1), node.group(2))
                elif edge:
                    self.edges.setdefault(edge.group(1), set()).add(
                        (edge.group(2), edge.group(3)))

    def _add_node(self, title, label):
        frame = FRAME.search(label)
        if frame is None:
            return  # of another file
        if frame.group(2) != "static":
            raise Problem("%s: its frame is %s; the compiler cannot say how "
                          "large it is" % (title, frame.group(2)))
        self.frames[title] = int(frame.group(1))

    def has(self, title):
        return title in self.frames


class Calls:
    """What indirect calls reach: calls.txt, and the tables of ops in core."""

    def __init__(self, path, folders):
        self.rules, self.openers, self.entries = [], [], []
        with open(path, encoding="ascii") as file:
            for line in file:
                words = line.split("#")[0].split()
                if words:
                    self._rule(words)
        self.tables = {}
        for folder in folders:
            for source in sorted(glob.glob(folder + "/**/*.c",
                                           recursive=True)):
                with open(source, encoding="ascii") as file:
                    self._read_tables(source, file.read())

    def _rule(self, words):
        kind, rest = words[0], words[1:]
        if kind == "call":
            self.rules.append((rest[0], rest[1], rest[2:]))
        elif kind == "opener":
            self.openers.append((rest[0], set(rest[1:])))
        elif kind == "entry":
            self.entries += rest
        else:
            raise Problem("calls.txt: what is '%s'?" % kind)

    def _read_tables(self, source, text):
        for record, name, body in TABLE.findall(text):
            for member, function in MEMBER.findall(body):
                self.tables.setdefault((record, member), []).append(
                    (name, source, function))

    def targets(self, where, expression, allowed):
        """Functions that a call reaches, or a word for what is foreign."""
        table, _, member = expression.partition(".")
        named = [(source, f) for (_, m), entries in self.tables.items()
                 for name, source, f in entries
                 if name == table and m == member]
        if named:
            return named
        for pattern, what, more in self.rules:
            if not fnmatch.fnmatch("%s:%s" % (where, expression), pattern):
                continue
            if what in ("application", "port", "bearssl"):
                return what
            if what == "functions":
                return more
            without = {word[1:] for word in more if word[0] == "!"}
            members = [word for word in more if word[0] != "!"] or \
                [re.split(r"->|\.", expression)[-1]]
            return self._in_tables(what, members, allowed, without)
        raise Problem("%s: an indirect call of '%s'; say in calls.txt what it "
                      "reaches" % (where, expression))

    def _in_tables(self, record, members, allowed, without):
        if record == "lwurl_port":
            if not any(key[0] == record for key in self.tables):
                return "port"
            allowed = None
        return [(source, function)
                for member in members
                for name, source, function
                in self.tables.get((record, member), [])
                if name not in without and
                (allowed is None or name in allowed)]


def callee_at(where, sources={}):
    """The expression that is called at file:line:column."""
    path, line, column = where.rsplit(":", 2)
    if path not in sources:
        with open(path, encoding="ascii") as file:
            sources[path] = file.read().split("\n")
    text = "\n".join(sources[path][int(line) - 1:int(line) + 2])
    found = [match for match in CALLEE.finditer(text)
             if match.end() > int(column) - 1]
    return found[0].group(1) if found else "?"


class Profile:
    """The graph as an opener sees it: `allowed` names its tables of ops, None
    is all of them."""

    def __init__(self, graph, calls, allowed):
        self.graph, self.calls, self.allowed = graph, calls, allowed
        self.known, self.open = {}, []
        self.indirect = 0

    def deepest(self, title):
        if title in self.known:
            return self.known[title]
        if title in self.open:
            raise Problem("recursion: " + " > ".join(
                self.open[self.open.index(title):] + [title]))
        self.open.append(title)
        best = Chain(0, (), frozenset())
        foreign = set()
        for target, where in sorted(self.graph.edges.get(title, ()),
                                    key=lambda e: (e[0], e[1] or "")):
            for chain in self._below(title, target, where):
                foreign |= chain.foreign
                if chain.bytes > best.bytes:
                    best = chain
        self.open.pop()
        chain = Chain(self.graph.frames[title] + best.bytes,
                      (title.rsplit(":", 1)[-1],) + best.path,
                      frozenset(foreign))
        self.known[title] = chain
        return chain

    def _below(self, title, target, where):
        if target == INDIRECT:
            self.indirect += 1
            targets = self.calls.targets(self._place(title, where),
                                         callee_at(where), self.allowed)
            if isinstance(targets, str):
                return [Chain(0, (), frozenset([targets]))]
            return [self._enter(self._resolve(t)) for t in targets]
        return [self._enter(target)]

    @staticmethod
    def _place(title, where):
        return where.split(":")[0] + ":" + title.rsplit(":", 1)[-1]

    def _resolve(self, target):
        if isinstance(target, str):
            return target
        source, function = target
        local = "%s:%s" % (source, function)
        return local if self.graph.has(local) else function

    def _enter(self, title):
        if self.graph.has(title):
            return self.deepest(title)
        for library, names in LIBRARIES:
            if names.match(title):
                return Chain(0, (), frozenset([library]))
        return Chain(self.graph.leaves.bytes(title), (title,), frozenset())
