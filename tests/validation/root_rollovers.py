#!/usr/bin/python3
"""Poll recorded states of the root's apex in time order, through NSD, and print which rollovers were named.

usage: root_rollovers.py --states FILE.jsonl --anchors FILE --anchorwatch PROGRAM

FILE.jsonl as for root_history.py. Each state is loaded into NSD together with an NS of the root, and `poll --at TIME` looks
at it, over one database and with `probes = ["@/SOA"]`.
Ends with status 1 for a finding or event of warning or above about DS, keys, signatures or rollovers, and for signer.late.
"""

import argparse
import collections
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dns.message
import dns.query

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lab"))
from anchorlab.ports import AddressPlan, PORT_RANGE  # noqa: E402

AREAS = ("DS_", "DNSKEY", "KEY", "SIG_", "TRUST_ANCHOR", "ANCHOR", "NO_SECURE_ENTRY", "ALG_", "ROLLOVER", "CACHE_SPLIT",
         "TAKEOVER", "WENT_INSECURE", "SIGNER")
LOUD = ("warning", "error", "critical")
NSD = """\
server:
  ip-address: {address}
  port: {port}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  pidfile: ""
  database: ""
  xfrdfile: "{folder}/xfrd"
  zonelistfile: "{folder}/zone.list"
  logfile: "{folder}/nsd.log"
  server-count: 1
zone:
  name: "."
  zonefile: "root.zone"
"""
CONFIG = """\
[daemon]
state_dir = "{folder}/state"
[dns]
root_hints = "{folder}/root.hints"
trust_anchors = ["{anchors}"]
port = {port}
allow_special_addresses = true
ipv6 = "off"
extra_questions = false
unusual_questions = false
[defaults]
probes = ["@/SOA"]
denial_probe = false
[[zone]]
name = "."
expect = "signed"
"""


class Root:
    """The root zone of one moment after the other, served by NSD."""

    def __init__(self, folder):
        self.folder, self.address, self.port = folder, str(AddressPlan().next_address()), PORT_RANGE[0] + 53
        (folder / "nsd.conf").write_text(NSD.format(folder=folder, address=self.address, port=self.port))
        (folder / "root.hints").write_text(f". 3600000 NS ns.root.\nns.root. 3600000 A {self.address}\n")

    def serve(self, state):
        """Start NSD with a state; returns the process when it answers with that state's serial."""
        extra = [". 518400 IN NS ns.root.", f"ns.root. 518400 IN A {self.address}"]
        (self.folder / "root.zone").write_text("\n".join(state["records"] + extra) + "\n")
        server = subprocess.Popen(["nsd", "-d", "-c", str(self.folder / "nsd.conf")], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                answer = dns.query.udp(dns.message.make_query(".", "SOA"), self.address, port=self.port, timeout=0.1)
                if answer.answer and answer.answer[0][0].serial == int(state["serial"]):
                    return server
            except (OSError, dns.exception.Timeout):
                time.sleep(0.02)
        server.kill()
        sys.exit(f"{state['time']}: NSD does not answer; see {self.folder / 'nsd.log'}")


def main():
    options = parse_arguments()
    states = [json.loads(line) for line in options.states.read_text().splitlines() if line.strip()]
    states.sort(key=lambda state: state["time"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = Root(folder)
        (folder / "state").mkdir()
        config = folder / "anchorwatch.toml"
        config.write_text(CONFIG.format(folder=folder, anchors=options.anchors.resolve(), port=root.port))
        for state in states:
            server = root.serve(state)
            done = subprocess.run([str(options.anchorwatch.resolve()), "poll", "--config", str(config), "--at", state["time"]],
                                  capture_output=True, text=True, check=False)
            server.terminate()
            server.wait()
            if done.returncode not in (0, 1):
                sys.exit(f"{state['time']}: {done.stderr.strip()}")
        failures = report(folder / "state" / "anchorwatch.db", len(states), options.events)
    sys.exit(1 if failures else 0)


def report(path, moments, every_event):
    """Print rollovers and what was loud; returns how much of that should have been quiet."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    events = list(database.execute("SELECT * FROM v_event ORDER BY detected_at, id"))
    counts, bad = collections.Counter(event["type"] for event in events), []
    for event in events:
        if every_event or event["type"] == "rollover.phase_changed":
            print(f"{event['detected_utc']}  {event['severity']:8} {event['type']:24} {event['summary']}")
        code = (json.loads(event["payload"]).get("finding") or {}).get("code", "")
        ours = code.startswith(AREAS) or not event["type"].startswith("finding.")
        if event["type"] == "signer.late" or (event["severity"] in LOUD and ours):
            bad.append(f"{event['detected_utc']} {event['type']} {event['severity']}: {event['summary']}")
    for line in bad:
        print("NOT QUIET:", line)
    print(f"{moments} moments; events: {dict(counts)}")
    return len(bad)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", type=Path, required=True)
    parser.add_argument("--anchors", type=Path, required=True)
    parser.add_argument("--anchorwatch", type=Path, required=True)
    parser.add_argument("--events", action="store_true", help="print every event")
    return parser.parse_args()


if __name__ == "__main__":
    main()
