"""The zones of a tree that are compared, what is expected of them, and what anchorwatch says."""

import dataclasses
import hashlib
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))
from support import at_least, lab_config, write_config  # noqa: E402

import fault_tree
import presets_legal

# What anchorwatch asks by default, in the order in which faults are usual.
DEFAULT_PROBES = ["@/SOA", "@/NS", "@/A", "@/AAAA", "@/MX", "@/TXT", "@/CAA", "@/CDS", "@/CDNSKEY"]
OURS_SECONDS = 300


@dataclasses.dataclass
class Subject:
    """One zone: its [[zone]] table, what is wrong with it in words, and what every tool is asked."""

    zone: str
    entry: dict
    how: str

    @property
    def questions(self):
        """[(name, type)] of the probes, and a name that does not exist."""
        pairs = [probe.rpartition("/") for probe in self.entry.get("probes", DEFAULT_PROBES)]
        asked = [(absolute(name, self.zone), rrtype) for name, _, rrtype in pairs]
        # Of the form that scripted servers spoil the answers to, and the same in every run.
        label = hashlib.sha256(self.zone.encode()).hexdigest()[:16]
        return [*asked, (f"{label}.{self.zone}", "A")]


def absolute(name, zone):
    if name == "@":
        return zone
    return name if name.endswith(".") else f"{name}.{zone}"


def subjects(tree, lab):
    """Return the Subjects of a tree in its order."""
    if tree == "faults":
        # Zones above the broken ones are broken too, on purpose; what they answer to a random name is chance.
        return [Subject(row.zone, row.entry, row.how) for area in fault_tree.areas() for row in area.rows]
    settings = presets_legal.SETTINGS if tree == "legal" else {}
    return [Subject(zone, {"name": zone, **settings.get(zone.rstrip("."), {})}, "") for zone in lab.zone_names()
            if zone != "." and lab.zone(zone).spec.kind != "configured"]


def ask_anchorwatch(program, tree, lab, zones, folder, results):
    """Check all zones in one run, each with its own probes and declarations."""
    config = write_config(folder / "anchorwatch.toml", lab_config(lab, folder, [one.entry for one in zones]))
    done = subprocess.run([str(program.resolve()), "check", "--json", *map(str, lab.check_args()), "--config",
                           str(config), *(one.zone for one in zones)], capture_output=True, text=True, check=False,
                          timeout=OURS_SECONDS)
    told = {result["zone"]: result for result in map(json.loads, done.stdout.splitlines())}
    for one in zones:
        if one.zone not in told:
            sys.exit(f"anchorwatch says nothing of {one.zone}: {done.stderr.strip()[-500:]}")
        result, expect = told[one.zone], lab.expected(one.zone)
        codes = [found["code"] for found in result["findings"]
                 if at_least(found["severity"], "warning") and "caused_by" not in found]
        results.add(tree, one.zone, "anchorwatch", result["status"], dict.fromkeys(codes),
                    worst=result["status_worst"], reason=result["reason"], how=one.how,
                    expected=expect.status, expected_worst=expect.worst or expect.status)
