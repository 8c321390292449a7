#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Starts servers on loopback, runs test_port_host against them.

usage: run_host.py PROGRAM
"""

import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

PATTERN_N = 1 << 20
PATTERN = bytes((i ^ i >> 8 ^ i >> 16) & 0xff for i in range(PATTERN_N))

last = b""
kept = []


def fnv(data):
    value = 14695981039346656037
    for byte in data:
        value = (value ^ byte) * 1099511628211 & (1 << 64) - 1
    return value


def read_all(conn):
    data = b""
    while True:
        piece = conn.recv(65536)
        if not piece:
            return data
        data += piece


def echo(conn):
    while True:
        piece = conn.recv(65536)
        if not piece:
            return
        conn.sendall(piece)


def drip(conn):
    conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in b"drip":
        conn.sendall(bytes([byte]))
        time.sleep(0.02)


def half(conn):
    global last
    conn.sendall(b"hello")
    conn.shutdown(socket.SHUT_WR)
    last = read_all(conn)


def tell_last(conn):
    deadline = time.time() + 5
    while not last and time.time() < deadline:
        time.sleep(0.01)
    conn.sendall(last)
    forget_last()


def forget_last():
    global last
    last = b""


def reset(conn):
    conn.recv(1)
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))


def source(conn):
    conn.sendall(PATTERN)


def sink(conn):
    time.sleep(0.5)
    data = b""
    while len(data) < PATTERN_N:
        piece = conn.recv(65536)
        if not piece:
            return
        data += piece
    conn.sendall(b"%016x" % fnv(data))


def stay(conn):
    conn.sendall(b"stay")
    kept.append(conn.dup())


def serve(listener, handler):
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=handle, args=(conn, handler),
                         daemon=True).start()


def handle(conn, handler):
    with conn:
        try:
            handler(conn)
        except OSError:
            pass


def listen(handler, family=socket.AF_INET, address="127.0.0.1"):
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind((address, 0))
    listener.listen(64)
    threading.Thread(target=serve, args=(listener, handler),
                     daemon=True).start()
    return listener.getsockname()[1]


def closed_port():
    """A port that is bound and does not listen: nobody else gets it."""
    unused = socket.socket()
    unused.bind(("127.0.0.1", 0))
    kept.append(unused)
    return unused.getsockname()[1]


def answer_late(udp):
    while True:
        question, peer = udp.recvfrom(512)
        threading.Timer(0.6, send_answer, (udp, question, peer)).start()


def send_answer(udp, question, peer):
    """192.0.2.66 for whatever was asked."""
    udp.sendto(question[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + question[12:] +
               b"\xc0\x0c\0\1\0\1\0\0\0\0\0\4\xc0\0\2\x42", peer)


def udp_server(answers):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    kept.append(udp)
    if answers:
        threading.Thread(target=answers, args=(udp,), daemon=True).start()
    return udp.getsockname()[1]


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers_at(port):
    """Whether a DNS server on loopback knows four.test."""
    question = (b"\x12\x34\1\0\0\1\0\0\0\0\0\0\4four\4test\0\0\1\0\1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(0.2)
        try:
            udp.connect(("127.0.0.1", port))
            udp.send(question)
            return udp.recv(512)[:2] == question[:2]
        except OSError:
            return False


RECORDS = ["--host-record=four.test,192.0.2.4",
           "--host-record=six.test,2001:db8::6",
           "--host-record=both.test,192.0.2.46,2001:db8::46",
           "--host-record=one.test,192.0.2.1",
           "--host-record=two.test,192.0.2.2",
           "--host-record=three.test,192.0.2.3",
           "--host-record=thirty.test,192.0.2.30",
           "--cname=alias.test,both.test",
           "--local=/test/"]


def start_dnsmasq(folder):
    program = shutil.which("dnsmasq", path=os.environ["PATH"] + ":/usr/sbin")
    if not program:
        sys.exit("run_host.py: there is no dnsmasq (package dnsmasq-base)")
    for _ in range(5):
        port = free_udp_port()
        server = subprocess.Popen(
            [program, "--keep-in-foreground", "--conf-file=/dev/null",
             "--no-resolv", "--no-hosts", "--no-daemon", "--bind-interfaces",
             "--listen-address=127.0.0.1", "--port=%d" % port,
             "--pid-file=" + os.path.join(folder, "pid")] + RECORDS,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while server.poll() is None:
            if answers_at(port):
                return server, port
            time.sleep(0.05)
    sys.exit("run_host.py: dnsmasq does not start")


def servers():
    found = {"ECHO": listen(echo), "DRIP": listen(drip), "HALF": listen(half),
             "LAST": listen(tell_last), "RESET": listen(reset),
             "SOURCE": listen(source), "SINK": listen(sink),
             "STAY": listen(stay), "NOBODY": closed_port(),
             "LATE": udp_server(answer_late), "SILENT": udp_server(None)}
    try:
        found["ECHO6"] = listen(echo, socket.AF_INET6, "::1")
    except OSError:
        pass
    return found


def main():
    environ = dict(os.environ)
    for name, port in servers().items():
        environ[name] = str(port)
    with tempfile.TemporaryDirectory() as folder:
        dnsmasq, port = start_dnsmasq(folder)
        environ["DNSMASQ"] = str(port)
        try:
            return subprocess.call(sys.argv[1:], env=environ)
        finally:
            dnsmasq.send_signal(signal.SIGTERM)
            dnsmasq.wait()


if __name__ == "__main__":
    sys.exit(main())
