# SPDX-License-Identifier: MIT
"""Servers of ftp on loopback, without privileges: vsftpd, and pyftpdlib with
faults to order."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))

from support import free_port  # noqa: E402

from pyftpdlib.authorizers import DummyAuthorizer  # noqa: E402
from pyftpdlib.handlers import FTPHandler  # noqa: E402
from pyftpdlib.servers import FTPServer  # noqa: E402
from pyftpdlib import log  # noqa: E402

log.config_logging(level=40)

BINARY = bytes(range(256)) * 400
FILES = {
    "hello.txt": b"hello\n",
    "empty": b"",
    "one.bin": b"\0",
    "binary.tar.gz": BINARY,
    "large.json": b'{"device": 42}\n' * 70000,
    "lines": b"one\r\ntwo\r\n\r\nlast",
    "with space": b"space",
    "percent%41": b"percent",
    "semi;colon.html": b"<p>",
    "que?ry": b"query",
    "\u00e4\u20ac.css": b"utf-8",
    "d1/d2/deep.xml": b"<x/>",
    "d1/.hidden": b"hidden",
    "many/" + "n" * 200 + "/" + "m" * 200: b"long names",
}


def write_files(root):
    for name, data in FILES.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(data)
        os.utime(path, (1234567890, 1234567890))
    os.mkdir(os.path.join(root, "nothing"))


VSFTPD = """
listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
run_as_launching_user=YES
anonymous_enable=YES
anon_root={root}
no_anon_password=NO
anon_world_readable_only=NO
ascii_download_enable=YES
pasv_address=192.0.2.1
seccomp_sandbox=NO
xferlog_enable=NO
vsftpd_log_file={log}
"""


class Vsftpd:
    """It names an address in its PASV replies that nobody is at."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        root = os.path.join(self.folder.name, "root")
        os.mkdir(root)
        write_files(root)
        os.chmod(root, 0o555)  # it refuses roots that anybody may write
        self.port = free_port()
        self.url = "ftp://127.0.0.1:%d" % self.port
        config = os.path.join(self.folder.name, "vsftpd.conf")
        with open(config, "w", encoding="ascii") as out:
            out.write(VSFTPD.lstrip().format(
                port=self.port, root=root,
                log=os.path.join(self.folder.name, "log")))
        self.process = subprocess.Popen(
            ["timeout", "300", "vsftpd", config], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL)
        self.wait()

    def wait(self):
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError("vsftpd does not listen")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        os.chmod(os.path.join(self.folder.name, "root"), 0o755)
        self.folder.cleanup()


class Pyftpd:
    """.commands is what was heard; .refuse are commands that it does not
    know; it closes the control connection at the command .hang_up."""

    def __init__(self, family=socket.AF_INET):
        self.folder = tempfile.TemporaryDirectory()
        write_files(self.folder.name)
        self.commands = []
        self.refuse = set()
        self.hang_up = None
        authorizer = DummyAuthorizer()
        authorizer.add_anonymous(self.folder.name)
        authorizer.add_user("device", "se:cr@t", self.folder.name)
        outer = self

        class Handler(FTPHandler):
            def pre_process_command(self, line, cmd, arg):
                outer.commands.append(line)
                if cmd == outer.hang_up:
                    self.close()
                elif cmd in outer.refuse:
                    self.respond("502 refused for a test.")
                else:
                    super().pre_process_command(line, cmd, arg)

        Handler.authorizer = authorizer
        Handler.auth_failed_timeout = 0.1
        Handler.banner = "ready"
        address = "::1" if family == socket.AF_INET6 else "127.0.0.1"
        self.server = FTPServer((address, 0), Handler)
        self.port = self.server.address[1]
        self.host = "[::1]" if family == socket.AF_INET6 else address
        self.url = "ftp://%s:%d" % (self.host, self.port)
        self.thread = threading.Thread(
            target=self.server.serve_forever,
            kwargs={"handle_exit": False, "timeout": 0.1}, daemon=True)
        self.thread.start()

    def taken(self):
        """The commands since the last time."""
        commands, self.commands = self.commands, []
        return commands

    def close(self):
        self.server.ioloop.call_later(0, self.server.close_all)
        self.thread.join(5)
        self.folder.cleanup()
