#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Conditional fetches beside Debian's curl, and the cache: with nginx, Apache
and servers that say the odd thing.

usage: test_cache.py PROGRAM PKI
"""

import email.utils
import os
import re
import subprocess
import tempfile
import time
import unittest

import support
import test_apache
from support import PROGRAM, Scripted, answers, counted, fields, lwurl

CURL = ["curl", "-q"]
DATE = "Wed, 21 Oct 2015 07:28:00 GMT"

# Locations for nginx: what it says of its files, and for how long.
LOCATIONS = """
        location /fresh/ {{ add_header Cache-Control max-age=3600; }}
        location /brief/ {{ add_header Cache-Control "max-age=1"; }}
        location /strict/ {{
            add_header Cache-Control "max-age=0, must-revalidate";
        }}
        location /expires/ {{ expires 1h; }}
        location /never/ {{ add_header Cache-Control no-store; }}
        location /broken/ {{ return 503; }}
"""
support.NGINX = support.NGINX.replace("        location = /connection",
                                      LOCATIONS + "        location = "
                                      "/connection")

test_apache.MODULES += ["headers", "expires"]
test_apache.CONF += """
<Location "/fresh/">
    Header set Cache-Control max-age=3600
</Location>
<Location "/strict/">
    Header set Cache-Control "must-revalidate"
</Location>
<Location "/expires/">
    ExpiresActive On
    ExpiresDefault "access plus 1 hour"
</Location>
"""


def reply(status, body=b"", **named):
    head = "".join("%s: %s\r\n" % (name.replace("_", "-"), value)
                   for name, value in named.items())
    return ("HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n"
            % (status, head, len(body))).encode() + body


NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n"


def by_condition(conn, server):
    """A script: 304 to the tag "v1" and to every If-Modified-Since."""
    stream = conn.makefile("rb")
    while True:
        request = support.read_request(stream)
        if request is None:
            return
        server.requests.append(request)
        got = fields(request[0])
        path = request[0].split()[1]
        if path == b"/deaf":
            conn.sendall(reply("200 OK", b"ok", Last_Modified=DATE))
        elif path == b"/missing":
            conn.sendall(reply("404 No", b"no"))
        elif (got.get("if-none-match") == '"v1"'
              or "if-modified-since" in got):
            conn.sendall(NOT_MODIFIED)
        else:
            conn.sendall(reply("200 OK", b"ok", ETag='"v1"'))


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name, data=None):
        path = os.path.join(self.folder, name)
        if data is not None:
            with open(path, "wb") as out:
                out.write(data)
        return path

    def read(self, name):
        try:
            with open(self.path(name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None


class BesideCurl(Folder):
    """The same options to both: the same request, exit status, output and
    files."""

    def run_one(self, command, folder, args, files):
        with Scripted(by_condition) as server:
            os.mkdir(self.path(folder))
            for name, data in files.items():
                self.path(folder + "/" + name, data)
                os.utime(self.path(folder + "/" + name), (1e9, 1e9))
            done = subprocess.run(
                command + ["-s", "-w", "<%{http_code}>"]
                + [arg.replace("URL", server.url) for arg in args],
                cwd=self.path(folder), timeout=30, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            asked = [{name: value for name, value in fields(head).items()
                      if name.startswith("if-")}
                     for head, _ in server.requests]
            left = {name: self.read(folder + "/" + name)
                    for name in os.listdir(self.path(folder))}
        return done.returncode, done.stdout, asked, left

    def same(self, *args, **files):
        curl = self.run_one(CURL, "curl%d" % len(os.listdir(self.folder)),
                            args, files)
        ours = self.run_one([PROGRAM, "--loopback-only"],
                            "ours%d" % len(os.listdir(self.folder)), args,
                            files)
        self.assertEqual(ours, curl, args)
        return ours

    def test_etags(self):
        self.same("--etag-save", "e", "URL")
        self.same("--etag-save", "e", "--etag-compare", "e", "URL")
        self.same("--etag-save", "e", "--etag-compare", "e", "-o", "out",
                  "URL", e=b'"v1"\n')
        self.same("--etag-save", "e", "--etag-compare", "e", "-o", "out",
                  "URL", e=b'"v0"\n', out=b"old")
        self.same("--etag-compare", "e", "-o", "out", "URL", e=b'"v1"',
                  out=b"old")
        self.same("--etag-compare", "e", "URL", e=b"")
        self.same("--etag-compare", "e", "URL", e=b'"a"\r\n"b"\n')
        self.same("--etag-compare", "e", "URLmissing", e=b'"v1"\n')
        self.same("-f", "--etag-compare", "e", "URLmissing", e=b'"v1"\n')

    def test_etag_of_a_torn_body(self):
        """curl saves the tag of a body that it never got, and has nothing and
        asks for nothing the next time. Not so here."""
        for command, saved in ((CURL, b'"v"\n'),
                               ([PROGRAM, "--loopback-only"], None)):
            torn = reply("200 OK", b"torn", ETag='"v"')[:-1]
            with Scripted(support.once(torn)) as server:
                done = subprocess.run(
                    command + ["-s", "--etag-save", self.path("e"),
                               server.url], stdout=subprocess.PIPE,
                    timeout=30, check=False)
            self.assertEqual(done.returncode, 18)
            self.assertEqual(self.read("e"), saved)
            if saved:
                os.unlink(self.path("e"))

    def test_etag_to_standard_output(self):
        with Scripted(by_condition) as server:
            self.assertEqual(lwurl("--etag-save", "-", server.url).out,
                             b'ok"v1"\n')

    def test_etag_of_a_file_that_is_not_there(self):
        code, out, asked, _ = self.same("--etag-compare", "e", "URL")
        self.assertEqual((code, out, asked), (26, b"", []))

    def test_times(self):
        for when in (DATE, "21 Oct 2015 07:28", "21 Oct 2015", "20151021",
                     "-21 Oct 2015", "+21 Oct 2015", "Oct 21 2015",
                     "Sunday, 06-Nov-94 08:49:37 GMT", "there", "-there",
                     "Sun Nov  6 08:49:37 1994", "nonsense", "",
                     "21 Oct 2015 07:28:00 +0200"):
            _, _, asked, _ = self.same("-z", when, "URL", there=b"x")
            self.assertEqual(len(asked[0]), when not in ("nonsense", ""), when)

    def test_servers_that_know_no_condition(self):
        for when in ("20 Oct 2015", "22 Oct 2015", DATE, "-" + DATE,
                     "-20 Oct 2015", "-22 Oct 2015"):
            self.same("-z", when, "-o", "out", "URLdeaf")
            self.same("-z", when, "-o", "out", "URLdeaf", out=b"old")


class Cache(Folder):
    def get(self, url, *args):
        """Body, where it came from, and whether it is kept."""
        result = lwurl("-v", "--cache", self.path("cache"), *args, url)
        self.assertEqual(result.code, 0, result.err)
        kept = re.search(r"^\* Kept: (.*)", result.err, re.M).group(1)
        origin = re.search(r"^\* From the (.*)", result.err, re.M).group(1)
        return result.out, origin.split(",")[-1].split()[-1], kept

    def expect(self, url, body, origin, kept="yes"):
        self.assertEqual(self.get(url), (body, origin, kept))

    def kept_offline(self, url, body):
        done = lwurl("-s", "--cache", self.path("cache"), "--offline", url)
        self.assertEqual((done.code, done.out), (0, body), done)


FRESH, CONFIRMED, STALE, NETWORK = "fresh", "it", "stale", "network"


class WithServers(Cache):
    def both_ways(self, url, write):
        for folder, origin in (("fresh", FRESH), ("expires", FRESH),
                               ("strict", CONFIRMED), ("plain", CONFIRMED)):
            name = folder + "/a.json"
            write(name, b"first")
            self.expect(url + name, b"first", NETWORK)
            self.expect(url + name, b"first", origin)
            self.expect(url + name, b"first", origin)
            self.kept_offline(url + name, b"first")
            write(name, b"second!")
            if origin == CONFIRMED:
                self.expect(url + name, b"second!", NETWORK)
                self.expect(url + name, b"second!", CONFIRMED)

    def test_nginx(self):
        with support.Nginx() as nginx:
            self.both_ways(nginx.url, lambda name, data: nginx.write(
                "www/" + name, data))

    def test_apache(self):
        apache = test_apache.Apache()
        try:
            def write(name, data):
                path = os.path.join(apache.folder.name, "www", name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as out:
                    out.write(data)

            self.both_ways(apache.url, write)
            self.assertEqual(apache.log("access").count(" 304 "), 6)
        finally:
            apache.stop()
        self.assertEqual(self.get(apache.url + "strict/a.json",
                                  "--offline")[0], b"second!")
        done = lwurl("--cache", self.path("cache"),
                     apache.url + "strict/a.json")
        self.assertEqual((done.code, done.out), (7, b"")) # must-revalidate
        self.expect(apache.url + "plain/a.json", b"second!", STALE)

    def test_nginx_says(self):
        with support.Nginx() as nginx:
            for folder in ("never", "brief"):
                nginx.write("www/%s/a" % folder, folder)
            url = nginx.url
            self.expect(url + "never/a", b"never", NETWORK, "no")
            self.expect(url + "never/a", b"never", NETWORK, "no")
            self.expect(url + "brief/a", b"brief", NETWORK)
            time.sleep(1.1)
            self.expect(url + "brief/a", b"brief", CONFIRMED)
            nginx.write("www/brief/a", b"longer")
            time.sleep(1.1)
            self.expect(url + "brief/a", b"longer", NETWORK)
            missing = lwurl("-f", "--cache", self.path("cache"), url + "no")
            self.assertEqual((missing.code, missing.out), (22, b""))
            offline = lwurl("--cache", self.path("cache"), "--offline",
                            url + "no")
            self.assertEqual((offline.code, offline.out), (26, b""))
            self.assertIn("cache", offline.err)
        time.sleep(1.1)
        self.expect(url + "brief/a", b"longer", STALE)


class Hostile(Cache):
    def test_server_in_trouble(self):
        replies = (reply("200 OK", b"good", ETag='"v"'),
                   reply("503 Busy", b"trouble"),
                   reply("200 OK", b"better")[:-2],
                   b"HTTP/1.1 304 No\r\nETag: \"w\"\r\n\r\n",
                   reply("200 OK", b"newest"), None)
        with Scripted(answers(*replies)) as server:
            self.expect(server.url, b"good", NETWORK)
            self.expect(server.url, b"good", STALE)
            torn = lwurl("-m", "4", "--cache", self.path("cache"), server.url)
            self.assertEqual((torn.code, torn.out), (28, b"bett"))
            self.kept_offline(server.url, b"good")
            self.expect(server.url, b"newest", NETWORK) # asked twice
            self.expect(server.url, b"newest", STALE) # closed without a word

    def test_contradictions(self):
        future = email.utils.formatdate(time.time() + 1e6, usegmt=True)
        for name, values in (
                ("Cache-Control", ("max-age=60, max-age=61",
                                   "max-age=\"60", "max-age=-1",
                                   "max-age=60, no-cache=\"x\"")),
                ("Expires", ("0", "0\r\nExpires: " + future)),
                ("Age", ("99999999999\r\nCache-Control: max-age=9999999999",)),
        ):
            for value in values:
                one = reply("200 OK", b"a", **{name: value})
                with Scripted(answers(one)) as server:
                    self.expect(server.url, b"a", NETWORK)
                    self.expect(server.url, b"a", NETWORK)
                    self.assertEqual(len(server.requests), 2)

    def test_passwords_are_not_kept(self):
        one = reply("200 OK", b"secret body", Cache_Control="max-age=60")
        with Scripted(answers(one)) as server:
            url = server.url.replace("//", "//user:pass%20word@")
            self.expect(url + "#part", b"secret body", NETWORK)
            self.expect(url, b"secret body", FRESH)
            self.expect(server.url, b"secret body", NETWORK)
            self.assertNotIn("pass", lwurl(
                "-v", "--cache", self.path("cache"), url).err)
        data = self.read("cache")
        self.assertNotIn(b"pass", data)
        self.assertNotIn(b"user", data)
        self.assertIn(b"http://127.0.0.1", data)

    def test_bad_files(self):
        url = "http://127.0.0.1:9/"
        for args in (["--cache", self.path("c", b"short")],
                     ["--cache", self.folder + "/no/c"], ["--offline"],
                     ["--cache", self.path("d"), "-z", "now"]):
            self.assertEqual(lwurl(*args, url).code, 26, args)

    def test_killed(self):
        """A program that is killed amid its writes leaves the last good
        body."""
        big = [os.urandom(200000) for _ in range(4)]
        replies = [reply("200 OK", body) for body in big]
        with Scripted(answers(*(replies * 10))) as server:
            good = {bytes(b) for b in big}
            self.get(server.url)
            for i in range(20):
                one = subprocess.Popen(
                    [PROGRAM, "--loopback-only", "-s", "--cache",
                     self.path("cache"), server.url],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(0.004 * i)
                one.kill()
                one.wait()
                kept = lwurl("-s", "--cache", self.path("cache"), "--offline",
                             server.url)
                self.assertEqual(kept.code, 0)
                self.assertIn(kept.out, good)


if __name__ == "__main__":
    counted.main()
