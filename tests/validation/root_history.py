#!/usr/bin/python3
"""Check recorded states of the root's apex, each at its own time, and print a summary.

usage: root_history.py --states FILE.jsonl --anchors FILE --anchorwatch PROGRAM

FILE.jsonl: one object a line with "time" (RFC 3339) and "records" (zone-file lines: SOA, DNSKEY and RRSIGs of the
root). Each state is served on loopback and checked with `check . --at TIME --probe ./SOA`.
Ends with status 1 if a state is not secure, or has a finding of warning or above about DS, keys, signatures or anchors.
"""

import argparse
import collections
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.zone

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lab"))
from anchorlab.loop import LoopThread  # noqa: E402
from anchorlab.ports import AddressPlan, PORT_RANGE  # noqa: E402
from anchorlab.responder import Responder  # noqa: E402

AREAS = ("DS_", "DNSKEY", "KEY", "SIG_", "TRUST_ANCHOR", "ANCHOR", "NO_SECURE_ENTRY", "ALG_")


def main():
    options = parse_arguments()
    states = [json.loads(line) for line in options.states.read_text().splitlines() if line.strip()]
    plan, loop, failures = AddressPlan(), LoopThread(), 0
    statuses, codes = collections.Counter(), collections.Counter()
    responder = Responder([plan.next_address()], PORT_RANGE[0] + 53)
    responder.open(loop)
    with tempfile.TemporaryDirectory() as folder:
        hints = Path(folder) / "root.hints"
        hints.write_text(f". 3600000 NS ns.root.\nns.root. 3600000 A {responder.addresses[0]}\n")
        for state in states:
            responder.callback = answering(state["records"])
            result = check(options, hints, responder.port, state["time"])
            loud = [finding for finding in result["findings"] if finding["severity"] in ("warning", "error", "critical")]
            bad = [finding for finding in loud if finding["code"].startswith(AREAS)]
            statuses[result["status"]] += 1
            codes.update(finding["code"] for finding in loud)
            if result["status"] != "secure" or bad:
                failures += 1
                print(f"{state['time']}: {result['status']} ({result['reason']}), {[one['code'] for one in bad]}")
    responder.close()
    loop.close()
    print(f"{len(states)} moments: {dict(statuses)}; other findings of warning or above: {dict(codes) or 'none'}")
    sys.exit(1 if failures or not states else 0)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", type=Path, required=True)
    parser.add_argument("--anchors", type=Path, required=True)
    parser.add_argument("--anchorwatch", type=Path, required=True)
    return parser.parse_args()


def answering(records):
    """Return a responder's callback for one state: what was recorded, and SERVFAIL for everything else."""
    zone = dns.zone.from_text("\n".join(records) + "\n", ".", relativize=False, check_origin=False)

    def answer(query, _proto):
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        question = query.question[0]
        found = zone.get_rrset(dns.name.root, question.rdtype) if question.name == dns.name.root else None
        if found is None:
            response.set_rcode(2)
            return response
        response.answer.append(found)
        signatures = zone.get_rrset(dns.name.root, dns.rdatatype.RRSIG, question.rdtype)
        if signatures is not None:
            response.answer.append(signatures)
        return response

    return answer


def check(options, hints, port, time):
    """Return what anchorwatch says about the root at a time."""
    done = subprocess.run([str(options.anchorwatch.resolve()), "check", "--json", "--allow-special-addresses", "--port",
                           str(port), "--root-hints", str(hints), "--trust-anchor", str(options.anchors), "--at", time,
                           "--probe", "./SOA", "."], capture_output=True, text=True, check=False)
    if not done.stdout:
        sys.exit(f"{time}: {done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[0])


if __name__ == "__main__":
    main()
