#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""CPython's own tests of urllib.request and its kin, as far as they apply: what
they ask, and whom, is asked of the host program. test_urlparse and
test_robotparser are in the folder above.

    test_urllib2_localnet   its cases run as they are, on lwurl in urllib's place
    test_urllib2            passwords, challenges, what names a proxy
    test_http_cookiejar     requests and Set-Cookie lines of its jars, dates
    test_ftplib             its server

usage: test_tables.py PROGRAM
"""

import email
import io
import os
import socket
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
import warnings
from base64 import b64encode
from unittest import mock

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../check"))

import counted  # noqa: E402
import servers  # noqa: E402

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from test import test_ftplib, test_http_cookiejar, test_urllib2, \
        test_urllib2_localnet

PROGRAM = os.path.abspath(sys.argv[1])
for variable in [n for n in os.environ if n.lower().endswith("_proxy")]:
    del os.environ[variable]


def lwurl(*args, stdin=b""):
    """Exit status, output, messages."""
    done = subprocess.run(
        [PROGRAM, "--loopback-only", "-sS"] + [
            a if isinstance(a, bytes) else a.encode() for a in args],
        input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        timeout=60)
    err = done.stderr.decode("latin-1")
    if "Sanitizer" in err or "runtime error" in err:
        raise AssertionError(err)
    return done.returncode, done.stdout, err


# ------------------------------------------------------ test_urllib2_localnet


class Response(io.BytesIO):
    """Of what -i printed, heads of redirects included."""

    def __init__(self, out, url):
        head = b"HTTP/"
        while out.startswith(b"HTTP/") and b"\r\n\r\n" in out:
            head, _, out = out.partition(b"\r\n\r\n")
        super().__init__(out)
        line, _, fields = head.partition(b"\r\n")
        self.status = int(line.split()[1])
        self.fields, self.url = email.message_from_bytes(fields), url

    def info(self):
        return self.fields

    def geturl(self):
        return self.url


class Opener:
    """In the place of urllib's, with these options of the program."""

    def __init__(self, *args):
        self.args = list(args)

    def open(self, request, data=None, **_):
        if isinstance(request, str):
            request = urllib.request.Request(request)
        args = ["-i", "-L"] + self.args
        if data is not None:
            args += ["--data-binary", data]
        for name, value in request.header_items():
            args += ["-H", "%s: %s" % (name, value)]
        code, out, err = lwurl(*args, request.full_url)
        if code != 0:
            raise urllib.error.URLError("exit status %d: %s" % (code, err))
        response = Response(out, request.full_url)
        if response.status // 100 != 2:
            raise urllib.error.HTTPError(request.full_url, response.status,
                                         "", response.fields, response)
        return response


class OnLwurl:
    """urllib.request's urlopen, and what builds an opener, are ours."""

    def setUp(self):
        opener = Opener()

        def build(*handlers):
            made = Opener()
            for handler in handlers:
                made.args += getattr(handler, "lwurl", [])
            return made

        def install(other):
            opener.args[:] = other.args
        for name, ours in (("urlopen", opener.open), ("build_opener", build),
                           ("install_opener", install),
                           ("HTTPBasicAuthHandler", Passwords),
                           ("ProxyDigestAuthHandler", ProxyPasswords),
                           ("ProxyHandler", Proxies)):
            patch = mock.patch.object(urllib.request, name, ours)
            patch.start()
            self.addCleanup(patch.stop)
        super().setUp()


class Passwords:
    def __init__(self):
        self.lwurl = []

    def add_password(self, realm, url, user, password):
        self.lwurl += ["--anyauth", "-u", "%s:%s" % (user, password)]


class ProxyPasswords:
    """The opener is made before the password is known."""

    def __init__(self):
        self.lwurl = []
        self.opener = None

    def add_password(self, realm, url, user, password):
        self.opener.args += ["--proxy-digest", "-U",
                             "%s:%s" % (user, password)]


class Proxies:
    def __init__(self, table):
        self.lwurl = ["-x", table["http"]]


class BasicAuth(OnLwurl, test_urllib2_localnet.BasicAuthTests):
    pass


class ProxyAuth(OnLwurl, test_urllib2_localnet.ProxyAuthTests):
    def setUp(self):
        super().setUp()
        self.proxy_digest_handler.opener = self.opener


class Urlopen(OnLwurl, test_urllib2_localnet.TestUrlopen):
    """Without certificates of two hosts that are roots themselves, and what
    is about Python's objects."""

    test_https = test_https_with_cafile = test_https_with_cadefault = None
    test_https_sni = test_issue16464 = None

    def test_chunked(self):
        """D9: its server forgets the end of the chunks."""
        with self.assertRaises(urllib.error.URLError) as caught:
            super().test_chunked()
        self.assertIn("exit status 18", str(caught.exception))

    def test_sending_headers_camel(self):
        """D18: names are sent as they were written (here, by Request)."""
        handler = self.start_server()
        code, _, _ = lwurl("-H", "X-SoMe-hEader: foobar",
                           "http://localhost:%s/" % handler.port)
        self.assertEqual(code, 0)
        self.assertIn("X-SoMe-hEader", handler.headers_received.keys())


# --------------------------------------------------------------- test_urllib2


class Recorder(urllib.request.HTTPPasswordMgr):
    """Keeps every question with the table as it was then."""

    questions = []

    def __init__(self):
        super().__init__()
        self.table = []

    def add_password(self, realm, uri, user, passwd):
        super().add_password(realm, uri, user, passwd)
        self.table.append((realm, uri, user, passwd))

    def find_user_password(self, realm, authuri):
        found = super().find_user_password(realm, authuri)
        self.questions.append((list(self.table), realm, authuri, found))
        return found


def run_quietly(test):
    result = unittest.TestResult()
    test.run(result)
    return result


class Urllib2(unittest.TestCase):
    def find(self, questions):
        """Answers of tests/differential/passwords.c."""
        def word(text):
            return "-" if text is None else "x" + text.encode().hex()
        lines = "".join(" ".join(["find", word(url), word(realm)] + [
            word(text) for line in table for text in line]) + "\n"
            for table, realm, url, _ in questions)
        done = subprocess.run([os.path.join(os.path.dirname(
            PROGRAM), "differential_passwords")], input=lines.encode(),
            stdout=subprocess.PIPE, check=True, timeout=60)
        for line in done.stdout.decode().splitlines():
            yield tuple(None if part == "-" else bytes.fromhex(
                part[1:]).decode() for part in line.split()[1:])

    def test_passwords(self):
        """A URL is one here: what has no scheme is no question, and a line
        without one answers none (D7). Of a URI that is there twice the first
        line counts, and of two the longer one (D7)."""
        Recorder.questions = []
        with mock.patch.object(urllib.request, "HTTPPasswordMgr", Recorder):
            for name in ("", "_default_port", "_scheme"):
                run_quietly(test_urllib2.RequestHdrsTests(
                    "test_password_manager" + name))
        asked = [q for q in Recorder.questions if "://" in q[2]]
        differ = {"http://example.com/ni": ("ni", "ni"),
                  "http://example.com/foo/bar": ("foobar", "nibar"),
                  "http://example.com/": ("first", "blah"),
                  "http://i.example.com:80": (None, None),
                  "http://j.example.com": (None, None),
                  "http://schemeless.example.com/": (None, None),
                  "https://schemeless.example.com/": (None, None),
                  "https://network-path.example.com/": (None, None)}
        same = 0
        for (_, realm, url, theirs), ours in zip(asked, self.find(asked)):
            if ours == theirs:
                same += 1
                continue
            with self.subTest((realm, url)):
                print("%s %s: CPython %s, here %s" % (realm, url, theirs,
                                                      ours))
                self.assertEqual(ours, differ.get(url))
        print("%d questions, %d answered alike" % (len(asked), same))
        self.assertGreater(same, 15)

    def challenges(self):
        asked = []

        def check(lines, realm):
            asked.append(lines)
            if '"' not in lines[0]:
                warnings.warn("Basic Auth Realm was unquoted", UserWarning)
        test = test_urllib2.HandlerTests("test_basic_auth")
        test.check_basic_auth = check
        result = run_quietly(test)
        self.assertTrue(result.wasSuccessful(), result)
        return asked

    def test_challenges(self):
        asked = self.challenges()
        self.assertGreater(len(asked), 10)
        for lines in asked:
            with self.subTest(lines):
                server = servers.Server(servers.guarded(
                    lines, "Basic dTpw", servers.OK))
                result = lwurl("-u", "u:p", "--anyauth",
                               "http://127.0.0.1:%d/" % server.port)
                server.stop()
                sent = dict(server.requests[-1][1].fields)["authorization"]
                if any("Digest" in line for line in lines):  # D6
                    self.assertEqual(sent.split()[0], "Digest")
                else:
                    self.assertEqual((result[:2], sent),
                                     ((0, b"ok"), "Basic dTpw"))

    def via(self, text, host):
        """What a proxy is asked that http_proxy names so; host stands for it.
        None: it is not."""
        server = servers.Server(servers.always(servers.OK))
        text = text.replace(host, "127.0.0.1:%d" % server.port)
        with mock.patch.dict(os.environ, http_proxy=text):
            code, _, _ = lwurl("http://name.example/")
        server.stop()
        if not server.requests:
            self.assertNotEqual(code, 0)
            return None
        request = server.requests[0][1]
        self.assertEqual((code, request.target), (0, "http://name.example/"))
        return dict(request.fields).get("proxy-authorization", "")

    @staticmethod
    def proxies():
        """The table of test_parse_proxy, out of its constants."""
        for const in test_urllib2.MiscTests.test_parse_proxy.__code__ \
                .co_consts:
            if isinstance(const, tuple):
                yield from (row for row in const if isinstance(row, tuple)
                            and isinstance(row[1], tuple))

    def test_proxies(self):
        self.assertGreater(len(list(self.proxies())), 10)
        for text, (scheme, user, password, host) in self.proxies():
            if "/" in (user or "") + (password or ""):
                continue
            with self.subTest(text):
                expected = "" if user is None else "Basic " + b64encode(
                    ("%s:%s" % (user, password)).encode()).decode()
                if scheme == "ftp":  # X6: it has to speak http
                    expected = None
                self.assertEqual(self.via(text, host), expected)

    def test_differs_proxies(self):
        """a slash in a proxy's user or password is written %2F (RFC 3986)."""
        for text, (_, user, password, host) in self.proxies():
            if "/" not in (user or "") + (password or ""):
                continue
            with self.subTest(text):
                self.assertEqual(urllib.request._parse_proxy(text)[3], host)
                self.assertIsNone(self.via(text, host))
                before, _, after = text[7:].rpartition("@")
                self.assertTrue(self.via("http://%s@%s" % (
                    before.replace("/", "%2F"), after), host))


# -------------------------------------------------------- test_http_cookiejar


class Cookies(unittest.TestCase):
    def record(self):
        """(name of the test, [(url, lines, Cookie field)]) of each jar that
        keeps to the default rules."""
        jars = {}

        def interact(jar, url, *lines):
            sent = real(jar, url, *lines)
            jars.setdefault(id(jar), (jar, []))[1].append((url, lines, sent))
            return sent
        real = test_http_cookiejar.interact_netscape
        loader = unittest.defaultTestLoader
        for test in loader.loadTestsFromTestCase(
                test_http_cookiejar.CookieTests):
            jars.clear()
            with mock.patch.object(test_http_cookiejar, "interact_netscape",
                                   interact):
                run_quietly(test)
            for jar, steps in jars.values():
                if self.is_default(jar):
                    yield test.id().split(".")[-1], steps

    @staticmethod
    def is_default(jar):
        default = vars(test_http_cookiejar.DefaultCookiePolicy())
        given = vars(jar._policy)
        return all(given.get(key) == value for key, value in default.items()
                   if key != "_now")

    def replay(self, steps):
        """What lwurl sends, whoever the URLs are about."""
        server = servers.Server(lambda request, n: servers.answer(
            200, b"ok", *["Set-Cookie: " + line for line in steps[n][1]]))
        code, _, err = lwurl(
            "-b", "", "--connect-to", "::127.0.0.1:%d" % server.port,
            *[url for url, _, _ in steps])
        server.stop()
        self.assertEqual((code, len(server.requests)), (0, len(steps)), err)
        return [dict(request.fields).get("cookie", "")
                for _, request in server.requests]

    def test_jars(self):
        """D17: what has no "=" is no cookie."""
        same, other = 0, []
        for name, steps in self.record():
            steps = [step for step in steps if step[0].startswith("http:")]
            ours = self.replay(steps) if steps else []
            for (url, _, theirs), cookie in zip(steps, ours):
                if sorted(theirs.split("; ")) == sorted(cookie.split("; ")):
                    same += 1
                else:
                    print("%s %s: CPython %r, here %r" % (name, url, theirs,
                                                          cookie))
                    other.append(name)
        print("%d answers alike, %d not" % (same, len(other)))
        self.assertEqual(set(other), {"test_missing_value"})
        self.assertGreater(same, 40)

    def expires(self, text):
        """When a cookie of lwurl's ends; 0: with the session."""
        server = servers.Server(servers.always(servers.answer(
            200, b"", "Set-Cookie: a=b; Expires=" + text)))
        code, out, _ = lwurl("-c", "-", "http://127.0.0.1:%d/" % server.port)
        server.stop()
        self.assertEqual(code, 0)
        return int(out.decode().splitlines()[1].split("\t")[4])

    def dates(self):
        """Of test_http2time_formats, 50 years later."""
        for const in test_http_cookiejar.DateTimeTests \
                .test_http2time_formats.__code__.co_consts:
            if isinstance(const, tuple):
                yield from (text.replace("1994", "2044").replace("-94", "-44")
                            for text in const)

    def test_dates(self):
        """D17: RFC 6265 wants a time with seconds, and no 24 o'clock."""
        self.assertGreater(len(list(self.dates())), 10)
        for text in self.dates():
            with self.subTest(text):
                theirs = int(test_http_cookiejar.http2time(text))
                self.assertEqual(self.expires(text), theirs
                                 if ":00:00" in text else 0)

    def test_dates_that_are_none(self):
        for const in test_http_cookiejar.DateTimeTests \
                .test_http2time_garbage.__code__.co_consts:
            for text in const if isinstance(const, tuple) else ():
                with self.subTest(text):
                    self.assertEqual(self.expires(text), 0)


# --------------------------------------------------------------- test_ftplib


class Sized(test_ftplib.DummyFTPHandler):
    def cmd_size(self, arg):
        self.push("550 no")


class Ftp(unittest.TestCase):
    """Its server says 125 instead of 150, and the address of somebody else in
    PASV. One at a time: asyncore keeps the sockets of all of them in one map,
    so that each one's thread would serve, and close, those of the others."""

    def serve(self, address, family, handler=Sized):
        self.doCleanups()
        server = test_ftplib.DummyFTPServer((address, 0), af=family,
                                            encoding="latin-1")
        server.handler = handler
        server.start()
        self.addCleanup(server.stop)
        return server

    def check(self, address, family):
        server = self.serve(address, family)
        base = "ftp://%s:%d/" % (
            "[%s]" % address if ":" in address else address, server.port)
        for path, data in (("f", test_ftplib.RETR_DATA),
                           ("d/f;type=a", test_ftplib.RETR_DATA),
                           ("d/", test_ftplib.LIST_DATA)):
            with self.subTest(path):
                code, out, err = lwurl(base + path)
                self.assertEqual((code, out), (0, data.encode("latin-1")), err)
                if family == socket.AF_INET:  # all that CPython can
                    with urllib.request.urlopen(base + path) as response:
                        self.assertEqual(response.read(), out)
        code, out, _ = lwurl("-l", base)
        self.assertEqual(out, test_ftplib.NLST_DATA.encode("latin-1"))

    def test_ipv4(self):
        self.check("127.0.0.1", socket.AF_INET)

    def test_ipv6(self):
        self.check("::1", socket.AF_INET6)

    def url(self, **commands):
        """Of a file at a server that answers these commands otherwise."""
        class Strange(Sized):
            pass
        for name, reply in commands.items():
            setattr(Strange, "cmd_" + name,
                    lambda self, arg, reply=reply: self.push(reply))
        server = self.serve("127.0.0.1", socket.AF_INET, Strange)
        return "ftp://127.0.0.1:%d/f" % server.port

    def test_line_too_long(self):
        """No line is, here."""
        url = self.url(user="331 " + 100000 * "x")
        self.assertEqual(lwurl(url)[0], 0)
        with self.assertRaises(urllib.error.URLError):
            urllib.request.urlopen(url)

    def test_replies_that_are_none(self):
        for reply, code in (("999 no", 8), ("hello", 8), ("530 no", 67),
                            ("421 busy", 9)):
            with self.subTest(reply):
                url = self.url(user=reply)
                self.assertEqual(lwurl(url)[0], code)
                with self.assertRaises(urllib.error.URLError):
                    urllib.request.urlopen(url)

    def test_differs_size(self):
        """what is no answer to a command (SIZE by 250) is an error."""
        url = self.url(size="250 1000")
        self.assertEqual(lwurl(url)[0], 9)
        with urllib.request.urlopen(url) as response:
            self.assertEqual(response.read(),
                             test_ftplib.RETR_DATA.encode("latin-1"))


if __name__ == "__main__":
    counted.main()
