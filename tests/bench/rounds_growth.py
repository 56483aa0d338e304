"""Sections over several sizes: growth of CPU and memory, wall time."""

import itertools

from measure import middle, spread
from polls import Polls

_KIB = 1024
_LARGE_RUNS_ONCE = 50_000


def growth_section(setting):
    """The same at each size: cold, then warm in a new process."""
    cpu, memory = {}, {}
    for zones in setting.sizes:
        bed = setting.bed(zones)
        times = setting.repeat if zones < _LARGE_RUNS_ONCE else 1
        with bed.serve():
            cpu[zones], memory[zones] = _measure(setting, Polls(setting, bed, "growth"), times)
    for small, large in itertools.pairwise(setting.sizes):
        if large < 10 * small:
            continue
        name = f"{large} against {small} zones"
        for kind in ("cold", "warm"):
            ratio = (cpu[large][kind] / large) / (cpu[small][kind] / small)
            growth = (memory[large][kind] - memory[small][kind]) / (large - small) / _KIB
            setting.table.aim(f"{name}, {kind}: CPU per zone", ratio, 1.15, "times")
            setting.table.aim(f"{name}, {kind}: memory for each further zone", growth, 1.0, "KiB")


def _measure(setting, polls, times):
    table = setting.table
    cpu, memory = {"cold": [], "warm": [], "core": []}, {}
    for _ in range(times):
        polls.forget()
        for kind, arguments in (("cold", ()), ("warm", ()), ("core", ("--core",))):
            cost, (line,) = polls.run(*arguments)
            cpu[kind].append(cost.cpu)
            memory[kind] = cost.rss_peak
            if kind != "core" or len(cpu[kind]) == times:
                table.add(f"{polls.zones} zones, {kind}: queries; answers lost", line["queries"] / polls.zones,
                          f"/zone; {line['queries'] - line['answers']}")
    for kind, seconds in cpu.items():
        table.add(f"{polls.zones} zones, {kind}: CPU", polls.per_zone(middle(seconds)), "ms/zone", spread(seconds))
        table.add(f"{polls.zones} zones, {kind}: peak memory", memory[kind] / 2**20, "MiB")
    return {kind: middle(seconds) for kind, seconds in cpu.items()}, memory


def wall_section(setting):
    """How long a warm full round of the largest tree takes, servers on the same machine."""
    zones = setting.sizes[-1]
    bed = setting.bed(zones)
    with bed.serve():
        polls = Polls(setting, bed, "growth")
        polls.forget()
        polls.run()
        cost, (line,) = polls.run()
    setting.table.add(f"{zones} zones, warm full round: whole process", cost.wall, "s")
    setting.table.add("  of it CPU of anchorwatch", cost.cpu, "s")
    setting.table.aim(f"{zones} zones: warm full round, wall time", line["wall_seconds"] * 100_000 / zones, 180.0, "s/100k")
