"""The ground that hostile zones stand on: a small signed zone in memory, whose answers a kind then spoils."""

import time

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec

_BACKDATED, _LIFETIME = 3600, 14 * 86400
IN = dns.rdataclass.IN


class HostileZone:
    """A zone with one key and an apex; a kind overrides what it spoils.

    kind: the zone is called KIND.test, its server ns-KIND.test. signed: it has a DS. Signatures are made once, so
    that an answer costs the lab nothing and a repeated question has an equal answer.
    """

    kind = ""
    signed = True
    # What a monitor may say: any of these; the test takes secure only where it stands here.
    statuses = ("bogus", "indeterminate", "insecure")
    # One of these findings must name the limit or the fault.
    codes = ()
    probes = ()
    ttl = 300
    algorithm, curve = 13, ec.SECP256R1

    def __init__(self):
        self.origin = dns.name.from_text(f"{self.kind}.test.")
        self.address = None
        self._signatures = {}
        now = int(time.time())
        self.window = {"inception": now - _BACKDATED, "expiration": now + _LIFETIME}
        self._private = ec.generate_private_key(self.curve())
        self.dnskey = dns.dnssec.make_dnskey(self._private.public_key(), self.algorithm, flags=257)
        self.sets = {}
        self.put(self.origin, "SOA", f"ns-{self.kind}.test. hostmaster.{self.origin} 1 7200 900 604800 300")
        self.put(self.origin, "NS", f"ns-{self.kind}.test.")
        self.put(self.origin, "A", "192.0.2.99")
        if self.signed:
            self.put(self.origin, "DNSKEY", self.dnskey.to_text())
        self.build()

    def build(self):
        """Add what the kind needs."""

    # Tools

    def put(self, name, rrtype, *rdatas, ttl=None):
        """Set one RRset; returns it."""
        owner = name if isinstance(name, dns.name.Name) else dns.name.from_text(name, self.origin)
        rrset = dns.rrset.from_text(owner, self.ttl if ttl is None else ttl, "IN", rrtype, *rdatas)
        self.sets[owner, rrset.rdtype] = rrset
        return rrset

    def ds_records(self):
        """Return DS texts for the parent."""
        if not self.signed:
            return []
        return [dns.dnssec.make_ds(self.origin, self.dnskey, "SHA256").to_text()]

    def sign(self, rrset):
        """Return the signature over an RRset, as a set; the same one each time."""
        key = (rrset.name, rrset.rdtype)
        if key not in self._signatures:
            rrsig = dns.dnssec.sign(rrset, self._private, self.origin, self.dnskey, **self.window)
            self._signatures[key] = dns.rrset.from_rdata(rrset.name, rrset.ttl, rrsig)
        return self._signatures[key]

    def signatures(self, rrset):
        """Return the RRSIG set that stands beside an RRset; kinds add to it."""
        return self.sign(rrset)

    def add(self, section, rrset):
        """Append an RRset with its signatures."""
        section.append(rrset)
        if self.signed:
            section.append(self.signatures(rrset))

    def response(self, query):
        """Return an empty authoritative answer."""
        response = dns.message.make_response(query, our_payload=1232)
        response.flags |= dns.flags.AA
        response.ednsflags |= query.ednsflags & dns.flags.DO
        return response

    # Answers

    def answer(self, query, proto):
        """Return a message, bytes, a Drip, a Burst or None."""
        return self.honest(query)

    def honest(self, query):
        """Return the answer of a sound zone."""
        question = query.question[0]
        response = self.response(query)
        if not question.name.is_subdomain(self.origin):
            response.set_rcode(dns.rcode.REFUSED)
            return response
        rrset = self.sets.get((question.name, question.rdtype)) or self.sets.get((question.name, dns.rdatatype.CNAME))
        if rrset is not None:
            self.add(response.answer, rrset)
        else:
            self.deny(response, question)
        return response

    def deny(self, response, question):
        """Fill the authority section of a negative answer."""
        exists = any(name == question.name for name, _ in self.sets)
        response.set_rcode(dns.rcode.NOERROR if exists else dns.rcode.NXDOMAIN)
        self.add(response.authority, self.sets[self.origin, dns.rdatatype.SOA])
        if self.signed:
            self.prove(response, question)

    def prove(self, response, question):
        """Add the proof: the NSEC at or before the name, and for a name error that of the wildcard."""
        names = sorted({name for name, _ in self.sets})
        wanted = [question.name]
        if question.name not in names:
            closest = question.name.parent()
            while not any(name.is_subdomain(closest) for name in names):
                closest = closest.parent()
            wanted.append(dns.name.Name((b"*", *closest.labels)))
        owners = {max((name for name in names if name <= one), default=self.origin) for one in wanted}
        for owner in sorted(owners):
            following = names[(names.index(owner) + 1) % len(names)]
            types = sorted({rrtype for name, rrtype in self.sets if name == owner} |
                           {dns.rdatatype.NSEC, dns.rdatatype.RRSIG})
            bitmap = " ".join(map(dns.rdatatype.to_text, types))
            self.add(response.authority, dns.rrset.from_text(owner, self.ttl, "IN", "NSEC", f"{following} {bitmap}"))


class Ordered(dns.rrset.RRset):
    """An RRset whose records are sent in their order; dnspython shuffles."""

    def to_wire(self, file, compress=None, origin=None, **_options):
        """Append the records to a message; returns their number."""
        return super().to_wire(file, compress, origin, want_shuffle=False)


def raw_rrset(name, ttl, rrtype, wires):
    """Return an RRset of any type from RDATA in wire form."""
    name = name if isinstance(name, dns.name.Name) else dns.name.from_text(name)
    rrset = dns.rrset.RRset(name, IN, dns.rdatatype.RdataType.make(rrtype))
    for wire in wires:
        rrset.add(dns.rdata.from_text(IN, rrtype, f"\\# {len(wire)} {wire.hex()}"), ttl)
    return rrset


def truncated(query):
    """Return an empty answer with TC."""
    response = dns.message.make_response(query)
    response.flags |= dns.flags.AA | dns.flags.TC
    return response
