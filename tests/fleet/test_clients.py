#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""1,000 clients, real processes of the host program, against one nginx: nothing
is lost. So many at a time as a PC bears. Some come in pairs of which nginx lets
one through in a second: the other one is told 503 and Retry-After, and comes
again.

usage: test_clients.py PROGRAM
"""

import collections
import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "integration", "cli"))

from support import Nginx, counted, free_port, lwurl  # noqa: E402

CLIENTS = 1000
AT_ONCE = 24

CONFIG = """
master_process off;
daemon off;
pid nginx.pid;
error_log stderr crit;
events {{ worker_connections 256; }}
http {{
    log_format plain '$status $arg_n';
    access_log access.log plain;
    client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp;
    uwsgi_temp_path tmp; scgi_temp_path tmp;
    limit_req_zone $arg_pair zone=pairs:1m rate=1r/s;
    server {{
        listen 127.0.0.1:{port};
        limit_req zone=pairs;
        add_header Retry-After 1 always;
        root www;
    }}
}}
"""


class Server(Nginx):
    """Without a pair in the query nobody is limited."""

    def __init__(self, files):
        self.folder = tempfile.TemporaryDirectory()
        self.port = free_port()
        self.write("nginx.conf", CONFIG.format(port=self.port))
        for name, body in files.items():
            self.write("www/" + name, body)
        os.mkdir(os.path.join(self.folder.name, "tmp"))
        self.log = open(os.path.join(self.folder.name, "log"), "w+")
        self.process = subprocess.Popen(
            ["timeout", "150", "nginx", "-p", self.folder.name, "-c",
             "nginx.conf", "-e", "stderr"], stdin=subprocess.DEVNULL,
            stderr=self.log)
        self.wait()

    def answers(self):
        """Statuses by client, once nginx has ended and written all."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        statuses = collections.defaultdict(list)
        with open(os.path.join(self.folder.name, "access.log"),
                  encoding="ascii") as log:
            for status, n in re.findall(r"(?m)^(\d+) (\d+)$", log.read()):
                statuses[int(n)].append(int(status))
        return statuses


def body_of(kind):
    """A small one, one of several segments, one above all windows."""
    return hashlib.sha256(b"%d" % kind).digest() * (8, 200, 4000)[kind]


class Clients(unittest.TestCase):
    def client(self, server, n):
        pair = "&pair=%d" % (n // 2) if n % 20 < 2 else ""
        return lwurl("-sS", "-f", "--retry", "9", "-m", "60",
                     "http://127.0.0.1:%d/%d?n=%d%s"
                     % (server.port, n % 3, n, pair), timeout=120)

    def test_nothing_is_lost(self):
        files = {str(kind): body_of(kind) for kind in range(3)}
        with Server(files) as server, ThreadPoolExecutor(AT_ONCE) as pool:
            began = time.monotonic()
            done = list(pool.map(lambda n: self.client(server, n),
                                 range(CLIENTS)))
            print("%d clients, %d at a time: %.1f s"
                  % (CLIENTS, AT_ONCE, time.monotonic() - began))
            answers = server.answers()
        for n, result in enumerate(done):
            self.assertEqual((result.code, result.err), (0, ""), n)
            self.assertEqual(result.out, body_of(n % 3), n)
        self.assertEqual(sorted(answers), list(range(CLIENTS)))
        for n, statuses in answers.items():
            self.assertEqual(statuses[-1], 200, n)
            self.assertEqual(set(statuses[:-1]), set(statuses[:-1]) & {503}, n)
            if n % 20 >= 2:
                self.assertEqual(statuses, [200], n)
        again = sum(len(statuses) - 1 for statuses in answers.values())
        print("%d of them were told to come again" % again)
        self.assertGreater(again, 0)


if __name__ == "__main__":
    counted.main()
