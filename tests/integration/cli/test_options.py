#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Options of the host program: what they make of a request and its answer.

usage: test_options.py PROGRAM
"""

import os
import re
import tempfile
import unittest

from support import (OK, ROOT, Result, Scripted, answers, counted, fields, lwurl,
                     once)


class Temporary(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as out:
            out.write(data)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as source:
            return source.read()


class CommandLine(Temporary):
    def assert_usage(self, result, *words):
        self.assertEqual(result.code, 2, result)
        for word in words:
            self.assertIn(word, result.err)

    def test_help(self):
        result = lwurl("--help", loopback=False)
        self.assertEqual(result.code, 0)
        text = result.out.decode()
        for word in ("--request", "--data-binary", "--cacert", "--pcap",
                     "--keylog", "--resolve", "--loopback-only"):
            self.assertIn(word, text)
        self.assertNotIn("--insecure", text)
        self.assertEqual([line for line in text.splitlines()
                          if len(line) > 80], [])
        self.assertRegex(text, r"\n +28 +\w")
        self.assertEqual(lwurl("-h", loopback=False).out, result.out)

    def test_version(self):
        self.assertRegex(lwurl("-V", loopback=False).out, rb"^lwurl \d")

    def test_mistakes(self):
        self.assert_usage(lwurl(), "no URL")
        self.assert_usage(lwurl("--nonsense", "http://localhost/"),
                          "--nonsense", "--help")
        self.assert_usage(lwurl("-sZ", "http://localhost/"), "-Z")
        self.assert_usage(lwurl("http://localhost/", "-o"), "-o", "argument")
        self.assert_usage(lwurl("-m", "soon", "http://localhost/"), "seconds")
        self.assert_usage(lwurl("-m", "-1", "http://localhost/"), "seconds")
        self.assert_usage(lwurl("--work-buffer", "127", "http://localhost/"),
                          "128")
        self.assert_usage(lwurl("--resolve", "a:1", "http://a/"), "--resolve")
        self.assert_usage(lwurl("--resolve", "a:x:127.0.0.1", "http://a/"))
        self.assert_usage(lwurl("--resolve", "a:1:b", "http://a/"))
        self.assert_usage(lwurl("--connect-to", "a:1:b", "http://a/"))
        self.assert_usage(lwurl("-I", "-d", "x", "http://localhost/"), "body")

    def test_checks_stay_on(self):
        for option in ("-k", "--insecure"):
            self.assert_usage(lwurl(option, "https://localhost/"), "--cacert")

    def test_too_many(self):
        self.assert_usage(lwurl(*["-H", "a: b"] * 65, "http://a/"), "-H")

    def test_bad_urls(self):
        for url in ("http://", "http:///x", "http://a b/", "http://[::1/",
                    "http://a:99999/", "http://a/\r\nX: y"):
            self.assertEqual(lwurl(url).code, 3, url)
        self.assertEqual(lwurl("gopher://localhost/").code, 1)
        self.assertEqual(lwurl("http://localhost/" + 3000 * "x").code, 27)

    def test_data_urls(self):
        self.assertEqual(lwurl("data:,a%20b"), Result(0, b"a b", ""))
        self.assertEqual(lwurl("data:;base64,AP8="),
                         Result(0, b"\x00\xff", ""))
        result = lwurl("-w", "\n%{http_code} %{scheme} %{content_type}",
                       "data:text/html,x")
        self.assertEqual(result.out, b"x\n000 data text/html")
        self.assertEqual(lwurl("data:nothing").code, 3)


class ExitStatuses(unittest.TestCase):
    """Errors of lwurl's, each once, and no status without a text."""

    def test_all(self):
        with open(os.path.join(ROOT, "core", "lwurl_types.h")) as source:
            errors = set(re.findall(r"\b(LWURL_ERR_\w+)\s*=", source.read()))
        with open(os.path.join(ROOT, "boards", "host", "exits.c")) as source:
            text = source.read()
        rows = re.findall(r"\{(LWURL_ERR_\w+), (\w+)\}", text)
        self.assertGreater(len(rows), 40)
        self.assertEqual(len(rows), len({error for error, _ in rows}))
        self.assertEqual({error for error, _ in rows} - errors, set())
        texts = set(re.findall(r"\{(\w+), \"", text))
        self.assertEqual({status for _, status in rows} - texts, set())


class Readme(unittest.TestCase):
    def test_options_are_there(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as source:
            section = source.read().split("## The program")[1]
        named = set(re.findall(r"`(--?[a-zA-Z][\w.-]*)",
                               section.split("\n## ")[0]))
        self.assertGreater(len(named), 60)
        known = set(re.findall(r"(?m)^  (-\w)?,? *(--[\w.-]+)",
                               lwurl("--help").out.decode()))
        self.assertEqual(named - {name for pair in known for name in pair},
                         set())


class Requests(Temporary):
    def ask(self, *args, stdin=b"", reply=OK, code=0):
        """Head and body of the one request that the program sends."""
        with Scripted(answers(reply)) as server:
            result = lwurl(*args, server.url + "path?q=1", stdin=stdin)
            self.assertEqual(result.code, code, result)
            self.assertEqual(len(server.requests), 1)
            return server.requests[0]

    def test_plain(self):
        head, body = self.ask()
        self.assertRegex(
            head, rb"^GET /path\?q=1 HTTP/1\.1\r\n"
            rb"Host: 127\.0\.0\.1:\d+\r\nUser-Agent: lwurl/[0-9.]+\r\n"
            rb"Accept-Encoding: identity\r\n\r\n$")
        self.assertEqual(body, b"")

    def test_method(self):
        head, _ = self.ask("-X", "DELETE")
        self.assertTrue(head.startswith(b"DELETE /path"))
        head, _ = self.ask("-XPATCH")
        self.assertTrue(head.startswith(b"PATCH /path"))
        self.assertEqual(lwurl("-X", "A B", "http://localhost/").code, 2)

    def test_head(self):
        head, _ = self.ask("-I", reply=b"HTTP/1.1 200 OK\r\n"
                           b"Content-Length: 99\r\n\r\n")
        self.assertTrue(head.startswith(b"HEAD /path"))

    def test_data(self):
        for option in ("-d", "--data"):
            head, body = self.ask(option, "a=1", option, "b=2")
            self.assertEqual(body, b"a=1&b=2")
            self.assertTrue(head.startswith(b"POST "))
            self.assertEqual(fields(head)["content-type"],
                             "application/x-www-form-urlencoded")

    def test_data_of_files(self):
        path = self.write("text", b"one\r\ntwo\n")
        self.assertEqual(self.ask("-d", "@" + path)[1], b"onetwo")
        self.assertEqual(self.ask("--data-binary", "@" + path)[1],
                         b"one\r\ntwo\n")
        self.assertEqual(self.ask("-d", "@-", stdin=b"in\n")[1], b"in")
        self.assertEqual(self.ask("-d", "x", "--data-binary", "@-",
                                  stdin=b"\0\xff\n")[1], b"x&\0\xff\n")
        self.assertEqual(lwurl("-d", "@" + self.path("none"),
                               "http://localhost/").code, 26)

    def test_empty_data(self):
        head, body = self.ask("-d", "")
        self.assertEqual(body, b"")
        self.assertEqual(fields(head)["content-length"], "0")
        self.assertTrue(head.startswith(b"POST "))

    def test_large_data(self):
        data = os.urandom(1 << 20)
        path = self.write("large", data)
        self.assertEqual(self.ask("--data-binary", "@" + path)[1], data)
        self.assertEqual(
            self.ask("--data-binary", "@" + path, "--work-buffer", "128",
                     "-H", "Transfer-Encoding: chunked")[1], data)

    def test_chunked(self):
        head, body = self.ask("-d", "abc", "-H", "Transfer-Encoding: chunked")
        self.assertEqual(body, b"abc")
        self.assertEqual(fields(head)["transfer-encoding"], "chunked")
        self.assertNotIn("content-length", fields(head))

    def test_fields(self):
        head, _ = self.ask("-H", "X-One: 1", "-H", "X-Empty;", "-H",
                           "Host: other", "-H", "X-Colons: a:b; c", "-H",
                           "User-Agent:", "-H", "accept-encoding: gzip")
        found = fields(head.replace(b"X-Empty: \r\n", b"X-Empty: -\r\n"))
        self.assertEqual(found, {"x-one": "1", "x-empty": "-", "host": "other",
                                 "x-colons": "a:b; c",
                                 "accept-encoding": "gzip"})

    def test_content_type(self):
        head, _ = self.ask("-d", "{}", "-H", "Content-Type: application/json")
        self.assertEqual(head.lower().count(b"content-type"), 1)
        self.assertEqual(fields(head)["content-type"], "application/json")

    def test_connection_close(self):
        head, _ = self.ask("-H", "Connection: close")
        self.assertEqual(head.count(b"Connection: close\r\n"), 1)

    def test_bad_fields(self):
        for field in ("X-A: b\r\nX-C: d", "A B: c", "Content-Length: 5",
                      "Transfer-Encoding: gzip", "nothing", ": value"):
            self.assertEqual(lwurl("-H", field, "http://localhost/").code, 2,
                             field)

    def test_left_out(self):
        for name in ("Host", "User-Agent", "accept-encoding", "Content-Type"):
            got = fields(self.ask("-d", "x", "-H", name + ":")[0])
            self.assertNotIn(name.lower(), got)
            self.assertEqual(len(got), 4)
        head, _ = self.ask("-u", "u:p", "-H", "Authorization:")
        self.assertNotIn("authorization", fields(head))

    def test_user_agent(self):
        self.assertEqual(fields(self.ask("-A", "me/1")[0])["user-agent"],
                         "me/1")
        self.assertNotIn("user-agent", fields(self.ask("-A", "")[0]))

    def test_user(self):
        for user in ("user:pass:word", "user:"):
            head, _ = self.ask("-u", user)
            self.assertRegex(fields(head)["authorization"], r"^Basic \S+$")

    def test_user_is_hidden(self):
        """From those who look at the list of processes."""
        seen = []

        def script(conn, _):
            conn.recv(4096)
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open("/proc/%s/cmdline" % pid, "rb") as line:
                        seen.append(line.read())
                except OSError:
                    pass
            conn.sendall(OK)
        with Scripted(script) as server:
            lwurl("-u", "user:not for all", server.url)
        mine = [line for line in seen if server.url.encode() in line]
        self.assertEqual(len(mine), 1)
        self.assertNotIn(b"not for all", mine[0])

    def test_no_scheme(self):
        with Scripted(answers(OK)) as server:
            result = lwurl(server.url[len("http://"):])
            self.assertEqual(result, Result(0, b"ok", ""))


class Output(Temporary):
    def test_files(self):
        with Scripted(answers(OK)) as server:
            a, b = self.path("a"), self.path("b")
            result = lwurl("-o", a, server.url, server.url, "-o", b,
                           server.url)
            self.assertEqual(result, Result(0, b"ok", ""))
            self.assertEqual(self.read("a"), b"ok")
            self.assertEqual(self.read("b"), b"ok")
            self.assertEqual(lwurl("-o", "-", server.url).out, b"ok")
            lwurl("-so" + self.path("c"), server.url)
            self.assertEqual(self.read("c"), b"ok")

    def test_empty_file(self):
        reply = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        with Scripted(answers(reply)) as server:
            self.assertEqual(lwurl("-o", self.path("e"), server.url).code, 0)
            self.assertEqual(self.read("e"), b"")

    def test_no_file_for_nothing(self):
        with Scripted(answers(None)) as server:
            result = lwurl("-o", self.path("e"), server.url)
            self.assertEqual(result.code, 52)
            self.assertFalse(os.path.exists(self.path("e")))

    def test_full_disk(self):
        with Scripted(answers(OK)) as server:
            result = lwurl("-o", "/dev/full", server.url)
            self.assertEqual(result.code, 23)
            self.assertIn("/dev/full", result.err)
            result = lwurl("-o", self.path("none/file"), server.url)
            self.assertEqual(result.code, 23)

    def test_head(self):
        head = b"HTTP/1.1 201 So be it\r\nX-Long: " + 2000 * b"x" + \
            b"\r\nContent-Length: 2\r\n\r\n"
        with Scripted(answers(head + b"ok")) as server:
            for work in ("4096", "128"):
                result = lwurl("-i", "--work-buffer", work, server.url)
                self.assertEqual(result, Result(0, head + b"ok", ""))
                result = lwurl("-I", "--work-buffer", work, server.url)
                self.assertEqual(result, Result(0, head, ""))

    def test_fail(self):
        reply = b"HTTP/1.1 404 Nope\r\nContent-Length: 4\r\n\r\nbody"
        with Scripted(answers(reply)) as server:
            self.assertEqual(lwurl(server.url), Result(0, b"body", ""))
            result = lwurl("-f", server.url)
            self.assertEqual((result.code, result.out), (22, b""))
            self.assertIn("404", result.err)
            self.assertEqual(lwurl("-fs", server.url), Result(22, b"", ""))
            self.assertIn("404", lwurl("-fsS", server.url).err)

    def test_redirect_is_no_failure(self):
        reply = b"HTTP/1.1 302 Go\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"
        with Scripted(answers(reply)) as server:
            self.assertEqual(lwurl("-f", server.url).code, 0)

    def test_write_out(self):
        reply = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nA: b\r\n\r\nxyz"
        names = ("http_code response_code size_download num_headers "
                 "content_type http_version scheme remote_ip remote_port "
                 "method num_connects exitcode errormsg size_upload")
        form = " ".join("%%{%s}" % name for name in names.split())
        with Scripted(once(reply)) as server:
            result = lwurl("-d", "four", "-w", "\\n" + form, server.url)
            self.assertEqual(
                result.out.decode(), "xyz\n200 200 3 2 text/plain 1.0 http "
                "127.0.0.1 %d POST 1 0  4" % server.port)
            result = lwurl("-w", "\\t%{nothing}%%%x\\q%{open", server.url)
            self.assertEqual(result.out, b"xyz\t%{nothing}%%x\\q%{open")

    def test_write_out_times(self):
        form = "\n%{time_namelookup} %{time_connect} %{time_appconnect} " \
            "%{time_pretransfer} %{time_starttransfer} %{time_total}"
        with Scripted(answers(OK)) as server:
            times = lwurl("-w", form, server.url).out.split(b"\n")[1].split()
        self.assertTrue(all(re.fullmatch(rb"\d+\.\d{6}", t) for t in times))
        name, connect, secured, ready, first, total = map(float, times)
        self.assertTrue(0 < name <= connect == ready <= first <= total < 20)
        self.assertEqual(secured, 0)

    def test_write_out_of_failures(self):
        form = "%{http_code} %{exitcode} %{errormsg}"
        with Scripted(answers(None)) as server:
            result = lwurl("-s", "-w", form, server.url)
        self.assertRegex(result.out, rb"^000 52 \w")

    def test_last_failure_counts(self):
        good, bad = "data:,x", "http://localhost:1/"
        self.assertEqual(lwurl("-s", bad, good).code, 7)
        self.assertEqual(lwurl("-s", bad, "data:x").code, 3)

    def test_summary(self):
        with Scripted(answers(OK)) as server:
            text = lwurl("--summary", server.url).err
        for word in ("status 200", "time ", "wire ", "RAM ", "stack "):
            self.assertIn(word, text)
        sent = int(re.search(r"sent (\d+) bytes", text).group(1))
        self.assertGreater(sent, 200)


if __name__ == "__main__":
    counted.main()
