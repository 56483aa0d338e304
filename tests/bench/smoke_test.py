#!/usr/bin/python3
"""The benchmarks themselves still work: every group of servers, Unbound, the sums. No number is judged."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ["ANCHORWATCH_BIN"]).resolve()
ZONES = 60


class Smoke(unittest.TestCase):
    """One run over a small tree; shares are large enough for each group to have zones."""

    def test_small_run(self):
        """The table has what it should, and Unbound and anchorwatch validated every healthy zone."""
        with tempfile.TemporaryDirectory() as folder:
            table = pathlib.Path(folder) / "table.json"
            argv = [sys.executable, "-B", HERE / "rounds.py", "--build", BUILD, "--dir", folder, "--zones", str(ZONES),
                    "--repeat", "1", "--sections", "unbound,warm,mix", "--json", table, "--slow", "0.05", "--dead", "0.05",
                    "--hostile", "0.15"]
            done = subprocess.run(list(map(str, argv)), check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.assertEqual(done.returncode, 0, done.stdout)
            rows = json.loads(table.read_text())
        numbers = {(row["section"], row["what"].strip()): row["value"] for row in rows if "what" in row}
        for what in ("anchorwatch cold, seven types at both addresses", "Unbound cold, seven types from one server"):
            self.assertGreater(numbers["unbound", what], 0, done.stdout)
        self.assertEqual(numbers["mix", "clean, cold: secure; bogus; indeterminate"], ZONES, done.stdout)
        self.assertLess(numbers["mix", "unhealthy, cold: secure; bogus; indeterminate"], ZONES, done.stdout)
        # Dead and hostile zones aside, all are secure: the slow ones too.
        self.assertGreaterEqual(numbers["mix", "unhealthy, cold: secure; bogus; indeterminate"], ZONES * 0.75, done.stdout)
        aims = [row for row in rows if "aim" in row]
        self.assertTrue(any("Unbound" in row["aim"] for row in aims) and any("30 % live" in row["aim"] for row in aims))


if __name__ == "__main__":
    unittest.main()
