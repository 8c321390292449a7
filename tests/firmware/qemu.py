#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs firmware in QEMU, in a network namespace of its own.

usage: qemu.py [--timeout S] [--icount] [--name NAME]... [--with COMMAND]...
               IMAGE [ARG...]

IMAGE is build/BOARD/x.elf; BOARD may have a -variant behind it. The firmware
gets ARGs as its arguments. Its console goes to stdout, its exit code is ours;
124 when it took longer than S seconds (20), 125 when it could not be run.

Inside of the namespace there is nothing but loopback. The firmware sees the
servers there at 10.0.2.2, and every NAME (*.NAME too) is that address.
COMMAND is a server: started before, stopped after; qemu.py waits until the
port in a leading "PORT:" accepts connections, as in

    qemu.py --name test.example \\
        --with '8000:python3 -m http.server 8000 --bind 127.0.0.1' \\
        build/lm3s6965evb/firmware.elf test.example 8000 /README.md

For tests: call enter() first, which starts the script again inside of the
namespace; then names(), server() and run().
"""

import argparse
import contextlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
HOST = "10.0.2.2"  # what the firmware calls the machine that it runs on
INSIDE = "LWURL_TEST_NETNS"
TIMED_OUT = 124
# QEMU says this of a part's watchdog, whatever the program.
NOISE = b"Timer with period zero, disabling\n"
CANNOT = 125

Result = namedtuple("Result", "code text seconds")


# ---- The namespace ----

def unshare_command():
    """How to get one here, or None."""
    # The last is for root in a chroot, whose / is no mount point; names()
    # takes its mount away again.
    for flags in (["--net", "--mount"],
                  ["--map-root-user", "--net", "--mount"],
                  ["--net", "--mount", "--propagation", "unchanged"]):
        command = ["unshare"] + flags
        if subprocess.run(command + ["true"], stderr=subprocess.DEVNULL,
                          check=False).returncode == 0:
            return command
    return None


def enter():
    """Goes on in a namespace: runs this program again inside of one."""
    if os.environ.get(INSIDE) == str(os.getppid()):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    missing = [tool for tool in ("unshare", "ip", "mount", "dnsmasq")
               if shutil.which(tool, path=search_path()) is None]
    if missing:
        give_up("not installed: %s (Debian: util-linux iproute2 mount "
                "dnsmasq-base)" % ", ".join(missing))
    command = unshare_command()
    if command is None:
        give_up("needs root, or user namespaces for unshare -rn (sysctl "
                "kernel.unprivileged_userns_clone=1, or "
                "kernel.apparmor_restrict_unprivileged_userns=0)")
    environment = dict(os.environ, PATH=search_path())
    environment[INSIDE] = str(os.getpid())
    sys.stdout.flush()
    done = subprocess.run(command + [sys.executable] + sys.argv,
                          env=environment, check=False)
    sys.exit(done.returncode)


def search_path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def give_up(why):
    print("qemu.py: " + why, file=sys.stderr)
    sys.exit(CANNOT)


# ---- Servers ----

def wait_for_port(port, process, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            give_up("server ended: %s" % shlex.join(process.args))
        time.sleep(0.02)
    give_up("no server on port %d: %s" % (port, shlex.join(process.args)))


@contextlib.contextmanager
def server(command, port, **options):
    """A server that listens on 127.0.0.1:port as long as the block runs."""
    options.setdefault("stdout", subprocess.DEVNULL)
    options.setdefault("stderr", subprocess.DEVNULL)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                          **options) as process:
        try:
            wait_for_port(port, process)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


@contextlib.contextmanager
def names(*known):
    """A name server that knows these names, for QEMU's own to ask."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as resolv:
        resolv.write("nameserver 127.0.0.1\n")
        resolv.flush()
        os.chmod(resolv.name, 0o644)
        target = os.path.realpath("/etc/resolv.conf")
        subprocess.run(["mount", "--bind", resolv.name, target], check=True)
        # --no-daemon changes no user, which a user namespace would refuse.
        command = ["dnsmasq", "--no-daemon", "--conf-file=/dev/null",
                   "--no-resolv", "--no-hosts", "--pid-file=",
                   "--listen-address=127.0.0.1", "--bind-interfaces",
                   "--local-ttl=60"]
        command += ["--address=/%s/%s" % (name, HOST) for name in known]
        command += ["--local=/#/"]  # NXDOMAIN for all others
        try:
            with server(command, 53):
                yield
        finally:
            subprocess.run(["umount", target], check=True)


# ---- Images ----

# What must not be in an image: a heap, and what needs one.
FORBIDDEN = re.compile(
    r"^_*(malloc|free|calloc|realloc|reallocf?|aligned_alloc|memalign|sbrk"
    r"|[a-z]*printf|[a-z]*scanf|fopen|fwrite|puts|abort|exit|assert_func"
    r"|pvPortMalloc|vPortFree)"
    r"(_r|_float|_i|_common)?$")


def forbidden(image):
    """The symbols of an image that must not be there."""
    listed = subprocess.run(["arm-none-eabi-nm", image], check=True,
                            stdout=subprocess.PIPE).stdout.decode()
    names = [line.split()[-1] for line in listed.splitlines()]
    if "cortexm_reset" not in names:
        give_up("%s: no symbols" % image)
    return [name for name in names if FORBIDDEN.match(name)]


# ---- QEMU ----

def board_of(image):
    """build/BOARD-variant/x.elf: the longest name of a board that fits."""
    place = os.path.basename(os.path.dirname(os.path.abspath(image)))
    boards = [name for name in os.listdir(os.path.join(ROOT, "boards"))
              if (place + "-").startswith(name + "-")]
    if not boards:
        give_up("%s: no boards/%s" % (image, place))
    return max(boards, key=len)


def qemu_of(board):
    """BOARD_QEMU of its board.mk."""
    path = os.path.join(ROOT, "boards", board, "board.mk")
    with open(path, encoding="utf-8") as makefile:
        found = re.search(r"^BOARD_QEMU := (.*)$", makefile.read(), re.M)
    if not found:
        give_up("%s sets no BOARD_QEMU: the board is not in QEMU" % path)
    return found.group(1).split()


def command_line(image, args, icount):
    # A comma separates options, a doubled one is a comma.
    items = "".join(",arg=" + arg.replace(",", ",,")
                    for arg in ("firmware",) + tuple(args))
    command = qemu_of(board_of(image)) + [
        "-kernel", image, "-display", "none", "-monitor", "none",
        "-serial", "stdio",
        "-semihosting-config", "enable=on,target=native" + items]
    if icount:
        command += ["-icount", "shift=0"]
    return command


def run(image, *args, timeout=20, icount=False):
    """Runs it to its end: exit code, what it printed, seconds it took."""
    started = time.monotonic()
    try:
        done = subprocess.run(command_line(image, args, icount), check=False,
                              stdin=subprocess.DEVNULL, timeout=timeout,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        code, output, errors = done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        code, output, errors = TIMED_OUT, late.stdout or b"", b""
    except FileNotFoundError as missing:
        give_up(str(missing))
    text = (output + errors.replace(NOISE, b"")).decode(errors="replace")
    return Result(code, text, time.monotonic() - started)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--timeout", type=float, default=20)
    parser.add_argument("--icount", action="store_true")
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("--with", action="append", default=[], dest="servers")
    parser.add_argument("image")
    parser.add_argument("args", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    enter()
    with contextlib.ExitStack() as stack:
        stack.enter_context(names(*options.name))
        for item in options.servers:
            port, command = item.split(":", 1)
            stack.enter_context(server(shlex.split(command), int(port)))
        result = run(options.image, *options.args, timeout=options.timeout,
                     icount=options.icount)
    sys.stdout.write(result.text)
    if result.code == TIMED_OUT:
        print("qemu.py: no end after %g s" % options.timeout, file=sys.stderr)
    return result.code


if __name__ == "__main__":
    sys.exit(main())
