"""A zone on its way from content to zone file: every step may be damaged."""

import copy
import struct
import time

import dns.dnssec
import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from . import material

NSEC, NSEC3, RRSIG, NS, DS, SOA, DNSKEY = (dns.rdatatype.NSEC, dns.rdatatype.NSEC3, dns.rdatatype.RRSIG,
                                           dns.rdatatype.NS, dns.rdatatype.DS, dns.rdatatype.SOA,
                                           dns.rdatatype.DNSKEY)


class Draft:
    """Content, keys and signatures of one zone.

    sets: (owner, type) -> RRset. signatures: (owner, type) -> [(TTL, RRSIG)].
    """

    def __init__(self, zone, lines, recipe):
        self.origin = dns.name.from_text(zone)
        self.recipe = recipe
        self.keys = recipe.keys
        now = int(time.time())
        self.now = now
        self.window = material.Window(now + recipe.inception, now + recipe.expiration)
        self.sets = {}
        self.signatures = {}
        for rrset in read(lines, self.origin):
            self.sets[rrset.name, rrset.rdtype] = rrset

    # Content

    def name(self, text):
        """Resolve '@' and relative names."""
        if isinstance(text, dns.name.Name):
            return text
        return self.origin if text == "@" else dns.name.from_text(text, self.origin)

    def get(self, owner, rrtype):
        """Return the RRset at an owner, or None."""
        return self.sets.get((self.name(owner), _type(rrtype)))

    def put(self, owner, ttl, rrtype, *texts):
        """Set an RRset; a text may be in the form of RFC 3597."""
        owner, rrtype = self.name(owner), _type(rrtype)
        rrset = dns.rrset.RRset(owner, dns.rdataclass.IN, rrtype)
        for text in texts:
            rrset.add(rdata_of(rrtype, text, self.origin), ttl)
        self.sets[owner, rrtype] = rrset
        return rrset

    def add(self, owner, rrtype, *texts):
        """Add records to an RRset, or make it; returns the new RRset."""
        old = self.get(owner, rrtype)
        ttl = old.ttl if old is not None else self.sets[self.origin, SOA].ttl
        return self.put(owner, ttl, rrtype, *(list(old) if old is not None else []), *texts)

    def remove(self, owner, rrtype):
        """Remove an RRset with its signatures."""
        at = (self.name(owner), _type(rrtype))
        self.sets.pop(at)
        self.signatures.pop(at, None)

    def unsign(self, owner, rrtype):
        """Remove the signatures over an RRset."""
        self.signatures.pop((self.name(owner), _type(rrtype)))

    # Steps

    def publish_keys(self):
        """Put the DNSKEY RRset into the zone."""
        if self.keys:
            self.put("@", self.sets[self.origin, SOA].ttl, "DNSKEY", *(key.rdata for key in self.keys))

    def cuts(self):
        """Return the delegated names."""
        return {owner for owner, rrtype in self.sets if rrtype == NS and owner != self.origin}

    def owners(self):
        """Return the authoritative names with their types, in canonical order; a delegation has NS and DS only."""
        cuts, owners = self.cuts(), {}
        for owner, rrtype in self.sets:
            above = any(owner.is_subdomain(cut) and owner != cut for cut in cuts)
            if above or rrtype in (NSEC, NSEC3) or (owner in cuts and rrtype not in (NS, DS)):
                continue
            owners.setdefault(owner, set()).add(rrtype)
        return dict(sorted(owners.items()))

    def make_chain(self):
        """Make NSEC or NSEC3 for all names."""
        ttl = min(self.sets[self.origin, SOA].ttl, self.sets[self.origin, SOA][0].minimum)
        if self.recipe.denial == "nsec":
            owners = self.owners()
            names = list(owners)
            for owner, following in zip(names, names[1:] + names[:1]):
                self.put(owner, ttl, "NSEC", f"{following} {bitmap(owners[owner] | {NSEC, RRSIG})}")
        elif self.recipe.denial == "nsec3":
            self._make_nsec3(ttl)

    def _make_nsec3(self, ttl):
        recipe = self.recipe
        salt = recipe.salt or "-"
        self.put("@", 0, "NSEC3PARAM", f"1 0 {recipe.iterations} {salt}")
        cuts, hashed = self.cuts(), {}
        for owner, types in self.owners().items():
            insecure = owner in cuts and DS not in types
            if insecure and recipe.optout:
                continue
            hashed[self.hash(owner)] = types if insecure else types | {RRSIG}
            while owner != self.origin:  # Empty non-terminals have a record each.
                owner = owner.parent()
                hashed.setdefault(self.hash(owner), set())
        order = sorted(hashed)
        for owner, following in zip(order, order[1:] + order[:1]):
            self.put(owner, ttl, "NSEC3", f"1 {int(recipe.optout)} {recipe.iterations} {salt} {following} "
                                          f"{bitmap(hashed[owner])}")

    def hash(self, owner):
        """Return the NSEC3 owner label of a name."""
        return dns.dnssec.nsec3_hash(self.name(owner), self.recipe.salt, self.recipe.iterations, 1).lower()

    def sign_all(self):
        """Sign every authoritative RRset."""
        cuts = self.cuts()
        for owner, rrtype in list(self.sets):
            above = any(owner.is_subdomain(cut) and owner != cut for cut in cuts)
            if above or (owner in cuts and rrtype not in (DS, NSEC, NSEC3)):
                continue
            self.resign(owner, rrtype)

    def signers_of(self, rrtype):
        """Return the keys that sign a type."""
        # RFC 7344 section 4.1: a key that has a DS signs CDS and CDNSKEY.
        role = "ksk" if _type(rrtype) in (DNSKEY, dns.rdatatype.CDS, dns.rdatatype.CDNSKEY) else "zsk"
        return [key for key in self.keys if key.role in (role, "csk")]

    def sign(self, rrset, key=None, **fields):
        """Return RRSIGs over an RRset, of this zone or not: [RRSIG, …]."""
        keys = [key] if key is not None else self.signers_of(rrset.rdtype)
        return [material.sign_rrset(rrset, one, self.origin, self.window, **fields) for one in keys]

    def resign(self, owner, rrtype, key=None, beside=False, **fields):
        """Sign an RRset again, with other fields or another key; beside: the old signatures stay."""
        rrset = self.get(owner, rrtype)
        at = (rrset.name, rrset.rdtype)
        old = self.signatures.get(at, []) if beside else []
        self.signatures[at] = old + [(rrset.ttl, rrsig) for rrsig in self.sign(rrset, key, **fields)]

    def edit_signatures(self, owner, rrtype, change):
        """Replace each RRSIG over an RRset by what a function makes of it."""
        at = (self.name(owner), _type(rrtype))
        self.signatures[at] = [(ttl, change(rrsig)) for ttl, rrsig in self.signatures[at]]

    def copy(self):
        """Return a draft whose sets can be replaced without an effect on this one."""
        other = copy.copy(self)
        other.sets = dict(self.sets)
        other.signatures = {at: list(rrsigs) for at, rrsigs in self.signatures.items()}
        return other

    def lines(self):
        """Return the zone file."""
        lines = []
        # A server reads the SOA first.
        for at in sorted(self.sets, key=lambda at: (at != (self.origin, SOA), at[0], at[1])):
            rrset = self.sets[at]
            lines += [f"{rrset.name} {rrset.ttl} IN {dns.rdatatype.to_text(rrset.rdtype)} {rdata.to_text()}"
                      for rdata in rrset]
        for (owner, _), rrsigs in self.signatures.items():
            lines += [f"{owner} {ttl} IN RRSIG {rrsig.to_text()}" for ttl, rrsig in rrsigs]
        return lines


def read(lines, origin):
    """Return the RRsets of a zone text: one record a line, names absolute or relative to $ORIGIN."""
    sets, ttl = {}, 300
    for line in lines:
        words = line.split()
        if not words or words[0] == "$ORIGIN":
            continue
        if words[0] == "$TTL":
            ttl = int(words[1])
            continue
        owner, at = dns.name.from_text(words[0], origin) if words[0] != "@" else origin, 1
        own_ttl = ttl
        while words[at].isdigit() or words[at] == "IN":
            own_ttl = int(words[at]) if words[at].isdigit() else own_ttl
            at += 1
        rrtype = dns.rdatatype.from_text(words[at])
        rrset = sets.setdefault((owner, rrtype), dns.rrset.RRset(owner, dns.rdataclass.IN, rrtype))
        rrset.add(rdata_of(rrtype, line.split(None, at + 1)[at + 1], origin), own_ttl)
    return sets.values()


def bitmap(types):
    """Return a type list as text."""
    return " ".join(dns.rdatatype.to_text(rrtype) for rrtype in sorted(types))


def _type(rrtype):
    return dns.rdatatype.from_text(rrtype) if isinstance(rrtype, str) else rrtype


def rdata_of(rrtype, text, origin):
    """Return an rdata from text; a DS may have a digest type or a length that dnspython refuses."""
    if isinstance(text, dns.rdata.Rdata):
        return text
    try:
        return dns.rdata.from_text(dns.rdataclass.IN, rrtype, text, origin, relativize=False)
    except dns.exception.SyntaxError:
        if rrtype not in (DS, dns.rdatatype.CDS):
            raise
    tag, algorithm, digest_type, digest = text.split()
    wire = struct.pack("!HBB", int(tag), int(algorithm), int(digest_type)) + bytes.fromhex(digest)
    return dns.rdata.GenericRdata(dns.rdataclass.IN, rrtype, wire)
