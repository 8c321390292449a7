#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Apache and CPython's http.server: passwords, bodies both ways, what they
keep open.

usage: test_apache.py PROGRAM PKI
"""

import functools
import hashlib
import http.server
import os
import pwd
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from support import PKI, Result, counted, free_port, lwurl

CONF = """
ServerRoot "{root}"
ServerName localhost
DefaultRuntimeDir "{root}"
PidFile "{root}/pid"
ErrorLog "{root}/error.log"
Mutex file:{root} default
{user}
{modules}
Listen 127.0.0.1:{port}
Listen 127.0.0.1:{tls_port}
DocumentRoot "{root}/www"
TypesConfig /dev/null
AddType application/json .json
Redirect 301 /go301 /hello.txt
Redirect 302 /go302 /hello.txt
Redirect 303 /go303 /hello.txt
Redirect 307 /go307 /hello.txt
Redirect 308 /go308 /hello.txt
KeepAlive On
LogFormat "%r %>s %k" plain
CustomLog "{root}/access.log" plain
<Directory "{root}/www">
    Require all granted
</Directory>
<Location "/vault/">
    AuthType Basic
    AuthName "the vault, \\"2nd\\" floor"
    AuthBasicProvider file
    AuthUserFile "{root}/users"
    Require valid-user
</Location>
<VirtualHost 127.0.0.1:{tls_port}>
    SSLEngine on
    SSLProtocol -all +TLSv1.2
    SSLCertificateFile "{pki}/rsa.pem"
    SSLCertificateKeyFile "{pki}/rsa.key"
</VirtualHost>
"""

MODULES = ("mpm_event authn_core authn_file authz_core authz_user auth_basic "
           "mime dir log_config ssl socache_shmcb env alias").split()
PLACE = "/usr/lib/apache2/modules/mod_%s.so"
BIG = os.urandom(200000)


class Apache:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        root = self.folder.name
        os.chmod(root, 0o755)
        os.makedirs(root + "/www/vault")
        for name, text in (("www/hello.txt", b"hello\n"), ("www/big", BIG),
                           ("www/vault/config.json", b'{"device": 42}\n'),
                           ("users", b"")):
            with open(os.path.join(root, name), "wb") as out:
                out.write(text)
        subprocess.run(["htpasswd", "-b", "-m", root + "/users", "device",
                        "s3cret: \u00e9"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.port, self.tls_port = free_port(), free_port()
        self.url = "http://localhost:%d/" % self.port
        user = ""
        if os.getuid() == 0:
            user = "User nobody\nGroup #%d" % pwd.getpwnam("nobody").pw_gid
        with open(root + "/conf", "w", encoding="ascii") as out:
            out.write(CONF.format(
                root=root, port=self.port, tls_port=self.tls_port, pki=PKI,
                user=user, modules="\n".join(
                    "LoadModule %s_module %s" % (m, PLACE % m)
                    for m in MODULES if os.path.exists(PLACE % m))))
        self.process = subprocess.Popen(
            ["timeout", "120", "apache2", "-DFOREGROUND", "-f",
             root + "/conf"], stdin=subprocess.DEVNULL)
        for port in (self.port, self.tls_port):
            self.wait(port)

    def wait(self, port):
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            threading.Event().wait(0.02)
        raise AssertionError("apache2 does not listen: " + self.log("error"))

    def log(self, name):
        with open("%s/%s.log" % (self.folder.name, name),
                  encoding="utf-8") as log:
            return log.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.folder.cleanup()


class WithApache(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.apache = Apache()

    @classmethod
    def tearDownClass(cls):
        cls.apache.stop()

    def test_get(self):
        self.assertEqual(lwurl(self.apache.url + "hello.txt"),
                         Result(0, b"hello\n", ""))

    def test_large_body(self):
        for work in ("128", "4096"):
            body = lwurl("-s", "--work-buffer", work, self.apache.url + "big")
            self.assertEqual(hashlib.sha256(body.out).digest(),
                             hashlib.sha256(BIG).digest())

    def test_head_and_missing(self):
        result = lwurl("-s", "-I", "-w", "%{http_code}",
                       self.apache.url + "big", self.apache.url + "no")
        self.assertIn(b"Content-Length: 200000\r\n", result.out)
        self.assertTrue(result.out.endswith(b"404"), result.out)

    def test_password(self):
        url = self.apache.url + "vault/config.json"
        good = "device:s3cret: \u00e9"
        self.assertEqual(lwurl("-u", good, url).out, b'{"device": 42}\n')
        bad = lwurl("-f", "-u", "device:wrong", url)
        self.assertEqual((bad.code, bad.out), (22, b""))
        self.assertNotIn("wrong", bad.err)
        self.assertEqual(lwurl("-s", "-w", "%{http_code}", "-o", "/dev/null",
                               url).out, b"401")

    def test_password_in_the_url(self):
        url = "http://device:s3cret%%3A%%20%%C3%%A9@localhost:%d/vault/" \
            "config.json" % self.apache.port
        result = lwurl("-v", url)
        self.assertEqual(result.out, b'{"device": 42}\n')
        self.assertNotIn("s3cret", result.err)

    def test_kept_alive(self):
        url = self.apache.url + "hello.txt"
        self.assertEqual(lwurl("-w", "%{num_connects} ", url, url, url).out,
                         b"hello\n1 hello\n0 hello\n0 ")

    def test_redirects(self):
        host = "device.test:%d" % self.apache.tls_port
        secure = ["--cacert", PKI + "/roots.pem", "--resolve",
                  host + ":127.0.0.1"]
        for base, args in ((self.apache.url, []),
                           ("https://%s/" % host, secure)):
            for status in (301, 302, 303, 307, 308):
                url = "%sgo%d" % (base, status)
                shown = ["-s", "-w", " %{http_code} %{url_effective}"]
                result = lwurl("-L", *shown, *args, url)
                self.assertEqual(result.out.decode(),
                                 "hello\n 200 %shello.txt" % base)
                result = lwurl("-L", "-o", os.devnull, *shown, *args, "-d",
                               "x", url)
                self.assertEqual(result.out.decode(), " 200 %shello.txt" % base
                                 if status < 307 else
                                 " %d %s" % (status, url))

    def test_https(self):
        host = "device.test:%d" % self.apache.tls_port
        result = lwurl("-s", "--cacert", PKI + "/roots.pem", "--resolve",
                       host + ":127.0.0.1", "https://%s/big" % host)
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(hashlib.sha256(result.out).digest(),
                         hashlib.sha256(BIG).digest())


class Echo(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class WithHttpServer(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        with open(self.folder.name + "/a b.txt", "wb") as out:
            out.write(BIG)
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(
                Echo, directory=self.folder.name))
        self.url = "http://localhost:%d/" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()

    def test_file(self):
        self.assertEqual(lwurl("-s", self.url + "a%20b.txt").out, BIG)

    def test_post(self):
        result = lwurl("-s", "-w", "%{http_code}", "--data-binary", "@-",
                       self.url, stdin=BIG)
        self.assertEqual(result.out, BIG + b"201")


if __name__ == "__main__":
    counted.main()
