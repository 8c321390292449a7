#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Worst-case stack of every public function, from gcc's call graph.

usage: stack.py [--write] CC BUILD

CC is the compiler with the flags of the build, BUILD the folder of a variant
with call graphs (-fcallgraph-info=su). What a public function takes is its
own frame and the deepest chain of frames below it. The port, the application's
own functions, zlib and BearSSL but for its hashes are not followed: they are named
beside the figure.

A recursion, a frame that is not known at compile time, and an indirect call
that calls.txt does not declare end it with 1. --write puts the deepest function of
each public header into its first comment.
"""

import argparse
import os
import sys

import graph
import headers
import leaves

FOREIGN = {"port": "port", "application": "yours", "bearssl": "BearSSL",
           "zlib": "zlib"}
HERE = os.path.dirname(os.path.abspath(__file__))


def load(cc, build, more=()):
    """The graph of core, and what its indirect calls reach; `more` folders of
    sources belong to it."""
    places = ["core/**/*", "bearssl/hash/*", "bearssl/codec/[de]*"]
    places += [folder + "/*" for folder in more]
    whole = graph.Graph([os.path.join(build, "obj", place + ".ci")
                         for place in places], leaves.Leaves(cc))
    return whole, graph.Calls(os.path.join(HERE, "calls.txt"),
                              ["core"] + list(more))


def by_opener(whole, calls):
    """{(opener, function): Chain} of the openers that calls.txt names."""
    found = {}
    for name, tables in calls.openers:
        profile = graph.Profile(whole, calls, tables)
        for function in calls.entries:
            found[name, function] = profile.deepest(function)
    return found


def chains_of(functions, profile):
    """{name: Chain} of every public function that the library has."""
    return {f.name: profile.deepest(f.name) for f in functions
            if profile.graph.has(f.name)}


def print_table(functions, chains):
    family = None
    for f in functions:
        if f.name not in chains:
            continue
        if f.header != family:
            family = f.header
            print("\n%s" % family)
        chain = chains[f.name]
        below = ", ".join(sorted(FOREIGN[x] for x in chain.foreign))
        print("  %-34s %5d  %s" % (f.name, chain.bytes,
                                   "+ " + below if below else ""))


def print_openers(whole, calls):
    chains = by_opener(whole, calls)
    print("\nby opener" + "".join("%13s" % f for f in calls.entries))
    for name, _ in calls.openers:
        print("  %-7s" % name + "".join(
            "%13d" % chains[name, f].bytes for f in calls.entries))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("cc")
    parser.add_argument("build")
    args = parser.parse_args()
    functions = headers.public_functions("core")
    try:
        whole, calls = load(args.cc, args.build)
        profile = graph.Profile(whole, calls, None)
        chains = chains_of(functions, profile)
    except graph.Problem as problem:
        return str(problem)
    if args.write:
        for header, bound in headers.bounds(functions, chains).items():
            if bound:
                headers.write(header, bound)
        return 0
    print("bytes of stack on a Cortex-M3, at most; %d indirect calls, no "
          "recursion" % profile.indirect)
    print_table(functions, chains)
    print_openers(whole, calls)
    return 0


if __name__ == "__main__":
    sys.exit(main())
