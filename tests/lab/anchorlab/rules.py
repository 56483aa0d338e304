"""How a scripted server misbehaves: which questions a rule hits and what it makes of the answer."""

import dataclasses
import os

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from . import oddities
from .errors import LabError

# These need no genuine answer first.
RCODES = {"refused": dns.rcode.REFUSED, "servfail": dns.rcode.SERVFAIL, "formerr": dns.rcode.FORMERR,
          "notimp": dns.rcode.NOTIMP, "nxdomain": dns.rcode.NXDOMAIN}
INSTEAD = ("drop", "garbage", "truncate", *RCODES)
# These spoil a genuine answer.
AFTER = ("delay", "wrong-id", "wrong-question", "oversized", "strip-dnssec", "strip-edns", "not-authoritative", "flip")
MODES = INSTEAD + AFTER + oddities.MODES
_DNSSEC_TYPES = {dns.rdatatype.RRSIG, dns.rdatatype.NSEC, dns.rdatatype.NSEC3}


@dataclasses.dataclass
class Rule:
    """One misbehaviour.

    qname, qtype, proto ('udp' or 'tcp'): which questions it hits; None hits all.
    times: how often, None for ever. seconds: for 'delay'.
    """

    mode: str
    qname: str | None = None
    qtype: str | None = None
    proto: str | None = None
    times: int | None = None
    seconds: float = 1.0

    def __post_init__(self):
        if self.mode not in MODES:
            raise LabError(f"behaviour '{self.mode}' is not one of {', '.join(MODES)}")

    @property
    def odd(self):
        """True for a mode that only unusual questions show; several of them work together."""
        return self.mode in oddities.MODES

    def hits(self, question, proto):
        """True if the rule is for this question; counts it down."""
        if self.times == 0 or (self.proto and self.proto != proto):
            return False
        if self.qname and dns.name.from_text(self.qname) != question.name:
            return False
        if self.qtype and dns.rdatatype.from_text(self.qtype) != question.rdtype:
            return False
        if self.times is not None:
            self.times -= 1
        return True


def answer_instead(rule, query, proto):
    """Return (True, bytes or None) if the rule needs no genuine answer."""
    if rule.mode == "drop":
        return True, None
    if rule.mode == "garbage":
        # A header that any client takes for an answer, and noise.
        return True, query.id.to_bytes(2, "big") + b"\x84\x00" + os.urandom(60)
    if rule.mode == "truncate" and proto == "udp":
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA | dns.flags.TC
        return True, response.to_wire()
    if rule.mode in RCODES:
        response = dns.message.make_response(query)
        response.set_rcode(RCODES[rule.mode])
        return True, response.to_wire()
    return False, None


def spoil(rule, wire):
    """Return a genuine answer as the rule spoils it."""
    if rule.mode == "wrong-id":
        return bytes([wire[0] ^ 0x5A, wire[1]]) + wire[2:]
    if rule.mode not in ("wrong-question", "oversized", "strip-dnssec", "strip-edns", "not-authoritative", "flip"):
        return wire
    message = dns.message.from_wire(wire)
    _SPOILERS[rule.mode](message)
    # 65535: a spoiled answer may be larger than what the client offered; that is the point of 'oversized'.
    return message.to_wire(max_size=65535)


def _wrong_question(message):
    question = message.question[0]
    message.question[0] = dns.rrset.RRset(dns.name.from_text("not.what.you.asked."), question.rdclass,
                                          question.rdtype)


def _oversized(message):
    filler = dns.rrset.from_text("filler.invalid.", 1, "IN", "TXT", *(f'"{n:03d}{"x" * 200}"' for n in range(40)))
    message.additional.append(filler)


def _strip_dnssec(message):
    for section in (message.answer, message.authority, message.additional):
        section[:] = [rrset for rrset in section if rrset.rdtype not in _DNSSEC_TYPES]


def _flip(message):
    for section in (message.answer, message.authority):
        for index, rrset in enumerate(section):
            if rrset.rdtype == dns.rdatatype.RRSIG:
                section[index] = _flipped(rrset)


def _flipped(rrset):
    broken = dns.rrset.RRset(rrset.name, rrset.rdclass, rrset.rdtype, rrset.covers)
    for rdata in rrset:
        signature = bytearray(rdata.signature)
        signature[len(signature) // 2] ^= 1
        broken.add(rdata.replace(signature=bytes(signature)), rrset.ttl)
    return broken


def _strip_edns(message):
    message.use_edns(False)


def _not_authoritative(message):
    message.flags &= ~dns.flags.AA


_SPOILERS = {"wrong-question": _wrong_question, "oversized": _oversized, "strip-dnssec": _strip_dnssec,
             "strip-edns": _strip_edns, "not-authoritative": _not_authoritative, "flip": _flip}
