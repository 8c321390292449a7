# SPDX-License-Identifier: MIT
"""Plants each kind of forbidden include in a small tree: it must be found."""

import os
import tempfile
import unittest

import counted
import includes

# A tree that is in order; each test changes one file of it.
GOOD = {
    "config/lwurl_config.h": "",
    "config/lwipopts.h": '#include "lwip_board.h"\n',
    "core/lwurl_types.h": "#include <stddef.h>\n",
    "core/lwurl.h": '#include "lwurl_types.h"\n#include "lwurl_config.h"\n',
    "core/lwurl_tls.h": '#include "bearssl.h"\n#include "lwurl.h"\n',
    "core/text/str.h": '#include "lwurl_types.h"\n',
    "core/text/str.c": '#include "str.h"\n#include <string.h>\n',
    "core/http/engine.h": '#include "text/str.h"\n',
    "core/tls/tls.c": '#include "lwurl_tls.h"\n#include "text/str.h"\n'
                      '#include <bearssl.h>\n',
    "core/schemes/http.c": '#include "http/engine.h"\n',
    "core/run.c": '#include "lwurl_port.h"\n#include "http/engine.h"\n',
    "port/lwurl_port.h": '#include "lwurl_types.h"\n',
    "port/lwip/port.h": '#include "lwurl_port.h"\n',
    "port/lwip/port.c": '#include "port.h"\n#include "lwip/sockets.h"\n',
    "port/coop/coop.h": "#include <stdint.h>\n",
    "boards/shared/common.h": "",
    "boards/shared/driver.c": '#include "driver_part.h"\n',
    "boards/one/driver_part.h": "",
    "boards/one/board.mk": "",
    "boards/one/lwip_board.h": "",
    "boards/one/board.h": "",
    "boards/one/main.c": '#include "lwurl.h"\n#include "lwurl_tls.h"\n'
                         '#include "coop/coop.h"\n#include "board.h"\n'
                         '#include "common.h"\n#include <stdio.h>\n',
    "boards/two/board.mk": "",
    "boards/two/main.c": '#include "lwurl.h"\n',
    "tests/unit/fake.h": "",
    "tests/unit/test_str.c": '#include "text/str.h"\n#include "fake.h"\n',
}


class Includes(unittest.TestCase):
    def problems(self, **changes):
        with tempfile.TemporaryDirectory() as root:
            files = dict(GOOD, **changes)
            for path, text in files.items():
                path = os.path.join(root, path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
            return includes.check(root)

    def planted(self, source, line):
        """The one problem that adding this line to source makes."""
        text = GOOD.get(source, "") + line + "\n"
        found = self.problems(**{source: text})
        self.assertEqual(len(found), 1, found)
        self.assertEqual(found[0].source, source)
        self.assertEqual(found[0].line, text.count("\n"))
        return found[0].text

    def test_good_tree(self):
        self.assertEqual(self.problems(), [])

    def test_core_includes_port(self):
        self.assertIn("core/run.c knows the port",
                      self.planted("core/text/str.c",
                                   '#include "lwurl_port.h"'))
        self.planted("core/text/str.c", '#include "lwip/port.h"')
        self.planted("core/run.c", '#include "../port/coop/coop.h"')

    def test_core_includes_lwip(self):
        self.planted("core/run.c", "#include <lwip/sockets.h>")

    def test_core_includes_stdio(self):
        self.planted("core/text/str.c", "#include <stdio.h>")
        self.planted("core/text/str.c", "# include <stdlib.h>")
        self.planted("core/lwurl.h", "#include <time.h>")

    def test_bearssl_outside_tls(self):
        self.assertIn("know BearSSL", self.planted(
            "core/schemes/http.c", '#include "bearssl.h"'))
        self.planted("core/schemes/http.c", "#include <bearssl_hash.h>")
        self.planted("core/schemes/http.c", '#include "lwurl_tls.h"')

    def test_upward(self):
        self.assertIn("nothing includes upward", self.planted(
            "core/text/str.c", '#include "http/engine.h"'))
        self.planted("core/text/str.c", '#include "../http/engine.h"')

    def test_public_header_includes_internal(self):
        self.assertIn("public", self.planted(
            "core/lwurl.h", '#include "text/str.h"'))

    def test_unknown_floor(self):
        self.assertIn("no floor", self.planted(
            "core/new/thing.c", '#include "text/str.h"'))

    def test_port_includes_core_or_other_port(self):
        self.planted("port/lwip/port.c", '#include "text/str.h"')
        self.planted("port/lwip/port.c", '#include "lwurl.h"')
        self.planted("port/lwip/port.c", '#include "coop/coop.h"')
        self.planted("port/lwurl_port.h", '#include "coop/coop.h"')

    def test_board_includes_internals_or_other_board(self):
        self.planted("boards/one/main.c", '#include "text/str.h"')
        self.planted("boards/two/main.c", '#include "../one/board.h"')
        self.planted("boards/shared/common.h", '#include "../one/board.h"')

    def test_nobody_includes_boards_or_tests(self):
        self.planted("tests/unit/test_str.c", '#include "../../boards/one/'
                     'board.h"')
        self.planted("boards/one/main.c", '#include "unit/fake.h"')
        self.planted("core/run.c", '#include "../boards/one/board.h"')

    def test_config_includes_core(self):
        self.planted("config/lwipopts.h", '#include "lwurl.h"')

    def test_circle(self):
        found = self.problems(**{
            "core/http/a.h": '#include "b.h"\n',
            "core/http/b.h": '#include "c.h"\n',
            "core/http/c.h": '#include "http/a.h"\n'})
        self.assertEqual(len(found), 1, found)
        self.assertIn("core/http/a.h -> core/http/b.h -> core/http/c.h -> "
                      "core/http/a.h", found[0].text)

    def test_includes_itself(self):
        self.assertIn("circle", self.planted("core/http/engine.h",
                                             '#include "engine.h"'))


if __name__ == "__main__":
    counted.main()
