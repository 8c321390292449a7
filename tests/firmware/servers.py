# SPDX-License-Identifier: MIT
"""The servers that a firmware fetches from, each on loopback at a free port."""

import base64
import contextlib
import os
import socket
import ssl
import subprocess
import tempfile
import threading

import qemu

PKI = os.path.join(qemu.ROOT, "build", "tls-pki")
USER, PASSWORD = "device42", "geheim:x"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pem(name, ending=".pem"):
    return os.path.join(PKI, name + ending)


class Nginx(contextlib.ExitStack):
    """http at .http, and https at .https[CHAIN] for each chain of the test
    PKI. /secret/ wants a password, /slow/ takes its time. log() has a line for
    each request: connection's number, requests on it so far, status, path."""

    def __init__(self, chains, files):
        super().__init__()
        self.folder = self.enter_context(tempfile.TemporaryDirectory())
        # Its workers' user, where root starts it.
        os.chmod(self.folder, 0o755)
        for name, content in files.items():
            self.write("www/" + name, content)
        self.http = free_port()
        self.https = {chain: free_port() for chain in chains}
        crypted = subprocess.run(
            ["openssl", "passwd", "-apr1", PASSWORD], check=True,
            stdout=subprocess.PIPE).stdout
        self.write("htpasswd", USER.encode() + b":" + crypted)
        self.write("nginx.conf", self.configuration().encode())
        self.enter_context(qemu.server(
            ["nginx", "-p", self.folder, "-c", "nginx.conf", "-e",
             "error.log"], self.http))

    def write(self, name, content):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)

    def configuration(self):
        tls = "".join(
            "server { listen 127.0.0.1:%d ssl; ssl_certificate %s; "
            "ssl_certificate_key %s; include common; }\n"
            % (port, pem(chain), pem(chain, ".key"))
            for chain, port in self.https.items())
        self.write("common", b"""
            root www;
            location /slow/ { limit_rate 60k; }
            location /secret/ {
                auth_basic "a place";
                auth_basic_user_file htpasswd;
            }
            """)
        # Root of a user namespace can give no folder to another user.
        user = "user root root;" if os.geteuid() == 0 else ""
        return user + """
            daemon off; master_process off; pid nginx.pid;
            error_log error.log;
            events { worker_connections 64; }
            http {
                log_format short '$connection $connection_requests $status '
                    '$uri';
                access_log access.log short;
                client_body_temp_path tmp; proxy_temp_path tmp;
                fastcgi_temp_path tmp; uwsgi_temp_path tmp;
                scgi_temp_path tmp;
                ssl_protocols TLSv1.2 TLSv1.3;
                server { listen 127.0.0.1:%d; include common; }
                %s
            }
            """ % (self.http, tls)

    def log(self):
        with open(os.path.join(self.folder, "access.log"),
                  encoding="ascii") as file:
            return [line.split() for line in file.read().splitlines()]


@contextlib.contextmanager
def openssl(chain, folder, *options):
    """openssl s_server with the files of a folder: its port."""
    command = ["openssl", "s_server", "-WWW", "-cert", pem(chain), "-key",
               pem(chain, ".key")] + list(options)
    if os.path.exists(pem(chain, ".rest")):
        command += ["-cert_chain", pem(chain, ".rest")]
    port = free_port()
    command += ["-accept", "127.0.0.1:%d" % port]
    with qemu.server(command, port, cwd=folder):
        yield port


class Scripted:
    """script(connection) for each connection, with TLS where a chain is
    named. It may close the connection in whatever way it likes."""

    def __init__(self, script, chain=None, port=0):
        self.script = script
        self.context = None
        if chain:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.maximum_version = ssl.TLSVersion.TLSv1_2
            self.context.load_cert_chain(pem(chain), pem(chain, ".key"))
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.connections = 0

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self.socket.accept()
                self.connections += 1
                threading.Thread(target=self.talk, args=(peer,),
                                 daemon=True).start()

    def talk(self, peer):
        with contextlib.suppress(OSError):
            if self.context:
                peer = self.context.wrap_socket(peer, server_side=True)
            with peer:
                self.script(peer)


def read_head(peer):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = peer.recv(1)
        if not piece:
            raise OSError("no request")
        head += piece
    return head


def answering(*answers):
    """A script: one answer for each request, then closes (over TLS without a
    close_notify: as many real servers)."""
    def script(peer):
        for answer in answers:
            read_head(peer)
            peer.sendall(answer)
    return script


def in_step(*bodies):
    """A script for each body: none is served before all were asked for, and
    none to its end before all have begun."""
    all_here = threading.Barrier(len(bodies), timeout=20)

    def serving(body):
        def script(peer):
            while True:
                read_head(peer)
                all_here.wait()
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                             % len(body) + body[:1000])
                all_here.wait()
                peer.sendall(body[1000:])
        return script

    return [serving(body) for body in bodies]


def silent(peer):
    """A script: never answers."""
    while peer.recv(4096):
        pass


def chunked(body, size=1000):
    pieces = [body[at:at + size] for at in range(0, len(body), size)] + [b""]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece)
                    for piece in pieces)


def text(n):
    """A body of n bytes of text without an empty line, never the same."""
    return base64.b64encode(os.urandom(n))[:n]
