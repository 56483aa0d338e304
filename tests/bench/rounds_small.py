"""Sections at one size: against Unbound, warm rounds, stages."""

from measure import middle, spread, verification_seconds
from polls import NOTHING_ELSE, SEVEN_TYPES, Polls
from resolver import Unbound
from stages import record, shares

_STAGE_ZONES = 1000
_MILLION = 1_000_000


def unbound_section(setting):
    """Cold rounds and Unbound take turns. The price of a verification is asked for again in each turn."""
    table, bed = setting.table, setting.bed(setting.zones)
    ours, whole, theirs, outsides, prices = [], [], [], [], []
    with bed.serve():
        seven = Polls(setting, bed, "seven", more=SEVEN_TYPES, dns=NOTHING_ELSE)
        full, unbound = Polls(setting, bed, "full"), Unbound(bed)
        for _ in range(setting.repeat):
            line = _cold(seven)
            ours.append(seven.per_zone(line["cpu_seconds"]))
            cpu, told = unbound.cold(setting.zones)
            _require_validated(told)
            theirs.append(full.per_zone(cpu))
            every = _cold(full)
            whole.append(full.per_zone(every["cpu_seconds"]))
            prices.append(verification_seconds())
            # verify_cpu_seconds is measured around every fifth verification: the cost as it is in a busy process.
            outsides.append((every["cpu_seconds"] - every["verify_cpu_seconds"]) / every["answers"] / prices[-1])
    table.add("one P-256 verification, OpenSSL", 1e6 * middle(prices), "µs", spread(prices))
    table.add("anchorwatch cold, seven types at both addresses", middle(ours), "ms/zone", spread(ours))
    table.add("  queries", line["queries"] / setting.zones, "/zone")
    table.add("  verifications", line["verifications"] / setting.zones, "/zone")
    table.add("  verification", 1000 * line["verify_cpu_seconds"] / setting.zones, "ms/zone")
    table.add("Unbound cold, seven types from one server", middle(theirs), "ms/zone", spread(theirs))
    table.add("anchorwatch cold, full work at both addresses", middle(whole), "ms/zone", spread(whole))
    table.add("  queries", every["queries"] / setting.zones, "/zone")
    table.add("  verifications", every["verifications"] / setting.zones, "/zone")
    table.add("  verification", 1000 * every["verify_cpu_seconds"] / setting.zones, "ms/zone")
    table.add("  queries per CPU second", every["queries"] / every["cpu_seconds"], "1/s")
    table.add("  CPU outside verification", 1e6 * middle(outsides) * middle(prices), "µs/answer", spread(outsides))
    table.aim("cold, seven types: CPU per zone, share of Unbound's", middle(ours) / middle(theirs), 0.5)
    table.aim("cold, full work: CPU per zone, share of Unbound's for seven types", middle(whole) / middle(theirs), 0.5)
    table.aim("cold: CPU outside verification per answer, in P-256 verifications", middle(outsides), 0.5)


def warm_section(setting):
    """The second round of a process, the first of a new one, and the core round; with and without live zones."""
    for behave in ((), ("live",)):
        bed = setting.bed(setting.zones)
        with bed.serve(behave):
            polls = Polls(setting, bed, "warm")
            _warm(setting, polls, "30 % live" if behave else "no zone live", bool(behave))


def _warm(setting, polls, words, live):
    table = setting.table
    runs = {"cold": [], "second": [], "new": [], "core": []}
    for _ in range(setting.repeat):
        polls.forget()
        _, (first, second) = polls.run("--rounds", 2)
        new_cost, (new,) = polls.run()
        core_cost, (core,) = polls.run("--core")
        runs["cold"].append(first["cpu_seconds"])
        runs["second"].append(second["cpu_seconds"])
        # A new process also loads the database and the inventory: all of it counts.
        runs["new"].append(new_cost.cpu)
        runs["core"].append(core_cost.cpu)
    names = {"cold": "cold", "second": "warm, second round of a process", "new": "warm, first round of a new process",
             "core": "core round of a new process"}
    lines = {"cold": first, "second": second, "new": new, "core": core}
    for key, name in names.items():
        seconds = runs[key]
        table.add(f"{words}: {name}", polls.per_zone(middle(seconds)), "ms/zone", spread(seconds))
        table.add("  verifications; reused", lines[key]["verifications"] / polls.zones,
                  f"/zone; {lines[key]['verifications_reused'] / polls.zones:.1f}")
        table.add("  CPU outside verification",
                  1e6 * (lines[key]["cpu_seconds"] - lines[key]["verify_cpu_seconds"]) / lines[key]["answers"], "µs/answer")
    table.add(f"{words}: peak memory, cold", first["max_rss_bytes"] / 2**20, "MiB")
    if live:
        for key in ("second", "new"):
            ratio = middle(runs[key]) / middle(runs["cold"])
            table.aim(f"30 % live: {names[key]}, share of cold", ratio, 1 / 3)
        return
    scale = _MILLION / polls.zones
    table.aim("no zone live: warm second full round of 1,000,000 zones", middle(runs["second"]) * scale, 600.0, "CPU s")
    table.aim("no zone live: warm full round of 1,000,000 zones, new process", middle(runs["new"]) * scale, 600.0, "CPU s")
    table.aim("no zone live: core round of 1,000,000 zones", middle(runs["core"]) * scale, 200.0, "CPU s")


def stages_section(setting):
    """Where the time goes."""
    bed = setting.bed(min(_STAGE_ZONES, setting.zones))
    with bed.serve():
        polls = Polls(setting, bed, "stages")
        polls.forget()
        for words, rounds in (("cold", 1), ("warm, new process", 1)):
            data = bed.folder / "perf.data"
            record(polls.argv("--rounds", rounds), data)
            for stage, share in shares(data).items():
                if share >= 0.01:
                    setting.table.add(f"{words}: {stage}", 100 * share, "%")
            data.unlink()


def _cold(polls):
    polls.forget()
    _, (line,) = polls.run()
    if line["secure"] != polls.zones:
        raise SystemExit(f"{line['secure']} of {polls.zones} zones are secure: this round measures something else\n{line}")
    return line


def _require_validated(told):
    if not told["asked"] == told["answers"] == told["authentic"]:
        raise SystemExit(f"Unbound did not validate every answer: {told}")
