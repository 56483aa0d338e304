"""Section: does the daemon look at healthy zones when they are due, whatever the others do?

The looks' own times are read from the database: when a zone is due (core_due_at), and when it was looked at then.
"""

import contextlib
import math
import sqlite3
import time

from measure import Child
from polls import Polls
from rounds_mix import UNHEALTHY

_GOLDEN = 0.6180339887498949
_SHORTEST = 60
_LOOKS_A_SECOND = 100
_SAMPLES = 40


def is_healthy(number, spec):
    """As Spec::group_of(): the main group, and those that are signed live, which behave well."""
    at = math.fmod((number + 1) * _GOLDEN, 1.0) - spec["live"]
    return at < 0 or at >= spec["dead"] + spec["slow"] + spec["hostile"]


def daemon_section(setting):
    """A round of poll fills the database; then the daemon takes over, and one interval is measured."""
    bed = setting.bed(setting.zones)
    interval = max(_SHORTEST, setting.zones // _LOOKS_A_SECOND)
    with bed.serve(UNHEALTHY):
        polls = Polls(setting, bed, "daemon", more=f'[scheduler]\ninterval = "{interval}s"\nfull_interval = "{24 * interval}s"\n')
        polls.forget()
        polls.run()
        with open(bed.folder / "daemon.log", "wb") as log:
            child = Child([setting.daemon, "--config", polls.config], stdout=log)
            try:
                time.sleep(1.5 * interval)
                lags = _Lags(polls.state / "anchorwatch.db", bed.spec, interval)
                lags.watch()
            finally:
                with contextlib.suppress(ProcessLookupError):
                    child.stop()
                cost, _ = child.finish()
    _report(setting.table, lags, interval, cost)


def _report(table, lags, interval, cost):
    values = sorted(lags.healthy())
    share = sum(lag <= interval / 10 for lag in values) / len(values)
    table.add(f"daemon, interval {interval} s: healthy zones due", len(values), "zones")
    table.add("  looked at within a tenth of the interval", 100 * share, "%")
    for quantile in (0.5, 0.99, 1.0):
        at = min(len(values) - 1, int(quantile * len(values)))
        table.add(f"  lag, quantile {quantile:g}", values[at], "s")
    table.add("  CPU", cost.cpu, f"s in {cost.wall:.0f} s")
    table.add("  memory at the end; peak", cost.rss_end / 2**20, f"MiB; {cost.rss_peak / 2**20:.0f}")
    table.aim("daemon, unhealthy mix: healthy zones that are later than a tenth of the interval", 100 * (1 - share), 1.0, "%")


class _Lags:
    """Zones that come due in one interval, and how late each of them is looked at."""

    def __init__(self, database, spec, interval):
        self._database = database
        self._spec = spec
        self._interval = interval
        self._due, self._lag = {}, {}

    def watch(self):
        """Read the times again and again, so that no look hides behind the next one."""
        start = int(time.time())
        end = start + self._interval
        self._due = {name: due for name, _, due in self._rows() if due and start < due <= end}
        # Those that are due at the end may be as late as the aim allows, and more.
        step = 1.25 * self._interval / _SAMPLES
        for sample in range(_SAMPLES):
            time.sleep(max(0.0, start + (sample + 1) * step - time.time()))
            for name, looked, due in self._rows():
                planned = self._due.get(name)
                if planned is None or name in self._lag or looked is None:
                    continue
                if looked >= planned:
                    self._lag[name] = looked - planned
                elif due and due > planned:
                    # Looked at before its time, for a reason of its own: no longer due in this interval.
                    del self._due[name]

    def healthy(self):
        """Seconds of each healthy zone; one that was never looked at is as late as can be."""
        for name in self._due:
            if is_healthy(int(name.lstrip("z").split(".")[0]), self._spec):
                yield self._lag.get(name, float(self._interval))

    def _rows(self):
        with contextlib.closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=30)) as database:
            return database.execute("SELECT zone.name, last_checked_at, core_due_at FROM zone_times "
                                    "JOIN zone ON zone.id = zone_times.zone_id").fetchall()
