#!/usr/bin/python3
"""Measure whole rounds of `anchorwatch poll`, against Unbound over the same tree in the same run.

    tests/bench/rounds.py                                   # sections unbound, warm, stages, mix at 10,000 zones
    tests/bench/rounds.py --sections growth,wall            # 1,000, 10,000 and 100,000 zones; half an hour, 8 GB
    tests/bench/rounds.py --sections daemon --zones 10000

The numbers are CPU seconds of the kernel's accounts (wait4), so that servers and other work on the machine disturb
them little; each is the median of --repeat runs, with half of their range as noise. Ratios are between runs that
took turns. See docs/performance.md. Debian packages: nsd unbound linux-perf openssl.
"""

import argparse
import json
import pathlib
import sys

import bed as beds
from daemon_lag import daemon_section
from rounds_growth import growth_section, wall_section
from rounds_mix import mix_section
from rounds_small import stages_section, unbound_section, warm_section
from table import Table

SECTIONS = {"unbound": unbound_section, "warm": warm_section, "stages": stages_section, "mix": mix_section,
            "growth": growth_section, "wall": wall_section, "daemon": daemon_section}
USUAL = "unbound,warm,stages,mix"


class Setting:
    """What the sections share."""

    def __init__(self, options):
        self.options = options
        self.zones = options.zones
        self.sizes = options.sizes
        self.repeat = options.repeat
        self.binary = options.build / "anchorwatch"
        self.daemon = options.build / "anchorwatchd"
        self.table = Table()
        self._beds = {}

    def bed(self, zones):
        """Return the tree of a size; made when it is first needed."""
        if zones not in self._beds:
            one = beds.Bed(pathlib.Path(self.options.dir) / f"tree-{zones}", self.options.build)
            one.make(zones, **{name: getattr(self.options, name) for name in beds.SHARES})
            self._beds[zones] = one
        return self._beds[zones]


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", default=str(beds.ROOT / "build/bench"), help="where trees and databases are (default: build/bench)")
    parser.add_argument("--sections", default=USUAL, help=f"of {','.join(SECTIONS)} (default: {USUAL})")
    parser.add_argument("--zones", type=int, default=10_000, help="of the sections with one size (default: 10000)")
    parser.add_argument("--sizes", type=lambda text: sorted(map(int, text.split(","))), default=[1000, 10_000, 100_000],
                        help="of growth and wall (default: 1000,10000,100000)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each kind (default: 3)")
    parser.add_argument("--json", type=pathlib.Path, help="also write the table to this file")
    beds.add_tree_options(parser)
    options = parser.parse_args()
    wanted = options.sections.split(",")
    unknown = [word for word in wanted if word not in SECTIONS]
    if unknown:
        parser.error(f"no section {', '.join(unknown)}")
    beds.enter_namespace()
    setting = Setting(options)
    for word in wanted:
        setting.table.heading(word)
        SECTIONS[word](setting)
    setting.table.summary()
    if options.json:
        options.json.write_text(json.dumps(setting.table.rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
