#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Passwords that servers and proxies of others have to believe: Digest with
Apache (MD5) and httpbin (SHA-256), squid (Basic and Digest) and tinyproxy
(Basic), over http and through CONNECT.

usage: test_auth.py PROGRAM PKI
"""

import hashlib
import os
import pwd
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from support import (OK, PKI, Scripted, counted, free_port, lwurl,
                     read_request)

APACHE = """
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
KeepAlive On
LogFormat "%>s %r" plain
CustomLog "{root}/access.log" plain
<Directory "{root}/www">
    Require all granted
</Directory>
<Location "/digest/">
    AuthType Digest
    AuthName "the vault, Digest only"
    AuthDigestProvider file
    AuthUserFile "{root}/digests"
    Require valid-user
</Location>
<Location "/short/">
    AuthType Digest
    AuthName "the vault, Digest only"
    AuthDigestProvider file
    AuthUserFile "{root}/digests"
    AuthDigestNonceLifetime 1
    Require valid-user
</Location>
<Location "/basic/">
    AuthType Basic
    AuthName "the vault"
    AuthBasicProvider file
    AuthUserFile "{root}/users"
    Require valid-user
</Location>
RedirectMatch 302 "^/digest/go$" "/digest/config.json"
<VirtualHost 127.0.0.1:{tls_port}>
    SSLEngine on
    SSLProtocol -all +TLSv1.2
    SSLCertificateFile "{pki}/address.pem"
    SSLCertificateKeyFile "{pki}/address.key"
</VirtualHost>
"""

# No quotes: Apache 2.4 itself does not know a realm with quotes again.
REALM = "the vault, Digest only"

MODULES = ("mpm_event authn_core authn_file authz_core authz_user auth_basic "
           "auth_digest mime dir log_config ssl socache_shmcb env alias"
           ).split()
PLACE = "/usr/lib/apache2/modules/mod_%s.so"

SQUID = """
http_port 127.0.0.1:{port}
pid_filename {root}/squid.pid
cache_log {root}/cache.log
access_log stdio:{root}/access.log
coredump_dir {root}
visible_hostname localhost
cache deny all
memory_cache_shared off
pinger_enable off
shutdown_lifetime 1 second
{effective}
{auth}
acl known proxy_auth REQUIRED
http_access deny !known
http_access allow all
"""

SQUID_BASIC = """
auth_param basic program /usr/lib/squid/basic_ncsa_auth {root}/users
auth_param basic children 1
auth_param basic realm the proxy
"""

SQUID_DIGEST = """
auth_param digest program /usr/lib/squid/digest_file_auth -c {root}/digests
auth_param digest children 1
auth_param digest realm the proxy
auth_param digest check_nonce_count on
auth_param digest nonce_strictness on
auth_param digest nonce_max_count {count}
"""

TINYPROXY = """
Port {port}
Listen 127.0.0.1
Timeout 20
PidFile "{root}/tiny.pid"
LogFile "{root}/tiny.log"
MaxClients 10
BasicAuth pat secret
"""


def digest_line(user, realm, password):
    text = "%s:%s:%s" % (user, realm, password)
    return "%s:%s:%s\n" % (user, realm,
                           hashlib.md5(text.encode()).hexdigest())


class Server:
    """One program of others, in a folder of its own."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        os.chmod(self.root, 0o777)

    def write(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    def start(self, command, *ports):
        self.process = subprocess.Popen(
            ["timeout", "110"] + command, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for port in ports:
            self.wait(port)

    def wait(self, port):
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            threading.Event().wait(0.02)
        raise AssertionError("%s does not listen" % self.process.args[2])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.folder.cleanup()


class Apache(Server):
    def __init__(self):
        super().__init__()
        for place in ("digest", "short", "basic", "."):
            self.write("www/%s/config.json" % place, place + "\n")
        self.write("digests", digest_line("device", REALM, "s3cret") +
                   digest_line('d"e\\v', REALM, "s:cr\u00e9t"))
        self.write("users", "device:{PLAIN}s3cret\n")
        subprocess.run(["htpasswd", "-b", "-c", self.root + "/users", "device",
                        "s3cret"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        self.port, self.tls_port = free_port(), free_port()
        self.url = "http://localhost:%d/" % self.port
        self.tls = ["--cacert", PKI + "/roots.pem",
                    "https://127.0.0.1:%d/" % self.tls_port]
        user = ""
        if os.getuid() == 0:
            user = "User nobody\nGroup #%d" % pwd.getpwnam("nobody").pw_gid
        self.write("conf", APACHE.format(
            root=self.root, port=self.port, tls_port=self.tls_port, pki=PKI,
            user=user, modules="\n".join(
                "LoadModule %s_module %s" % (m, PLACE % m)
                for m in MODULES if os.path.exists(PLACE % m))))
        self.start(["apache2", "-DFOREGROUND", "-f", self.root + "/conf"],
                   self.port, self.tls_port)

    def requests(self):
        """Status and path of what was asked since the last call. A line is
        written after its response: wait for it to come to rest."""
        path, before = self.root + "/access.log", None
        while True:
            with open(path, encoding="utf-8") as log:
                lines = [line for line in log if "-" != line.split()[1]]
            if lines == before:
                break
            before = lines
            threading.Event().wait(0.05)
        with open(path, "w", encoding="utf-8"):
            pass
        return [(line.split()[0], line.split()[2]) for line in lines]


class Squid(Server):
    count = 0

    def __init__(self, auth):
        super().__init__()
        self.port = free_port()
        subprocess.run(["htpasswd", "-b", "-c", self.root + "/users", "pat",
                        "secret"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        self.write("digests", digest_line("pat", "the proxy", "secret"))
        effective = "cache_effective_user proxy" if os.getuid() == 0 else ""
        auth = "".join(auth).format(root=self.root, count=3)
        self.write("squid.conf", SQUID.format(
            root=self.root, port=self.port, auth=auth, effective=effective))
        Squid.count += 1
        name = "lwurl%d%d" % (os.getpid(), Squid.count)
        self.start(["squid", "-N", "-n", name, "-f",
                    self.root + "/squid.conf"], self.port)

    def refusals(self):
        """How often it asked for a password since the last call."""
        with open(self.root + "/access.log", "r+", encoding="utf-8") as log:
            n = sum("TCP_DENIED/407" in line for line in log)
            log.truncate(0)
        return n


class Tinyproxy(Server):
    def __init__(self):
        super().__init__()
        self.port = free_port()
        self.write("conf", TINYPROXY.format(root=self.root, port=self.port))
        self.start(["tinyproxy", "-d", "-c", self.root + "/conf"], self.port)


class Httpbin(Server):
    def __init__(self):
        super().__init__()
        self.port = free_port()
        self.url = "http://127.0.0.1:%d/digest-auth/" % self.port
        self.start(["gunicorn", "-b", "127.0.0.1:%d" % self.port,
                    "--worker-tmp-dir", self.root, "httpbin:app"], self.port)


def get(*args):
    return lwurl("-s", "-w", "%{http_code}", *args)


class WithApache(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.apache = Apache()

    @classmethod
    def tearDownClass(cls):
        cls.apache.stop()

    def setUp(self):
        self.apache.requests()

    def expect(self, result, text, statuses):
        self.assertEqual(result.out.decode(), text, result.err)
        self.assertEqual([s for s, _ in self.apache.requests()], statuses)

    def test_digest(self):
        url = self.apache.url + "digest/config.json"
        self.expect(get("--digest", "-u", "device:s3cret", url),
                    "digest\n200", ["401", "200"])

    def test_odd_names(self):
        url = self.apache.url + "digest/config.json?a=\"b\\c\"&d=%22#x"
        self.expect(get("--digest", "-u", "d\"e\\v:s:cr\u00e9t", url),
                    "digest\n200", ["401", "200"])

    def test_wrong_password(self):
        url = self.apache.url + "digest/config.json"
        result = get("--digest", "-o", "/dev/null", "-u", "device:no", url)
        self.expect(result, "401", ["401", "401"])

    def test_counted(self):
        url = self.apache.url + "digest/config.json"
        self.expect(get("--digest", "-u", "device:s3cret", url, url, url),
                    "digest\n200" * 3, ["401", "200", "200", "200"])

    def test_stale(self):
        """A nonce lives for a second, and another server takes longer."""
        def slow(conn, server):
            read_request(conn.makefile("rb"))
            time.sleep(1.5)
            conn.sendall(OK)

        url = self.apache.url + "short/config.json"
        with Scripted(slow) as other:
            self.expect(get("--digest", "-u", "device:s3cret", url, other.url,
                            url), "short\n200ok200short\n200",
                        ["401", "200", "401", "200"])

    def test_body_again(self):
        url = self.apache.url + "digest/config.json"
        result = get("--digest", "-u", "device:s3cret", "-d", "x" * 5000,
                     "-X", "PATCH", "-o", "/dev/null", url)
        self.assertIn(result.out, (b"405", b"200"), result.err)
        self.assertEqual(len(self.apache.requests()), 2)

    def test_redirect(self):
        url = self.apache.url + "digest/go"
        result = get("--digest", "-L", "-u", "device:s3cret", url)
        self.assertEqual(result.out, b"digest\n200", result.err)
        self.apache.requests()

    def test_anyauth(self):
        for place in ("digest", "basic"):
            url = self.apache.url + place + "/config.json"
            self.expect(get("--anyauth", "-u", "device:s3cret", url),
                        place + "\n200", ["401", "200"])

    def test_digest_is_not_basic(self):
        url = self.apache.url + "basic/config.json"
        result = lwurl("-v", "--digest", "-u", "device:s3cret", "-w",
                       " %{http_code}", url)
        self.assertEqual((result.code, result.out[-4:]), (0, b" 401"))
        self.assertNotIn("> Authorization", result.err)
        self.apache.requests()

    def test_https(self):
        *options, url = self.apache.tls
        self.expect(get("--digest", "-u", "device:s3cret", *options,
                        url + "digest/config.json"),
                    "digest\n200", ["401", "200"])


class WithHttpbin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.httpbin = Httpbin()

    @classmethod
    def tearDownClass(cls):
        cls.httpbin.stop()

    def ask(self, path, password="secret"):
        return get("-o", "/dev/null", "--digest", "-u", "pat:" + password,
                   self.httpbin.url + path)

    def test_algorithms(self):
        for algorithm in ("MD5", "SHA-256"):
            path = "auth/pat/secret/" + algorithm
            self.assertEqual(self.ask(path).out, b"200", algorithm)
            self.assertEqual(self.ask(path, "no").out, b"401", algorithm)

    def test_either_qop(self):
        self.assertEqual(self.ask("any/pat/secret/SHA-256").out, b"200")

    def test_unknown(self):
        for path in ("auth/pat/secret/SHA-512", "auth-int/pat/secret/MD5"):
            self.assertEqual(self.ask(path).code, 67, path)


class Proxied:
    """What holds for every proxy with a password."""

    options = []

    @classmethod
    def setUpClass(cls):
        cls.apache = Apache()
        cls.proxy = cls.make()
        cls.plain = cls.apache.url.replace("localhost", "127.0.0.1")

    @classmethod
    def tearDownClass(cls):
        cls.proxy.stop()
        cls.apache.stop()

    def get(self, user, *args):
        return get("-x", "127.0.0.1:%d" % self.proxy.port, "-U", user,
                   *self.options, *args)

    def tls(self, path):
        *options, url = self.apache.tls
        return options + [url + path]

    def test_absolute(self):
        result = self.get("pat:secret", self.plain + "config.json")
        self.assertEqual(result.out, b".\n200", result.err)

    def test_several(self):
        url = self.plain + "config.json"
        result = self.get("pat:secret", *[url] * 5)
        self.assertEqual(result.out, b".\n200" * 5, result.err)

    def test_origin_too(self):
        for how in ("basic", "digest"):
            result = self.get("pat:secret", "--" + how, "-u", "device:s3cret",
                              self.plain + how + "/config.json")
            self.assertEqual(result.out.decode(), how + "\n200", result.err)

    def test_wrong_password(self):
        result = self.get("pat:no", "-o", "/dev/null",
                          self.plain + "config.json")
        self.assertIn(result.out, (b"407", b"401"), result.err)

    def test_tunnel(self):
        result = self.get("pat:secret", *self.tls("config.json"))
        self.assertEqual(result.out, b".\n200", result.err)

    def test_tunnel_to_a_password(self):
        result = self.get("pat:secret", "--digest", "-u", "device:s3cret",
                          *self.tls("digest/config.json"))
        self.assertEqual(result.out, b"digest\n200", result.err)

    def test_tunnel_refused(self):
        result = self.get("pat:no", *self.tls("config.json"))
        self.assertEqual(result.code, 56, result.err)


class WithSquidBasic(Proxied, unittest.TestCase):
    make = staticmethod(lambda: Squid([SQUID_BASIC]))


class WithSquidDigest(Proxied, unittest.TestCase):
    options = ["--proxy-digest"]
    make = staticmethod(lambda: Squid([SQUID_DIGEST]))

    def test_nextnonce(self):
        """squid counts strictly and tells the next nonce in time: it has to
        ask but once."""
        self.proxy.refusals()
        url = self.plain + "config.json"
        result = self.get("pat:secret", *[url] * 8)
        self.assertEqual(result.out, b".\n200" * 8, result.err)
        self.assertEqual(self.proxy.refusals(), 1)


class WithSquidBoth(Proxied, unittest.TestCase):
    options = ["--proxy-anyauth"]
    make = staticmethod(lambda: Squid([SQUID_BASIC, SQUID_DIGEST]))


class WithTinyproxy(Proxied, unittest.TestCase):
    make = staticmethod(Tinyproxy)


if __name__ == "__main__":
    counted.main()
