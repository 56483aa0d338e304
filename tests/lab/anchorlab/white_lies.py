"""White lies (RFC 7129 appendix B): NSEC3 records made for the question, each covering one hash and no more."""

import base64

import dns.dnssec
import dns.flags
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from .compact import CompactZone

_HASHED = {"salt": None, "iterations": 0, "algorithm": 1}
# The alphabet of base32hex (RFC 4648 section 7) against that of base32.
_HEX = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")


class WhiteLiesZone(CompactZone):
    """A live-signed zone with NSEC3."""

    def load(self, lines):
        """Take new content; the apex gets its NSEC3PARAM."""
        super().load(lines)
        self._sets[self.origin][dns.rdatatype.NSEC3PARAM] = dns.rrset.from_text(
            self.origin, 0, "IN", "NSEC3PARAM", "1 0 0 -")

    def _deny(self, response, query, node, wants_dnssec):
        name = query.question[0].name
        self._add(response.authority, self._sets[self.origin][dns.rdatatype.SOA], wants_dnssec)
        exists = bool(node) or self._has_names_below(name)
        response.set_rcode(dns.rcode.NOERROR if exists else dns.rcode.NXDOMAIN)
        if not wants_dnssec:
            return
        if exists:
            self._match(response, name)
            return
        closest, closer = name.parent(), name
        while not (closest in self._sets or self._has_names_below(closest)):
            closest, closer = closest.parent(), closest
        # RFC 5155 section 7.2.2: the closest encloser, the next closer name, the wildcard.
        self._match(response, closest)
        self._cover(response, closer)
        self._cover(response, dns.name.Name((b"*", *closest.labels)))

    def _has_names_below(self, name):
        return any(one != name and one.is_subdomain(name) for one in self._sets)

    def _match(self, response, name):
        types = set(self._sets.get(name, {}))
        if types:
            types.add(dns.rdatatype.RRSIG)
        self._nsec3(response, _hash(name), _hash(name) + 1, types)

    def _cover(self, response, name):
        self._nsec3(response, _hash(name) - 1, _hash(name) + 1, set())

    def _nsec3(self, response, owner, following, types):
        bitmap = " ".join(dns.rdatatype.to_text(rrtype) for rrtype in sorted(types))
        owner_name = dns.name.Name((_text(owner).lower().encode(), *self.origin.labels))
        soa = self._sets[self.origin][dns.rdatatype.SOA]
        # RFC 9077 section 3: the TTL of a denial is that of the negative answer.
        ttl = min(soa.ttl, soa[0].minimum)
        nsec3 = dns.rrset.from_text(owner_name, ttl, "IN", "NSEC3", f"1 0 0 - {_text(following)} {bitmap}")
        if nsec3 not in response.authority:
            self._add(response.authority, nsec3, True)


def _hash(name):
    text = dns.dnssec.nsec3_hash(name, **_HASHED)
    return int.from_bytes(base64.b32decode(text.translate({to: chr(of) for of, to in _HEX.items()})), "big")


def _text(number):
    octets = (number % (1 << 160)).to_bytes(20, "big")
    return base64.b32encode(octets).decode().translate(_HEX)
