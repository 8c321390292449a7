#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Options of the host program for redirects, proxies, cookies and uploads:
what they mean to curl. What lwurl itself makes of them is compared with
CPython in tests/differential/urllib.

usage: test_features.py PROGRAM
"""

import base64
import email.policy
import os
import tempfile
import unittest

from support import OK, Scripted, answers, counted, fields, lwurl


def redirect(to):
    return (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n"
            % to.encode())


def to(server, *args, **more):
    """Requests that reach the server; the program ends well."""
    result = lwurl(*args, **more)
    assert result.code == 0, result
    return [(head.split(b" HTTP/1.1\r\n")[0].decode(), fields(head), body)
            for head, body in server.requests]


class Features(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.server = Scripted(answers(OK))
        self.addCleanup(self.server.__exit__)
        self.url = self.server.url

    def path(self, name, data=None):
        path = os.path.join(self.folder, name)
        if data is not None:
            with open(path, "wb") as out:
                out.write(data)
        return path

    def ask(self, *args, **more):
        return to(self.server, *args, **more)[-1]

    # ------------------------------------------------------------ redirects

    def test_location(self):
        with Scripted(answers(redirect("/2?x"), OK)) as server:
            result = lwurl("-L", "-w", " %{num_redirects} %{url_effective}",
                           server.url)
            self.assertEqual(result.out.decode(),
                             "ok 1 %s2?x" % server.url)

    def test_no_location(self):
        with Scripted(answers(redirect("/2"), OK)) as server:
            result = lwurl("-w", "%{http_code}", server.url)
            self.assertEqual((result.code, result.out), (0, b"302"))

    def test_heads_of_all_hops(self):
        with Scripted(answers(redirect("/2"), OK)) as server:
            out = lwurl("-L", "-i", server.url).out
        self.assertEqual(out, redirect("/2") + OK)

    def test_max_redirs(self):
        with Scripted(answers(redirect("/"))) as server:
            for most in (0, 1, 3):
                del server.requests[:]
                result = lwurl("-L", "--max-redirs", str(most), server.url)
                self.assertEqual(result.code, 47, result)
                self.assertEqual(len(server.requests), most + 1)
                self.assertIn("redirect", result.err)

    def test_resolve_of_every_hop(self):
        with Scripted(answers(OK)) as second:
            there = "http://second.example:%d/" % second.port
            with Scripted(answers(redirect(there))) as first:
                result = lwurl(
                    "-L", "http://first.example:%d/" % first.port,
                    "--resolve", "first.example:%d:127.0.0.1" % first.port,
                    "--resolve", "second.example:%d:127.0.0.1" % second.port)
                self.assertEqual((result.code, result.out), (0, b"ok"), result)

    # -------------------------------------------------------------- proxies

    def test_proxy(self):
        there = "localhost:%d" % self.server.port
        line, got, _ = self.ask("-x", there, "-U", "u@:p w",
                                "http://name.example:81/a")
        self.assertEqual(line, "GET http://name.example:81/a")
        self.assertEqual(got["proxy-authorization"], "Basic "
                         + base64.b64encode(b"u@:p w").decode())
        _, got, _ = self.ask("-x", "http://old:one@" + there, "-U", "u:p",
                             "http://name.example:81/a")
        self.assertEqual(got["proxy-authorization"], "Basic dTpw")

    def test_proxy_of_the_environment(self):
        there = "http://localhost:%d" % self.server.port
        os.environ["http_proxy"] = there
        self.addCleanup(os.environ.pop, "http_proxy")
        self.assertEqual(self.ask("http://name.example/")[0],
                         "GET http://name.example/")
        self.assertEqual(self.ask("--noproxy", "127.0.0.1", self.url)[0],
                         "GET /")
        self.assertEqual(self.ask("--noproxy", "*", self.url)[0], "GET /")
        self.assertEqual(self.ask("-x", "", self.url)[0], "GET /")

    def test_bad_proxies(self):
        self.assertEqual(lwurl("-x", "a", "-U", "u", self.url).code, 2)
        self.assertEqual(lwurl("-x", "socks5://a:1", self.url).code, 1)

    def test_tunnel_for_http(self):
        """The first CONNECT is refused, the second one is not."""
        opened = b"HTTP/1.1 200 Opened\r\n\r\n"
        denied = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"
        with Scripted(answers(denied)) as server:
            result = lwurl("-p", "-x", "localhost:%d" % server.port,
                           "http://name.example/")
            self.assertEqual(result.code, 56)
        with Scripted(answers(opened, OK, OK)) as server:
            got = to(server, "--proxytunnel", "-x",
                     "u:p@localhost:%d" % server.port, "-b", "a=b",
                     *2 * ["http://name.example/a"])
        self.assertEqual([line for line, _, _ in got], [
            "CONNECT name.example:80", "GET /a", "GET /a"])
        self.assertEqual(got[0][1]["proxy-authorization"], "Basic dTpw")
        self.assertNotIn("cookie", got[0][1])
        self.assertEqual(got[1][1], got[2][1])
        self.assertNotIn("proxy-authorization", got[1][1])
        self.assertEqual(got[1][1]["cookie"], "a=b")

    def test_cookie_of_a_proxy(self):
        """What it says before the tunnel is there is not the origin's."""
        opened = b"HTTP/1.1 200 Opened\r\nSet-Cookie: p=1; Path=/\r\n\r\n"
        reply = OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: o=2\r\n\r\n")
        with Scripted(answers(opened, reply, OK)) as server:
            got = to(server, "-b", "", "-p", "-x", "localhost:%d" % server.port,
                     *2 * ["http://name.example/"])
        self.assertEqual([fields.get("cookie") for _, fields, _ in got],
                         [None, None, "o=2"])

    def test_connect_to_of_every_hop(self):
        """One origin's address is not another's; a rule may have one, too."""
        with Scripted(answers(OK)) as other, \
                Scripted(answers(redirect("http://b.example:81/x"))) as first:
            rule = "a.example:80:127.0.0.1:%d" % first.port
            result = lwurl("-L", "--connect-to", rule, "http://a.example/")
            self.assertEqual(result.code, 6, result)
            self.assertEqual(len(first.requests), 1)
            result = lwurl("-L", "--connect-to", rule, "--connect-to",
                           "b.example:81:127.0.0.1:%d" % other.port,
                           "http://a.example/")
            self.assertEqual((result.code, result.out), (0, b"ok"), result)
            self.assertEqual(fields(other.requests[0][0])["host"],
                             "b.example:81")

    def test_resolve_is_for_its_port(self):
        with Scripted(answers(OK)) as other, Scripted(answers(redirect(
                "http://a.example:%d/x" % other.port))) as first:
            result = lwurl("-L", "--resolve",
                           "a.example:%d:127.0.0.1" % first.port,
                           "http://a.example:%d/" % first.port)
            self.assertEqual(result.code, 6, result)
            self.assertEqual(len(other.requests), 0)

    def test_bad_connect_to(self):
        for rule in ("a:80:b", "a:80:b:80x", "a:x:b:80", "[::1:80:b:80",
                     "a:80:b:65536", "", "a:-1:b:80", "a:80:b:80:c"):
            self.assertEqual(lwurl("--connect-to", rule, self.url).code, 2,
                             rule)

    # -------------------------------------------------------------- cookies

    def test_cookie_field(self):
        _, got, _ = self.ask("-b", "a=b", "-b", "c=d; e=f", self.url)
        self.assertEqual(got["cookie"], "a=b; c=d; e=f")

    def test_cookie_files(self):
        jar = self.path("jar")
        reply = OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: id=7; Path=/; "
                           b"Max-Age=1000\r\n\r\n")
        with Scripted(answers(reply)) as server:
            got = to(server, "-c", jar, server.url, server.url)
            self.assertNotIn("cookie", got[0][1])
            self.assertEqual(got[1][1]["cookie"], "id=7")
        with open(jar) as lines:
            self.assertRegex(lines.read(),
                             r"\A# Netscape.*\n127.0.0.1\tFALSE\t/\tFALSE\t"
                             r"\d{10,}\tid\t7\n\Z")
        _, got, _ = self.ask("-b", jar, self.url)
        self.assertEqual(got["cookie"], "id=7")
        self.assertNotIn("cookie", self.ask("-b", self.path("none"),
                                            self.url)[1])

    def test_jar_that_does_not_fit(self):
        """What was there stays, whole, and nothing beside it."""
        jar = self.path("jar", b"# kept\n")
        os.chmod(jar, 0o600)
        reply = OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: id=%s; Max-Age=9"
                           b"\r\n\r\n" % (40 * b"7"))
        with Scripted(answers(reply)) as server:
            result = lwurl("-c", jar, server.url, by=[
                "env", "--ignore-signal=XFSZ", "prlimit", "--fsize=64"])
            self.assertEqual((result.code, result.out), (23, b"ok"))
            self.assertIn("jar: File too large", result.err)
            with open(jar) as lines:
                self.assertEqual(lines.read(), "# kept\n")
            self.assertEqual(os.listdir(self.folder), ["jar"])
            self.assertEqual(lwurl("-c", jar, server.url).code, 0)
        self.assertEqual(os.stat(jar).st_mode & 0o777, 0o600)
        with open(jar) as lines:
            self.assertIn("id\t777", lines.read())

    def test_jar_that_is_no_file(self):
        with Scripted(answers(OK)) as server:
            result = lwurl("-c", "/dev/full", server.url)
            self.assertEqual(result.code, 23)
            self.assertIn("/dev/full", result.err)
            self.assertEqual(lwurl("-c", "/dev/null", server.url).code, 0)
            link = self.path("link")
            os.symlink(self.path("other"), link)
            self.assertEqual(lwurl("-c", link, server.url).code, 0)
            self.assertTrue(os.path.islink(link))
            self.assertTrue(os.path.exists(self.path("other")))

    def test_no_jar_unless_asked(self):
        reply = OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: id=7\r\n\r\n")
        with Scripted(answers(reply)) as server:
            got = to(server, server.url, server.url)
            self.assertNotIn("cookie", got[1][1])

    # --------------------------------------------------------------- bodies

    def test_upload(self):
        path = self.path("na me", b"two\r\nlines\0")
        line, got, body = self.ask("-T", path, self.url + "d/")
        self.assertEqual((line, body), ("PUT /d/na%20me", b"two\r\nlines\0"))
        self.assertEqual(got["content-length"], "11")
        self.assertNotIn("content-type", got)
        self.assertEqual(self.ask("-T", path, "-H", "Content-Type: a/b",
                                  self.url)[1]["content-type"], "a/b")
        self.assertEqual(self.ask("-T", path, self.url + "x?y")[0],
                         "PUT /x?y")
        self.assertEqual(self.ask("-T", path, self.url[:-1])[0],
                         "PUT /na%20me")
        line, _, body = self.ask("-T", "-", "-X", "POST", self.url,
                                 stdin=b"piped")
        self.assertEqual((line, body), ("POST /", b"piped"))
        self.assertEqual(lwurl("-T", self.path("no"), self.url).code, 26)
        self.assertEqual(lwurl("-T", path, "-d", "x", self.url).code, 2)

    def form(self, *args, **more):
        """Line, and parts as (name, filename, type, value)."""
        line, got, body = self.ask(*args, self.url, **more)
        whole = email.message_from_bytes(
            b"Content-Type: " + got["content-type"].encode() + b"\r\n\r\n"
            + body, policy=email.policy.HTTP)
        self.assertEqual(whole.get_content_type(), "multipart/form-data")
        self.assertEqual(whole.defects, [])
        if "transfer-encoding" not in got:
            self.assertEqual(int(got["content-length"]), len(body))
        return line, [
            (part.get_param("name", header="content-disposition"),
             part.get_filename(), part["content-type"],
             part.get_payload(decode=True)) for part in whole.iter_parts()]

    def test_form(self):
        path = self.path("a b.bin", bytes(range(256)) * 500)
        note = self.path("note", b"two\nlines")
        data = b"application/octet-stream"
        self.assertEqual(self.form(
            "-F", "name=value", "-F", "empty=", "-F", "x=a=b",
            "-F", "file=@" + path, "-F", "text=<" + note), ("POST /", [
                ("name", None, None, b"value"), ("empty", None, None, b""),
                ("x", None, None, b"a=b"),
                ("file", "a b.bin", data.decode(), bytes(range(256)) * 500),
                ("text", None, None, b"two\nlines")]))

    def test_form_attributes(self):
        path = self.path("a", b"{}")
        self.assertEqual(self.form(
            "--form", "f=@%s;type=application/json;filename=b.json" % path,
            "-F", "g=@%s;filename=\"x;y\\\"z\"" % path,
            "-F", "h=<%s;type=text/plain" % path,
            "-F", "i=\"a;b\";type=text/html", "-F", "j=@-;filename=in",
            stdin=b"piped")[1], [
                ("f", "b.json", "application/json", b"{}"),
                ("g", 'x;y%22z', "application/octet-stream", b"{}"),
                ("h", None, "text/plain", b"{}"),
                ("i", None, "text/html", b"a;b"),
                ("j", "in", "application/octet-stream", b"piped")])

    def test_form_otherwise(self):
        self.assertEqual(self.form("-X", "PUT", "-F", "a=b")[0], "PUT /")
        self.assertEqual(self.form("-F", "a=b", "-H",
                                   "Transfer-Encoding: chunked")[1],
                         [("a", None, None, b"b")])
        with Scripted(answers(redirect("/2"), OK)) as server:
            got = to(server, "-L", "-F", "a=b", server.url)
            self.assertEqual([line for line, _, _ in got],
                             ["POST /", "GET /2"])
        moved = redirect("/2").replace(b"302", b"307")
        path = self.path("big", 100000 * b"x")
        with Scripted(answers(moved, OK)) as server:
            got = to(server, "-L", "--resend-body", "-F", "a=@" + path,
                     server.url)
            self.assertEqual(got[0][2], got[1][2])
            self.assertEqual(got[1][0], "POST /2")
        self.assertEqual(lwurl("-w", " %{size_upload}", "-F", "a=b",
                               self.url).out.split()[1],
                         b"%d" % len(self.server.requests[-1][1]))

    def test_bad_forms(self):
        path = self.path("f", b"")
        for given, code in (("a", 2), ("=b", 2), ("", 2), ("a=b;c", 2),
                            ("a=b;type=x\ny", 2), ('a="b', 2),
                            ("a=@" + path + ";x=y", 2),
                            ("a=@" + self.path("none"), 26),
                            ("a=@" + self.folder, 26)):
            self.assertEqual(lwurl("-F", given, self.url).code, code, given)
        for more in (["-d", "x"], ["-T", path], ["-I"], ["-G"]):
            self.assertEqual(lwurl("-F", "a=b", *more, self.url).code, 2)

    def test_get(self):
        self.assertEqual(self.ask("-G", "-d", "a=b", "-d", "c", self.url)[0],
                         "GET /?a=b&c")
        self.assertEqual(self.ask("-G", "-d", "a", self.url + "p?q#f")[0],
                         "GET /p?q&a")
        self.assertEqual(self.ask("-G", "-I", "-d", "a", self.url + "?")[0],
                         "HEAD /?a")

    def test_data_urlencode(self):
        path = self.path("file", b"1 &\n")
        for given, sent in (("a b=c", b"a b=c"), ("n=a b&", b"n=a%20b%26"),
                            ("=a=b", b"a%3Db"), ("a b", b"a%20b"),
                            ("@" + path, b"1%20%26%0A"),
                            ("n@" + path, b"n=1%20%26%0A")):
            self.assertEqual(self.ask("--data-urlencode", given, self.url)[2],
                             sent)
        self.assertEqual(self.ask("-d", "x", "--data-urlencode", "y=ü",
                                  self.url)[2], b"x&y=%C3%BC")

    def test_fields(self):
        _, got, _ = self.ask("-r", "2-5", "-e", "http://from/", self.url)
        self.assertEqual(got["range"], "bytes=2-5")
        self.assertEqual(got["referer"], "http://from/")

    # ------------------------------------------------------- authentication

    def test_anyauth(self):
        unasked = self.ask("-u", "u:p", self.url)[1]
        self.assertEqual(unasked["authorization"], "Basic dTpw")
        self.assertEqual(self.ask("--basic", "-u", "u:p", self.url)[1],
                         unasked)
        self.assertNotIn("authorization",
                         self.ask("--anyauth", "-u", "u:p", self.url)[1])


if __name__ == "__main__":
    counted.main()
