#!/usr/bin/python3
"""Ask anchorwatch, Unbound, delv and DNSViz about every zone of a lab tree in one run; print a Markdown table.

usage: peers.py --preset NAME [--preset NAME …] --anchorwatch PROGRAM [--limit N]

The lab runs on port 53 in a network namespace of its own (needs root, and the Debian packages unbound, dnsviz and
bind9-dnsutils). Verdicts: secure, insecure, bogus, or what the tool could not say. A resolver's verdict is the worst
over the questions SOA, NS, A, MX and TXT at the apex and one name that does not exist.
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lab"))
import presets  # noqa: E402
from anchorlab import Lab  # noqa: E402

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode

RESOLVER = "127.9.9.9"
TYPES = ("SOA", "NS", "A", "MX", "TXT")
WORKERS = 4
ORDER = {"secure": 0, "insecure": 1, "no answer": 2, "bogus": 3}


def main():
    options = parse_arguments()
    enter_namespace()
    rows = []
    for name in options.preset:
        with Lab(presets.PRESETS[name](), port=53) as lab, tempfile.TemporaryDirectory() as folder:
            # Zones above the broken ones are broken too, on purpose; what they answer to a random name is chance.
            zones = lab.zone_names("fault") if name == "faults" else [zone for zone in lab.zone_names() if zone != "."]
            zones = zones[:options.limit]
            ours = anchorwatch(options.anchorwatch, lab, zones)
            visual = ask_dnsviz(lab, zones)
            with unbound(lab, Path(folder)):
                with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
                    resolved = list(pool.map(ask_unbound, zones))
                    validated = list(pool.map(lambda zone: ask_delv(lab, zone), zones))
                rows += [(name, zone, expected(lab, zone), ours[zone], *peers, visual[zone])
                         for zone, *peers in zip(zones, resolved, validated)]
    print_table(rows)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", action="append", required=True, choices=sorted(presets.PRESETS))
    parser.add_argument("--anchorwatch", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="only the first N zones")
    return parser.parse_args()


def enter_namespace():
    """Start again where port 53 is free and no other network exists."""
    if "PEERS_NAMESPACE" not in os.environ:
        os.environ["PEERS_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--net", "/bin/sh", "-c", 'ip link set lo up; exec "$0" "$@"', sys.executable,
                              *sys.argv])


def expected(lab, zone):
    """Return the status that the lab's author expects."""
    return lab.expected(zone).status


def anchorwatch(program, lab, zones):
    """Return {zone: (status, [codes of warning or above])}."""
    done = subprocess.run([str(program.resolve()), "check", "--json", *map(str, lab.check_args()), *zones],
                          capture_output=True, text=True, check=False)
    results = {}
    for line in done.stdout.splitlines():
        result = json.loads(line)
        codes = [one["code"] for one in result["findings"]
                 if one["severity"] in ("warning", "error", "critical") and "caused_by" not in one]
        results[result["zone"]] = (result["status"], codes)
    return results


@contextlib.contextmanager
def unbound(lab, folder):
    """Run Unbound with the lab's root until the block ends."""
    conf = folder / "unbound.conf"
    conf.write_text(f"""server:
  interface: {RESOLVER}
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  do-daemonize: no
  use-syslog: no
  logfile: "{folder}/unbound.log"
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  do-ip6: {"yes" if any(":" in address for server in lab.servers.values() for address in server.addresses) else "no"}
  root-hints: "{lab.root_hints}"
  trust-anchor-file: "{lab.trust_anchor}"
  local-zone: "test." nodefault
  local-zone: "invalid." nodefault
  val-log-level: 1
  module-config: "validator iterator"
  qname-minimisation: no
""")
    server = subprocess.Popen([tool("unbound"), "-d", "-c", str(conf)])
    try:
        wait_for(folder / "unbound.log")
        yield
    finally:
        server.terminate()
        server.wait()


def tool(name):
    """Return the path of a peer's program."""
    for folder in ("/usr/sbin", "/usr/bin"):
        if os.access(f"{folder}/{name}", os.X_OK):
            return f"{folder}/{name}"
    sys.exit(f"{name} is missing: apt-get install unbound dnsviz bind9-dnsutils")


def wait_for(log):
    query = dns.message.make_query(".", "SOA")
    for _ in range(50):
        try:
            dns.query.udp(query, RESOLVER, timeout=2)
            return
        except (dns.exception.DNSException, OSError):
            time.sleep(0.1)
    sys.exit(f"unbound does not answer: {log.read_text() if log.exists() else ''}")


def ask_unbound(zone):
    """Return the worst verdict over the questions."""
    worst = "secure"
    for name, rrtype in [(zone, each) for each in TYPES] + [(f"aw-no-such-name.{zone}", "A")]:
        verdict = unbound_verdict(name, rrtype)
        if name != zone and verdict != "bogus":
            continue
        worst = max(worst, verdict, key=ORDER.__getitem__)
    return worst


def unbound_verdict(name, rrtype):
    try:
        query = dns.message.make_query(name, rrtype, want_dnssec=True)
        answer = dns.query.udp(query, RESOLVER, timeout=8)
        if answer.flags & dns.flags.TC:
            answer = dns.query.tcp(query, RESOLVER, timeout=8)
        if answer.rcode() == dns.rcode.SERVFAIL:
            query.flags |= dns.flags.CD
            query.id ^= 1
            unchecked = dns.query.udp(query, RESOLVER, timeout=8)
            return "no answer" if unchecked.rcode() == dns.rcode.SERVFAIL else "bogus"
    except dns.exception.DNSException:
        return "no answer"
    return "secure" if answer.flags & dns.flags.AD else "insecure"


def ask_delv(lab, zone):
    """Return delv's worst verdict; it validates by itself and asks Unbound with CD set."""
    anchor = delv_anchor(lab)
    worst = "secure"
    for rrtype in TYPES:
        done = subprocess.run([tool("delv"), f"@{RESOLVER}", "-a", anchor, "+root=.", "-q", zone, "-t", rrtype],
                              capture_output=True, text=True, check=False, timeout=60)
        worst = max(worst, delv_verdict(done.stdout + done.stderr), key=ORDER.__getitem__)
    return worst


def delv_verdict(text):
    if "unsigned answer" in text or "negative response, unsigned" in text:
        return "insecure"
    if "fully validated" in text:
        return "secure"
    unreachable = any(word in text for word in ("timed out", "SERVFAIL", "connection refused", "network unreachable"))
    return "bogus" if "resolution failed" in text and not unreachable else "no answer"


def delv_anchor(lab):
    """Write the lab's anchor in delv's form, once."""
    path = Path(lab.workdir) / "delv.key"
    if not path.exists():
        words = next(line.split() for line in Path(lab.trust_anchor).read_text().splitlines() if " DS " in line)
        ds = words[words.index("DS") + 1:]
        path.write_text(f'trust-anchors {{ . static-ds {ds[0]} {ds[1]} {ds[2]} "{"".join(ds[3:])}"; }};\n')
    return str(path)


def ask_dnsviz(lab, zones):
    """Return for each zone DNSViz's status of the delegation, and the errors that it lists."""
    hints = ",".join(sorted({f"ns{number}.hint={address}" for number, server in enumerate(root_servers(lab))
                             for address in server.addresses if ":" not in address}))
    probe = subprocess.run([tool("dnsviz"), "probe", "-4", "-A", "-a", ".", "-t", "2",
                            "-x", f".+:{hints}", *zones], capture_output=True, check=False)
    grok = subprocess.run([tool("dnsviz"), "grok", "-t", str(lab.trust_anchor), "-l", "info"], input=probe.stdout,
                          capture_output=True, check=False)
    told = json.loads(grok.stdout or "{}")
    return {zone: dnsviz_verdict(told, zone) for zone in zones}


def root_servers(lab):
    return [lab.servers[ident] for ident in lab.zone(".").servers]


def dnsviz_verdict(told, zone):
    entry = told.get(zone) or told.get(zone.rstrip(".") + ".") or {}
    status = (entry.get("delegation") or {}).get("status", "").lower()
    # Every address of a lab is a private one.
    errors = sorted(code for code in set(error_codes(entry)) if not code.endswith("PRIVATE_IP"))
    words = {"secure": "secure", "insecure": "insecure", "bogus": "bogus", "incomplete": "bogus", "lame": "no answer"}
    verdict = words.get(status, status or "no answer")
    return f"{verdict}: {', '.join(errors)}" if errors else verdict


def error_codes(value):
    """Yield the codes in every list named 'errors'."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "errors" and isinstance(each, list):
                yield from (one.get("code", "?") for one in each if isinstance(one, dict))
            else:
                yield from error_codes(each)
    elif isinstance(value, list):
        for each in value:
            yield from error_codes(each)


def print_table(rows):
    print("| Tree | Zone | Expected | anchorwatch | Unbound | delv | DNSViz |\n|---|---|---|---|---|---|---|")
    for tree, zone, wanted, (status, codes), *peers in rows:
        named = f"{status}: {', '.join(codes)}" if codes else status
        print(f"| {tree} | `{zone}` | {wanted} | {named} | {' | '.join(peers)} |")
    agree = sum(1 for row in rows if row[3][0] == row[2])
    print(f"\n{len(rows)} zones; anchorwatch has the expected status in {agree}.")


if __name__ == "__main__":
    main()
