# SPDX-License-Identifier: MIT
"""Scripted servers on loopback that write down what they are asked.

A script is called with every Request and its number, and returns a Reply, the
bytes of one, or None to hang up.
"""

import collections
import os
import socket
import ssl
import struct
import threading
import time

Request = collections.namedtuple("Request", "connection method target version "
                                 "fields body framing")
Reply = collections.namedtuple("Reply", "data close reset pause piece tunnel")


def reply(data=b"", close=False, reset=False, pause=0, piece=0, tunnel=False):
    """close, reset: end the connection behind it; pause: seconds before each
    piece of so many bytes (0: before all of it); tunnel: to where it asked."""
    return Reply(data, close, reset, pause, piece, tunnel)


REASONS = {200: "OK", 204: "No Content", 301: "Moved", 302: "Found",
           303: "See Other", 304: "Not Modified", 307: "Temporary",
           308: "Permanent", 401: "Unauthorized", 404: "Not Here",
           407: "Proxy Auth"}


def answer(status=200, body=b"ok", *fields, length=True, reason=None,
           version="HTTP/1.1"):
    """Bytes of a response; fields are "Name: value" texts or bytes."""
    lines = [("%s %d %s" % (version, status, reason if reason is not None
                            else REASONS.get(status, "Text"))).encode()]
    lines += [f if isinstance(f, bytes) else f.encode("latin-1")
              for f in fields]
    if length:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def redirect(to, status=302, body=b"moved", *fields):
    to = to if isinstance(to, bytes) else to.encode("latin-1")
    return answer(status, body, b"Location: " + to, *fields)


OK = answer()


def always(data):
    return lambda request, n: data


def sequence(*replies):
    """One after the other, over all connections; then the last again."""
    return lambda request, n: replies[min(n, len(replies) - 1)]


def routes(others=None, **paths):
    """By target; "a" stands for "/a", other targets go in `others`."""
    table = {"/" + path: data for path, data in paths.items()}
    table.update(others or {})
    return lambda request, n: table.get(request.target, answer(404, b"nothing"))


def guarded(challenge, good, then=OK, status=401, field="authorization"):
    """401 with the challenge lines until the field's value is `good`."""
    challenges = [challenge] if isinstance(challenge, str) else challenge

    def script(request, n):
        if dict(request.fields).get(field) == good:
            return then(request, n) if callable(then) else then
        return answer(status, b"who?", *challenges)
    return script


class Server:
    """.requests in the order of their arrival, .connections how many."""

    def __init__(self, script, tls=None):
        self.script = script
        self.tls = tls
        self.requests = []
        self.connections = 0
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(32)
        self.port = self.socket.getsockname()[1]
        self.lock = threading.Lock()
        self.log = self.requests
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(conn,),
                             daemon=True).start()

    def talk(self, conn):
        with self.lock:
            self.connections += 1
            number = self.connections
        conn.settimeout(20)
        try:
            if self.tls:
                conn = self.tls.wrap_socket(conn, server_side=True)
            self.converse(conn, number)
        except (OSError, ssl.SSLError, ValueError):
            pass
        finally:
            conn.close()

    def converse(self, conn, number):
        stream = conn.makefile("rb")
        while True:
            request = read_request(stream, number)
            if request is None:
                return
            with self.lock:
                n = len([r for s, r in self.log if s is self])
                self.log.append((self, request))
                data = self.script(request, n)
            if data is None:
                return
            if isinstance(data, bytes):
                data = reply(data)
            send(conn, data)
            if data.tunnel:
                pump(conn, request.target)
                return
            if data.reset:
                conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                struct.pack("ii", 1, 0))
                return
            if data.close:
                finish(conn)
                return

    def stop(self):
        self.socket.close()


def send(conn, data):
    piece = data.piece or max(len(data.data), 1)
    for at in range(0, max(len(data.data), 1), piece):
        time.sleep(data.pause)
        conn.sendall(data.data[at:at + piece])


def finish(conn):
    """Ends the response with the connection, without a reset."""
    try:
        if isinstance(conn, ssl.SSLSocket):
            conn = conn.unwrap()
        conn.shutdown(socket.SHUT_WR)
        conn.settimeout(2)
        while conn.recv(4096):
            pass
    except OSError:
        pass


def pump(conn, target):
    """Moves bytes to and from 127.0.0.1 at the port of "host:port"."""
    far = socket.create_connection(("127.0.0.1", int(target.split(":")[-1])))

    def move(a, b):
        try:
            for data in iter(lambda: a.recv(65536), b""):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass
    back = threading.Thread(target=move, args=(far, conn), daemon=True)
    back.start()
    move(conn, far)
    back.join(5)
    far.close()


def read_request(stream, number):
    line = stream.readline().rstrip(b"\r\n").decode("latin-1")
    if not line:
        return None
    method, _, rest = line.partition(" ")
    target, _, version = rest.rpartition(" ")
    fields = []
    for raw in iter(lambda: stream.readline().rstrip(b"\r\n"), b""):
        name, _, value = raw.decode("latin-1").partition(":")
        fields.append((name, value.strip()))
    lower = {name.lower(): value for name, value in fields}
    body, framing = read_body(stream, lower)
    fields = [(name.lower(), value) for name, value in fields] \
        + [("raw:" + name, value) for name, value in fields]
    return Request(number, method, target, version, fields, body, framing)


def read_body(stream, fields):
    if fields.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while True:
            size = int(stream.readline(), 16)
            body += stream.read(size)
            stream.readline()
            if size == 0:
                return body, "chunked"
    if "content-length" in fields:
        return stream.read(int(fields["content-length"])), "length"
    return b"", None


class NameServer:
    """Answers every A question of a known name, NXDOMAIN for all else. The
    address is the one under which the program's network knows this PC."""

    def __init__(self, names):
        self.names = names
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                query, peer = self.socket.recvfrom(512)
            except OSError:
                return
            self.socket.sendto(self.answer(query), peer)

    def answer(self, query):
        end = query.index(b"\0", 12) + 5
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        known = ".".join(labels).lower() in self.names
        a = known and query[end - 4:end - 2] == b"\0\1"
        flags = b"\x81\x80" if known else b"\x81\x83"
        head = query[:2] + flags + b"\0\1" + (b"\0\1" if a else b"\0\0") \
            + b"\0\0\0\0"
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\0\2\2" if a else b""
        return head + query[12:end] + record

    def stop(self):
        self.socket.close()


def tls_context(pki, chain="ec"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(pki, chain + ".pem"),
                            os.path.join(pki, chain + ".key"))
    return context
