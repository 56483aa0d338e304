"""Kinds that make validators work: colliding keys, floods of keys, signatures, DS and hashes."""

import random

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdatatype
import dns.rrset

from .zone import IN, HostileZone, Ordered, raw_rrset

_RANDOM = random.Random(20240216)


def key_tag(wire):
    """RFC 4034 appendix B."""
    total = sum(octet << 8 if index % 2 == 0 else octet for index, octet in enumerate(wire))
    return (total + (total >> 16)) & 0xFFFF


def colliding_keys(tag, count, algorithm=13, size=64):
    """Return DNSKEY RDATA that all have one tag; none is a point on the curve, as far as anyone knows."""
    keys = []
    while len(keys) < count:
        body = bytearray(_RANDOM.randbytes(size - 2))
        head = bytes([1, 1, 3, algorithm])
        for low in range(0, 65536, 251):
            wire = head + bytes(body) + low.to_bytes(2, "big")
            missing = (tag - key_tag(wire)) & 0xFFFF
            wire = head + bytes(body) + ((low + missing) & 0xFFFF).to_bytes(2, "big")
            if key_tag(wire) == tag:
                keys.append(wire)
                break
    return keys


def forged(signature, count):
    """Return copies of a signature's RDATA, each with other signature octets."""
    return [signature.replace(signature=_RANDOM.randbytes(len(signature.signature))) for _ in range(count)]


class _Flooded(HostileZone):
    """Adds keys and forged signatures; first: the true ones stand before the forged ones."""

    extra_keys = 0
    extra_signatures = 0
    first = False
    types = (dns.rdatatype.DNSKEY, dns.rdatatype.SOA)

    def build(self):
        self._flooded = {}
        keys = self.sets[self.origin, dns.rdatatype.DNSKEY]
        for wire in self.more_keys():
            keys.add(dns.rdata.from_wire(IN, dns.rdatatype.DNSKEY, wire, 0, len(wire)))

    def more_keys(self):
        """Return DNSKEY RDATA to add."""
        return colliding_keys(dns.dnssec.key_id(self.dnskey), self.extra_keys)

    def signatures(self, rrset):
        if rrset.rdtype not in self.types or not self.extra_signatures:
            return self.sign(rrset)
        key = (rrset.name, rrset.rdtype)
        if key not in self._flooded:
            true = self.sign(rrset)[0]
            false = forged(true, self.extra_signatures)
            flooded = Ordered(rrset.name, IN, dns.rdatatype.RRSIG, rrset.rdtype)
            for rdata in [true, *false] if self.first else [*false, true]:
                flooded.add(rdata, rrset.ttl)
            self._flooded[key] = flooded
        return self._flooded[key]


class KeyTrap(_Flooded):
    """Keys with one tag times signatures with that tag (CVE-2023-50387); a true one stands last."""

    kind, extra_keys, extra_signatures = "keytrap", 150, 150
    statuses = ("indeterminate", "bogus", "secure")
    codes = ("WORK_LIMIT", "KEY_TAG_COLLISION")


class KeyTrapFirst(_Flooded):
    """The same with the true key and signature in front."""

    kind, extra_keys, extra_signatures, first = "keytrap-first", 150, 150, True
    statuses = ("indeterminate", "bogus", "secure")
    codes = ("WORK_LIMIT", "KEY_TAG_COLLISION")


class SignatureFlood(_Flooded):
    """One key, hundreds of forged signatures over DNSKEY and SOA."""

    kind, extra_signatures = "rrsig-flood", 500
    statuses = ("indeterminate", "bogus", "secure")
    codes = ("WORK_LIMIT", "SIG_INVALID")


class KeyFlood(_Flooded):
    """Hundreds of keys with different tags."""

    kind, extra_keys = "dnskey-flood", 700
    statuses = ("indeterminate", "bogus", "secure")
    codes = ("WORK_LIMIT", "DNSKEY_COUNT_HIGH")

    def more_keys(self):
        return [bytes([1, 1, 3, 13]) + _RANDOM.randbytes(64) for _ in range(self.extra_keys)]


class DsFlood(_Flooded):
    """A hundred DS records with one tag times keys with that tag: each pair costs a hash."""

    kind, extra_keys = "ds-flood", 150
    statuses = ("indeterminate", "bogus", "secure")
    codes = ("WORK_LIMIT", "DS_DIGEST_MISMATCH", "KEY_TAG_COLLISION")

    def ds_records(self):
        tag = dns.dnssec.key_id(self.dnskey)
        return [f"{tag} 13 2 {_RANDOM.randbytes(32).hex()}" for _ in range(100)] + super().ds_records()


class HugeRsa(HostileZone):
    """An RSA key of 16,384 bits with an exponent as long, which signs everything."""

    kind = "rsa-16384"
    codes = ("WORK_LIMIT", "DNSKEY_EXPONENT_WEAK", "DNSKEY_BAD_LENGTH", "NO_SECURE_ENTRY", "SIG_INVALID",
             "DS_KEY_BAD_SIGNATURE")

    def build(self):
        modulus = bytearray(_RANDOM.randbytes(2048))
        modulus[0] |= 0x80
        modulus[-1] |= 1
        exponent = _RANDOM.randbytes(2047) + b"\x03"
        wire = bytes([1, 1, 3, 8, 0]) + len(exponent).to_bytes(2, "big") + exponent + bytes(modulus)
        self._true, self.dnskey = self.dnskey, dns.rdata.from_wire(IN, dns.rdatatype.DNSKEY, wire, 0, len(wire))
        keys = self.sets[self.origin, dns.rdatatype.DNSKEY]
        keys.clear()
        keys.add(self.dnskey)

    def sign(self, rrset):
        key = (rrset.name, rrset.rdtype)
        if key not in self._signatures:
            model = dns.dnssec.sign(rrset, self._private, self.origin, self._true, **self.window)
            rrsig = model.replace(algorithm=8, key_tag=dns.dnssec.key_id(self.dnskey),
                                  signature=b"\x01" + _RANDOM.randbytes(2047))
            self._signatures[key] = dns.rrset.from_rdata(rrset.name, rrset.ttl, rrsig)
        return self._signatures[key]


class NsecFlood(HostileZone):
    """Negative answers with hundreds of NSEC records, each signed by nobody."""

    kind = "nsec-flood"
    statuses = ("indeterminate", "bogus", "secure")
    codes = ("WORK_LIMIT", "SIG_INVALID", "DENIAL_NAME_NOT_COVERED")

    def prove(self, response, question):
        if not hasattr(self, "_flood"):
            self._flood = []
            for number in range(200):
                owner = dns.name.from_text(f"n{number:03d}", self.origin)
                nsec = dns.rrset.from_text(owner, self.ttl, "IN", "NSEC", f"n{number:03d}a.{self.origin} A RRSIG NSEC")
                signature = forged(self.sign(nsec)[0], 1)[0]
                self._flood += [nsec, dns.rrset.from_rdata(owner, self.ttl, signature)]
        response.authority += self._flood
        super().prove(response, question)


class TypeFlood(HostileZone):
    """Every answer carries hundreds of RRsets of unknown types, each with a forged signature."""

    kind = "type-flood"
    statuses = ("indeterminate", "bogus", "secure")

    def answer(self, query, proto):
        response = self.honest(query)
        if not hasattr(self, "_flood"):
            self._flood = [raw_rrset(self.origin, self.ttl, f"TYPE{number}", [_RANDOM.randbytes(40)])
                           for number in range(1000, 1700)]
        response.additional += self._flood
        return response


KINDS = [KeyTrap, KeyTrapFirst, SignatureFlood, KeyFlood, DsFlood, HugeRsa, NsecFlood, TypeFlood]
