#!/usr/bin/python3
"""Measure what hostile zones cost, alone and beside healthy ones, and print it as tables.

usage: hostile_zones.py --anchorwatch PROGRAM [--section kinds|later|beside]... [--healthy N] [--repeats N]

CPU time is user and system time of the program as the kernel counts it, start-up included, of a release build.
The scripted servers are written in Python and live in this process, on the same processors as the program: they run
with the lowest priority, so that what is measured is the program. --lab-priority gives them the ordinary one.
Wall time of healthy zones is the time until the last of them is told; the runs alone and beside take turns, and the
median of the ratios of such pairs counts. CPU time of healthy zones beside hostile ones is that of a round of both less
that of a round of the hostile ones alone: medians over later rounds, since their own time moves by some percent.
Ends with status 1 if something is above its limit.
"""

import argparse
import concurrent.futures
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))

FIRST_CPU, FIRST_WALL, LATER_CPU, CPU_RATIO, WALL_RATIO = 0.200, 30.0, 0.015, 1.1, 1.2
SECTIONS = ("kinds", "later", "beside")
AT_ONCE, ROUNDS, CPU_ROUNDS = 4, 4, 9


def main():
    options = arguments()
    os.environ["ANCHORWATCH_BIN"] = str(options.anchorwatch.resolve().parent)
    import support  # pylint: disable=unused-import  # knows where the lab is
    from anchorlab import Lab
    import hostile
    import presets
    tree = hostile.hostile(presets.healthy(options.healthy))
    lab = Lab(tree).start_all()
    try:
        if not options.lab_priority:
            for thread in os.listdir("/proc/self/task"):
                os.setpriority(os.PRIO_PROCESS, int(thread), 19)
        bench = Bench(lab, tree.kinds, options.repeats)
        fine = [getattr(bench, section)() for section in options.section or SECTIONS]
    finally:
        lab.close()
    sys.exit(0 if all(fine) else 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anchorwatch", type=Path, required=True)
    parser.add_argument("--section", choices=SECTIONS, action="append")
    parser.add_argument("--healthy", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--lab-priority", action="store_true")
    return parser.parse_args()


def start(*command):
    """Start the program with the ordinary priority."""
    from support import binary
    return subprocess.Popen([binary("anchorwatch"), *map(str, command)], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True,
                            preexec_fn=lambda: os.setpriority(os.PRIO_PROCESS, 0, 0))


def finish(child, timeout):
    """Read all it prints; returns (text, CPU seconds)."""
    guard = threading.Timer(timeout, child.kill)
    guard.start()
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    guard.cancel()
    child.stdout.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    return text, usage.ru_utime + usage.ru_stime


class Bench:
    """The measurements, each of which prints its table and tells whether all is within the limits."""

    def __init__(self, lab, kinds, repeats):
        self.lab, self.zones, self.repeats = lab, kinds, repeats
        self.healthy = lab.zone_names("leaf")

    def settings(self, zone):
        """Return the [[zone]] table of a hostile zone."""
        probes = self.zones[zone].probes
        return {"name": zone, **({"probes": ["@/SOA", "@/A", *probes]} if probes else {})}

    def rounds_of(self, zones, rounds=ROUNDS):
        """Return the rounds of a poll over zones, in a new state directory."""
        from support import json_lines, lab_config, write_config
        with tempfile.TemporaryDirectory() as folder:
            state = Path(folder) / "state"
            state.mkdir()
            config = write_config(Path(folder) / "anchorwatch.toml", lab_config(self.lab, state, zones))
            text, _ = finish(start("poll", "--config", config, "--json", "--rounds", rounds), 300)
            found = [line for line in json_lines(text) if line.get("schema") == "anchorwatch.poll/1"]
            if len(found) != rounds:
                raise RuntimeError(f"{len(found)} rounds instead of {rounds}: {text}")
            return found

    def first_sight(self, zone):
        """Return (result, CPU seconds, wall seconds) of one check."""
        from support import json_lines
        probes = [part for probe in self.zones[zone].probes for part in ("--probe", probe)]
        begun = time.monotonic()
        text, cpu = finish(start("check", "--json", *self.lab.check_args(), *probes, zone), 120)
        return json_lines(text)[0], cpu, time.monotonic() - begun

    def one_kind(self, zone):
        """Measure one kind: at first sight, and the mean of its later rounds."""
        first = self.first_sight(zone)
        later = self.rounds_of([self.settings(zone)])[1:]
        return zone, first, statistics.mean(one["cpu_seconds"] for one in later)

    def table(self, rows):
        """Print a line for each kind."""
        print("| Kind | Status | Named by | CPU at first | Wall | CPU later |\n|---|---|---|---|---|---|")
        for zone, (result, cpu, wall), later in rows:
            codes = {finding["code"] for finding in result["findings"]}
            named = sorted(codes & set(self.zones[zone].codes)) or ["-"]
            print(f"| {self.zones[zone].kind} | {result['status']} ({result['reason']}) | {', '.join(named)} "
                  f"| {cpu * 1000:.0f} ms | {wall:.1f} s | {later * 1000:.1f} ms |")

    def kinds(self):
        """Each kind alone."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            rows = list(pool.map(self.one_kind, self.zones))
        self.table(rows)
        average = statistics.mean(later for _, _, later in rows)
        print(f"\n{len(rows)} kinds; {average * 1000:.1f} ms of CPU on average afterwards.\n")
        return average < LATER_CPU and all(cpu < FIRST_CPU and wall < FIRST_WALL for _, (_, cpu, wall), _ in rows)

    def later(self):
        """All hostile zones in one portfolio."""
        rounds = self.rounds_of([self.settings(zone) for zone in self.zones])[1:]
        each = [one["cpu_seconds"] / one["zones"] for one in rounds]
        print("All of them in one portfolio, later rounds: " + ", ".join(f"{one * 1000:.1f} ms" for one in each) +
              " of CPU a zone; " + ", ".join(f"{one['wall_seconds']:.1f} s" for one in rounds) + " of wall time.\n")
        return statistics.mean(each) < LATER_CPU

    def wall_of(self, beside):
        """Seconds until the last healthy zone was told, hostile zones first."""
        from support import json_lines
        missing = set(self.healthy)
        begun = time.monotonic()
        child = start("check", "--json", *self.lab.check_args(), *beside, *self.healthy)
        try:
            for line in child.stdout:
                result = json_lines(line)[0]
                if result["zone"] in missing and result["status"] != "secure":
                    raise RuntimeError(f"{result['zone']} is {result['status']}")
                missing.discard(result["zone"])
                if not missing:
                    return time.monotonic() - begun
        finally:
            child.kill()
            child.wait()
            child.stdout.close()
        raise RuntimeError(f"no result for {missing}")

    def cpu_of(self, zones):
        """CPU seconds of a later round: the median of them."""
        return statistics.median(one["cpu_seconds"] for one in self.rounds_of(zones, CPU_ROUNDS)[1:])

    def beside(self):
        """Healthy zones with the hostile ones beside them."""
        hostile_zones = [self.settings(zone) for zone in self.zones]
        walls = [(self.wall_of(()), self.wall_of(tuple(self.zones))) for _ in range(self.repeats)]
        wall = statistics.median(both / alone for alone, both in walls)
        cpus = [(self.cpu_of(self.healthy), self.cpu_of(hostile_zones), self.cpu_of(self.healthy + hostile_zones))
                for _ in range(max(1, self.repeats // 3))]
        cpu = statistics.median((both - apart) / alone for alone, apart, both in cpus)
        alone, both = (statistics.median(pair[side] for pair in walls) for side in (0, 1))
        print(f"{len(self.healthy)} healthy zones beside {len(self.zones)} hostile ones: {wall:.2f} times the wall "
              f"time ({alone:.2f} s alone, {both:.2f} s beside; pairs "
              f"{', '.join(f'{both / alone:.2f}' for alone, both in walls)}), {cpu:.2f} times the CPU (rounds of healthy, "
              "hostile, both: " + "; ".join(", ".join(f"{part:.3f} s" for part in one) for one in cpus) + ").")
        return wall <= WALL_RATIO and cpu <= CPU_RATIO

if __name__ == "__main__":
    main()
