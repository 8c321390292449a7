#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks who includes whom among the sources of a tree.

usage: includes.py [ROOT]

The map that it holds the tree against is design: who may know whom.
Prints file:line, what is wrong and what to do; ends with 1 if anything is.
"""

import os
import re
import sys
from collections import namedtuple

Include = namedtuple("Include", "source line name target")
Problem = namedtuple("Problem", "source line text")

TOPS = ("config", "core", "port", "boards", "tests")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# The floors of core, from the ground up: a file includes internal headers of
# its own folder and of the floors below.
FLOORS = ("core/text", "core/store", "core/http", "core/tls",
          "core/handlers", "core/schemes", "core")

# All that core takes from the C library: nothing that prints, allocates,
# reads a clock or keeps state.
CORE_SYSTEM = ("limits.h", "stdbool.h", "stddef.h", "stdint.h", "string.h")

CONTRACT = "port/lwurl_port.h"
PUMP = "core/run.c"
INFLATER = "core/handlers/gzip.c"

# What stands between two worlds: the examples' half of a PC, and the driver of
# a chip over a model of its registers.
BRIDGES = {"boards/examples/pc.c": "boards/host",
           "tests/bench/get.c": "boards/host",
           "tests/unit/test_lm3s_flash.c": "boards/lm3s6965evb"}
TYPES = "core/lwurl_types.h"
TLS_HEADERS = ("core/lwurl_tls.h", "core/lwurl_anchors.h",
               "core/lwurl_bundle.h", "core/lwurl_signature.h")


def is_public(path):
    """lwurl.h and its like: what applications, boards and tests see."""
    return re.fullmatch(r"core/lwurl\w*\.h", path) is not None


def folder_of(path):
    return os.path.dirname(path)


def under(path, folder):
    return path.startswith(folder + "/")


def is_shared_board(path, paths):
    """A folder of boards/ without a board.mk holds what boards share."""
    return folder_of(path) + "/board.mk" not in paths


def core_problem(source, target, name):
    if target is None:
        return core_foreign_problem(source, name)
    if under(target, "config"):
        return None
    if target == CONTRACT:
        if source == PUMP or is_public(source):
            return None
        return ("only %s knows the port; move what needs it there, or take a "
                "value or a small struct as a parameter" % PUMP)
    if not under(target, "core"):
        return "core includes core and config only"
    if target in TLS_HEADERS and source not in TLS_HEADERS \
            and not under(source, "core/tls"):
        return ("only core/tls and who defines a slot or an anchor include "
                "it; everyone else uses the filter interface")
    if is_public(target):
        return None
    if is_public(source):
        return "a public header includes public headers only"
    source_folder, target_folder = folder_of(source), folder_of(target)
    for folder in (source_folder, target_folder):
        if folder not in FLOORS:
            return ("%s is no floor of core; name it in FLOORS of "
                    "tests/check/includes.py" % folder)
    if FLOORS.index(target_folder) > FLOORS.index(source_folder):
        return ("%s lies below %s: nothing includes upward; move the "
                "declaration down" % (source_folder, target_folder))
    return None


def core_foreign_problem(source, name):
    if name.startswith("bearssl"):
        if under(source, "core/tls") or source in TLS_HEADERS:
            return None
        return "only core/tls and %s know BearSSL" % TLS_HEADERS[0]
    if name == "zlib.h":
        if source == INFLATER:
            return None
        return "only %s knows zlib" % INFLATER
    if name in CORE_SYSTEM:
        return None
    return ("core takes no more from outside than %s"
            % ", ".join(CORE_SYSTEM))


def port_problem(source, target):
    if target is None or under(target, "config"):
        return None
    if target in (CONTRACT, TYPES):
        return None
    if source == CONTRACT:
        return "the contract includes %s and config only" % TYPES
    if under(target, "/".join(source.split("/")[:2])):
        return None
    return ("a port includes the contract, config and its own stack; what it "
            "needs to know comes as a parameter")


def board_problem(source, target, paths):
    if target is None or under(target, "config") or under(target, "port"):
        return None
    if is_public(target) or under(target, "/".join(source.split("/")[:2])):
        return None
    if under(target, "boards") and is_shared_board(target, paths):
        return None
    if is_shared_board(source, paths) and re.search(r"_part\.h$", target):
        return None
    return ("a board includes public headers, the contract, its port and "
            "what boards share; that takes a board's half from a *_part.h")


def config_problem(target):
    if target is None or under(target, "config"):
        return None
    # lwipopts.h and FreeRTOSConfig.h ask the board, if there is such a file.
    if os.path.basename(target) in ("lwip_board.h", "freertos_board.h"):
        return None
    return "configuration includes configuration only"


def problem_of(include, paths):
    """Why this include is forbidden, or None."""
    source, target = include.source, include.target
    top = source.split("/")[0]
    if target is not None and under(target, "tests") and top != "tests":
        return "nobody includes tests"
    if target is not None and folder_of(target) == BRIDGES.get(source):
        return None
    if top == "core":
        return core_problem(source, target, include.name)
    if top == "port":
        return port_problem(source, target)
    if top == "boards":
        return board_problem(source, target, paths)
    if top == "config":
        return config_problem(target)
    if target is not None and under(target, "boards") \
            and not is_shared_board(target, paths):
        return "nobody includes a board"
    return None


def resolve(source, name, paths, folders):
    """The file of the tree that a compiler would take, or None."""
    for folder in [folder_of(source)] + folders:
        candidate = os.path.normpath(os.path.join(folder, name))
        if candidate in paths:
            return candidate
    return None


def find_paths(root):
    paths = set()
    for top in TOPS:
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in names:
                path = os.path.join(folder, name)
                paths.add(os.path.relpath(path, root))
    return paths


def search_folders(paths):
    """The -I of the build: config, core, port, and each port and board."""
    deep = {folder_of(path) for path in paths
            if path.endswith(".h") and path.split("/")[0] in
            ("port", "boards", "tests")}
    return ["config", "core", "port", "tests"] + sorted(deep)


def read_includes(root, paths):
    folders = search_folders(paths)
    for source in sorted(paths):
        if not source.endswith((".c", ".h", ".S", ".inc")):
            continue
        with open(os.path.join(root, source), encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                match = INCLUDE.match(line)
                if match:
                    name = match.group(2)
                    yield Include(source, number, name,
                                  resolve(source, name, paths, folders))


def find_cycles(includes):
    """One problem for each include that closes a circle."""
    graph = {}
    for include in includes:
        if include.target is not None:
            graph.setdefault(include.source, []).append(include)
    problems, done = [], set()

    def visit(path, trail):
        if path in trail:
            return
        for include in graph.get(path, ()):
            if include.target in trail + [path]:
                circle = (trail + [path])[(trail + [path]).index(
                    include.target):] + [include.target]
                problems.append(Problem(
                    include.source, include.line, "a circle of includes: "
                    + " -> ".join(circle) + "; one of them has to go"))
            elif include.target not in done:
                visit(include.target, trail + [path])
        done.add(path)

    for path in sorted(graph):
        if path not in done:
            visit(path, [])
    return problems


def check(root):
    paths = find_paths(root)
    includes = list(read_includes(root, paths))
    problems = []
    for include in includes:
        text = problem_of(include, paths)
        if text:
            problems.append(Problem(
                include.source, include.line,
                "includes %s: %s" % (include.target or include.name, text)))
    return problems + find_cycles(includes)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    problems = check(root)
    for problem in problems:
        print("%s:%d: %s" % problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
