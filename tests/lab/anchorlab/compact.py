"""Compact denial of existence (RFC 9824): a zone signed anew in every answer.

Nothing is precomputed: each answer carries fresh RRSIGs, and a name that does not exist gets NOERROR with an
NSEC at that very name whose type bitmap has NXNAME.
"""

import time

import dns.dnssec
import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from . import keys
from .errors import LabError

NXNAME = 128
CO_FLAG = 0x4000  # EDNS flag next to DO: the client wants the true NXDOMAIN back (RFC 9824 section 5)
EDE_INVALID_QUERY_TYPE = 30
_LIFETIME = 2 * 86400
_BACKDATED = 3600


class CompactZone:
    """Content and key of one live-signed zone."""

    def __init__(self, name, algorithm, ttl):
        self.origin = dns.name.from_text(name)
        self.ttl = ttl
        self.serial = None
        self._sets = {}
        self._private = _new_key(algorithm)
        self._dnskey = dns.dnssec.make_dnskey(self._private.public_key(), algorithm, flags=257)
        self.key = keys.Key(name, "csk", algorithm, self._dnskey.to_text(), "in memory")

    def load(self, lines):
        """Take new content: one record a line with absolute or $ORIGIN-relative names."""
        sets = {}
        for rrset in _read(lines, self.origin):
            sets.setdefault(rrset.name, {})[rrset.rdtype] = rrset
        dnskey = dns.rrset.from_rdata(self.origin, self.ttl, self._dnskey)
        sets[self.origin][dns.rdatatype.DNSKEY] = dnskey
        self._sets = sets
        self.serial = sets[self.origin][dns.rdatatype.SOA][0].serial

    def answer(self, query):
        """Return the signed answer to a query."""
        question = query.question[0]
        response = dns.message.make_response(query, our_payload=1232)
        response.flags |= dns.flags.AA
        # make_response() offers our payload size but forgets to repeat DO (RFC 3225 section 3).
        response.ednsflags |= query.ednsflags & dns.flags.DO
        if question.rdtype == NXNAME:
            response.set_rcode(dns.rcode.FORMERR)
            error = dns.edns.EDEOption(EDE_INVALID_QUERY_TYPE)
            response.use_edns(0, query.ednsflags & dns.flags.DO, 1232, options=[error])
            return response
        node = self._sets.get(question.name, {})
        rrset = node.get(question.rdtype) or node.get(dns.rdatatype.CNAME)
        wants_dnssec = bool(query.ednsflags & dns.flags.DO)
        if rrset is not None:
            self._add(response.answer, rrset, wants_dnssec)
        else:
            self._deny(response, query, node, wants_dnssec)
        return response

    def _deny(self, response, query, node, wants_dnssec):
        question = query.question[0]
        self._add(response.authority, self._sets[self.origin][dns.rdatatype.SOA], wants_dnssec)
        exists = bool(node) or any(name.is_subdomain(question.name) for name in self._sets)
        if not wants_dnssec:
            # Without DNSSEC nothing stands in for the rcode (RFC 9824 section 3.4).
            response.set_rcode(dns.rcode.NOERROR if exists else dns.rcode.NXDOMAIN)
            return
        types = {dns.rdatatype.RRSIG, dns.rdatatype.NSEC, *node}
        if not exists:
            types.add(NXNAME)
            if query.ednsflags & CO_FLAG:
                response.set_rcode(dns.rcode.NXDOMAIN)
                response.ednsflags |= CO_FLAG
        bitmap = " ".join(dns.rdatatype.to_text(rrtype) for rrtype in sorted(types))
        successor = dns.name.Name((b"\0", *question.name.labels))
        nsec = dns.rrset.from_text(question.name, self.ttl, "IN", "NSEC", f"{successor} {bitmap}")
        self._add(response.authority, nsec, True)

    def _add(self, section, rrset, wants_dnssec):
        section.append(rrset)
        if wants_dnssec:
            signature = self._sign(rrset)
            section.append(dns.rrset.from_rdata(rrset.name, rrset.ttl, signature))

    def _sign(self, rrset):
        now = int(time.time())
        return dns.dnssec.sign(rrset, self._private, self.origin, self._dnskey,
                               inception=now - _BACKDATED, expiration=now + _LIFETIME)


def _new_key(algorithm):
    if algorithm == 13:
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == 15:
        return ed25519.Ed25519PrivateKey.generate()
    raise LabError(f"compact denial signs with algorithm 13 or 15, not {algorithm}")


def _read(lines, origin):
    zone = dns.zone.from_text("\n".join(lines) + "\n", origin, relativize=False, check_origin=False)
    for name, rdataset in zone.iterate_rdatasets():
        rrset = dns.rrset.RRset(name, rdataset.rdclass, rdataset.rdtype)
        for rdata in rdataset:
            rrset.add(rdata, rdataset.ttl)
        yield rrset
