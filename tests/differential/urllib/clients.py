# SPDX-License-Identifier: MIT
"""A case, asked of CPython and of the host program: what came of it as lines
of text that can be compared.

    <A> GET /path host=<A>                     a request as server A saw it
    = 200 http://<A>/path b'ok'                a response
    ! redirect                                 an error

Names of fields are in lower case and sorted. Left out are User-Agent,
Connection, and Accept-Encoding where it is what both send (D18); a case that
is about these shows them (.show).
"""

import binascii
import contextlib
import http.client
import http.cookiejar
import os
import re
import socket
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import warnings

import digests
import servers

TIMEOUT = 3


class Case:
    """One question. In texts, <A> is server A's host:port, <A:port> its
    port."""

    def __init__(self, id, name, scripts, *urls, **more):
        self.id, self.name = id, name
        self.scripts = scripts if isinstance(scripts, dict) \
            else {"A": scripts}
        self.urls = urls or ("http://<A>/",)
        self.tls = ""           # letters of servers with TLS
        self.method = None
        self.headers = []
        self.data = None        # bytes
        self.chunked = False
        self.user = None        # "user:password"
        self.first = False      # send it unasked
        self.digest = False     # Digest and Basic, not Basic alone
        self.cookies = False
        self.names = []         # that resolve; others of .example do not
        self.env = {}
        self.timeout = TIMEOUT
        self.args = []          # more options of the program
        self.show = ()          # "connections", "raw", "framing", "default"
        self.python = None      # instead of one open() per URL
        self.opener = None      # the same of openers.c: its opener
        self.cpython = None     # expected lines, where they differ
        self.here = None
        self.why = ""           # of the difference, for people
        for key, value in more.items():
            if not hasattr(self, key):
                raise TypeError(key)
            setattr(self, key, value)

    @property
    def title(self):
        return "%s %s" % (self.id, self.name)


class World:
    """The servers of one case, for one client."""

    def __init__(self, case, pki):
        self.case, self.pki = case, pki
        self.servers, log = {}, []
        for letter, script in case.scripts.items():
            tls = servers.tls_context(pki) if letter in case.tls else None
            server = servers.Server(self.filled(script), tls)
            server.log = log
            self.servers[letter] = server
        self.log = log

    def filled(self, script):
        def with_tokens(request, n):
            data = script(request, n)
            if isinstance(data, bytes):
                return self.fill_bytes(data)
            return data if data is None else data._replace(
                data=self.fill_bytes(data.data))
        return with_tokens

    def fill(self, text):
        for letter, server in self.servers.items():
            text = text.replace("<%s:port>" % letter, str(server.port))
            text = text.replace("<%s>" % letter, "127.0.0.1:%d" % server.port)
        return text

    def fill_bytes(self, data):
        return self.fill(data.decode("latin-1")).encode("latin-1")

    def clear(self, text):
        for letter, server in self.servers.items():
            text = text.replace("127.0.0.1:%d" % server.port, "<%s>" % letter)
            text = re.sub(r":%d\b" % server.port, ":<%s:port>" % letter, text)
        return text

    def lines(self):
        letters = {server: letter for letter, server in self.servers.items()}
        return [self.clear(self.line(letters[server], request))
                for server, request in self.log]

    def line(self, letter, request):
        show = self.case.show
        hidden = {"user-agent", "connection"} if "default" not in show \
            else set()
        fields = []
        for name, value in request.fields:
            if name.startswith("raw:") != ("raw" in show):
                continue
            bare = name[4:] if name.startswith("raw:") else name
            if request.method == "CONNECT" and bare == "host" \
                    and value == request.target and "framing" not in show:
                continue  # X5: since CPython 3.12 both send it
            if bare.lower() in hidden or (
                    bare.lower() == "accept-encoding" and value == "identity"
                    and "default" not in show):
                continue
            if bare.lower() == "user-agent":
                value = re.sub(r"/[\d.]+$", "/x.y", value)
            if value.startswith("Digest "):
                value = digests.describe(value, request.method,
                                         self.case.user or "user:pass")
            fields.append("%s=%s" % (bare, value))
        words = ["<%s>" % letter, request.method, request.target]
        if "connections" in show:
            words[0] += "#%d" % request.connection
        words += sorted(fields)
        if "framing" in show:
            words.append(request.version)
        if request.body or request.framing:
            words.append(repr(request.body))
        return " ".join(words)

    def stop(self):
        for server in self.servers.values():
            server.stop()


# ------------------------------------------------------------------- CPython

def kind_of_value_error(error):
    for text, kind in (("unknown url type", "no scheme"),
                       ("nvalid header", "bad header"),
                       ("ethod can't contain", "bad method"),
                       ("AuthHandler does not support", "auth scheme"),
                       ("Unsupported digest", "auth scheme"),
                       ("no authority", "no host"),
                       ("not enough values to unpack", "bad data url")):
        if text in str(error):
            return kind
    return repr(error)


def kind_of_url_error(error):
    reason = error.reason
    for text, kind in (("no host given", "no host"),
                       ("unknown url type", "unknown scheme"),
                       ("qop 'auth-int' is not", "auth-int"),
                       ("qop '", "auth scheme")):
        if text in str(reason):
            return kind
    tunnel = re.match(r"Tunnel connection failed: (\d+)", str(reason))
    if tunnel:
        return "tunnel " + tunnel.group(1)
    return kind_of_error(reason)


KINDS = (
    (socket.gaierror, "no such name"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ConnectionRefusedError, "refused"),
    (TimeoutError, "timeout"),
    (http.client.RemoteDisconnected, "disconnected"),
    (ConnectionResetError, "reset"),
    (http.client.LineTooLong, "line too long"),
    (http.client.IncompleteRead, "incomplete"),
    (http.client.UnknownProtocol, "bad version"),
    (http.client.BadStatusLine, "bad status line"),
    (http.client.InvalidURL, "bad url"),
    (UnicodeEncodeError, "bad url"),
    (binascii.Error, "bad data url"),
    (FileNotFoundError, "no file"),
)


def kind_of_error(error):
    if isinstance(error, urllib.error.URLError):
        return kind_of_url_error(error)
    for family, kind in KINDS:
        if isinstance(error, family):
            missing = getattr(error, "expected", None)
            return kind if missing is None else "%s %d" % (kind, missing)
    if isinstance(error, ValueError):
        return kind_of_value_error(error)
    return repr(error)


def is_redirect_error(error):
    return re.search("infinite loop|Redirection to url", str(error.msg))


def ask_once(opener, request, timeout):
    try:
        response = opener.open(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if is_redirect_error(error):
            return "! redirect"
        response = error
    status = response.status if response.status is not None else 0
    return "= %03d %s %r" % (status, response.geturl(), response.read())


@contextlib.contextmanager
def patched(case):
    """Names of the case, and its environment."""
    real, saved = socket.getaddrinfo, dict(os.environ)

    def look_up(host, *rest, **more):
        name = host.decode() if isinstance(host, bytes) else host
        if name.lower() in case.names:
            name = "127.0.0.1"
        elif not re.fullmatch(r"[\d.:]+|localhost", name.lower()):
            raise socket.gaierror("no such name")
        return real(name, *rest, **more)
    socket.getaddrinfo = look_up
    os.environ.clear()
    os.environ.update(case.filled_env)
    try:
        yield
    finally:
        socket.getaddrinfo = real
        os.environ.clear()
        os.environ.update(saved)


def make_opener(case, world):
    handlers = [urllib.request.ProxyHandler(), urllib.request.HTTPSHandler(
        context=ssl.create_default_context(
            cafile=os.path.join(world.pki, "roots.pem")))]
    if case.cookies:
        handlers.append(urllib.request.HTTPCookieProcessor())
    if case.user:
        passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        user, password = case.user.split(":", 1)
        for letter in world.servers:
            for scheme in ("http", "https"):
                for host in ["127.0.0.1", "localhost"] + case.names:
                    for port in (":%d" % world.servers[letter].port, ""):
                        passwords.add_password(
                            None, "%s://%s%s/" % (scheme, host, port), user,
                            password, is_authenticated=case.first)
        handlers.append(urllib.request.HTTPBasicAuthHandler(passwords))
        if case.digest:
            handlers.append(urllib.request.HTTPDigestAuthHandler(passwords))
    return urllib.request.build_opener(*handlers)


def make_request(case, url):
    request = urllib.request.Request(url, method=case.method)
    if case.data is not None:
        request.data = iter([case.data]) if case.chunked else case.data
    for name, value in case.headers:
        request.add_header(name, value)
    return request


def ask_cpython(case, world):
    case.filled_env = {name: world.fill(value)
                       for name, value in case.env.items()}
    lines = []
    with patched(case), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opener = make_opener(case, world)
        for url in case.urls:
            try:
                if case.python:
                    lines += case.python(opener, world.fill(url),
                                         case).split("\n")
                else:
                    lines.append(ask_once(
                        opener, make_request(case, world.fill(url)),
                        case.timeout))
            except Exception as error:  # whatever CPython raises is its answer
                lines.append("! " + kind_of_error(error))
    return world.lines() + [world.clear(line) for line in lines]


# ---------------------------------------------------------------------- lwurl

ERRORS = {
    "URL": "bad url", "SCHEME": "unknown scheme", "NO_HOST": "no host",
    "METHOD": "bad method", "HEADER": "bad header",
    "STATUS_LINE": "bad status line", "VERSION": "bad version",
    "FIELD": "bad field", "LENGTH": "bad length", "CHUNK": "bad chunk",
    "CODING": "bad coding", "INCOMPLETE": "incomplete",
    "UPGRADE": "upgrade", "DISCONNECTED": "disconnected",
    "MAYBE_SENT": "may have been sent", "HEAD_LIMIT": "head too long",
    "DATA": "bad data url", "REDIRECT": "redirect", "AUTH": "auth scheme",
    "PROXY": "tunnel", "CERT_NAME": "certificate",
    "CERT_TRUST": "certificate", "DNS": "no such name", "REFUSED": "refused",
    "RESET": "reset", "DEADLINE": "deadline", "IDLE": "timeout",
    "FILE": "no file", "AUTH_INT": "auth-int", "REPLAY": "replay", "ROOM": "room", "CREDENTIALS": "bad credentials",
}
WITH_DETAIL = ("INCOMPLETE", "PROXY")


def read_errors(root):
    path = os.path.join(root, "core", "lwurl_types.h")
    with open(path, encoding="utf-8") as header:
        found = re.findall(r"LWURL_ERR_(\w+)\s*=\s*(-\d+)", header.read())
    return {number: name for name, number in found}


class Lwurl:
    def __init__(self, program, root):
        self.program = os.path.abspath(program)
        self.names = read_errors(root)

    def arguments(self, case, world, folder, dns):
        args = [self.program, "--loopback-only", "-sS", "-L",
                "--idle-timeout", str(case.timeout),
                "--dns-servers", "127.0.0.1:%d" % dns.port,
                "--cacert", os.path.join(world.pki, "roots.pem"),
                "-w", "\x1e%{exitcode} %{http_code} %{url_effective}"]
        if case.user and not case.first:
            args.append("--anyauth")
        if case.user:
            args += ["-u", case.user]
        if case.cookies:
            args += ["-b", ""]
        if case.method is not None:
            args += ["-I"] if case.method == "HEAD" else ["-X", case.method]
        for name, value in case.headers:
            args += ["-H", "%s: %s" % (name, value)]
        if case.chunked:
            args += ["-H", "Transfer-Encoding: chunked"]
        if case.data is not None:
            path = os.path.join(folder, "data")
            with open(path, "wb") as out:
                out.write(case.data)
            args += ["--data-binary", "@" + path]
        args += [world.fill(arg) for arg in case.args]
        for at, url in enumerate(case.urls):
            args += ["-o", os.path.join(folder, str(at)), world.fill(url)]
        return args

    def ask(self, case, world):
        if case.opener is not None:
            return self.ask_opener(case, world)
        dns = servers.NameServer(case.names)
        env = {name: world.fill(value) for name, value in case.env.items()}
        with tempfile.TemporaryDirectory() as folder:
            args = self.arguments(case, world, folder, dns)
            done = subprocess.run(
                [a.encode("latin-1") for a in args], env=env, timeout=60,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE)
            dns.stop()
            results = self.results(case, done, folder)
        return world.lines() + [world.clear(line) for line in results]

    def ask_opener(self, case, world):
        done = subprocess.run(
            [os.path.join(os.path.dirname(self.program),
                          "differential_openers"), case.opener]
            + [world.fill(url) for url in case.urls], timeout=60,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        err = done.stderr.decode("latin-1")
        if done.returncode != 0 or err:
            raise AssertionError((done.returncode, err))
        lines = [world.clear(line) for line in done.stdout.decode("latin-1")
                 .splitlines()]
        return world.lines() + [
            "! " + self.error(line[2:], None) if line.startswith("! ")
            else line for line in lines]

    def results(self, case, done, folder):
        err = done.stderr.decode("latin-1")
        if "Sanitizer" in err or "runtime error" in err:
            raise AssertionError(err)
        codes = re.findall(r"error (-\d+)(?:, detail (\d+))?", err)
        lines = []
        for at, told in enumerate(done.stdout.decode("latin-1")
                                  .split("\x1e")[1:]):
            code, status, url = told.split(" ", 2)
            if code == "0":
                lines.append("= %s %s %r" % (
                    status, url, self.body(case, folder, at)))
            elif codes:
                lines.append("! " + self.error(*codes.pop(0)))
            else:
                lines.append("! exit status %s: %s" % (code, err))
        if not lines:
            lines.append("! exit status %d: %s" % (done.returncode, err))
        return lines

    def body(self, case, folder, at):
        path = os.path.join(folder, str(at))
        if not os.path.exists(path):
            return b""
        with open(path, "rb") as source:
            body = source.read()
        # -I prints the head
        return b"" if case.method == "HEAD" else body

    def error(self, number, detail):
        name = self.names[number]
        kind = ERRORS.get(name, name)
        return "%s %s" % (kind, detail) if name in WITH_DETAIL and detail \
            else kind
