#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proves core with CBMC: memory safety, no overflow, no lossy conversion,
termination, for inputs of any length.

usage: prove.py [--planted] TOOLS OUT CFLAGS [NAME ...]

Each tests/proofs/prove_NAME.c proves one file of core, which its second line
names; further ones that are linked stand behind it. Each PROOF(...) in it is
one run of the prover. Prints a table, and the properties that could not be
proven; ends with 1 if there are any, or if a function of the file is in no
proof and not named after "Left out:".

With --planted each bug of tests/proofs/planted.txt is put into a copy of core
instead, and the proof named there must refuse it.
"""

import argparse
import collections
import concurrent.futures
import glob
import os
import re
import resource
import shutil
import subprocess
import sys
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
MEMORY = 6 << 30   # bytes of address space of one run
SECONDS = 600      # CPU of one run
JOBS = 2
CHECKS = ["--bounds-check", "--pointer-check", "--pointer-overflow-check",
          "--signed-overflow-check", "--unsigned-overflow-check",
          "--conversion-check", "--div-by-zero-check", "--undefined-shift-check",
          "--unwinding-assertions", "--slice-formula",
          "--object-bits", "10"]
UNWIND = 25        # loops without a contract; the prover's own among them

Proof = collections.namedtuple("Proof", "name path proven sources left entries")
Result = collections.namedtuple("Result", "good lines reached checks seconds mb")


def read_proof(path):
    text = open(path).read()
    head = re.match(r"/\* SPDX[^\n]*\n/\* Proves (.*?) \*/", text, re.S)
    if not head:
        sys.exit("%s: line 2 has to say: /* Proves core/x.c */" % path)
    words = head.group(1).replace("*", " ").replace("\n", " ")
    left = re.search(r"Left out: (\w+(?:,\s+\w+)*)", words)
    sources = re.findall(r"\S+/\S+\.c", words.split("Left out:")[0])
    return Proof(os.path.basename(path)[len("prove_"):-len(".c")], path,
                 sources[0], sources[1:],
                 set(re.findall(r"\w+", left.group(1))) if left else set(),
                 ["prove_" + e for e in
                  re.findall(r"^PROOF\((\w+)\)$", text, re.M)])


def functions_of(path):
    return set(re.findall(r"^[a-z][^;={}]*?\b(\w+)\([^;{}]*\)\n\{",
                          open(path).read(), re.M))


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run(command, log):
    """Exit status, output, CPU seconds and peak MB of a program."""
    with open(log, "w") as out:
        started = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=subprocess.STDOUT,
                                   preexec_fn=limit)
        _, status, usage = os.wait4(started.pid, 0)
        started.returncode = status
    return (status, open(log, errors="replace").read(),
            usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def with_contract(path):
    """The functions that a file has a contract for."""
    return re.findall(r"^\w[^(\n]*?\b(\w+)\([^;{}]*?\)\n__CPROVER",
                      open(path).read(), re.M)


def unproven_contracts(proofs):
    """A contract without a proof would be believed."""
    entries = set().union(*(p.entries for p in proofs))
    for path in [os.path.join(FOLDER, "contracts.h"), *(p.path for p in proofs)]:
        for name in with_contract(path):
            if "prove_" + name not in entries:
                yield "%s: no proof for the contract of %s" % (path, name)


class Prover:
    def __init__(self, tools, out, cflags, core):
        self.contracts = with_contract(os.path.join(FOLDER, "contracts.h"))
        self.tools, self.out, self.core = tools, out, core
        self.cflags = cflags.split()
        os.makedirs(out, exist_ok=True)

    def tool(self, name):
        return os.path.join(self.tools, name)

    def compile(self, proof):
        goto = os.path.join(self.out, proof.name + ".goto")
        sources = [re.sub("^core/", self.core + "/", s)
                   for s in proof.sources]
        status, text, _, _ = run(
            [self.tool("goto-cc"), *self.cflags, "-D__CPROVER__", "-I", FOLDER,
             "-I", self.core, "-o", goto, proof.path,
             os.path.join(FOLDER, "any.c"),
             os.path.join(FOLDER, "libc.c"), *sources], goto + ".log")
        if status != 0:
            sys.exit("%s: does not compile for the prover\n%s"
                     % (proof.path, text))
        return goto

    def by_contract(self, proof, entry):
        """The contract that this proof is about, and those that it uses: there
        is no recursion in core, so that none can rest on itself."""
        linked = set().union(*map(functions_of, [proof.proven, *proof.sources]))
        for name in self.contracts + with_contract(proof.path):
            if name == entry[len("prove_"):]:
                yield from ("--enforce-contract", name)
            elif name in linked:
                yield from ("--replace-call-with-contract", name)

    def instrument(self, proof, goto, entry):
        ready = "%s.%s" % (goto, entry)
        status, text, _, _ = run(
            [self.tool("goto-cc"), *self.cflags, "--function", entry, "-o",
             ready, goto], ready + ".log")
        if status != 0:
            return ready, text, text.splitlines()[-3:]
        status, text, _, _ = run(
            [self.tool("goto-instrument"), "--dfcc", entry,
             *self.by_contract(proof, entry), "--apply-loop-contracts", ready,
             ready], ready + ".log")
        lost = re.findall(r"No decrease clause provided for loop (\S+)", text)
        if status != 0:
            lost += ["goto-instrument:"] + text.splitlines()[-3:]
        return ready, text, lost

    def prove(self, proof, goto, entry):
        ready, text, lost = self.instrument(proof, goto, entry)
        if lost:
            return Result(False, lost, set(), 0, 0, 0)
        reached = set(re.findall(r"^Instrumenting '(\w+)'", text, re.M))
        if entry[len("prove_"):] in self.contracts + with_contract(proof.path):
            reached.add(entry[len("prove_"):])
        status, text, seconds, mb = run(
            [self.tool("cbmc"), *CHECKS, "--unwind", str(UNWIND), ready],
            ready + ".txt")
        os.remove(ready)
        count = re.search(r"\*\* (\d+) of (\d+) failed", text)
        good = (status == 0 and count is not None and
                "VERIFICATION SUCCESSFUL" in text)
        return Result(good, [] if good else why(text), reached,
                      int(count.group(2)) if count else 0, seconds, mb)


def why(text):
    place, lines = "", []
    for line in text.splitlines():
        if " function " in line and not line.startswith("["):
            place = line
        elif line.endswith(": FAILURE"):
            lines.append("%s: %s" % (place, line))
    return lines or ["no answer:"] + text.splitlines()[-5:]


def prove_all(prover, proofs):
    """Prints a row for each proof as soon as it is there; the number of bad
    ones."""
    bad = total = cpu = 0
    print("%-32s %9s %9s %7s %6s %5s" % ("file", "functions", "proofs",
                                         "checks", "CPU s", "MB"))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        rows = []
        for proof in proofs:
            goto = prover.compile(proof)
            rows.append((proof, [(e, pool.submit(prover.prove, proof, goto, e))
                                 for e in proof.entries]))
        for proof, runs in rows:
            results = [(e, r.result()) for e, r in runs]
            missing = report(proof, results)
            bad += missing + sum(not r.good for _, r in results)
            total += sum(r.checks for _, r in results)
            cpu += sum(r.seconds for _, r in results)
    print("%-32s %9s %9s %7d %6.0f" % ("", "", "", total, cpu))
    return bad


def report(proof, results):
    reached = set().union(*(r.reached for _, r in results))
    wanted = functions_of(proof.proven)
    print("%-32s %5d/%-3d %9d %7d %6.1f %5.0f" % (
        proof.proven, len(wanted & reached), len(wanted), len(results),
        sum(r.checks for _, r in results), sum(r.seconds for _, r in results),
        max(r.mb for _, r in results)), flush=True)
    for entry, result in results:
        if not result.good:
            print("    %s is not proven:" % entry)
            for line in result.lines[:10]:
                print("        " + line)
    missing = wanted - reached - proof.left
    for name in sorted(missing):
        print("    %s is in no proof" % name)
    return len(missing)


# ------------------------------------------------------------------- planted

Bug = collections.namedtuple("Bug", "name entry old new")


def read_bugs(path):
    """Blocks of "NAME ENTRY", lines that go (-) and lines that come (+)."""
    bugs = []
    for block in re.split(r"\n\s*\n", open(path).read()):
        lines = [x for x in block.splitlines() if not x.startswith("#")]
        if not lines:
            continue
        name, entry = lines[0].split()
        bugs.append(Bug(name, entry,
                        "".join(x[1:] + "\n" for x in lines if x[0] == "-"),
                        "".join(x[1:] + "\n" for x in lines if x[0] == "+")))
    return bugs


def place_of(bug, proof):
    """The proven file, or its header, where functions are inline."""
    header = proof.proven[:-1] + "h"
    if os.path.exists(header) and bug.old in open(header).read():
        return header
    return proof.proven


def misfits(bugs, proofs):
    for bug in bugs:
        proof = proofs.get(bug.name)
        if proof is None or bug.entry not in proof.entries:
            yield "planted.txt: there is no %s in prove_%s.c" % (bug.entry,
                                                                 bug.name)
        elif open(place_of(bug, proof)).read().count(bug.old) != 1:
            yield "planted.txt: %s does not fit %s" % (bug.entry, proof.proven)
    for name in sorted(set(proofs) - {b.name for b in bugs}):
        yield "planted.txt: no bug is planted for prove_%s.c" % name


def plant(arguments, bug, number, proof):
    out = os.path.join(arguments.out, "planted", str(number))
    shutil.rmtree(out, ignore_errors=True)
    core = os.path.join(out, "core")
    shutil.copytree("core", core)
    path = os.path.join(core, os.path.relpath(place_of(bug, proof), "core"))
    text = open(path).read().replace(bug.old, bug.new)
    open(path, "w").write(text)
    prover = Prover(arguments.tools, out, arguments.cflags, core)
    return prover.prove(proof, prover.compile(proof), bug.entry)


def plant_all(arguments, proofs):
    bugs = read_bugs(os.path.join(FOLDER, "planted.txt"))
    wrong = list(misfits(bugs, proofs))
    for line in wrong:
        print(line)
    chosen = [b for b in bugs if b.name in proofs and
              (not arguments.names or b.name in arguments.names)]
    if wrong:
        return 1
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        results = pool.map(lambda i: plant(arguments, chosen[i], i,
                                           proofs[chosen[i].name]),
                           range(len(chosen)))
        survivors = 0
        for bug, result in zip(chosen, results):
            refused = not result.good and result.checks > 0
            survivors += not refused
            print("%-9s %-12s %s" % ("refused" if refused else "SURVIVES",
                                     bug.name, result.lines[0] if result.lines
                                     else bug.entry), flush=True)
    print("%d planted, %d refused" % (len(chosen), len(chosen) - survivors))
    return survivors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("tools")
    parser.add_argument("out")
    parser.add_argument("cflags")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    proofs = {p.name: p for p in map(read_proof, sorted(glob.glob(
        os.path.join(FOLDER, "prove_*.c"))))}
    for name in set(arguments.names) - set(proofs):
        sys.exit("there is no tests/proofs/prove_%s.c" % name)
    for line in unproven_contracts(proofs.values()):
        sys.exit(line)
    start = time.time()
    if arguments.planted:
        bad = plant_all(arguments, proofs)
    else:
        prover = Prover(arguments.tools, arguments.out, arguments.cflags,
                        "core")
        bad = prove_all(prover, [p for p in proofs.values() if not
                                 arguments.names or p.name in arguments.names])
    good, wrong = ("all refused", "survivors") if arguments.planted else (
        "all proven", "not proven")
    print("%s, %d s" % ("%s: %d" % (wrong, bad) if bad else good,
                        time.time() - start))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
