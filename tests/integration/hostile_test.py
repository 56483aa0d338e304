#!/usr/bin/python3
"""Hostile zones: every one ends with a verdict that is not made up, with little work, and holds up no other.

CPU time is user and system time of our program as the kernel counts it, start-up included; it means something for
the release build only.
"""

import concurrent.futures
import os
import subprocess
import tempfile
import threading
import time
import unittest

from support import LabTest, binary, json_lines, lab_config, poll, write_config

import hostile
import presets

FIRST_CPU, FIRST_WALL, LATER_CPU = 0.200, 30.0, 0.015
# The scripted servers need more CPU than the program and share the machine with it, so that only the kernel's count
# of CPU time is steady. Of the wall time the test asks whether anybody waited for a silent server (10 s and more).
CPU_RATIO, HELD_UP = 1.5, 3.0
# The scripted servers live in this process: more at once would make them slow rather than the zones hostile.
AT_ONCE = 4
ROUNDS = 4


def measured(arguments, timeout=120):
    """Run `anchorwatch check`; returns (exit status, results, CPU seconds, wall seconds)."""
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        child = subprocess.Popen([binary("anchorwatch"), "check", "--json", *map(str, arguments)], stdout=output,
                                 stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        guard = threading.Timer(timeout, child.kill)
        guard.start()
        _, status, usage = os.wait4(child.pid, 0)
        guard.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        output.seek(0)
        return child.returncode, json_lines(output.read().decode()), usage.ru_utime + usage.ru_stime, wall


class Hostile(LabTest):
    """Each kind alone, then all of them round after round."""

    @classmethod
    def tree(cls):
        cls.kinds = {}
        tree = hostile.hostile()
        cls.kinds = tree.kinds
        return tree

    def check_one(self, zone):
        """Look at one zone as for the first time."""
        probes = [part for probe in self.kinds[zone].probes for part in ("--probe", probe)]
        return zone, measured([*self.lab.check_args(), *probes, zone])

    def test_each_kind_at_first_sight(self):
        self.assertGreaterEqual(len(self.kinds), 20)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = list(pool.map(self.check_one, self.kinds))
        for zone, (status, results, cpu, wall) in outcomes:
            with self.subTest(kind=self.kinds[zone].kind):
                self.assertIn(status, (0, 1, 3))
                self.assertEqual(len(results), 1)
                kind, result = self.kinds[zone], results[0]
                codes = {finding["code"] for finding in result["findings"]}
                self.assertIn(result["status"], kind.statuses, (result["reason"], codes))
                if kind.codes:
                    self.assertTrue(codes & set(kind.codes), codes)
                self.assertLess(cpu, FIRST_CPU)
                self.assertLess(wall, FIRST_WALL)

    def test_later_looks_cost_little(self):
        config = self.config([settings(zone, kind) for zone, kind in self.kinds.items()])
        _, rounds, errors = poll(config, "--rounds", ROUNDS, timeout=300)
        self.assertEqual(len(rounds), ROUNDS, errors)
        for one in rounds[1:]:
            print(f"{one['cpu_seconds'] / one['zones'] * 1000:.1f} ms of CPU a zone")
            self.assertLess(one["cpu_seconds"] / one["zones"], LATER_CPU, one)
            self.assertLess(one["wall_seconds"], FIRST_WALL, one)


class Beside(LabTest):
    """Healthy zones with hostile ones beside them."""

    @classmethod
    def tree(cls):
        tree = hostile.hostile(presets.healthy(200))
        cls.kinds = tree.kinds
        return tree

    def cpu_of(self, zones):
        """CPU seconds of later rounds: the cheapest of them, since other programs only add."""
        with tempfile.TemporaryDirectory() as state:
            config = write_config(self.dir / "beside.toml", lab_config(self.lab, state, zones))
            _, rounds, errors = poll(config, "--rounds", ROUNDS, timeout=300)
            self.assertEqual(len(rounds), ROUNDS, errors)
            return min(one["cpu_seconds"] for one in rounds[1:])

    def wall_of(self, healthy, beside=()):
        """Seconds until the last healthy zone was told, hostile zones first."""
        start = time.monotonic()
        child = subprocess.Popen([binary("anchorwatch"), "check", "--json", *self.lab.check_args(), *beside, *healthy],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
        missing = set(healthy)
        try:
            for line in child.stdout:
                result = json_lines(line)[0]
                missing.discard(result["zone"])
                if result["zone"] in healthy:
                    self.assertEqual(result["status"], "secure", result["reason"])
                if not missing:
                    return time.monotonic() - start
        finally:
            child.kill()
            child.wait()
            child.stdout.close()
        raise AssertionError(f"no result for {missing}")

    def test_healthy_zones_are_not_held_up(self):
        healthy = self.lab.zone_names("leaf")
        alone, beside = (min(self.wall_of(healthy, others) for _ in range(3)) for others in ((), tuple(self.kinds)))
        print(f"healthy zones alone {alone:.2f} s, beside hostile ones {beside:.2f} s")
        self.assertLess(beside, alone + HELD_UP)

    def test_healthy_zones_cost_the_same(self):
        healthy = self.lab.zone_names("leaf")
        hostile_zones = [settings(zone, kind) for zone, kind in self.kinds.items()]
        alone, apart, both = (self.cpu_of(zones) for zones in (healthy, hostile_zones, healthy + hostile_zones))
        print(f"CPU of a round: healthy {alone:.3f} s, hostile {apart:.3f} s, both {both:.3f} s")
        self.assertLess(both - apart, CPU_RATIO * alone)


def settings(zone, kind):
    """Return the [[zone]] table of a hostile zone."""
    return {"name": zone, **({"probes": ["@/SOA", "@/A", *kind.probes]} if kind.probes else {})}


if __name__ == "__main__":
    unittest.main()
