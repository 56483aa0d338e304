"""DNSViz: its probe asks every server of a zone and of those above, its grok judges."""

import json
import subprocess

from peer_resolvers import tool

# Zones for one process, which asks about their common parents once. One that does not end is tried zone by zone.
BATCH = 4
BATCH_SECONDS, ZONE_SECONDS, GROK_SECONDS = 25, 25, 25
WORDS = {"secure": "secure", "insecure": "insecure", "bogus": "bogus", "incomplete": "bogus", "lame": "no answer"}


class DnsViz:
    def __init__(self, lab):
        servers = [lab.servers[ident] for ident in lab.zone(".").servers]
        self._hints = ",".join(sorted({f"ns{number}.hint={address}" for number, server in enumerate(servers)
                                       for address in server.addresses if ":" not in address}))
        self._anchor = str(lab.trust_anchor)

    def ask(self, batch, tree, limit, results):
        """Write the verdicts of a few zones."""
        if limit.over():
            for one in batch:
                results.add(tree, one.zone, "dnsviz", "not asked")
            return
        told, ended = self._judge([one.zone for one in batch], BATCH_SECONDS)
        for one in batch:
            alone, alone_ended = told, ended
            if not told and len(batch) > 1 and not limit.over():
                alone, alone_ended = self._judge([one.zone], ZONE_SECONDS)
            results.add(tree, one.zone, "dnsviz", *(verdict(alone, one.zone) if alone_ended else ("timeout", [])))

    def _judge(self, zones, seconds):
        """Return (what grok says, whether both ended)."""
        probed, ended = bounded([tool("dnsviz"), "probe", "-4", "-A", "-a", ".", "-t", "4", "-x", f".+:{self._hints}",
                                 *zones], b"", seconds)
        if not ended or not probed:
            return {}, ended
        told, ended = bounded([tool("dnsviz"), "grok", "-t", self._anchor, "-l", "info"], probed, GROK_SECONDS)
        return json.loads(told or b"{}"), ended


def bounded(command, text, seconds):
    """Return (output, ended); what does not end is killed with all that it started, also when this script is gone."""
    done = subprocess.run([tool("timeout"), "--signal=KILL", str(seconds), *command], input=text, capture_output=True,
                          check=False)
    return done.stdout, done.returncode not in (137, -9)


def verdict(told, zone):
    """Return (verdict, errors) for a zone: the status of the highest delegation on its path that is not secure.

    DNSViz gives a zone no status of its own beside that: a delegation may be secure and the records below bogus. Its
    errors tell of that.
    """
    labels = zone.rstrip(".").split(".")
    entries = [told.get(".".join(labels[start:]) + ".") or {} for start in range(len(labels) - 1, -1, -1)]
    statuses = [(entry.get("delegation") or {}).get("status", "").lower() for entry in entries]
    status = next((each for each in statuses if each not in ("secure", "")), statuses[-1])
    # Every address of a lab is a private one.
    errors = sorted(code for code in set(error_codes(entries[-1])) if not code.endswith("PRIVATE_IP"))
    return WORDS.get(status, status or "no answer"), errors


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
