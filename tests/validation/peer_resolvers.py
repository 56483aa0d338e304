"""Unbound as a resolver, and delv, which validates by itself what a second Unbound fetches that does not validate."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode

RESOLVER, FETCHER = "127.9.9.9", "127.9.9.10"
# Seconds for one question, and for all questions about a zone with one tool.
QUESTION, ZONE = 5, 20
ORDER = {"secure": 0, "insecure": 1, "no answer": 2, "timeout": 3, "bogus": 4}
# What delv says of a failure that is one of DNSSEC.
ABOUT_DNSSEC = ("no valid", "trust chain", "insecurity proof", "RRSIG")
# RFC 8914 section 4, where the words are short enough for a table.
EDE = {0: "other", 1: "unsupported algorithm", 2: "unsupported digest", 5: "indeterminate", 6: "DNSSEC bogus",
       7: "signature expired", 8: "not yet valid", 9: "DNSKEY missing", 10: "RRSIGs missing", 11: "no zone key bit",
       12: "NSEC missing", 22: "no reachable authority", 23: "network error"}


def tool(name):
    """Return the path of a peer's program."""
    for folder in ("/usr/sbin", "/usr/bin"):
        if os.access(f"{folder}/{name}", os.X_OK):
            return f"{folder}/{name}"
    sys.exit(f"{name} is missing: apt-get install unbound dnsviz bind9-dnsutils")


@contextlib.contextmanager
def unbound(lab, folder):
    """Run both Unbounds with the lab's root until the block ends."""
    with daemon(lab, folder / "validator", RESOLVER, "validator iterator"), \
            daemon(lab, folder / "fetcher", FETCHER, "iterator"):
        yield


@contextlib.contextmanager
def daemon(lab, folder, address, modules):
    folder.mkdir()
    conf = folder / "unbound.conf"
    conf.write_text(configuration(lab, folder, address, modules))
    # The kernel ends it when this script is killed.
    server = subprocess.Popen([tool("setpriv"), "--pdeathsig", "KILL", tool("unbound"), "-d", "-c", str(conf)])
    try:
        wait_for(address, folder / "unbound.log")
        yield
    finally:
        server.terminate()
        server.wait()


def configuration(lab, folder, address, modules):
    """Debian's defaults as to validation; no answer is made up of the denial of another name."""
    six = any(":" in address for server in lab.servers.values() for address in server.addresses)
    return f"""server:
  interface: {address}
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  do-daemonize: no
  use-syslog: no
  logfile: "{folder}/unbound.log"
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  do-ip6: {"yes" if six else "no"}
  root-hints: "{lab.root_hints}"
  trust-anchor-file: "{lab.trust_anchor}"
  local-zone: "test." nodefault
  local-zone: "invalid." nodefault
  val-log-level: 1
  ede: yes
  module-config: "{modules}"
  qname-minimisation: no
  aggressive-nsec: no
remote-control:
  control-enable: no
"""


def wait_for(address, log):
    query = dns.message.make_query(".", "SOA")
    for _ in range(50):
        with contextlib.suppress(dns.exception.DNSException, OSError):
            dns.query.udp(query, address, timeout=2)
            return
        time.sleep(0.1)
    sys.exit(f"unbound does not answer: {log.read_text() if log.exists() else ''}")


class Resolvers:
    """Both tools, for one zone after another."""

    def __init__(self, lab, folder):
        self._anchor = folder / "delv.key"
        words = next(line.split() for line in Path(lab.trust_anchor).read_text().splitlines() if " DS " in line)
        ds = words[words.index("DS") + 1:]
        self._anchor.write_text(f'trust-anchors {{ . static-ds {ds[0]} {ds[1]} {ds[2]} "{"".join(ds[3:])}"; }};\n')

    def ask(self, subject, tree, limit, results):
        """Write the worst verdict of each tool over the zone's questions."""
        for name, one in (("unbound", unbound_verdict), ("delv", self._delv_verdict)):
            if limit.over():
                results.add(tree, subject.zone, name, "not asked")
                continue
            results.add(tree, subject.zone, name, *worst_of(subject, one))

    def _delv_verdict(self, name, rrtype, seconds):
        command = [tool("delv"), f"@{FETCHER}", "-a", str(self._anchor), "+root=.", "-q", name, "-t", rrtype]
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False,
                                  timeout=seconds)
        except subprocess.TimeoutExpired:
            return "timeout", []
        return delv_verdict(done.stdout + done.stderr)


def worst_of(subject, ask):
    """Return (verdict, names) of the worst answer; nothing is worse than bogus, which ends the questions.

    Below the apex insecure does not count: an alias may lead to an insecure zone, and an opt-out proof is insecure.
    """
    end = time.monotonic() + ZONE
    worst, names = "secure", []
    for name, rrtype in subject.questions:
        left = end - time.monotonic()
        verdict, told = ask(name, rrtype, min(QUESTION, left)) if left > 0 else ("timeout", [])
        if name != subject.zone and verdict == "insecure":
            continue
        if ORDER[verdict] > ORDER[worst]:
            worst, names = verdict, told
        if worst == "bogus" or left <= 0:
            break
    return worst, names


def unbound_verdict(name, rrtype, seconds):
    """Return (verdict, [extended error]) of one question; SERVFAIL is bogus if there is an answer with CD set."""
    try:
        query = dns.message.make_query(name, rrtype, want_dnssec=True)
        answer = dns.query.udp_with_fallback(query, RESOLVER, timeout=seconds)[0]
        if answer.rcode() == dns.rcode.SERVFAIL:
            query.flags |= dns.flags.CD
            query.id ^= 1
            unchecked = dns.query.udp_with_fallback(query, RESOLVER, timeout=seconds)[0]
            return "no answer" if unchecked.rcode() == dns.rcode.SERVFAIL else "bogus", extended(answer)
    except dns.exception.Timeout:
        return "timeout", []
    except (dns.exception.DNSException, OSError):
        return "no answer", []
    return "secure" if answer.flags & dns.flags.AD else "insecure", extended(answer)


def extended(answer):
    return [EDE.get(option.code, f"EDE {option.code}") for option in answer.options
            if isinstance(option, dns.edns.EDEOption)]


def delv_verdict(text):
    """Return (verdict, [why]) of what delv printed: a failure is bogus only where its words are about DNSSEC."""
    if "unsigned answer" in text or "negative response, unsigned" in text:
        return "insecure", []
    if "fully validated" in text:
        return "secure", []
    lines = text.splitlines()
    why = next((line.partition("resolution failed:")[2].strip() for line in lines if "resolution failed:" in line), "")
    # 'failure' is what it says of most that did not validate; the reason stands above.
    found = [line.rpartition(": ")[2].strip() for line in lines if line.startswith(";;") and " validating " in line]
    if "timed out" in why:
        return "timeout", []
    bogus = why and (found or any(word in why for word in ABOUT_DNSSEC))
    return "bogus" if bogus else "no answer", (found[-1:] or [why]) if why else []
