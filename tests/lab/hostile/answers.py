"""Kinds whose answers are odd in size, form or number; most zones are sound and unsigned below that."""

import os
import struct

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.rrset

from anchorlab.streams import Burst, Drip, Silent
from .zone import HostileZone, raw_rrset, truncated


class _Big(HostileZone):
    """Truncated over UDP, so that everything has to come over TCP."""

    statuses = ("secure", "bogus", "indeterminate")
    codes = ()

    def answer(self, query, proto):
        if proto == "udp":
            return truncated(query)
        return self.large(query, self.honest(query))

    def large(self, query, response):
        """Return the answer over TCP."""
        return response


class SixtyFourKib(_Big):
    """Every answer is as large as an answer can be."""

    kind = "64-kib"

    def large(self, query, response):
        room = 65535 - len(response.to_wire(max_size=65535)) - 400
        texts = " ".join(f'"{"x" * 250}"' for _ in range(room // 256))
        response.additional.append(dns.rrset.from_text("filler.invalid.", 1, "IN", "TXT", texts))
        return response


class ManyRecords(_Big):
    """Thousands of records in the additional section."""

    kind = "many-records"

    def large(self, query, response):
        if not hasattr(self, "_flood"):
            self._flood = dns.rrset.from_text(self.origin, 1, "IN", "A", *(
                f"198.18.{number >> 8}.{number & 255}" for number in range(3500)))
        response.additional.append(self._flood)
        return response


class HugeRdata(_Big):
    """One record of an unknown type with 60,000 octets."""

    kind = "huge-rdata"

    def large(self, query, response):
        response.additional.append(raw_rrset(self.origin, 1, "TYPE65400", [b"\xff" * 60000]))
        return response


class OneByteASecond(_Big):
    """Over TCP one octet a second."""

    kind = "tcp-drip"
    statuses = ("indeterminate",)

    def large(self, query, response):
        return Drip(response.to_wire(max_size=65535), 1.0)


class SilentTcp(_Big):
    """TCP connections are taken and nothing comes."""

    kind = "tcp-silent"
    statuses = ("indeterminate",)

    def large(self, query, response):
        return Silent()


class TruncatedTcp(_Big):
    """TC over TCP too."""

    kind = "tcp-truncated"
    statuses = ("indeterminate", "bogus")

    def large(self, query, response):
        return truncated(query)


class TcpJunk(_Big):
    """Over TCP a length that promises 65,535 octets of noise."""

    kind = "tcp-noise"
    statuses = ("indeterminate", "bogus")

    def large(self, query, response):
        return query.id.to_bytes(2, "big") + b"\x84\x00" + b"\xff" * 8 + os.urandom(65000)


class Garbage(HostileZone):
    """A header and noise."""

    kind = "garbage"
    statuses = ("indeterminate", "bogus")

    def answer(self, query, proto):
        return query.id.to_bytes(2, "big") + b"\x84\x00" + os.urandom(400)


class WrongIds(HostileZone):
    """Hundreds of answers with wrong ids before the right one."""

    kind = "wrong-ids"
    statuses = ("secure", "indeterminate")

    def answer(self, query, proto):
        wire = self.honest(query).to_wire(max_size=65535)
        if proto == "tcp":
            return wire
        wrong = [((query.id + number) & 0xFFFF).to_bytes(2, "big") + wire[2:] for number in range(1, 300)]
        return Burst([*wrong, wire])


class Repeated(HostileZone):
    """The right answer, hundreds of times."""

    kind = "repeated"
    statuses = ("secure",)

    def answer(self, query, proto):
        wire = self.honest(query).to_wire(max_size=65535)
        return wire if proto == "tcp" else Burst([wire] * 300)


class EveryOption(HostileZone):
    """EDNS options of every code, a few hundred at a time over UDP and thousands over TCP."""

    kind = "edns-options"
    statuses = ("secure", "indeterminate", "bogus")

    def build(self):
        self._next = 0

    def answer(self, query, proto):
        response = self.honest(query)
        count = 250 if proto == "udp" else 12000
        options = []
        for _ in range(count):
            options.append(dns.edns.GenericOption(self._next, b""))
            self._next = (self._next + 1) & 0xFFFF
        response.use_edns(0, query.ednsflags & dns.flags.DO, 1232, options=options)
        return response.to_wire(max_size=65535)


class TwoOpts(HostileZone):
    """Two OPT records (RFC 6891 section 6.1.1 allows one)."""

    kind = "two-opts"
    statuses = ("secure", "indeterminate", "bogus")

    def answer(self, query, proto):
        wire = bytearray(self.honest(query).to_wire(max_size=65535))
        wire[10:12] = struct.pack("!H", struct.unpack("!H", wire[10:12])[0] + 1)
        return bytes(wire) + b"\x00\x00\x29\x04\xd0\x00\x00\x80\x00\x00\x00"


class PointerLoop(HostileZone):
    """Compressed names that point at themselves and at each other."""

    kind = "pointer-loop"
    statuses = ("indeterminate", "bogus")

    def answer(self, query, proto):
        head = query.to_wire()[:2] + b"\x84\x00" + struct.pack("!4H", 1, 40, 0, 0)
        name = query.question[0].name.to_wire()
        body = head + name + struct.pack("!2H", query.question[0].rdtype, 1)
        for _ in range(40):
            at = len(body)
            body += struct.pack("!H", 0xC000 | at) + struct.pack("!2HIH", query.question[0].rdtype, 1, 300, 2)
            body += struct.pack("!H", 0xC000 | (at + 12))
        return body


class NeverTheSame(HostileZone):
    """Each answer has other data and a fresh signature: nothing can be remembered."""

    kind = "never-the-same"
    statuses = ("secure",)

    def answer(self, query, proto):
        if query.question[0].rdtype == dns.rdatatype.A:
            self.put(self.origin, "A", *(f"192.0.2.{octet}" for octet in os.urandom(8)))
            self._signatures.pop((self.origin, dns.rdatatype.A), None)
        return self.honest(query)


class Deaf(HostileZone):
    """Takes questions and never answers."""

    kind = "deaf"
    statuses = ("indeterminate",)

    def answer(self, query, proto):
        return None if proto == "udp" else Silent()


KINDS = [SixtyFourKib, ManyRecords, HugeRdata, OneByteASecond, SilentTcp, TruncatedTcp, TcpJunk, Garbage, WrongIds,
         Repeated, EveryOption, TwoOpts, PointerLoop, NeverTheSame, Deaf]
