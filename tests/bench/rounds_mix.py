"""Section: a portfolio with dead, slow and hostile servers against the same one with healthy servers."""

from measure import middle, spread
from polls import Polls

UNHEALTHY = ("dead", "slow", "hostile")


def mix_section(setting):
    """Cold and warm; the two trees take turns."""
    table, bed = setting.table, setting.bed(setting.zones)
    cpu = {}
    for _ in range(max(1, setting.repeat - 1)):
        for words, behave in (("clean", ()), ("unhealthy", UNHEALTHY)):
            with bed.serve(behave):
                _rounds(setting, bed, words, cpu)
    for (words, kind), seconds in cpu.items():
        table.add(f"{words}, {kind}: CPU", 1000 * middle(seconds) / setting.zones, "ms/zone", spread(seconds))
    for kind in ("cold", "warm"):
        table.aim(f"unhealthy mix, {kind}: CPU, against the clean tree",
                  middle(cpu["unhealthy", kind]) / middle(cpu["clean", kind]), 1.3, "times")


def _rounds(setting, bed, words, cpu):
    polls = Polls(setting, bed, words)
    polls.forget()
    for kind in ("cold", "warm"):
        cost, (line,) = polls.run()
        cpu.setdefault((words, kind), []).append(cost.cpu)
        setting.table.add(f"{words}, {kind}: secure; bogus; indeterminate", line["secure"],
                          f"{line['bogus']} {line['indeterminate']}; {line['wall_seconds']:.0f} s wall, "
                          f"{line['queries'] / polls.zones:.1f} queries/zone")
