"""DNSSEC keys of a zone and what is derived from them: tags, DS, CDS and CDNSKEY."""

import dataclasses

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

DIGEST_NAMES = {1: "SHA1", 2: "SHA256", 4: "SHA384"}
ROLES = ("ksk", "zsk", "csk")


@dataclasses.dataclass
class Key:
    """One key.

    state: 'active' signs (a KSK the DNSKEY RRset, a ZSK the rest, a CSK both); 'published' only stands in the
        zone; 'hidden' exists and is nowhere to be seen, such as the key behind a standby DS; 'early' signs and
        does not stand in the zone (signer 'ldns' only).
    group: the provider that holds it in a multi-signer zone; None elsewhere.
    handle: how its signer finds the private part.
    """

    zone: str
    role: str
    algorithm: int
    dnskey: str
    handle: str
    state: str = "active"
    group: str | None = None

    @property
    def rdata(self):
        """The DNSKEY as a dnspython object."""
        return dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.DNSKEY, self.dnskey)

    @property
    def tag(self):
        """The key tag (RFC 4034 appendix B)."""
        return dns.dnssec.key_id(self.rdata)

    @property
    def is_entry(self):
        """True if a DS may point to it in this lab."""
        return self.role in ("ksk", "csk")

    def ds(self, digest=2):
        """Return the DS rdata text for this key."""
        # dnspython's policy refuses SHA-1 for new DS; the lab wants wrong choices as well.
        record = dns.dnssec.make_ds(dns.name.from_text(self.zone), self.rdata, DIGEST_NAMES[digest],
                                    policy=dns.dnssec.allow_all_policy)
        return record.to_text()

    def describe(self):
        """Return what status output shows."""
        return {"tag": self.tag, "role": self.role, "algorithm": self.algorithm, "state": self.state,
                "group": self.group, "ds": self.ds() if self.is_entry else None}


def flags_of(role):
    """Return the DNSKEY flags for a role: the SEP bit marks an entry."""
    return 256 if role == "zsk" else 257


def rdata_from_key_file(path):
    """Return the DNSKEY rdata text of a .key file written by ldns-keygen, dnssec-keygen or keymgr."""
    with open(path, encoding="ascii") as file:
        for line in file:
            line = line.split(";", 1)[0]
            if "DNSKEY" in line:
                return line.split("DNSKEY", 1)[1].strip()
    raise ValueError(f"{path} holds no DNSKEY")


def wrong_digest(ds):
    """Return a DS text whose digest has its first octet inverted."""
    tag, algorithm, digest_type, *digest = ds.split()
    octets = bytearray.fromhex("".join(digest))
    octets[0] ^= 0xFF
    return f"{tag} {algorithm} {digest_type} {octets.hex()}"
