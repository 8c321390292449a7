#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Servers of all makes with the test PKI, each on a port of its own, and a
relay that looks at their records."""

import os
import pwd
import re
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

PKI = None  # set by who imports it
NAME = "device.test"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Peer:
    """What a server has to offer: `agrees` to small records, and `keeps` to
    what it agreed to; `resumes` by session id, has `ranges`; `unwanted` is what becomes of a client whose
    certificate it does not take: an alert's number, an HTTP status, or None
    for a server that asks for none."""

    agrees = keeps = resumes = ranges = True
    unwanted = None

    def __init__(self, files, chain="ec", client_ca=None):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        os.chmod(self.root, 0o755)
        self.port = free_port()
        self.chain = os.path.join(PKI, chain)
        self.client_ca = client_ca and os.path.join(PKI, client_ca)
        os.mkdir(self.root + "/www")
        for name, data in files.items():
            with open("%s/www/%s" % (self.root, name), "wb") as out:
                out.write(data)
        self.log = open(self.root + "/log", "wb")
        self.process = subprocess.Popen(
            ["timeout", "120"] + self.command(), cwd=self.root + "/www",
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env=dict(os.environ, HOME=self.root))
        self.wait()

    def wait(self):
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        with open(self.root + "/log", encoding="latin-1") as log:
            raise AssertionError("%s: %s" % (type(self).__name__, log.read()))

    def write(self, name, text):
        path = os.path.join(self.root, name)
        with open(path, "w", encoding="ascii") as out:
            out.write(text)
        return path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()
        self.folder.cleanup()


class Nginx(Peer):
    make = "nginx (OpenSSL)"
    unwanted = 400

    def command(self):
        os.mkdir(self.root + "/tmp")
        verify = "" if self.client_ca is None else (
            "ssl_verify_client on; ssl_client_certificate %s;"
            % self.client_ca)
        conf = self.write("conf", """
            master_process off; daemon off; pid pid; error_log stderr;
            events { worker_connections 64; }
            http {
                access_log off; client_body_temp_path tmp;
                proxy_temp_path tmp; fastcgi_temp_path tmp;
                uwsgi_temp_path tmp; scgi_temp_path tmp;
                ssl_session_cache shared:all:1m;
                server {
                    listen 127.0.0.1:%d ssl; root www; %s
                    ssl_certificate %s.pem; ssl_certificate_key %s.key;
                    ssl_protocols TLSv1.2;
                }
            }""" % (self.port, verify, self.chain, self.chain))
        return ["nginx", "-p", self.root, "-c", conf, "-e", "stderr"]


class Apache(Peer):
    make = "Apache (OpenSSL)"
    unwanted = 48
    MODULES = "mpm_event authz_core mime ssl socache_shmcb env setenvif"

    def command(self):
        place = "/usr/lib/apache2/modules/mod_%s.so"
        modules = "\n".join("LoadModule %s_module %s" % (m, place % m)
                            for m in self.MODULES.split()
                            if os.path.exists(place % m))
        user = ""
        if os.getuid() == 0:
            user = "User nobody\nGroup #%d" % pwd.getpwnam("nobody").pw_gid
        verify = "" if self.client_ca is None else (
            "SSLVerifyClient require\nSSLVerifyDepth 2\n"
            "SSLCACertificateFile %s" % self.client_ca)
        conf = self.write("conf", """
ServerRoot "{root}"
ServerName localhost
DefaultRuntimeDir "{root}"
PidFile "{root}/pid"
ErrorLog "{root}/error.log"
Mutex file:{root} default
{user}
{modules}
Listen 127.0.0.1:{port}
DocumentRoot "{root}/www"
TypesConfig /dev/null
SSLSessionCache shmcb:{root}/sessions(512000)
<Directory "{root}/www">
    Require all granted
</Directory>
SSLEngine on
SSLProtocol -all +TLSv1.2
SSLCertificateFile "{chain}.pem"
SSLCertificateKeyFile "{chain}.key"
{verify}
""".format(root=self.root, user=user, modules=modules, port=self.port,
                chain=self.chain, verify=verify))
        return ["apache2", "-DFOREGROUND", "-f", conf]


class OpenSSL(Peer):
    make = "openssl s_server"
    ranges = False
    unwanted = 48

    def command(self):
        verify = [] if self.client_ca is None else [
            "-Verify", "2", "-verify_return_error", "-CAfile", self.client_ca]
        rest = self.chain + ".rest"
        chain = ["-cert_chain", rest] if os.path.exists(rest) else []
        return ["openssl", "s_server", "-accept", "127.0.0.1:%d" % self.port,
                "-cert", self.chain + ".pem", "-key", self.chain + ".key",
                "-tls1_2", "-WWW"] + chain + verify


class GnuTLS(Peer):
    """Listens on all interfaces: in a network namespace only. It answers
    every request with the same body, and closes."""

    make = "gnutls-serv"
    keeps = ranges = False
    unwanted = 49

    def command(self):
        verify = ["--disable-client-cert"] if self.client_ca is None else [
            "--require-client-cert", "--verify-client-cert", "--x509cafile",
            self.client_ca]
        return ["gnutls-serv", "--http", "--httpdata", "body", "--port",
                str(self.port), "--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2",
                "--x509certfile", self.chain + ".pem", "--x509keyfile",
                self.chain + ".key"] + verify


class Lighttpd(Peer):
    make = "lighttpd (GnuTLS)"
    resumes = False  # sessions by tickets only
    unwanted = 49

    def command(self):
        verify = "" if self.client_ca is None else """
            ssl.verifyclient.activate = "enable"
            ssl.verifyclient.enforce = "enable"
            ssl.verifyclient.ca-file = "%s"
            """ % self.client_ca
        conf = self.write("conf", """
            server.document-root = "%s/www"
            server.port = %d
            server.bind = "127.0.0.1"
            server.modules += ("mod_gnutls")
            ssl.engine = "enable"
            ssl.pemfile = "%s.pem"
            ssl.privkey = "%s.key"
            ssl.openssl.ssl-conf-cmd = ("MinProtocol" => "TLSv1.2",
                                        "MaxProtocol" => "TLSv1.2")
            %s
            """ % (self.root, self.port, self.chain, self.chain, verify))
        return ["lighttpd", "-D", "-f", conf]


class Caddy(Peer):
    make = "Caddy (Go's crypto/tls)"
    agrees = resumes = False  # sessions by tickets only
    unwanted = 42

    def command(self):
        verify = "" if self.client_ca is None else """
                client_auth {
                    mode require_and_verify
                    trusted_ca_cert_file %s
                }""" % self.client_ca
        conf = self.write("Caddyfile", """
        {
            admin off
            auto_https off
            storage file_system %s/store
        }
        https://%s:%d {
            bind 127.0.0.1
            root * %s/www
            redir /away /body
            file_server
            tls %s.pem %s.key {
                protocols tls1.2 tls1.2%s
            }
        }""" % (self.root, NAME, self.port, self.root, self.chain,
                self.chain, verify))
        return ["caddy", "run", "--config", conf, "--adapter", "caddyfile"]


class H2o(Peer):
    make = "H2O (OpenSSL)"
    unwanted = None  # knows no certificates of clients

    def command(self):
        conf = self.write("conf", """
hosts:
  "%s:%d":
    listen:
      host: 127.0.0.1
      port: %d
      ssl:
        certificate-file: %s.pem
        key-file: %s.key
        max-version: TLSv1.2
    paths:
      "/":
        file.dir: %s/www
%s""" % (NAME, self.port, self.port, self.chain, self.chain, self.root,
         "user: nobody\n" if os.getuid() == 0 else ""))
        return ["h2o", "-c", conf]


class Relay:
    """Between client and server: how long records are is looked at; with
    `silent`, the connection ends instead of an alert of the server, and so
    without close_notify. `at` is a pair: before the nth record of content
    something is called; when it returns True, the connection ends there."""

    def __init__(self, port, silent=False, at=None):
        self.server_port = port
        self.silent = silent
        self.at = at
        self.records = 0
        self.largest = self.connections = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(client,),
                             daemon=True).start()

    def talk(self, client):
        try:
            with client, socket.create_connection(
                    ("127.0.0.1", self.server_port)) as server:
                threading.Thread(target=self.up, args=(client, server),
                                 daemon=True).start()
                self.down(client, server)
                client.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def down(self, client, server):
        source = server.makefile("rb")
        while True:
            head = source.read(5)
            if len(head) < 5:
                return
            length = struct.unpack(">H", head[3:])[0]
            data = source.read(length)
            if head[0] == 23:
                self.largest = max(self.largest, 5 + length)
                self.records += 1
                if self.at and self.at[0] == self.records and self.at[1]():
                    return
            if self.silent and head[0] == 21:
                return
            client.sendall(head + data)

    @staticmethod
    def up(client, server):
        try:
            while True:
                data = client.recv(4096)
                if not data:
                    break
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def version_of(command):
    """The first number with dots that a program says."""
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    found = re.search(rb"\d+\.\d+(\.\d+)*", done.stdout)
    return found.group().decode() if found else "?"
