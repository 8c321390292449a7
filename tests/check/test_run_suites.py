# SPDX-License-Identifier: MIT
"""The runner must not let a failure pass, in whatever way a suite fails."""

import contextlib
import io
import os
import tempfile
import unittest

import counted
import run_suites


class Counting(unittest.TestCase):
    def counts(self, output, status=0, timed_out=False):
        found = run_suites.count(output, status, timed_out)
        return found.passed, found.failed, found.skipped

    def test_last_line(self):
        self.assertEqual(self.counts("noise\n7 passed, 0 failed\n"), (7, 0, 0))
        self.assertEqual(self.counts("7 passed, 2 failed\n", 1), (7, 2, 0))

    def test_tap(self):
        tap = "1..3\nok 1 - a\nnot ok 2 - b\nok 3 # SKIP no network\n"
        self.assertEqual(self.counts(tap, 1), (1, 1, 1))

    def test_two_groups(self):
        self.assertEqual(self.counts("1..1\nok 1 - a\n1..1\nok 1 - b\n"),
                         (2, 0, 0))

    def test_a_crash_after_good_tests_fails(self):
        self.assertEqual(self.counts("1..2\nok 1\nok 2\n", -11), (2, 1, 0))

    def test_tests_that_never_ran_fail(self):
        self.assertEqual(self.counts("1..3\nok 1 - a\n"), (1, 1, 0))

    def test_no_tests_fail(self):
        self.assertEqual(self.counts("0 passed, 0 failed\n"), (0, 1, 0))
        self.assertEqual(self.counts(""), (0, 1, 0))

    def test_good_line_with_bad_status_fails(self):
        self.assertEqual(self.counts("3 passed, 0 failed\n", 1), (3, 1, 0))

    def test_count_in_the_middle_is_not_the_result(self):
        self.assertEqual(self.counts("9 passed, 0 failed\nSegfault\n", 0)[0],
                         0)


class Running(unittest.TestCase):
    def run_all(self, *suites):
        with tempfile.TemporaryDirectory() as logs:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                good = run_suites.run_all(
                    [run_suites.Suite(*suite) for suite in suites], logs)
            return good, out.getvalue().splitlines()[-1]

    def test_sum(self):
        self.assertEqual(
            self.run_all(("a", 9, "echo 2 passed, 0 failed"),
                         ("b/c", 9, "printf '1..1\\nok 1\\n'")),
            (True, "3 passed, 0 failed"))

    def test_failure(self):
        self.assertEqual(
            self.run_all(("a", 9, "echo 2 passed, 0 failed"),
                         ("b", 9, "echo 1 passed, 1 failed; exit 1")),
            (False, "3 passed, 1 failed"))

    def test_timeout_ends_children(self):
        with tempfile.TemporaryDirectory() as folder:
            pid_file = os.path.join(folder, "pid")
            command = "sleep 60 & echo $! >%s; wait" % pid_file
            self.assertEqual(self.run_all(("a", 0.5, command)),
                             (False, "0 passed, 2 failed"))
            with open(pid_file, encoding="utf-8") as pid:
                path = "/proc/%s/stat" % pid.read().strip()
            if os.path.exists(path):
                with open(path, encoding="utf-8") as stat:
                    self.assertIn(stat.read().split()[2], "ZX")

    def test_nothing_at_all_fails(self):
        self.assertEqual(self.run_all(), (False, "0 passed, 0 failed"))


if __name__ == "__main__":
    counted.main()
