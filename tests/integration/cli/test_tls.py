#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The host program over https: what it trusts, what it refuses, key log.

usage: test_tls.py PROGRAM PKI-FOLDER
"""

import base64
import hashlib
import os
import re
import struct
import subprocess
import tempfile
import threading
import unittest

from support import (PKI, Nginx, Result, Scripted, counted, free_port, lwurl)

ROOTS = os.path.join(PKI, "roots.pem")
SYSTEM = "/etc/ssl/certs/ca-certificates.crt"


def device(port, path="hello.txt"):
    """A name that is in the certificates, and where it is."""
    url = "https://device.test:%d/%s" % (port, path)
    return ["--cacert", ROOTS, "--resolve", "device.test:%d:127.0.0.1" % port,
            url]


def pin_of(name):
    """A certificate's key, as curl's --pinnedpubkey has it."""
    path = os.path.join(PKI, name + ".crt")
    pem = subprocess.check_output(["openssl", "x509", "-in", path, "-noout",
                                   "-pubkey"])
    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    return "sha256//" + base64.b64encode(hashlib.sha256(der).digest()).decode()


class Trust(unittest.TestCase):
    def test_chains(self):
        for chain in ("rsa", "ec", "p384"):
            root = os.path.join(PKI, "p384-root.pem" if chain == "p384"
                                else "roots.pem")
            with Nginx(chain) as nginx:
                result = lwurl("--cacert", root, "-w", "%{ssl_verify_result}",
                               nginx.url + "hello.txt")
                self.assertEqual(result, Result(0, b"hello\n0", ""))

    def test_small_buffers(self):
        with Nginx("ec") as nginx:
            nginx.write("www/large.txt", os.urandom(100000))
            for record in ("837", "1349", "4421", "16413"):
                result = lwurl("--work-buffer", "128", "--tls-record", record,
                               *device(nginx.port, "large.txt"))
                self.assertEqual((result.code, len(result.out)), (0, 100000))

    def test_refused(self):
        for chain, error in (("other-host", -65), ("expired", -66),
                             ("future", -69), ("stranger", -67),
                             ("gap", -67), ("weak", None), ("odd", None)):
            with Nginx(chain) as nginx:
                result = lwurl("-w", "%{ssl_verify_result}",
                               *device(nginx.port))
            self.assertEqual((result.code, result.out),
                             (35, b"0") if chain == "odd" else (60, b"1"),
                             (chain, result))
            if error:
                self.assertIn("error %d" % error, result.err)

    def test_system_anchors(self):
        """Without --cacert it is the PC's bundle, which does not know us."""
        with Nginx("ec") as nginx:
            result = lwurl(nginx.url + "hello.txt")
        self.assertEqual(result.code, 60 if os.path.exists(SYSTEM) else 35)
        self.assertIn("--cacert", result.err)

    def test_bad_anchors(self):
        with tempfile.NamedTemporaryFile() as junk:
            junk.write(b"nothing\n")
            junk.flush()
            for path in ("/nowhere/at/all", junk.name, "/"):
                result = lwurl("--cacert", path, "https://localhost/")
                self.assertEqual(result.code, 77)
                self.assertIn(path, result.err)

    def test_address(self):
        """An address is good where the certificate is for it."""
        for chain, code in (("address", 0), ("ec", 60)):
            with Nginx(chain) as nginx:
                result = lwurl("--cacert", ROOTS,
                               "https://127.0.0.1:%d/hello.txt" % nginx.port)
            self.assertEqual(result.code, code, result)

    def test_pins(self):
        pin = pin_of("ec")
        other = pin_of("rsa")
        with Nginx("ec") as nginx:
            for pins, code in ((pin, 0), (other + ";" + pin, 0),
                               (pin_of("ec-mid"), 0), (other, 90),
                               ("sha256//" + 43 * "A" + "=", 90)):
                result = lwurl("--pinnedpubkey", pins, *device(nginx.port))
                self.assertEqual(result.code, code, (pins, result))
        for pins in (pin[:-1], "sha1//x", pin + ",", pin + ";", "",
                     ";".join(9 * [pin])):
            self.assertEqual(lwurl("--pinnedpubkey", pins, "data:,").code, 2)

    def test_pins_are_no_trust(self):
        with Nginx("stranger") as nginx:
            result = lwurl("--pinnedpubkey", pin_of("stranger"),
                           *device(nginx.port))
        self.assertEqual(result.code, 60)


def openssl(*args):
    subprocess.run(("openssl",) + args, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class OwnCertificate(unittest.TestCase):
    """--cert and --key; servers that want them are in tls/test_peers.py."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def forms(self, name):
        """Certificate and key of the PKI in all forms: pairs of files."""
        crt, key = (os.path.join(PKI, name + end)
                    for end in (".crt", ".key"))
        openssl("x509", "-in", crt, "-outform", "DER", "-out",
                self.path("crt.der"))
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", key, "-out",
                self.path("pkcs8.pem"))
        for form, options in (("pkcs8.der", ("pkcs8", "-topk8", "-nocrypt",
                                             "-outform", "DER")),
                              ("old.pem", ("pkey", "-traditional")),
                              ("old.der", ("pkey", "-traditional",
                                           "-outform", "DER"))):
            openssl(*options, "-in", key, "-out", self.path(form))
        parameters = b""
        if name.endswith("ec"):
            parameters = subprocess.check_output(
                ["openssl", "ecparam", "-name", "prime256v1"])
        with open(self.path("one.pem"), "wb") as out:
            for part in (os.path.join(PKI, name + ".pem"),
                         self.path("old.pem")):
                with open(part, "rb") as file:
                    out.write(parameters + file.read().rstrip())
                    out.write(b"\n" if part.startswith(PKI) else b"")
        keys = [self.path(form) for form in ("pkcs8.pem", "pkcs8.der",
                                             "old.pem", "old.der")]
        pairs = [(crt, other) for other in keys]
        pairs.append((self.path("crt.der"), keys[1]))
        return pairs, self.path("one.pem")

    def test_forms(self):
        with Nginx("ec", more="ssl_verify_client on; ssl_client_certificate "
                   + os.path.join(PKI, "ec-root.pem") + ";") as nginx:
            for name in ("client-ec", "client-rsa"):
                pairs, one = self.forms(name)
                for options in [("--cert", crt, "--key", key)
                                for crt, key in pairs] + [("-E", one)]:
                    result = lwurl("-v", *options, *device(nginx.port))
                    self.assertIn("with our certificate", result.err, options)
                self.assertEqual((result.code, result.out), (0, b"hello\n"))

    def refused(self, why, *options):
        result = lwurl(*options, "https://localhost:9/")
        self.assertEqual(result.code, 58, result)
        self.assertIn("lwurl: client certificate: ", result.err)
        self.assertIn(why, result.err)

    def test_refused_at_once(self):
        crt = os.path.join(PKI, "client-ec.crt")
        key = os.path.join(PKI, "client-ec.key")
        other = os.path.join(PKI, "plain.key")
        rsa = os.path.join(PKI, "client-rsa.key")
        locked, junk = self.path("locked.key"), self.path("junk")
        openssl("pkcs8", "-topk8", "-passout", "pass:x", "-in", key, "-out",
                locked)
        with open(junk, "wb") as out:
            out.write(b"-----BEGIN PRIVATE KEY-----\nMIIB!\n")
        self.refused("--key wants --cert", "--key", key)
        self.refused("no private key", "--cert", crt)
        self.refused("No such file", "--cert", self.path("nothing"))
        self.refused("No such file", "--cert", crt, "--key",
                     self.path("nothing"))
        self.refused("Is a directory", "--cert", self.folder.name)
        self.refused("no certificate", "--cert", key, "--key", key)
        self.refused("not that of the certificate", "--cert", crt, "--key",
                     other)
        self.refused("not that of the certificate", "--cert", crt, "--key",
                     rsa)
        self.refused("encrypted", "--cert", crt, "--key", locked)
        self.refused("PEM", "--cert", crt, "--key", junk)
        self.refused("no private key", "--cert", crt, "--key", "/dev/null")


class Sessions(unittest.TestCase):
    def test_in_one_run(self):
        """By default, where the connection is a new one."""
        with Nginx("ec", more="ssl_session_cache shared:a:1m;") as nginx:
            url = device(nginx.port)
            twice = ["-v", "-H", "Connection: close", url[-1]]
            result = lwurl(*url, *twice)
            self.assertEqual(result.code, 0)
            self.assertEqual(result.err.count("session resumed"), 1)
            result = lwurl("--no-sessionid", *url, *twice)
            self.assertEqual(result.err.count("session resumed"), 0)
            self.assertEqual(result.err.count("* TLS 1.2"), 2)

    def test_file(self):
        with tempfile.TemporaryDirectory() as folder, \
                Nginx("ec", more="ssl_session_cache shared:a:1m;") as nginx:
            kept = os.path.join(folder, "kept")
            get = ["-v", "--ssl-sessions", kept] + device(nginx.port)
            for resumed in (0, 1, 1):
                result = lwurl(*get)
                self.assertEqual((result.code, result.out), (0, b"hello\n"))
                self.assertEqual(result.err.count("session resumed"), resumed)
                self.assertEqual(os.stat(kept).st_mode & 0o777, 0o600)
            with open(kept, "r+b") as file:  # damaged: a full handshake
                file.seek(20)
                file.write(b"!!!!")
            self.assertNotIn("session resumed", lwurl(*get).err)
            self.assertIn("session resumed", lwurl(*get).err)
            other = ["--pinnedpubkey", pin_of("ec")] + get
            self.assertNotIn("session resumed", lwurl(*other).err)

    def test_file_that_cannot_be(self):
        result = lwurl("--ssl-sessions", "/nowhere/at/all", "data:,x")
        self.assertEqual((result.code, result.out), (23, b"x"))
        result = lwurl("--ssl-sessions", "/", "data:,x")
        self.assertEqual((result.code, result.out), (26, b""))


class Protocol(unittest.TestCase):
    def test_newer_server_only(self):
        with Nginx("ec", "TLSv1.3") as nginx:
            result = lwurl(*device(nginx.port))
        self.assertEqual(result.code, 35)
        self.assertIn("TLS", result.err)

    def test_plain_server(self):
        def script(conn, _):
            conn.recv(4096)
            conn.sendall(b"HTTP/1.1 400 What?\r\n\r\n")
        with Scripted(script) as server:
            self.assertEqual(lwurl(*device(server.port)).code, 35)

    def test_plain_client(self):
        with Nginx("ec") as nginx:
            result = lwurl("-f", "http://localhost:%d/" % nginx.port)
        self.assertEqual(result.code, 22)

    def test_one_connection(self):
        with Nginx("ec") as nginx:
            url = nginx.url + "connection"
            result = lwurl("--cacert", ROOTS, "-w", " %{num_connects}\n",
                           url, url)
            one, two = result.out.splitlines()
            self.assertEqual(one.split()[0], two.split()[0])
            self.assertEqual(two.split()[1], b"0")

    def test_http_between(self):
        """A connection in the clear does not serve https."""
        with Nginx("ec") as tls, Nginx() as plain:
            result = lwurl("--cacert", ROOTS, tls.url + "hello.txt",
                           plain.url + "hello.txt", tls.url + "hello.txt")
            self.assertEqual(result, Result(0, 3 * b"hello\n", ""))

    def test_password(self):
        with Nginx("ec") as nginx:
            url = "private/config.json"
            result = lwurl("-u", "device:secret", *device(nginx.port, url))
            self.assertEqual(result.out, b'{"device": 42}\n')
            result = lwurl("-f", "-u", "device:wrong",
                           *device(nginx.port, url))
            self.assertEqual(result.code, 22)
            named = nginx.url.replace("//", "//device:secret@") + url
            result = lwurl("-v", "--cacert", ROOTS, named)
            self.assertEqual(result.out, b'{"device": 42}\n')
            self.assertEqual(result.err.count("> GET"), 2)
            self.assertNotIn("secret", result.err)

    def test_verbose(self):
        with Nginx("ec") as nginx:
            result = lwurl("-v", *device(nginx.port))
        self.assertRegex(result.err, r"\* TLS 1\.2, ECDHE_ECDSA_WITH_CHACHA")
        self.assertIn("* Certificates valid until 2049-12-31 23:59:59 UTC\n",
                      result.err)
        self.assertIn("> GET /hello.txt HTTP/1.1\n", result.err)
        self.assertIn("< HTTP/1.1 200 OK\n", result.err)


def frames(capture):
    """The frames of a pcap file with times in nanoseconds."""
    magic, major, minor, _, _, _, link = struct.unpack("=IHHIIII",
                                                       capture[:24])
    assert (magic, major, minor, link) == (0xa1b23c4d, 2, 4, 1)
    at, last = 24, 0
    while at < len(capture):
        seconds, nanos, n, whole = struct.unpack("=4I", capture[at:at + 16])
        assert n == whole and nanos < 10 ** 9
        assert seconds * 10 ** 9 + nanos >= last
        last = seconds * 10 ** 9 + nanos
        yield capture[at + 16:at + 16 + n]
        at += 16 + n
    assert at == len(capture)


def has_tshark():
    return subprocess.call(["which", "tshark"],
                           stdout=subprocess.DEVNULL) == 0


class Cost(unittest.TestCase):
    """What goes inside is what curl says of it; the rest of the wire is TLS."""

    def sizes(self, port, path, *more):
        """What curl says, and TLS bytes received."""
        form = "%{size_header} %{size_request} %{size_download}"
        args = ["-sS", "-A", "me", "-H", "Accept:", "-H",
                "Accept-Encoding: identity", "-o", "/dev/null", "-w", form,
                *more, *device(port, path)]
        theirs = subprocess.check_output(["curl", "-q", "--tlsv1.2",
                                          "--http1.1", *args])
        ours = lwurl("--summary", *args)
        self.assertEqual((ours.code, ours.out), (0, theirs))
        cost = [[int(n) for n in line] for line in re.findall(
            r"cost +\w+ (\d+) bytes: heads (\d+), bodies (\d+), TLS (\d+)\n",
            ours.err)]
        for wire, heads, bodies, tls in cost:
            self.assertEqual(wire, heads + bodies + tls)
        self.assertEqual(theirs.decode(), "%d %d %d" % (
            cost[1][1], cost[0][1] + cost[0][2], cost[1][2]))
        return cost[0][3], cost[1][3]

    def test_beside_curl(self):
        with Nginx("ec") as nginx:
            nginx.write("www/large.txt", bytes(100000))
            small = self.sizes(nginx.port, "hello.txt")
            large = self.sizes(nginx.port, "large.txt")
        self.assertIn(small[0], range(150, 600))
        self.assertIn(small[1], range(500, 3000))
        self.assertIn(large[1] - small[1], range(6 * 21, 100 * 29))

    def test_ciphers(self):
        """What sealing costs is the cipher's."""
        cost = {}
        for cipher in ("ECDHE-ECDSA-AES128-GCM-SHA256",
                       "ECDHE-ECDSA-CHACHA20-POLY1305"):
            port = free_port()
            with subprocess.Popen(
                    ["timeout", "60", "openssl", "s_server", "-accept",
                     "127.0.0.1:%d" % port, "-tls1_2", "-cipher", cipher,
                     "-cert_chain", os.path.join(PKI, "ec.rest"), "-cert",
                     os.path.join(PKI, "ec.crt"), "-key",
                     os.path.join(PKI, "ec.key"), "-quiet", "-WWW"],
                    cwd=PKI, stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL) as server:
                try:
                    cost[cipher] = self.sizes(port, "roots.pem", "--retry",
                                              "5", "--retry-connrefused")
                finally:
                    server.terminate()
        self.assertEqual(len(set(cost.values())), 2)

    def test_cap(self):
        with Nginx("ec") as nginx:
            result = lwurl("--max-bytes", "700", *device(nginx.port))
            self.assertEqual((result.code, result.out), (63, b""))
            self.assertIn("detail 700", result.err)


class Recordings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.pcap = os.path.join(folder.name, "a.pcap")
        self.keys = os.path.join(folder.name, "a.keys")

    def read_frames(self):
        with open(self.pcap, "rb") as source:
            return list(frames(source.read()))

    def test_pcap(self):
        with Nginx() as nginx:
            lwurl("--pcap", self.pcap, nginx.url + "hello.txt")
        found = self.read_frames()
        self.assertGreater(len(found), 6)
        payload = b"".join(found)
        for text in (b"GET /hello.txt HTTP/1.1", b"200 OK", b"hello\n"):
            self.assertIn(text, payload)
        self.assertEqual({frame[12:14] for frame in found} -
                         {b"\x08\x00", b"\x08\x06", b"\x86\xdd"}, set())

    def test_bad_files(self):
        for option in ("--pcap", "--keylog"):
            self.assertEqual(lwurl(option, "/none/x", "data:,x").code, 23)
        self.assertEqual(lwurl("--pcap", "/dev/full", "http://localhost:1/",
                               "-s").code, 7)

    def test_keylog(self):
        """The server's own key log says the same."""
        theirs = self.keys + ".server"
        server = subprocess.Popen(
            ["timeout", "60", "openssl", "s_server", "-accept",
             "127.0.0.1:0", "-www", "-tls1_2", "-keylogfile", theirs,
             "-cert", os.path.join(PKI, "ec.crt"), "-key",
             os.path.join(PKI, "ec.key"), "-cert_chain",
             os.path.join(PKI, "ec.rest")],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        try:
            port = next(int(found.group(1)) for found in (
                re.match(rb"ACCEPT \S+:(\d+)", line)
                for line in server.stdout) if found)
            threading.Thread(target=server.stdout.read, daemon=True).start()
            for _ in range(2):
                result = lwurl("--keylog", self.keys, "--pcap", self.pcap,
                               *device(port, ""))
                self.assertEqual(result.code, 0, result)
        finally:
            server.terminate()
            server.wait()
            server.stdout.close()
        with open(self.keys) as ours, open(theirs) as log:
            lines = ours.read().splitlines()
            self.assertEqual(lines, [line for line in log.read().splitlines()
                                     if line.startswith("CLIENT_RANDOM")])
        self.assertEqual(len(lines), 2)
        random = bytes.fromhex(lines[1].split()[1])
        self.assertIn(random, b"".join(self.read_frames()))

    @unittest.skipUnless(has_tshark(), "tshark is not installed")
    def test_tshark(self):
        with Nginx("ec") as nginx:
            lwurl("--pcap", self.pcap, "--keylog", self.keys,
                  *device(nginx.port))
            text = subprocess.run(
                ["tshark", "-r", self.pcap, "-o",
                 "tls.keylog_file:" + self.keys, "-d",
                 "tcp.port==%d,tls" % nginx.port, "-Y", "http", "-V"],
                stdout=subprocess.PIPE, check=True).stdout
        self.assertIn(b"GET /hello.txt", text)
        self.assertIn(b"hello", text)


if __name__ == "__main__":
    counted.main()
