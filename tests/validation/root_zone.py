#!/usr/bin/python3
"""Monitor every delegation of a recorded root zone as a portfolio, and print what its parent was found to say.

usage: root_zone.py --zone FILE --anchors FILE --at TIME --anchorwatch PROGRAM

NSD serves the root alone, in a network namespace without any other network (needs root): the DS RRset or its absence
is asked and validated for each delegation, and no server of a delegated zone can be reached.
Ends with status 1 unless every DS RRset is secure, every absent DS is proven, and their number is that of the zone file.
"""

import argparse
import collections
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dns.message
import dns.query
import dns.exception

ADDRESS, PORT = "127.0.0.53", 5300


def main():
    options = parse_arguments()
    enter_namespace()
    names, with_ds = delegations(options.zone)
    with tempfile.TemporaryDirectory() as folder:
        server = serve(options.zone.resolve(), Path(folder))
        try:
            config = configure(Path(folder), options.anchors.resolve(), names)
            done = subprocess.run([str(options.anchorwatch.resolve()), "poll", "--config", str(config), "--core",
                                   "--at", options.at, "--json"], capture_output=True, text=True, check=False)
        finally:
            server.terminate()
            server.wait()
        if not done.stdout:
            sys.exit(done.stderr)
        sys.exit(report(Path(folder) / "state" / "anchorwatch.db", json.loads(done.stdout.splitlines()[-1]), names,
                        with_ds))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("zone", "anchors", "anchorwatch"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--at", required=True)
    return parser.parse_args()


def enter_namespace():
    """Start again where there is no network but lo."""
    if "ROOT_ZONE_NAMESPACE" not in os.environ:
        os.environ["ROOT_ZONE_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--net", "/bin/sh", "-c", 'ip link set lo up; exec "$0" "$@"', sys.executable,
                              *sys.argv])


def delegations(path):
    """Return the delegated names and those among them that have a DS."""
    names, with_ds = set(), set()
    for line in path.read_text().splitlines():
        words = line.split()
        if len(words) > 4 and words[0] != "." and words[3] in ("NS", "DS"):
            (names if words[3] == "NS" else with_ds).add(words[0].lower())
    return names, with_ds


def serve(zone, folder):
    """Start NSD with the root zone and wait until it answers."""
    conf = folder / "nsd.conf"
    conf.write_text(f"""server:
  ip-address: {ADDRESS}@{PORT}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  xfrdir: "{folder}"
  logfile: "{folder}/nsd.log"
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "{zone}"
""")
    server = subprocess.Popen(["/usr/sbin/nsd", "-d", "-c", str(conf)])
    query = dns.message.make_query(".", "SOA")
    for _ in range(100):
        try:
            dns.query.udp(query, ADDRESS, port=PORT, timeout=0.2)
            return server
        except (dns.exception.DNSException, OSError):
            time.sleep(0.1)
    sys.exit(f"NSD does not answer: {(folder / 'nsd.log').read_text()}")


def configure(folder, anchors, names):
    """Write hints, inventory and configuration; return the configuration's path."""
    (folder / "state").mkdir()
    (folder / "root.hints").write_text(f". 3600000 NS ns.root.\nns.root. 3600000 A {ADDRESS}\n")
    (folder / "zones.txt").write_text("\n".join(sorted(names)) + "\n")
    config = folder / "anchorwatch.toml"
    config.write_text(f"""[daemon]
state_dir = "state"
[dns]
root_hints = "root.hints"
trust_anchors = ["{anchors}"]
port = {PORT}
allow_special_addresses = true
[inventory]
files = ["zones.txt"]
""")
    return config


def report(database, summary, names, with_ds):
    """Print the counts; return the exit status."""
    rows = sqlite3.connect(database).execute("SELECT zone, status FROM v_server WHERE side = 'parent'").fetchall()
    status = {zone: state for zone, state in rows}
    secure = {zone for zone, state in status.items() if state == "secure"}
    proven = {zone for zone, state in status.items() if state == "insecure"}
    loud = sqlite3.connect(database).execute("SELECT code, count(*) FROM v_finding WHERE severity IN "
                                             "('warning', 'error', 'critical') GROUP BY code").fetchall()
    print(f"{len(names)} delegations, {len(with_ds)} with DS: {len(secure)} DS RRsets secure, {len(proven)} absent DS "
          f"proven, others {dict(collections.Counter(status.values()) - collections.Counter(secure=len(secure), insecure=len(proven)))}")
    print(f"findings of warning or above: {dict(loud) or 'none'}; {summary['queries']} queries, "
          f"{summary['verifications']} verifications, {summary['cpu_seconds']:.2f} s CPU")
    return 0 if secure == with_ds and proven == names - with_ds else 1


if __name__ == "__main__":
    main()
