#!/usr/bin/python3
"""Run the validation scripts and write what they print into docs/validation.md, each between its two markers.

usage: report.py --anchorwatch PROGRAM [--replay-server FILE --scenarios DIR] [--states FILE --anchors FILE]
                 [--root-zone FILE --root-at TIME --anchors FILE] [--peers PRESET … [--peers-total SECONDS]]
                 [--hostile]

Sections whose material is not given stay as they are. Needs root (network namespaces). `--peers` writes
docs/validation-peers.md too, a table of every zone; what was found stays in build/peers.jsonl.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "validation.md"
PEER_PAGE = PAGE.with_name("validation-peers.md")
PEER_RESULTS = HERE.parents[1] / "build" / "peers.jsonl"


def main():
    options = parse_arguments()
    program = ["--anchorwatch", options.anchorwatch]
    failed = False
    if options.scenarios:
        failed |= section("scenarios", ["replay_table.py", "--server", options.replay_server, "--scenarios",
                                        options.scenarios, *program])
    if options.states:
        failed |= section("root-history", ["root_history.py", "--states", options.states, "--anchors", options.anchors,
                                           *program])
    if options.root_zone:
        failed |= section("root-zone", ["root_zone.py", "--zone", options.root_zone, "--anchors", options.anchors,
                                        "--at", options.root_at, *program])
    if options.hostile:
        failed |= section("hostile", ["hostile_zones.py", *program])
    if options.peers:
        failed |= compare_peers(options, program)
    sys.exit(1 if failed else 0)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anchorwatch", required=True)
    for name in ("replay-server", "scenarios", "states", "anchors", "root-zone", "root-at"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--hostile", action="store_true", help="wants a quiet machine")
    parser.add_argument("--peers", nargs="*", default=[])
    parser.add_argument("--peers-total", default="900", help="seconds for each tree")
    return parser.parse_args()


def compare_peers(options, program):
    """Ask the other tools, then write both pages, of half a run too; returns True if the run was cut short."""
    presets = [word for name in options.peers for word in ("--preset", name)]
    PEER_RESULTS.parent.mkdir(exist_ok=True)
    done = subprocess.run([sys.executable, HERE / "peers.py", *presets, *program, "--results", PEER_RESULTS,
                           "--total", options.peers_total], check=False)
    section("peers", ["peers_page.py", PEER_RESULTS])
    full = subprocess.run([sys.executable, HERE / "peers_page.py", PEER_RESULTS, "--full"], capture_output=True,
                          text=True, check=True)
    PEER_PAGE.write_text(full.stdout)
    return done.returncode != 0


def section(name, command):
    """Run a script and put its output between the markers; returns True if the script failed."""
    done = subprocess.run([sys.executable, HERE / command[0], *command[1:]], capture_output=True, text=True, check=False)
    if not done.stdout:
        sys.exit(f"{command[0]}: {done.stderr.strip()}")
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    page = PAGE.read_text()
    if begin not in page or end not in page:
        sys.exit(f"{PAGE}: no markers for '{name}'")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
    PAGE.write_text(pattern.sub(lambda _: f"{begin}\n{done.stdout.strip()}\n{end}", page))
    print(f"{name}: {'differs' if done.returncode else 'ok'}")
    return done.returncode != 0


if __name__ == "__main__":
    main()
