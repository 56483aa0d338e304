#!/usr/bin/python3
"""Ask anchorwatch the questions of one replayed scenario; print what it says, one JSON line a question.

Runs inside the network namespace of a replay server, with RPL_INFO (what the scenario holds, JSON) in the
environment. Arguments: the anchorwatch program, then further options of `check`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import dns.message
import dns.query
import dns.rdataclass

# The worst hop of an alias chain decides for the one who asked.
WEIGHT = {"secure": 0, "insecure": 1, "indeterminate": 2, "bogus": 3}


def main():
    program, *options = sys.argv[1:]
    info = json.loads(os.environ["RPL_INFO"])
    with tempfile.TemporaryDirectory() as folder:
        common = [program, "check", "--json", "--allow-special-addresses", *options, *setting(info, Path(folder))]
        for question in info["expect"]:
            move_to(info, question["serve_step"])
            print(json.dumps(ask(common, question)), flush=True)


def setting(info, folder):
    """Write what the scenario configures into files and return the options that name them."""
    hints, anchors, config = folder / "root.hints", folder / "anchors.key", folder / "anchorwatch.toml"
    lines = [f". 3600000 NS r{n}.root.\nr{n}.root. 3600000 {'AAAA' if ':' in each else 'A'} {each}"
             for n, each in enumerate(roots(info))]
    hints.write_text("\n".join(lines) + "\n")
    texts = {"insecure": [], "anchor": []}
    for anchor in info["trust_anchors"]:
        kind = "insecure" if anchor["kind"] == "domain-insecure" else "anchor"
        texts[kind].append(anchor["text"].split(";")[0].strip())
    # Nothing to trust is said with a negative anchor: without any, the system's own would count.
    negative = texts["insecure"] if texts["anchor"] else ["."]
    forwarders = [zone["addresses"] for zone in info["forward_zones"] if zone["name"] == "."]
    dns_table = f"[dns]\nnegative_trust_anchors = {json.dumps(negative)}\n"
    if forwarders:
        dns_table += f"forwarders = {json.dumps(forwarders[0])}\n"
    stubs = [f"[[stub]]\nzone = {json.dumps(zone['name'])}\nservers = {json.dumps(zone['addresses'])}\n"
             for zone in info["stub_zones"] if zone["name"] != "."]
    config.write_text(dns_table + "\n".join(stubs))
    options = ["--config", str(config), "--root-hints", str(hints)]
    if texts["anchor"]:
        anchors.write_text("\n".join(texts["anchor"]) + "\n")
        options += ["--trust-anchor", str(anchors)]
    if info["clock_epoch"] is not None:
        options += ["--at", str(info["clock_epoch"])]
    return options


def roots(info):
    """Return the addresses where the scenario's resolver begins."""
    for zone in info["stub_zones"] + info["forward_zones"]:
        if zone["name"] == ".":
            return zone["addresses"]
    return info["roots"]


def move_to(info, step):
    """Have the replay server answer as at a step of its script."""
    query = dns.message.make_query(f"step-{step}.rpl-control.", "TXT", dns.rdataclass.CH)
    dns.query.udp(query, roots(info)[0], timeout=5)


def ask(common, question):
    """Check the name of one question and return the verdict on it."""
    name = question["qname"]
    run = subprocess.run([*common, "--probe", f"{name}/{question['qtype']}", name], capture_output=True, text=True,
                         check=False)
    try:
        result = json.loads(run.stdout.splitlines()[0])
    except (IndexError, ValueError):
        return {"question": question, "verdict": "error", "error": run.stderr.strip() or f"exit {run.returncode}"}
    probe = result["probes"][0]
    hops = [hop for hop in (probe["status"], probe["target_status"]) if hop]
    return {"question": question, "verdict": max(hops, key=WEIGHT.__getitem__), "reason": probe["reason"],
            "result": result}


if __name__ == "__main__":
    main()
