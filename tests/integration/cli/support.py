# SPDX-License-Identifier: MIT
"""The program under test, and servers for it, all on loopback."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import namedtuple

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))
sys.path.insert(0, os.path.join(ROOT, "tests", "check"))

import counted  # noqa: E402,F401

PROGRAM = os.path.abspath(sys.argv[1])
PKI = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else None

# The machine's proxies are not for servers on loopback.
for _name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[_name]

Result = namedtuple("Result", "code out err")

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def lwurl(*args, stdin=b"", timeout=30, loopback=True, by=()):
    """Runs the program, `by` another: exit status, standard output, standard
    error."""
    command = list(by) + [PROGRAM] + ["--loopback-only"] * loopback + list(args)
    done = subprocess.run(command, input=stdin, timeout=timeout,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    err = done.stderr.decode("latin-1")
    if "Sanitizer" in err or "runtime error" in err:
        raise AssertionError(err)
    return Result(done.returncode, done.stdout, err)


def read_head(stream):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return None
        head += line
    return head


def read_chunked(stream):
    body = b""
    while True:
        size = int(stream.readline(), 16)
        body += stream.read(size)
        stream.readline()
        if size == 0:
            return body


def read_request(stream):
    """Head and body of one request; None at the end of the connection."""
    head = read_head(stream)
    if head is None:
        return None
    if re.search(rb"(?i)\r\ntransfer-encoding: chunked\r\n", head):
        return head, read_chunked(stream)
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)\r\n", head)
    return head, stream.read(int(length.group(1)) if length else 0)


class Scripted:
    """A server whose every connection runs script(conn, server). What came is
    in .requests, how many connections in .connections."""

    def __init__(self, script, family=socket.AF_INET):
        self.script = script
        self.requests = []
        self.connections = 0
        self.socket = socket.socket(family)
        address = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self.socket.bind((address, 0))
        self.socket.listen(16)
        self.port = self.socket.getsockname()[1]
        self.url = "http://127.0.0.1:%d/" % self.port
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(conn,),
                             daemon=True).start()

    def talk(self, conn):
        with conn:
            try:
                self.script(conn, self)
            except OSError:
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def answers(*replies):
    """A script: the nth request gets the nth reply, later ones the last; a
    reply of None closes. They count over all connections."""
    def script(conn, server):
        stream = conn.makefile("rb")
        while True:
            request = read_request(stream)
            if request is None:
                return
            at = min(len(server.requests), len(replies) - 1)
            server.requests.append(request)
            if replies[at] is None:
                return
            conn.sendall(replies[at])
    return script


def once(reply):
    """A script: one request, one reply, the end."""
    def script(conn, server):
        server.requests.append(read_request(conn.makefile("rb")))
        conn.sendall(reply)
    return script


def fields(head):
    """Fields of a request head, names in lower case."""
    pairs = (line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    return {name.lower().decode(): value.decode("latin-1")
            for name, value in pairs}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


NGINX = """
master_process off;
daemon off;
pid nginx.pid;
error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
    uwsgi_temp_path tmp; scgi_temp_path tmp;
    types {{ application/json json; text/plain txt; }}
    server {{
        listen 127.0.0.1:{port} {ssl};
        {tls}
        root www;
        location /private/ {{
            auth_basic "the vault";
            auth_basic_user_file htpasswd;
        }}
        location = /connection {{ return 200 "$connection"; }}
    }}
}}
"""

TLS = """
        ssl_certificate {pki}/{chain}.pem;
        ssl_certificate_key {pki}/{chain}.key;
        ssl_protocols {protocols};
        ssl_ciphers DEFAULT@SECLEVEL=0; # a weak key is one of the cases
"""


class Nginx:
    """nginx with www/hello.txt and www/private/config.json (device:secret)."""

    def __init__(self, chain=None, protocols="TLSv1.2 TLSv1.3", more=""):
        self.folder = tempfile.TemporaryDirectory()
        self.port = free_port()
        self.url = "%s://localhost:%d/" % ("https" if chain else "http",
                                           self.port)
        tls = TLS.format(pki=PKI, chain=chain, protocols=protocols)
        self.write("nginx.conf", NGINX.format(
            port=self.port, ssl="ssl" if chain else "",
            tls=tls + more if chain else more))
        self.write("www/hello.txt", "hello\n")
        self.write("www/private/config.json", '{"device": 42}\n')
        self.write("htpasswd", "device:{PLAIN}secret\n")
        os.mkdir(os.path.join(self.folder.name, "tmp"))
        self.log = open(os.path.join(self.folder.name, "log"), "w+")
        self.process = subprocess.Popen(
            ["timeout", "120", "nginx", "-p", self.folder.name, "-c",
             "nginx.conf", "-e", "stderr"], stdin=subprocess.DEVNULL,
            stderr=self.log)
        self.wait()

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode())

    def wait(self):
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            threading.Event().wait(0.02)
        self.log.seek(0)
        raise AssertionError("nginx: " + self.log.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()
        self.folder.cleanup()
