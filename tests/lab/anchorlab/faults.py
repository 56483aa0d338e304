"""Damage done to a signed zone file, line by line, the way a broken signer or a broken transfer would."""

import base64
import dataclasses

from .errors import LabError

KINDS = ("flip", "drop-rrsig", "drop-rrset")


@dataclasses.dataclass(frozen=True)
class Fault:
    """One damage: kind, the RRset it hits and the servers on which it does (None: all)."""

    kind: str
    type: str = "SOA"
    name: str = "@"
    servers: frozenset | None = None

    def applies_to(self, server):
        """True if this server's copy is damaged."""
        return self.servers is None or server in self.servers


def apply_faults(lines, zone, faults):
    """Return the lines of a zone file with every fault done to them."""
    for fault in faults:
        lines = _apply(lines, zone, fault)
    return lines


def _apply(lines, zone, fault):
    if fault.kind not in KINDS:
        raise LabError(f"fault '{fault.kind}' is not one of {KINDS}")
    owner = absolute(fault.name, zone)
    result, hits = [], 0
    for line in lines:
        record = split_record(line)
        if record is None or not _hit(record, owner, fault):
            result.append(line)
            continue
        hits += 1
        if fault.kind == "flip":
            result.append(_flip(record))
    if not hits:
        raise LabError(f"{zone}: nothing to damage: no {fault.type} signature at {owner}")
    return result


def _hit(record, owner, fault):
    name, _ttl, rrtype, rdata = record
    if name != owner:
        return False
    is_signature = rrtype == "RRSIG" and rdata[0].upper() == fault.type.upper()
    if fault.kind == "drop-rrset":
        return is_signature or rrtype == fault.type.upper()
    return is_signature


def _flip(record):
    name, ttl, rrtype, rdata = record
    signature = bytearray(base64.b64decode("".join(rdata[8:])))
    signature[len(signature) // 2] ^= 0x01
    return " ".join([name, ttl, "IN", rrtype, *rdata[:8], base64.b64encode(signature).decode()])


def split_record(line):
    """Split one record per line into (owner, ttl, type, rdata words); None for anything else."""
    if not line or line[0] in ";$ \t":
        return None
    words = line.split(";", 1)[0].split() if '"' not in line else line.split()
    if len(words) < 3:
        return None
    owner, index, ttl = words[0].lower(), 1, ""
    while index < len(words) and (words[index].isdigit() or words[index].upper() == "IN"):
        ttl = words[index] if words[index].isdigit() else ttl
        index += 1
    if index >= len(words):
        return None
    return owner, ttl, words[index].upper(), words[index + 1:]


def absolute(name, zone):
    """Resolve '@' and relative names against a zone."""
    if name in ("@", ""):
        return zone
    if name.endswith("."):
        return name.lower()
    return f"{name}.{zone}".lower() if zone != "." else f"{name}.".lower()
