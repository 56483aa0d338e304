#!/usr/bin/python3
"""Make Markdown of the verdicts that peers.py wrote: what differs, in short, or every zone.

usage: peers_page.py FILE [--full]
"""

import argparse
import json
from pathlib import Path

from peer_reasons import DNSVIZ_ERRORS_ONLY, reason

TOOLS = {"anchorwatch": "anchorwatch", "unbound": "Unbound", "delv": "delv", "dnsviz": "DNSViz"}
SILENT = ("no answer", "timeout", "not asked")
UNKNOWN = ("indeterminate", "unreachable")
NOT_ASKED = {"verdict": "not asked", "names": []}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--full", action="store_true", help="a table of every zone")
    options = parser.parse_args()
    trees = load(options.results)
    print(full_page(trees) if options.full else short_page(trees))


def load(path):
    """Return {tree: {zone: {tool: line}}}; zones that anchorwatch was not asked about are left out."""
    trees = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        trees.setdefault(one["tree"], {}).setdefault(one["zone"], {})[one["tool"]] = one
    return {tree: {zone: told for zone, told in zones.items() if "anchorwatch" in told}
            for tree, zones in trees.items()}


def grade(tool, told):
    """Return 'agrees', 'names an error' (DNSViz), 'differs' or 'could not say', against what the author expects.

    A zone whose servers differ has two statuses, and a resolver may see either.
    """
    expected = {told["anchorwatch"]["expected"], told["anchorwatch"]["expected_worst"]}
    said = told.get(tool, NOT_ASKED)
    if tool == "anchorwatch":
        both = (told["anchorwatch"]["expected"], told["anchorwatch"]["expected_worst"])
        return "agrees" if (said["verdict"], said["worst"]) == both else "differs"
    if said["verdict"] in SILENT:
        return "agrees" if expected <= set(UNKNOWN) and said["verdict"] != "not asked" else "could not say"
    if said["verdict"] in expected:
        return "agrees"
    return "names an error" if tool == "dnsviz" and "bogus" in expected and said["names"] else "differs"


def short_page(trees):
    parts = [summary(trees)]
    for tree, zones in trees.items():
        odd = {zone: told for zone, told in zones.items()
               if any(grade(tool, told) in ("differs", "could not say") for tool in TOOLS)}
        if odd:
            parts.append(f"### {tree}: where tools differ\n\n" + differences(odd))
    return "\n\n".join(parts)


def summary(trees):
    grades = ("agrees", "names an error", "differs", "could not say")
    rows = table("Tree", "Zones", "Tool", "Agrees", "Names an error", "Differs", "Could not say")
    for tree, zones in trees.items():
        for tool, title in TOOLS.items():
            counts = [sum(grade(tool, told) == each for told in zones.values()) for each in grades]
            rows.append(f"| {tree} | {len(zones)} | {title} | {' | '.join(map(str, counts))} |")
    return "\n".join(rows)


def table(*titles):
    """Return the two lines that begin a table."""
    return [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]


def differences(zones):
    rows = table("Zone", "What is odd", "Expected", *TOOLS.values(), "Why")
    for zone, told in zones.items():
        cells = [cell(grade(tool, told), told.get(tool, NOT_ASKED)["verdict"]) for tool in TOOLS]
        why = "; ".join(dict.fromkeys(filter(None, (reason(zone, tool, told) for tool in TOOLS
                                                    if grade(tool, told) in ("differs", "could not say")))))
        rows.append(f"| `{zone}` | {told['anchorwatch']['how']} | {expected(told)} | {' | '.join(cells)} | "
                    f"{why or '—'} |")
    return "\n".join(rows)


def cell(how, verdict):
    """A verdict as it stands in the short table."""
    if how == "names an error":
        return f"{verdict}, {how}"
    return f"**{verdict}**" if how in ("differs", "could not say") else verdict


def expected(told):
    """The expected status, with that of the worst server where it is another."""
    ours = told["anchorwatch"]
    return ", ".join(dict.fromkeys([ours["expected"], ours["expected_worst"]]))


def full_page(trees):
    parts = [FULL_HEAD]
    for tree, zones in trees.items():
        rows = table("Zone", "What is odd", "Expected", *TOOLS.values())
        rows += [f"| `{zone}` | {told['anchorwatch']['how']} | {expected(told)} | "
                 f"{' | '.join(words(told.get(tool, NOT_ASKED)) for tool in TOOLS)} |" for zone, told in zones.items()]
        parts.append(f"## {tree}\n\n" + "\n".join(rows))
    return "\n\n".join(parts)


def words(said):
    """A verdict with what the tool calls the fault."""
    return f"{said['verdict']}: {', '.join(said['names'])}" if said["names"] else said["verdict"]


FULL_HEAD = f"""# Validation: every zone, four tools

Written by `tests/validation/report.py`; what it means is told in [validation](validation.md#side-by-side). After the
verdict: the findings of anchorwatch of `warning` or above that no other finding explains, Unbound's extended errors,
the last words of `delv`, DNSViz's errors. {DNSVIZ_ERRORS_ONLY}"""


if __name__ == "__main__":
    main()
