# SPDX-License-Identifier: MIT
"""What each handler, and what else a program may call, adds to a client that
does GET with redirects over http: nothing where it is not named.

usage: test_handlers.py BOARD [--table]

The client is linked once more for each, with the name asked for. --table
prints what came of it.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "check"))
import counted  # noqa: E402
import size  # noqa: E402

BOARD = sys.argv[1]
TABLE = "--table" in sys.argv
PREFIX = "arm-none-eabi-"
CLIENT = os.path.join(ROOT, "build", BOARD + "-get")

# The client names these.
NAMED = {"lwurl_http_ops", "lwurl_redirect_ops"}

# What is no line of an opener: by the functions that a program calls.
CALLED = {
    "passwords": ["lwurl_passwords_find"],
    "cookies, export and import": ["lwurl_jar_export", "lwurl_jar_import"],
    "multipart": ["lwurl_multipart_init", "lwurl_multipart_type",
                  "lwurl_multipart_write"],
    "robots.txt": ["lwurl_robots_begin", "lwurl_robots_feed",
                   "lwurl_robots_end"],
    "urlsplit": ["lwurl_urlsplit"],
    "urljoin": ["lwurl_urljoin"],
    "quote, unquote": ["lwurl_quote", "lwurl_unquote"],
    "retrieve": ["lwurl_retrieve"],
    "cache, all of it": ["lwurl_cache_ops", "lwurl_cache_init",
                         "lwurl_cache_open", "lwurl_cache_read_all",
                         "lwurl_cache_look", "lwurl_cache_close"],
    "readline": ["lwurl_readline"],
    "strerror": ["lwurl_strerror"],
}


def run(command):
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stdout)
    return done.stdout


def symbols(path, kind):
    """Names in a program or a library, of these letters of nm."""
    return set(re.findall(r"^[0-9a-f]+ [%s] (\S+)$" % kind,
                          run([PREFIX + "nm", path]), re.M))


def handlers():
    """Lines of an opener: those of the library whose name a public header
    has."""
    library = symbols(os.path.join(ROOT, "build", BOARD, "liblwurl.a"), "R")
    public = ""
    for name in os.listdir(os.path.join(ROOT, "core")):
        if name.startswith("lwurl_") or name == "lwurl.h":
            with open(os.path.join(ROOT, "core", name),
                      encoding="utf-8") as header:
                public += header.read()
    return {name for name in library
            if "const struct lwurl_handler_ops %s;" % name in public}


def link(folder, names):
    """Sizes of the client with these names in it; what others bring to it
    (zlib) is not counted."""
    out = os.path.join(folder, "image.elf")
    with open(os.path.join(CLIENT, "link"), encoding="utf-8") as command:
        words = shlex.split(command.read().replace("OUT", out))
    if names:
        words.append("-Wl,--unresolved-symbols=ignore-all")
    run(words + ["-Wl,-Map=" + out + ".map"]
        + ["-Wl,-u," + name for name in names])
    return size.measure(PREFIX, out, out + ".map")


def measure(all_too=False):
    """(name, bytes of own code, of BearSSL, RAM of core) on top of the
    client's, which is the first; `all_too`: and with all of it at once."""
    wanted = {re.fullmatch(r"lwurl_(\w+?)(_handler)?(_ops)?", name)[1]: [name]
              for name in sorted(handlers() - NAMED)}
    wanted.update(CALLED)
    if all_too:
        wanted["all of it"] = sum(wanted.values(), [])
    with tempfile.TemporaryDirectory() as folder:
        client = link(folder, [])
        yield "the client", client.flash["core"], 0, client.ram["core"]
        for what, names in wanted.items():
            sizes = link(folder, names)
            yield (what, sizes.flash["core"] - client.flash["core"],
                   sizes.flash["BearSSL"], sizes.ram["core"])


class Handlers(unittest.TestCase):
    def test_nothing_for_nothing(self):
        """No handler is there that is not named, nor anything of theirs."""
        image = os.path.join(CLIENT, "budget.elf")
        found = handlers()
        self.assertGreater(len(found), 12)
        self.assertEqual(symbols(image, "A-Za-z") & found, NAMED)
        self.assertEqual({name for name in symbols(image, "A-Za-z")
                          if name.startswith("br_")}, set())
        core = size.measure(PREFIX, image, image[:-4] + ".map").core
        paid = {name for name, (flash, _) in core.items() if flash}
        built = {where: {os.path.basename(name) for name in os.listdir(
            os.path.join(ROOT, "build", BOARD, "obj/core", where))
            if name.endswith(".o")} for where in ("handlers", "schemes",
                                                  "tls")}
        self.assertEqual(paid & built["handlers"], {"redirect.o"})
        self.assertEqual(paid & built["schemes"], {"http.o", "source.o"})
        self.assertEqual(paid & built["tls"], set())

    def test_each_for_itself(self):
        """What is named costs something, and keeps no state of its own."""
        for what, flash, _, ram in measure():
            with self.subTest(what):
                self.assertGreater(flash, 0)
                self.assertEqual(ram, 0)


def print_table():
    print("%-28s %8s %8s" % ("client, and on top of it", "flash", "BearSSL"))
    for what, flash, bearssl, _ in measure():
        print("%-28s %8s %8s" % (what, format(flash, ","),
                                 format(bearssl, ",")))
    print()


if __name__ == "__main__":
    if TABLE:
        print_table()
    else:
        counted.main()
