# SPDX-License-Identifier: MIT
"""Programs of others that the host program talks to, on loopback: httpbin
under gunicorn, nginx with TLS before it, squid, tinyproxy, dnsmasq."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../cli"))

from support import PKI, free_port, lwurl  # noqa: E402

NGINX = """
master_process off;
daemon off;
pid nginx.pid;
error_log stderr;
events {{ worker_connections 128; }}
http {{
    access_log off;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
    uwsgi_temp_path tmp; scgi_temp_path tmp;
    client_max_body_size 8m;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {pki}/ec.pem;
        ssl_certificate_key {pki}/ec.key;
        location / {{
            proxy_pass http://127.0.0.1:{behind};
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_redirect off;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Proto https;
        }}
    }}
}}
"""

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
acl closed dstdomain closed.test
http_access deny closed
http_access allow all
"""

TINYPROXY = """
Port {port}
Listen 127.0.0.1
Timeout 20
PidFile "{root}/tiny.pid"
LogFile "{root}/tiny.log"
MaxClients 20
"""


class Peer:
    """A running program, with a folder of its own."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        os.chmod(self.root, 0o777)

    def write(self, name, text):
        path = os.path.join(self.root, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def start(self, command):
        self.log = open(os.path.join(self.root, "log"), "w+b")
        self.process = subprocess.Popen(
            ["timeout", "110"] + command, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log)

    def wait(self, port):
        for _ in range(1000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            threading.Event().wait(0.02)
        self.log.seek(0)
        raise AssertionError("%s: %s" % (self.process.args[2],
                                         self.log.read().decode("latin-1")))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()
        self.folder.cleanup()


class Httpbin(Peer):
    def __init__(self):
        super().__init__()
        self.port = free_port()
        self.url = "http://127.0.0.1:%d/" % self.port
        self.args = []
        self.start(["gunicorn", "-b", "127.0.0.1:%d" % self.port, "--threads",
                    "8", "--worker-tmp-dir", self.root, "httpbin:app"])
        self.wait(self.port)


class Nginx(Peer):
    """https before a server that speaks http."""

    def __init__(self, behind):
        super().__init__()
        self.port = free_port()
        self.url = "https://localhost:%d/" % self.port
        self.args = ["--cacert", os.path.join(PKI, "roots.pem")]
        os.mkdir(os.path.join(self.root, "tmp"))
        self.write("nginx.conf", NGINX.format(port=self.port, pki=PKI,
                                              behind=behind))
        self.start(["nginx", "-p", self.root, "-c", "nginx.conf", "-e",
                    "stderr"])
        self.wait(self.port)


class Squid(Peer):
    def __init__(self):
        super().__init__()
        self.port = free_port()
        effective = "cache_effective_user proxy" if os.getuid() == 0 else ""
        path = self.write("squid.conf", SQUID.format(
            root=self.root, port=self.port, effective=effective))
        self.start(["squid", "-N", "-n", "lwurlu%d" % os.getpid(), "-f", path])
        self.wait(self.port)


class Tinyproxy(Peer):
    def __init__(self):
        super().__init__()
        self.port = free_port()
        path = self.write("conf", TINYPROXY.format(root=self.root,
                                                   port=self.port))
        self.start(["tinyproxy", "-d", "-c", path])
        self.wait(self.port)


class Dnsmasq(Peer):
    """Names of .test: lines are dnsmasq's options without "--"."""

    def __init__(self, *lines):
        super().__init__()
        self.port = free_port()
        self.server = "127.0.0.1:%d" % self.port
        self.start(["dnsmasq", "-k", "-C", "/dev/null", "-p", str(self.port),
                    "--listen-address=127.0.0.1", "--bind-interfaces",
                    "--no-resolv", "--no-hosts", "--local-ttl=1", "--user=",
                    "--pid-file=" + os.path.join(self.root, "pid")]
                   + ["--" + line for line in lines])
        self.wait(self.port)


def fetch(*args, **more):
    """Status, body, and the result as a whole."""
    result = lwurl("-sS", "-w", "\x1e%{http_code}", *args, **more)
    body, _, status = result.out.rpartition(b"\x1e")
    return int(status or 0), body, result


def fetch_json(*args, **more):
    status, body, result = fetch(*args, **more)
    if status != 200:
        raise AssertionError((status, result))
    return json.loads(body)
