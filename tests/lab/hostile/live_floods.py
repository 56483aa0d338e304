"""Floods that are new in every answer, so that neither a digest nor a memo of good signatures spares any work."""

import dns.dnssec
import dns.rdata
import dns.rdatatype
from cryptography.hazmat.primitives.asymmetric import ec

from .crypto_floods import colliding_keys, forged
from .zone import IN, HostileZone, Ordered


class LiveFlood(HostileZone):
    """Forged signatures, other ones in each answer, over every RRset; the true one stands last."""

    kind = "flood-live"
    statuses = ("indeterminate", "bogus", "secure")
    codes = ("WORK_LIMIT",)
    count = 60
    keys = 0

    def build(self):
        rrset = self.sets[self.origin, dns.rdatatype.DNSKEY]
        for wire in colliding_keys(dns.dnssec.key_id(self.dnskey), self.keys, self.algorithm,
                                   len(self.dnskey.key)):
            rrset.add(dns.rdata.from_wire(IN, dns.rdatatype.DNSKEY, wire, 0, len(wire)))

    def signatures(self, rrset):
        true = self.sign(rrset)[0]
        flooded = Ordered(rrset.name, IN, dns.rdatatype.RRSIG, rrset.rdtype)
        for one in [*forged(true, self.count), true]:
            flooded.add(one, rrset.ttl)
        return flooded


class LiveTrap(LiveFlood):
    """The same with keys that share the tag."""

    kind, keys = "keytrap-live", 20


class WideFlood(LiveFlood):
    """The costliest curve at 16 addresses."""

    kind, algorithm, curve = "flood-wide", 14, ec.SECP384R1
    addresses = list(range(200, 216))

    def server_names(self):
        """One name for each address."""
        return [f"w{number}.wide.test" for number in self.addresses]


class Chameleon(HostileZone):
    """Sound data, signed anew in every answer, at 13 addresses."""

    kind, algorithm, curve = "chameleon", 14, ec.SECP384R1
    statuses = ("secure",)
    addresses = list(range(224, 237))

    def server_names(self):
        """One name for each address."""
        return [f"c{number}.chameleon-dns.test" for number in self.addresses]

    def sign(self, rrset):
        self._signatures.pop((rrset.name, rrset.rdtype), None)
        return super().sign(rrset)


class ValidFlood(HostileZone):
    """Dozens of signatures over every RRset, all of them good and made for this answer, at 4 addresses."""

    kind, algorithm, curve = "flood-valid", 14, ec.SECP384R1
    statuses = ("secure", "indeterminate")
    codes = ("WORK_LIMIT",)
    addresses = list(range(240, 244))
    count = 12

    def server_names(self):
        """One name for each address."""
        return [f"v{number}.flood-valid-dns.test" for number in self.addresses]

    def signatures(self, rrset):
        flooded = Ordered(rrset.name, IN, dns.rdatatype.RRSIG, rrset.rdtype)
        for _ in range(self.count):
            self._signatures.pop((rrset.name, rrset.rdtype), None)
            flooded.add(self.sign(rrset)[0], rrset.ttl)
        return flooded


KINDS = [LiveFlood, LiveTrap, WideFlood, Chameleon, ValidFlood]
