"""Rounds of `anchorwatch poll`: cold, warm in the same process, warm in a new one."""

import shutil

from measure import run

# What a validating resolver is asked for; DNSKEY and DS are part of every look.
SEVEN_TYPES = """\
[defaults]
probes = ["@/SOA", "@/NS", "@/A", "@/AAAA", "@/MX", "@/TXT"]
denial_probe = false
"""
# Nor does it ask what only findings need.
NOTHING_ELSE = "extra_questions = false\nunusual_questions = false\n"


class Polls:
    """Runs over one tree with one configuration and one database."""

    def __init__(self, setting, bed, name, **changes):
        self._binary = setting.binary
        self.state = bed.folder / f"state-{name}"
        self.config = bed.config(f"{name}.toml", state=self.state, **changes)
        self.zones = bed.spec["zones"]

    def forget(self):
        """The next round is the first one ever."""
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir()

    def argv(self, *arguments):
        """Command of one process."""
        return [self._binary, "poll", "--config", self.config, "--json", *arguments]

    def run(self, *arguments):
        """Run one process; return its Cost and the rounds that it printed."""
        cost = run(self.argv(*arguments), statuses=(0, 1, 2))
        return cost, cost.lines()

    def per_zone(self, seconds):
        """Milliseconds for each zone."""
        return 1000 * seconds / self.zones
