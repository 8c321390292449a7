#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the tests of the TLS filter share: servers on loopback, the probe."""

import os
import re
import signal
import socket
import subprocess
import threading

# lwurl_types.h
OK = 0
TLS_NAME = -21
TLS = -60
ALERT = -61
VERSION = -62
RECORD = -63
TRUNCATED = -64
CERT_NAME = -65
CERT_TIME = -66
CERT_TRUST = -67
CERT = -68
CERT_NOT_YET = -69
CERT_PURPOSE = -70
CERT_PIN = -71

PROBE = PKI = None  # set by use()


def use(probe_path, pki_folder):
    """Which program, and where the certificates are."""
    global PROBE, PKI
    PROBE, PKI = os.path.abspath(probe_path), os.path.abspath(pki_folder)


def pki(name):
    return os.path.join(PKI, name)


class Server:
    """openssl s_server with a chain of the test PKI, on a port of its own."""

    def __init__(self, folder, chain, *options):
        crt, key, rest = (pki(chain + end)
                          for end in (".pem", ".key", ".rest"))
        if os.path.exists(rest):
            options += "-cert_chain", rest
        self.process = subprocess.Popen(
            ["timeout", "60", "openssl", "s_server", "-accept",
             "127.0.0.1:0", "-cert", crt, "-key", key, "-WWW"]
            + list(options),
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        for line in self.process.stdout:
            found = re.match(rb"ACCEPT \S+:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                break
        # Somebody has to read what it says.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def probe(port, *options, host="device.test", roots="roots.pem",
          record=16413, profile="fast", path="/body"):
    """What the probe says, and what it received."""
    result = subprocess.run(
        ["timeout", "60", PROBE, str(port), host, pki(roots), path,
         str(record), profile] + list(options),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if result.returncode != 0:
        raise AssertionError("probe: %d\n%s" % (
            result.returncode, result.stderr.decode("latin-1")[-4000:]))
    said = dict(line.split(" ", 1)
                for line in result.stdout.decode("ascii").splitlines())
    return said, result.stderr


class Listener:
    """A thread that serves one connection on a port of its own."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(30)
        self.socket.close()

    def run(self):
        client, _ = self.socket.accept()
        with client:
            client.settimeout(30)
            try:
                self.serve(client)
            except OSError:
                pass


class Plain(Listener):
    """Answers the first bytes with the given ones, and closes."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def serve(self, client):
        client.recv(4096)
        client.sendall(self.answer)
        client.shutdown(socket.SHUT_WR)
        while client.recv(4096):
            pass


class Cut(Listener):
    """Passes a connection on to a server, until that has sent n bytes."""

    def __init__(self, port, n):
        super().__init__()
        self.server_port = port
        self.left = n

    def serve(self, client):
        server = socket.create_connection(("127.0.0.1", self.server_port))
        with server:
            server.settimeout(30)
            threading.Thread(target=self.up, args=(client, server),
                             daemon=True).start()
            while self.left > 0:
                data = server.recv(min(self.left, 4096))
                if not data:
                    break
                client.sendall(data)
                self.left -= len(data)
            client.shutdown(socket.SHUT_WR)

    @staticmethod
    def up(client, server):
        try:
            while True:
                data = client.recv(4096)
                if not data:
                    break
                server.sendall(data)
        except OSError:
            pass
