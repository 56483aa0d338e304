#!/usr/bin/python3
"""Run replayed resolver scenarios through `anchorwatch check` and print a Markdown table, file by file.

usage: replay_table.py --server REPLAY_SERVER --scenarios DIR --anchorwatch PROGRAM

REPLAY_SERVER serves one scenario in a network namespace of its own and runs a command in it (needs root).
Ends with status 1 if a scenario differs that is not explained in EXPLAINED.
"""

import argparse
import datetime
import json
import re
import subprocess
import sys
from pathlib import Path

# Scenarios whose expectation is about something else than validation, with the clause that we follow.
EXPLAINED = {
    "val_negcache_nodata.rpl": "The resolver answers from its cache of earlier NSEC records (RFC 8198, optional); the "
                               "servers of the scenario do not answer these questions. A monitor asks each time "
                               "(RFC 4035 §4.3: nothing is concluded from silence).",
    "val_negcache_nxdomain.rpl": "As above: RFC 8198.",
}


def main():
    options = parse_arguments()
    rows, unexplained = [], 0
    for path in sorted(options.scenarios.glob("*.rpl")):
        for number, answer in enumerate(run(options, path)):
            agrees = fits(answer)
            if not agrees and path.name not in EXPLAINED:
                unexplained += 1
            rows.append(row(path, number, answer, agrees))
    print("| Scenario | Question | Expected | anchorwatch | Agrees |\n|---|---|---|---|---|")
    print("\n".join(rows))
    sys.exit(1 if unexplained else 0)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", type=Path, required=True)
    parser.add_argument("--scenarios", type=Path, required=True)
    parser.add_argument("--anchorwatch", type=Path, required=True)
    return parser.parse_args()


def run(options, path):
    """Return what anchorwatch says to each question of a scenario."""
    client = Path(__file__).with_name("replay_scenario.py")
    command = [sys.executable, options.server, path, "--netns", "--exec", sys.executable, client,
               options.anchorwatch.resolve(), "--rely-on-sha1", *clock(path)]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=300)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        sys.exit(f"{path.name}: the replay server said: {done.stderr.strip()[-400:]}")
    return lines


def clock(path):
    """Return --at for scenarios that have validators ignore the time: a moment within all signatures."""
    text = path.read_text(encoding="latin-1")
    if not re.search(r'val-override-date:\s*"?-1', text):
        return []
    begins = [moment(word) for word in re.findall(r"\sRRSIG\s.*?\s\d{14}\s+(\d{14})\s", text)]
    return ["--at", str(max(begins) + 1)]


def moment(text):
    """Return the Unix seconds of YYYYMMDDHHMMSS."""
    return int(datetime.datetime.strptime(text + "+0000", "%Y%m%d%H%M%S%z").timestamp())


def fits(answer):
    """True if the verdict is the expected one; what a scenario leaves open must only not fail."""
    expected = answer["question"]["verdict"]
    if expected in ("unstated", "unchecked (CD)"):
        return answer["verdict"] in ("secure", "insecure")
    return answer["verdict"] == expected


def row(path, number, answer, agrees):
    question = answer["question"]
    asked = f"{question['qname']} {question['qtype']}"
    said = answer["verdict"] + (f" ({answer['reason']})" if answer.get("reason") else "")
    name = f"`{path.name}`" if number == 0 else ""
    mark = "yes" if agrees else EXPLAINED.get(path.name, "**no**")
    return f"| {name} | {asked} | {question['verdict']}, {question['rcode']} | {said} | {mark} |"


if __name__ == "__main__":
    main()
